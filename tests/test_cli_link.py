"""`servizio link`: what it shows, what it changes at Twilio, and what it will not touch."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from tests.standins.beside import beside
from tests.standins.twilio_api import ACCOUNT_SID, AUTH_TOKEN, SHOP_NUMBER, TwilioApi
from tests.standins.twilio_faults import Refuse
from tests.test_cli import Output, failure, home, run

__all__ = ["home"]

PUBLIC = "http://127.0.0.1:9"
"""Nobody is there, and it is found out at once."""


class Person(io.StringIO):
    """Somebody at the keyboard."""

    def isatty(self) -> bool:
        return True


class Stubborn(dict[str, object]):
    """A number that keeps its settings, whatever Twilio is told."""

    def update(self, *_: object, **__: object) -> None:
        pass


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioApi]:
    with beside(TwilioApi()) as twilio:
        for name, value in {
            "TWILIO__ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO__AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO__PHONE_NUMBER": SHOP_NUMBER,
            "TWILIO__API_URL": twilio.url,
            "SERVER__PUBLIC_URL": PUBLIC,
        }.items():
            monkeypatch.setenv(f"SERVIZIO_{name}", value)
        yield twilio


def changed(api: TwilioApi) -> bool:
    return any(asked.method == "POST" for asked in api.requests)


def test_calls_their_status_and_texts_come_to_the_shop(capsys: Output, api: TwilioApi) -> None:
    code, out, err = run(capsys, "link", "--yes")
    assert code == 0, err
    assert f"voice_url: https://old.example/voice -> {PUBLIC}/voice" in out
    found = api.shop_number()
    assert found["voice_url"] == f"{PUBLIC}/voice"
    assert found["status_callback"] == f"{PUBLIC}/voice/status"
    assert found["sms_url"] == f"{PUBLIC}/sms"
    assert found["voice_method"] == found["sms_method"] == "POST"
    assert f"warning: no Servizio answers at {PUBLIC} now." in err


def test_a_person_is_rung_by_twilio_itself_while_the_server_is_down(
    capsys: Output, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "https://handler.twilio.com/twiml/EH0123"
    api.shop_number()["voice_fallback_url"] = "https://kept.example"
    assert run(capsys, "link", "--yes")[0] == 0
    assert api.shop_number()["voice_fallback_url"] == "https://kept.example"
    monkeypatch.setenv("SERVIZIO_TWILIO__FALLBACK_URL", own)
    assert run(capsys, "link", "--yes")[0] == 0
    assert api.shop_number()["voice_fallback_url"] == own


def test_a_number_that_points_here_is_left_alone(capsys: Output, api: TwilioApi) -> None:
    run(capsys, "link", "--yes")
    api.requests.clear()
    assert "points here already" in run(capsys, "link")[1]
    assert not changed(api)


def test_a_method_that_would_not_do_is_changed(capsys: Output, api: TwilioApi) -> None:
    run(capsys, "link", "--yes")
    api.shop_number()["voice_method"] = "GET"
    assert "voice_method: GET -> POST" in run(capsys, "link", "--yes")[1]
    assert api.shop_number()["voice_method"] == "POST"


def test_another_address_may_be_named(capsys: Output, api: TwilioApi) -> None:
    assert run(capsys, "link", "--yes", "--url", "http://127.0.0.2:9")[0] == 0
    assert api.shop_number()["voice_url"] == "http://127.0.0.2:9/voice"


@pytest.mark.parametrize(("typed", "done"), [("y\n", True), ("\n", False), ("", False)])
def test_a_person_is_asked_first(
    capsys: Output, api: TwilioApi, monkeypatch: pytest.MonkeyPatch, typed: str, done: bool
) -> None:
    monkeypatch.setattr("sys.stdin", Person(typed))
    code, out, _ = run(capsys, "link")
    assert code == 0
    assert out.index("will be changed") < out.index("Change it? [y/N]")
    assert changed(api) is done


def test_nothing_is_changed_where_nobody_can_be_asked(capsys: Output, api: TwilioApi) -> None:
    code, message, hint = failure(capsys, "link")
    assert (code, hint) == (1, "hint: Say --yes.")
    assert "nothing was changed" in message
    assert not changed(api)


@pytest.mark.parametrize("name", ["trunk_sid", "voice_application_sid", "sms_application_sid"])
def test_what_overrides_the_addresses_is_cleared_only_when_asked_for(
    capsys: Output, api: TwilioApi, name: str
) -> None:
    api.shop_number()[name] = "AP1"
    code, message, hint = failure(capsys, "link", "--yes")
    assert code == 1
    assert name in message
    assert "--force" in hint
    assert not changed(api)
    assert f"{name}: AP1 -> (none)" in run(capsys, "link", "--yes", "--force")[1]
    assert api.shop_number()[name] == ""


def test_a_number_without_texts_is_linked_for_its_calls(capsys: Output, api: TwilioApi) -> None:
    api.shop_number()["capabilities"] = {"voice": True, "sms": False}
    assert "cannot take texts" in run(capsys, "link", "--yes")[1]
    assert api.shop_number()["sms_url"] == ""


def test_a_number_without_voice_is_not_linked(capsys: Output, api: TwilioApi) -> None:
    api.shop_number()["capabilities"] = {"voice": False, "sms": True}
    assert "cannot take calls" in failure(capsys, "link", "--yes")[1]
    assert not changed(api)


def test_a_number_of_somebody_else_is_told(
    capsys: Output, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVIZIO_TWILIO__PHONE_NUMBER", "+14155550123")
    assert "is not a number of this Twilio account" in failure(capsys, "link", "--yes")[1]


def test_a_refusal_says_what_to_check(
    capsys: Output, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVIZIO_TWILIO__AUTH_TOKEN", "wrong")
    _, message, hint = failure(capsys, "link", "--yes")
    assert "20003" in message
    assert "twilio.auth_token" in hint


def test_a_change_that_twilio_did_not_make_is_no_success(capsys: Output, api: TwilioApi) -> None:
    api.numbers = {sid: Stubborn(number) for sid, number in api.numbers.items()}
    _, message, _ = failure(capsys, "link", "--yes")
    assert "sms_url" in message
    assert "is not as it was asked for" in message


def test_a_twilio_out_of_order_changes_nothing(capsys: Output, api: TwilioApi) -> None:
    api.fail_next(Refuse(503))
    assert "503" in failure(capsys, "link", "--yes")[1]
    assert not changed(api)


def test_a_script_is_told_in_json(capsys: Output, api: TwilioApi) -> None:
    code, out, _ = run(capsys, "link", "--yes", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["number"] == SHOP_NUMBER
    assert told["changed"]["sms_url"] == {"before": "", "after": f"{PUBLIC}/sms"}


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("http://your.shop", "TLS"),
        ("https://your_shop.example", "underscore"),
        ("https://your.shop/?a=b", "behind its path"),
        ("ftp://your.shop", "address"),
    ],
)
def test_an_address_that_twilio_cannot_use_is_refused(
    capsys: Output, api: TwilioApi, address: str, word: str
) -> None:
    code, message, hint = failure(capsys, "link", "--yes", "--url", address)
    assert code == 1
    assert word in message + hint
    assert api.requests == []


def test_what_is_missing_is_named(capsys: Output) -> None:
    _, message, hint = failure(capsys, "link", "--url", PUBLIC)
    assert "twilio.account_sid and twilio.auth_token and twilio.phone_number" in message
    assert "Account Info" in hint
    assert "server.public_url" in failure(capsys, "link")[1]
