"""`servizio doctor`: what it sees of a shop, and what it says should be done."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from servizio.commands.doctor.machine import look_at_clock, look_at_sound
from servizio.errors import SpeechError
from servizio.server.opening import clock
from servizio.server.presence import running_server
from servizio.settings import locate
from servizio.settings.layers import ECOSYSTEM
from servizio.store.sqlite import SqliteStore
from tests.standins.beside import beside
from tests.standins.chat_server import chat_server
from tests.standins.deepgram_agent import KEY, deepgram
from tests.standins.openai_realtime import openai_realtime
from tests.standins.twilio_api import ACCOUNT_SID, AUTH_TOKEN, SHOP_NUMBER, TwilioApi
from tests.standins.twilio_faults import Refuse
from tests.test_cli import Output, home, run
from tests.test_cli_server import serving

__all__ = ["home"]

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOBODY = "http://127.0.0.1:9"
"""Nobody is there, and it is found out at once."""


@pytest.fixture(autouse=True)
def _any_port(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, SERVER__PORT="0")
    # Nobody outside is asked from here, whatever keys this machine has.
    for name in ECOSYSTEM:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioApi]:
    with beside(TwilioApi()) as twilio:
        setting(
            monkeypatch,
            TWILIO__ACCOUNT_SID=ACCOUNT_SID,
            TWILIO__AUTH_TOKEN=AUTH_TOKEN,
            TWILIO__PHONE_NUMBER=SHOP_NUMBER,
            TWILIO__API_URL=twilio.url,
            SERVER__PUBLIC_URL=NOBODY,
        )
        yield twilio


def setting(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"SERVIZIO_{name}", value)


def found(capsys: Output) -> dict[str, tuple[str, str, str]]:
    """What the doctor says: status, detail and hint, by name."""
    code, out, err = run(capsys, "doctor", "--json")
    told = json.loads(out)
    wrong = [check["name"] for check in told["checks"] if check["status"] == "error"]
    assert told["ok"] == (not wrong)
    assert code == (1 if wrong else 0)
    assert ("error: Not well" in err) == bool(wrong)
    assert all(check["hint"] for check in told["checks"] if check["status"] != "ok")
    return {
        check["name"]: (check["status"], check["detail"], check["hint"]) for check in told["checks"]
    }


@pytest.mark.voice
def test_a_shop_that_has_only_just_been_installed_is_well(capsys: Output) -> None:
    code, out, _ = run(capsys, "doctor")
    lines = out.splitlines()
    assert code == 0
    assert {line.split()[0] for line in lines} == {"ok"}
    names = [line.split()[1] for line in lines]
    assert names == [
        "settings", "menu", "disk", "port", "database", "sound",
        "clock", "local", "agents", "address", "number",
    ]  # fmt: skip


def test_settings_that_cannot_be_read_are_said_and_the_rest_waits(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, SHOP__NMAE="Boba Bar")
    status, detail, hint = found(capsys)["settings"]
    assert status == "error"
    assert "shop.nmae" in detail
    assert "shop.name" in hint


def test_settings_that_the_server_would_refuse_are_an_error(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, AGENT__ORDER="deepgram")
    status, detail, _ = found(capsys)["settings"]
    assert status == "error"
    assert "deepgram.api_key is not set" in detail


def test_a_key_for_an_action_that_there_is_not_is_an_error_that_names_the_nearest(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, CONSOLE__KEYS='{"queue.redy": "f9"}')
    status, detail, hint = found(capsys)["settings"]
    assert status == "error"
    assert 'no action "queue.redy"' in detail
    assert '"queue.ready"' in hint


def test_a_broken_menu_is_shown_with_its_first_faults(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = tmp_path / "menu.toml"
    menu.write_text('name = "Bar"\n[[items]]\nname = "tea"\nprice = "much"\n')
    setting(monkeypatch, SHOP__MENU=str(menu))
    status, detail, _ = found(capsys)["menu"]
    assert status == "error"
    assert "price" in detail


def test_a_port_in_use_is_an_error(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        setting(monkeypatch, SERVER__PORT=str(other.getsockname()[1]))
        status, detail, hint = found(capsys)["port"]
    assert status == "error"
    assert "in use" in detail
    assert "--port" in hint


def test_a_database_that_is_whole_is_said_to_be(capsys: Output, home: Path) -> None:
    file = home / "data" / "servizio.db"
    asyncio.run(make(file))
    assert found(capsys)["database"] == (
        "ok", f"{file} is whole, of this version, and can be written to.", "",
    )  # fmt: skip


def test_a_damaged_database_is_an_error(capsys: Output, home: Path) -> None:
    file = home / "data" / "servizio.db"
    asyncio.run(make(file))
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\x5a" * (len(content) - 4096))
    status, _, hint = found(capsys)["database"]
    assert status == "error"
    assert "servizio restore" in hint


def test_what_is_no_database_is_an_error(capsys: Output, home: Path) -> None:
    file = home / "data" / "servizio.db"
    file.parent.mkdir(parents=True)
    file.write_text("shopping list: taro, milk, tea\n" * 200)
    assert found(capsys)["database"][0] == "error"


@pytest.mark.parametrize(
    ("off", "status"),
    [
        (timedelta(seconds=-9), "ok"),
        (timedelta(minutes=2), "warning"),
        (-timedelta(hours=1), "error"),
    ],
)
def test_a_clock_is_compared_with_that_of_others(off: timedelta, status: str) -> None:
    assert look_at_clock(NOON, UTC, NOON + off, "api.example").verdict == status


def test_a_clock_that_nobody_confirms_is_shown(capsys: Output) -> None:
    status, detail, _ = found(capsys)["clock"]
    assert status == "ok"
    assert "nobody to compare it with" in detail


class OnlyEars:
    """A machine with a microphone and no speaker."""

    def check_input_settings(self) -> None: ...

    def check_output_settings(self) -> None:
        raise OSError("no device")


def no_sound() -> object:
    raise SpeechError("There is no sound here.", "")


def test_sound_is_information_and_never_a_fault() -> None:
    only_ears = look_at_sound(OnlyEars, nullcontext())
    assert only_ears.verdict == "ok"
    assert "Only a microphone" in only_ears.detail
    assert look_at_sound(no_sound, nullcontext()).verdict == "ok"


def test_a_key_that_its_provider_takes_is_proven_without_a_word_spoken(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    with beside(deepgram()) as there, beside(openai_realtime()) as realtime:
        setting(
            monkeypatch,
            DEEPGRAM__API_KEY=KEY,
            DEEPGRAM__AGENT_URL=there.url,
            OPENAI__API_KEY=KEY,
            OPENAI__REALTIME_URL=realtime.url,
        )
        told = found(capsys)
        assert there.violations == realtime.violations == []
    assert (told["deepgram"][0], told["openai"][0]) == ("ok", "ok")
    assert "Calls are taken by deepgram" in told["agents"][1]
    assert "as 127.0.0.1 has it" in told["clock"][1]


@pytest.mark.voice
def test_a_key_that_is_refused_is_an_error(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    with beside(deepgram()) as there, beside(openai_realtime()) as realtime:
        setting(
            monkeypatch,
            DEEPGRAM__API_KEY="wrong",
            DEEPGRAM__AGENT_URL=there.url,
            OPENAI__API_KEY="wrong",
            OPENAI__REALTIME_URL=realtime.url,
        )
        told = found(capsys)
    for name in ("deepgram", "openai"):
        status, detail, hint = told[name]
        assert status == "error"
        assert "401" in detail
        assert f"{name}.api_key" in hint
    assert "Calls are taken by local" in told["agents"][1]
    assert "wrong" not in str(told)


def test_a_provider_that_cannot_be_reached_is_a_warning(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, DEEPGRAM__API_KEY=KEY, DEEPGRAM__AGENT_URL="ws://127.0.0.1:9/agent")
    assert found(capsys)["deepgram"][0] == "warning"


@pytest.mark.parametrize(("key", "status"), [("a-good-key", "ok"), ("wrong", "error")])
def test_the_pipeline_asks_its_language_model(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, key: str, status: str
) -> None:
    with beside(chat_server()) as chat:
        setting(
            monkeypatch,
            LLM__BASE_URL=chat.url,
            LLM__API_KEY=key,
            PIPELINE__STT="local",
            PIPELINE__TTS="local",
        )
        assert found(capsys)["pipeline"][0] == status


def test_a_number_that_points_elsewhere_is_an_error_until_it_is_linked(
    capsys: Output, api: TwilioApi
) -> None:
    status, detail, hint = found(capsys)["number"]
    assert (status, hint) == ("error", "servizio link")
    assert "https://old.example/voice" in detail
    assert all(asked.method == "GET" for asked in api.requests)
    run(capsys, "link", "--yes")
    assert found(capsys)["number"][0] == "ok"


def test_texts_that_go_elsewhere_are_a_warning(capsys: Output, api: TwilioApi) -> None:
    run(capsys, "link", "--yes")
    api.shop_number()["sms_url"] = "https://old.example/sms"
    assert found(capsys)["number"][0] == "warning"


def test_what_overrides_the_addresses_is_an_error(capsys: Output, api: TwilioApi) -> None:
    run(capsys, "link", "--yes")
    api.shop_number()["trunk_sid"] = "TK1"
    status, detail, hint = found(capsys)["number"]
    assert status == "error"
    assert "trunk_sid" in detail
    assert "--force" in hint


def test_credentials_that_twilio_refuses_are_an_error(
    capsys: Output, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, TWILIO__AUTH_TOKEN="wrong")
    status, detail, _ = found(capsys)["number"]
    assert status == "error"
    assert "20003" in detail


def test_a_twilio_that_cannot_be_reached_is_a_warning(
    capsys: Output, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, TWILIO__API_URL=NOBODY)
    assert found(capsys)["number"][0] == "warning"


def test_a_twilio_out_of_order_is_a_warning_that_says_to_look_again(
    capsys: Output, api: TwilioApi
) -> None:
    api.fail_next(Refuse(503))
    status, detail, hint = found(capsys)["number"]
    assert status == "warning"
    assert "503" in detail
    assert "look again" in hint


def test_an_account_without_a_public_address_is_a_warning(
    capsys: Output, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, SERVER__PUBLIC_URL="")
    told = found(capsys)
    assert (told["address"][0], told["number"][0]) == ("warning", "warning")


def test_a_public_address_is_tried(capsys: Output, api: TwilioApi) -> None:
    status, detail, hint = found(capsys)["address"]
    assert status == "warning"
    assert "the server is not up" in detail
    assert "Start it" in hint


def test_a_server_that_is_up_is_asked_under_its_public_address(
    capsys: Output, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(
        monkeypatch,
        AGENT__ORDER="deepgram",
        DEEPGRAM__API_KEY="of-nobody",
        DEEPGRAM__AGENT_URL="ws://127.0.0.1:9/agent",
    )
    with serving(locate()):
        running = running_server(locate())
        assert running is not None
        setting(monkeypatch, SERVER__PUBLIC_URL=running.url)
        told = found(capsys)
        assert running.url in told["port"][1]
        assert told["address"] == ("ok", f"{running.url} leads to a Servizio.", "")
        setting(monkeypatch, SERVER__PUBLIC_URL=NOBODY)
        assert found(capsys)["address"][0] == "error"


async def make(file: Path) -> None:
    async with SqliteStore(file, clock=clock):
        pass
