"""The server as a process: started, asked, stopped, and in nobody's way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servizio import cli
from servizio.cli import run_command
from servizio.commands.shop_client import ShopClient, is_up
from servizio.commands.supervisor import Supervisor
from servizio.errors import ServizioError
from servizio.paths import Folders, find_folders
from servizio.server.presence import RunningServer, running_server

PATIENCE = 30.0
"""Seconds; a busy machine takes a while to start a process."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    # Processes that are started elsewhere than here find the package, installed or not.
    monkeypatch.setenv("PYTHONPATH", str(Path(cli.__file__).parents[1]))
    monkeypatch.setenv("SERVIZIO_HOME", str(tmp_path))
    # Nobody rings here, and the local models stay unloaded: the server alone is meant.
    monkeypatch.setenv("SERVIZIO_AGENT__ORDER", "deepgram")
    monkeypatch.setenv("SERVIZIO_DEEPGRAM__API_KEY", "of-nobody")
    monkeypatch.setenv("SERVIZIO_DEEPGRAM__AGENT_URL", "ws://127.0.0.1:9/v1/agent/converse")
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    return find_folders(os.environ)


def until_up(folders: Folders) -> RunningServer:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        running = running_server(folders)
        if running is not None and is_up(running.url):
            return running
        time.sleep(0.02)
    raise TimeoutError("the server did not come up")


@contextmanager
def serving(folders: Folders, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "servizio", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            until_up(folders)
            yield process
        finally:
            process.kill()


def test_a_server_is_asked_by_commands_and_drains_on_sigterm(
    home: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(home) as process:
        running = running_server(home)
        assert running is not None
        assert running.process == process.pid
        token = home.staff_token.read_text(encoding="ascii").strip()
        shop = ShopClient(running.url, token)
        body = {"items": [{"item": "taro-milk-tea"}], "phone": "+15551234567", "name": "=Ada"}
        order = shop.post("/api/orders", body)
        assert isinstance(order, dict)
        number = order["order_number"]

        assert run_command(["orders", "list"]) == 0
        assert number in capsys.readouterr().out
        assert run_command(["orders", "ready", number]) == 0
        assert "is ready" in capsys.readouterr().out
        assert run_command(["orders", "ready", number]) == 1
        assert "error: " in capsys.readouterr().err
        assert run_command(["menu", "sold-out", "boba"]) == 0
        menu = shop.get("/api/menu")
        assert isinstance(menu, dict)
        assert menu["sold_out"] == ["boba"]
        capsys.readouterr()
        assert run_command(["orders", "show", number, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["phone"] == "+15551234567"
        assert run_command(["orders", "export", "--csv"]) == 0
        exported = capsys.readouterr().out
        assert number in exported
        assert "'=Ada" in exported
        assert run_command(["backup", "copy.db"]) == 0

        second = subprocess.run(
            [sys.executable, "-m", "servizio", "serve", "--port", "0"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert "already running" in second.stderr
        assert "Traceback" not in second.stderr

        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert running_server(home) is None
    assert not home.server_file.exists()
    log = home.log_file.read_text(encoding="utf-8")
    assert "server_stopped" in log
    assert "request_crashed" not in log
    assert "15551234567" not in log


def test_a_busy_port_names_who_has_it_and_another_one(
    home: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run_command(["serve", "--port", str(port)]) == 1
        err = capsys.readouterr().err
    assert f"Port {port} is in use" in err
    assert f"--port {port + 1}" in err
    if sys.platform == "linux":
        assert f"process {os.getpid()}" in err
    assert not home.server_file.exists()


def test_a_supervised_server_comes_back_after_a_crash(home: Folders) -> None:
    home.make()
    with Supervisor(home, host=None, port=0) as supervisor:
        url = supervisor.wait_until_up()
        before = running_server(home)
        assert before is not None
        assert supervisor.news() == ""
        os.kill(before.process, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        told = set()
        while (now := running_server(home)) is None or now.process == before.process:
            assert time.monotonic() < deadline
            told.add(supervisor.news()[:18])
            time.sleep(0.02)
        assert until_up(home).process != before.process
        assert supervisor.restarts == 1
        assert "THE SERVER STOPPED" in told
        assert supervisor.news() == "The server stopped and was started again."
    assert running_server(home) is None
    assert not is_up(url)


def test_a_server_that_cannot_start_says_why_through_its_supervisor(home: Folders) -> None:
    home.make()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            Supervisor(home, host=None, port=port) as supervisor,
            pytest.raises(ServizioError) as caught,
        ):
            supervisor.wait_until_up()
    assert f"Port {port} is in use" in caught.value.message
    assert "--port" in caught.value.hint


def test_a_folder_called_servizio_where_one_stands_is_not_taken_for_the_program(
    home: Folders, tmp_path: Path
) -> None:
    (tmp_path / "servizio").mkdir()
    home.make()
    with Supervisor(home, host=None, port=0) as supervisor:
        assert is_up(supervisor.wait_until_up())


def test_a_server_that_fails_as_nobody_foresaw_is_told_by_its_last_words(
    home: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "typer.py").write_text("raise ImportError('half of it is missing')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ['PYTHONPATH']}")
    home.make()
    with (
        Supervisor(home, host=None, port=0) as supervisor,
        pytest.raises(ServizioError) as caught,
    ):
        supervisor.wait_until_up()
    assert caught.value.message.endswith("ImportError: half of it is missing")
    assert str(home.console_log) in caught.value.hint


def test_a_killed_server_leaves_nothing_that_stops_the_next_one(home: Folders) -> None:
    with serving(home) as process:
        process.kill()
        process.wait(PATIENCE)
    with serving(home) as process:
        running = running_server(home)
        assert running is not None
        with urllib.request.urlopen(running.url + "/orders/in_progress.json") as answer:  # noqa: S310
            assert json.load(answer)["orders"] == []
