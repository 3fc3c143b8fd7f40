"""`servizio run --tunnel`: a public address through ngrok, or words on how to get one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from servizio.commands.tunnelling import PUBLIC_URL, public_tunnel
from servizio.demo.phone_webhooks import sign
from servizio.errors import ServizioError
from servizio.settings import load_settings, locate
from tests.standins.twilio_api import ACCOUNT_SID, AUTH_TOKEN, SHOP_NUMBER
from tests.test_cli import Output, failure, home
from tests.test_cli_server import until_up

__all__ = ["home"]

PUBLIC = "https://abc.ngrok.app"
NGROK = f"""
import pathlib
book = pathlib.Path(__file__).with_name("asked.txt")

class Listener:
    def url(self):
        return "{PUBLIC}"

def forward(address, **options):
    if options["authtoken"] == "wrong":
        raise ValueError("the token wrong is wrong")
    with book.open("a") as file:
        print("forward", address, *sorted(options.items()), file=file)
    return Listener()

def disconnect(url):
    with book.open("a") as file:
        print("disconnect", url, file=file)
"""
"""A package that opens no tunnel and writes down what it was asked for."""


@pytest.fixture(autouse=True)
def _account(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVIZIO_TWILIO__AUTH_TOKEN", AUTH_TOKEN)
    monkeypatch.delenv("NGROK_AUTHTOKEN", raising=False)
    monkeypatch.delenv(PUBLIC_URL, raising=False)
    monkeypatch.delitem(sys.modules, "ngrok", raising=False)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's folder, with a token in `.env`."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "ngrok.py").write_text(NGROK)
    (tmp_path / ".env").write_text("NGROK_AUTHTOKEN=a-token\n")
    monkeypatch.syspath_prepend(folder)
    return folder


def asked(package: Path) -> list[str]:
    file = package / "asked.txt"
    return file.read_text().splitlines() if file.exists() else []


def test_the_server_knows_the_address_of_the_tunnel_while_it_is_open(package: Path) -> None:
    with public_tunnel(load_settings()) as url:
        assert url == PUBLIC
        assert load_settings().server.public_url == PUBLIC
    assert load_settings().server.public_url == ""
    assert asked(package) == [
        "forward 127.0.0.1:8000 ('authtoken', 'a-token')",
        f"disconnect {PUBLIC}",
    ]


def test_a_name_of_ones_own_at_ngrok_is_asked_for(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PUBLIC_URL, "https://boba.ngrok.app")
    with public_tunnel(load_settings()):
        pass
    assert "('domain', 'boba.ngrok.app')" in asked(package)[0]
    assert load_settings().server.public_url == "https://boba.ngrok.app"


def test_an_address_elsewhere_is_no_name_at_ngrok(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PUBLIC_URL, "https://your.shop")
    with public_tunnel(load_settings()):
        pass
    assert "domain" not in asked(package)[0]


def test_without_the_package_the_way_to_a_tunnel_is_told(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What stands there as None is not found by an import, installed or not.
    monkeypatch.setitem(sys.modules, "ngrok", None)
    code, message, hint = failure(capsys, "run", "--tunnel", "--port", "8123")
    assert code == 1
    assert "not installed" in message
    for step in ("pip install ngrok", "NGROK_AUTHTOKEN", "http://127.0.0.1:8123", "public_url"):
        assert step in hint


def test_without_a_token_its_page_is_told(capsys: Output, package: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").unlink()
    _, message, hint = failure(capsys, "run", "--tunnel")
    assert "NGROK_AUTHTOKEN is not set" in message
    assert "dashboard.ngrok.com" in hint
    assert asked(package) == []


def test_a_refusal_does_not_repeat_the_token(
    capsys: Output, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NGROK_AUTHTOKEN", "wrong")
    _, message, hint = failure(capsys, "run", "--tunnel")
    assert "opened no tunnel" in message
    assert "wrong" not in message + hint


def test_no_tunnel_is_opened_to_a_shop_that_could_not_tell_twilio_from_others(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVIZIO_TWILIO__AUTH_TOKEN", "")
    with pytest.raises(ServizioError, match="auth_token"), public_tunnel(load_settings()):
        pass
    assert asked(package) == []


def test_calls_that_come_through_the_tunnel_are_known_to_be_twilios(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = os.pathsep.join([str(package), os.environ["PYTHONPATH"]])
    monkeypatch.setenv("PYTHONPATH", paths)
    monkeypatch.setenv("SERVIZIO_TWILIO__ACCOUNT_SID", ACCOUNT_SID)
    # Its stream never comes, and the end of the shop would wait for it.
    monkeypatch.setenv("SERVIZIO_SERVER__DRAIN_SECONDS", "0")
    # Nobody waits for the local agent to load.
    monkeypatch.setenv("SERVIZIO_AGENT__ORDER", "deepgram")
    monkeypatch.setenv("SERVIZIO_DEEPGRAM__API_KEY", "a-key")
    monkeypatch.setenv("SERVIZIO_DEEPGRAM__AGENT_URL", "ws://127.0.0.1:9/v1/agent/converse")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "servizio", "run", "--tunnel", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            url = until_up(locate()).url
            assert ring(url, as_signed_for=PUBLIC) == 200
            assert ring(url, as_signed_for=url) == 403
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert f"servizio link --url {PUBLIC}" in said
    assert asked(package)[-1] == f"disconnect {PUBLIC}"


def ring(url: str, *, as_signed_for: str) -> int:
    """How the shop answers a call that Twilio signed for this address: the HTTP status."""
    fields = {
        "CallSid": "CA" + "2" * 32,
        "AccountSid": ACCOUNT_SID,
        "From": "+14155550100",
        "To": SHOP_NUMBER,
        "CallStatus": "ringing",
        "Direction": "inbound",
    }
    signature = sign(AUTH_TOKEN, f"{as_signed_for}/voice", fields)
    answer = requests.post(
        f"{url}/voice", data=fields, headers={"X-Twilio-Signature": signature}, timeout=20
    )
    return answer.status_code
