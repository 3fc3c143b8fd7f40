"""`servizio demo`: what is left of it when it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from servizio import cli
from servizio.commands.demo_shop import throw_away_shop
from servizio.errors import DemoError

PATIENCE = 60.0
"""Seconds; a busy machine takes a while to end a server."""

OPENING = "Opening the shop"


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    """Where the demo makes its folder."""
    folder = tmp_path / "rooms"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(143)])
def test_the_folder_of_a_demo_that_is_stopped_is_thrown_away(
    rooms: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(rooms))
    with pytest.raises(type(stop)), throw_away_shop():
        raise stop
    assert list(rooms.iterdir()) == []


def test_the_folder_of_a_demo_that_failed_is_kept_and_named(
    rooms: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(rooms))
    with pytest.raises(DemoError) as caught, throw_away_shop():
        raise DemoError("An order is missing.")
    (folder,) = rooms.iterdir()
    assert caught.value.hint == f"The logs are in {folder}."


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_stopped_while_it_opens_leaves_nothing_behind(
    rooms: Path, tmp_path: Path, number: signal.Signals
) -> None:
    pytest.importorskip("moonshine_voice")
    environment = os.environ | {
        "PYTHONPATH": str(Path(cli.__file__).parents[1]),
        "SERVIZIO_HOME": str(tmp_path / "home"),
        "TMPDIR": str(rooms),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "servizio", "demo", "--headless"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        try:
            assert demo.stderr is not None
            assert OPENING in demo.stderr.readline()
            (folder,) = rooms.glob("servizio-demo-*")
            demo.send_signal(number)
            said = demo.communicate(timeout=PATIENCE)[1]
        finally:
            demo.kill()
    assert demo.returncode == 128 + number
    assert "Traceback" not in said
    assert not folder.exists()
