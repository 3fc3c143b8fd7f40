"""The telephone company asks what to do with a call, and always gets TwiML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs

from servizio.calls.admission import Admission, AfterCall, Answer, NextStep
from servizio.errors import StoreError
from tests.server.conftest import Shop, running_shop

CALL = "CA" + "1" * 32
FORM = {
    "AccountSid": "AC" + "0" * 32,
    "ApiVersion": "2010-04-01",
    "CallSid": CALL,
    "CallStatus": "ringing",
    "Direction": "inbound",
    "From": "+14155550100",
    "FromCity": "SÃO PAULO",
    "FromZip": "",
    "To": "+14155550199",
    "SomethingNew": "tomorrow",
}


async def twiml(shop: Shop, path: str, form: dict[str, str], **headers: str) -> ET.Element:
    async with shop.http.post(shop.url + path, data=form, headers=headers) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/xml"
        return ET.fromstring(await answer.text())  # noqa: S314 - our own answer


def verbs(document: ET.Element) -> list[str]:
    return [each.tag for each in document]


async def test_an_incoming_call_is_connected_to_its_stream(shop: Shop) -> None:
    document = await twiml(shop, "/voice", FORM)
    stream = document.find("Connect/Stream")
    assert stream is not None
    assert stream.get("url") == shop.url.replace("http:", "ws:") + "/twilio"
    tokens = {each.get("name"): each.get("value") for each in stream}
    assert tokens == {"token": "token-1"}
    connect = document.find("Connect")
    assert connect is not None
    assert connect.get("action") == f"{shop.url}/voice/after"
    assert verbs(document) == ["Connect", "Say", "Hangup"]
    assert shop.switchboard.rung[0].from_number == "+14155550100"


async def test_behind_a_public_address_the_stream_is_secure(tmp_path: Path) -> None:
    settings = {"server": {"public_url": "https://shop.example"}}
    async with running_shop(tmp_path, environment=settings) as shop:
        stream = (await twiml(shop, "/voice", FORM)).find("Connect/Stream")
        assert stream is not None
        assert stream.get("url") == "wss://shop.example/twilio"


@pytest.mark.parametrize("withheld", ["anonymous", "unknown", "", "+0", "client:bob"])
async def test_a_withheld_number_is_no_number(shop: Shop, withheld: str) -> None:
    await twiml(shop, "/voice", FORM | {"From": withheld})
    assert shop.switchboard.rung[0].from_number is None


async def test_where_no_call_is_taken_the_customer_is_told_why(shop: Shop) -> None:
    shop.switchboard.admission = Admission(Answer.BUSY, "", "All our lines are <busy> & hot.")
    document = await twiml(shop, "/voice", FORM)
    assert verbs(document) == ["Say", "Hangup"]
    assert document.findtext("Say") == "All our lines are <busy> & hot."


async def test_where_there_is_a_person_the_customer_is_put_through(tmp_path: Path) -> None:
    settings = {"shop": {"staff_phone": "+14155550123"}}
    async with running_shop(tmp_path, environment=settings) as shop:
        shop.switchboard.admission = Admission(Answer.UNAVAILABLE, "", "One moment.")
        document = await twiml(shop, "/voice", FORM)
        assert verbs(document) == ["Say", "Dial"]
        assert document.findtext("Dial/Number") == "+14155550123"


@pytest.mark.parametrize("crash", [StoreError("The disk is full."), RuntimeError("boom")])
async def test_a_failure_of_ours_is_a_sentence_not_an_error(shop: Shop, crash: Exception) -> None:
    shop.switchboard.crash = crash
    assert verbs(await twiml(shop, "/voice", FORM)) == ["Say", "Hangup"]
    assert verbs(await twiml(shop, "/voice/after", FORM)) == ["Say", "Hangup"]


async def test_after_a_call_that_is_done_comes_the_end(shop: Shop) -> None:
    assert verbs(await twiml(shop, "/voice/after", FORM)) == ["Hangup"]


async def test_after_a_call_for_staff_the_staff_is_rung(tmp_path: Path) -> None:
    settings = {"shop": {"staff_phone": "+14155550123"}}
    async with running_shop(tmp_path, environment=settings) as shop:
        shop.switchboard.next = AfterCall(NextStep.DIAL_STAFF, "I'll put you through.")
        document = await twiml(shop, "/voice/after", FORM)
        assert verbs(document) == ["Say", "Dial"]
        dial = document.find("Dial")
        assert dial is not None
        assert dial.get("action") == f"{shop.url}/voice/after"


@pytest.mark.parametrize(
    ("dialled", "expected"),
    [("completed", ["Hangup"]), ("no-answer", ["Say", "Hangup"]), ("busy", ["Say", "Hangup"])],
)
async def test_after_staff_were_rung_nobody_is_rung_again(
    shop: Shop, dialled: str, expected: list[str]
) -> None:
    shop.switchboard.next = AfterCall(NextStep.DIAL_STAFF, "Again?")
    assert verbs(await twiml(shop, "/voice/after", FORM | {"DialCallStatus": dialled})) == expected


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ({"DialCallStatus": "completed"}, True),
        ({"DialCallStatus": "completed", "DialBridged": "true"}, True),
        ({"DialCallStatus": "completed", "DialBridged": "false"}, False),
        ({"DialCallStatus": "no-answer"}, False),
        ({"DialCallStatus": "busy", "DialBridged": "false"}, False),
        ({"DialCallStatus": "<failed>"}, False),
    ],
)
async def test_staff_came_if_they_were_on_the_line_with_the_customer(
    shop: Shop, came: dict[str, str], expected: bool
) -> None:
    await twiml(shop, "/voice/after", FORM | came)
    assert shop.switchboard.staff_came == [expected]


async def test_where_nobody_came_the_agent_goes_on_and_staff_are_not_rung_twice(
    tmp_path: Path,
) -> None:
    settings = {"shop": {"staff_phone": "+14155550123"}}
    async with running_shop(tmp_path, environment=settings) as shop:
        shop.switchboard.back = Admission(Answer.TALK, "token-again", "")
        document = await twiml(shop, "/voice/after", FORM | {"DialCallStatus": "no-answer"})
        assert verbs(document) == ["Connect", "Say", "Hangup"]
        parameter = document.find("Connect/Stream/Parameter")
        assert parameter is not None
        assert parameter.get("value") == "token-again"


async def test_where_there_is_no_way_back_the_customer_is_told_so(shop: Shop) -> None:
    shop.switchboard.crash = RuntimeError("boom")
    document = await twiml(shop, "/voice/after", FORM | {"DialCallStatus": "busy"})
    assert verbs(document) == ["Say", "Hangup"]


async def test_a_call_status_reaches_the_switchboard(shop: Shop) -> None:
    form = FORM | {"CallStatus": "completed", "SequenceNumber": "3"}
    async with shop.http.post(shop.url + "/voice/status", data=form) as answer:
        assert answer.status == 204
    assert shop.switchboard.statuses == [(CALL, "completed")]


@pytest.mark.parametrize("form", [{}, {"CallSid": "CA<script>"}, {"CallSid": "x" * 100}])
async def test_a_webhook_without_a_call_is_refused(shop: Shop, form: dict[str, str]) -> None:
    async with shop.http.post(shop.url + "/voice", data=form) as answer:
        assert answer.status == 400
        assert answer.content_type == "application/json"


SIGNED: dict[str, object] = {
    "server": {"public_url": "https://shop.example"},
    "twilio": {"auth_token": "12345"},
}


def sign(url: str, form: dict[str, str]) -> str:
    return str(RequestValidator("12345").compute_signature(url, form))


async def test_a_signed_webhook_is_answered(tmp_path: Path) -> None:
    async with running_shop(tmp_path, environment=SIGNED) as shop:
        signature = sign("https://shop.example/voice", FORM)
        headers = {"X-Twilio-Signature": signature}
        assert (await twiml(shop, "/voice", FORM, **headers)).find("Connect") is not None


async def test_an_unsigned_or_forged_one_is_refused(tmp_path: Path) -> None:
    blanks_dropped = {name: value for name, value in FORM.items() if value}
    wrong = [
        "",
        "nonsense",
        sign("https://shop.example/voice/", FORM),
        sign("http://shop.example/voice", FORM),
        sign("https://shop.example/voice", blanks_dropped),
    ]
    async with running_shop(tmp_path, environment=SIGNED) as shop:
        for signature in wrong:
            headers = {"X-Twilio-Signature": signature} if signature else {}
            async with shop.http.post(shop.url + "/voice", data=FORM, headers=headers) as answer:
                assert answer.status == 403
        assert not shop.switchboard.rung


async def test_the_upgrade_is_signed_over_its_wss_address(tmp_path: Path) -> None:
    good = sign("wss://shop.example/twilio", {})
    async with running_shop(tmp_path, environment=SIGNED) as shop:
        headers = {"X-Twilio-Signature": good}
        async with shop.http.ws_connect(shop.url + "/twilio", headers=headers) as socket:
            assert not socket.closed
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        async with shop.http.get(shop.url + "/twilio", headers=upgrade) as answer:
            assert answer.status == 403


async def test_without_an_auth_token_only_this_machine_is_answered(shop: Shop) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    async with shop.http.post(shop.url + "/voice", data=FORM, headers=forwarded) as answer:
        assert answer.status == 403
    assert not shop.switchboard.rung
