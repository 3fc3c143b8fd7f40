"""A table elsewhere is asked for over the API: rung once, and one result whatever happens."""

from __future__ import annotations

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs

from servizio.calls import dialled
from servizio.calls.admission import Admission, Answer
from tests.server.conftest import Shop, running_shop
from tests.standins.twilio_api import ACCOUNT_SID, AUTH_TOKEN, SHOP_NUMBER, Asked, TwilioApi
from tests.standins.twilio_faults import AcceptThenDrop, AcceptThenFail, Refuse

PUBLIC = "https://shop.example"
TRATTORIA = "+14155550144"
REQUEST = "Book a table at Trattoria Anna for 4 people tomorrow at 7pm under Rossi"
SECONDS = 8.0


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    async with TwilioApi() as api:
        yield api


@pytest.fixture(autouse=True)
def _no_long_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialled, "REST", 0.01)
    monkeypatch.setattr(dialled, "LOOKS", (0.01, 0.01))


@pytest.fixture
async def shop(tmp_path: Path, api: TwilioApi) -> AsyncIterator[Shop]:
    settings = {
        "twilio": {
            "account_sid": ACCOUNT_SID,
            "auth_token": AUTH_TOKEN,
            "phone_number": SHOP_NUMBER,
            "api_url": api.url,
        },
        "server": {"public_url": PUBLIC},
        "concierge": {"places": [{"name": "Trattoria Anna", "phone_number": TRATTORIA}]},
    }
    async with running_shop(tmp_path, environment=settings) as running:
        yield running


class Restaurant:
    """The telephone company's requests about one call, signed as Twilio signs them."""

    def __init__(self, shop: Shop, asked: Asked, sid: str) -> None:
        self.shop = shop
        self.asked = asked
        self.sid = sid

    async def tells(self, field: str, **form: str) -> tuple[int, str]:
        url = self.asked[field]
        given = {"CallSid": self.sid, "AccountSid": ACCOUNT_SID} | form
        signature = RequestValidator(AUTH_TOKEN).compute_signature(url, given)
        headers = {"X-Twilio-Signature": str(signature)}
        path = url.removeprefix(PUBLIC)
        async with self.shop.http.post(self.shop.url + path, data=given, headers=headers) as told:
            return told.status, await told.text()

    async def status(self, status: str) -> None:
        assert (await self.tells("StatusCallback", CallStatus=status))[0] == 204

    async def answers(self) -> ET.Element:
        status, document = await self.tells("Url", CallStatus="in-progress")
        assert status == 200
        return ET.fromstring(document)  # noqa: S314 - our own answer


async def ask(shop: Shop, words: str = REQUEST, **more: object) -> dict[str, Any]:
    status, answer = await shop.post("/api/calls", {"request": words, **more})
    assert status == 201, answer
    assert isinstance(answer, dict)
    return dict(answer["booking"])


async def rung(shop: Shop, api: TwilioApi, tries: int = 1) -> Restaurant:
    await api.asked(tries, SECONDS)
    placed = [each for each in api.requests if each.method == "POST"]
    async with asyncio.timeout(SECONDS):
        while len(api.calls) < 1:  # noqa: ASYNC110 - asked, not told
            await asyncio.sleep(0.01)
    return Restaurant(shop, placed[-1], list(api.calls)[-1])


async def until(shop: Shop, booking: dict[str, Any], step: str) -> dict[str, Any]:
    async with asyncio.timeout(SECONDS):
        while True:
            _, answer = await shop.get(f"/api/bookings/{booking['id']}")
            assert isinstance(answer, dict)
            if answer["booking"]["step"] == step:
                return dict(answer["booking"])
            await asyncio.sleep(0.01)


async def test_the_place_of_the_address_book_is_rung_with_all_that_twilio_needs(
    shop: Shop, api: TwilioApi
) -> None:
    booking = await ask(shop)
    asked = (await rung(shop, api)).asked
    assert (asked["To"], asked["From"]) == (TRATTORIA, SHOP_NUMBER)
    assert (asked["Timeout"], asked["TimeLimit"]) == ("25", "180")
    assert (asked["MachineDetection"], asked["AsyncAmd"]) == ("Enable", "true")
    assert asked.all("StatusCallbackEvent") == ["initiated", "ringing", "answered", "completed"]
    assert asked["Url"].startswith(f"{PUBLIC}/voice/outbound?token=")
    assert booking["wanted"]["place"] == "Trattoria Anna"
    assert (booking["wanted"]["party"], booking["wanted"]["at"]) == (4, "19:00")
    ringing = await until(shop, booking, "ringing")
    _, call = await shop.get(f"/calls/{ringing['call_sid']}")
    assert isinstance(call, dict)
    assert (call["direction"], call["from"]) == ("outbound", TRATTORIA)


async def test_whoever_answers_gets_the_media_stream_with_a_token_of_its_own(
    shop: Shop, api: TwilioApi
) -> None:
    booking = await ask(shop)
    restaurant = await rung(shop, api)
    await restaurant.status("ringing")
    document = await restaurant.answers()
    stream = document.find("Connect/Stream")
    assert stream is not None
    assert stream.get("url") == "wss://shop.example/twilio"
    incoming = shop.switchboard.rung[0]
    assert incoming.call_sid == restaurant.sid
    assert incoming.errand is not None
    parameter = stream.find("Parameter")
    assert parameter is not None
    assert parameter.get("value") == shop.switchboard.tokens[restaurant.sid]
    assert (await until(shop, booking, "talking"))["call_sid"] == restaurant.sid


@pytest.mark.parametrize(
    ("status", "result", "words"),
    [
        ("busy", "no_answer", "the line was busy"),
        ("no-answer", "no_answer", "Nobody at Trattoria Anna took the call"),
        ("failed", "failed", "the number was not reached"),
        ("canceled", "no_answer", "Nobody at Trattoria Anna took the call"),
    ],
)
async def test_a_call_that_nobody_takes_ends_in_a_result_and_a_sentence(
    shop: Shop, api: TwilioApi, status: str, result: str, words: str
) -> None:
    booking = await ask(shop)
    restaurant = await rung(shop, api)
    await restaurant.status("ringing")
    await restaurant.status(status)
    await restaurant.status(status)
    over = await until(shop, booking, "over")
    assert over["outcome"]["result"] == result
    assert words in over["outcome"]["sentence"]


async def test_a_machine_is_hung_up_on(shop: Shop, api: TwilioApi) -> None:
    booking = await ask(shop)
    restaurant = await rung(shop, api)
    await restaurant.answers()
    await restaurant.tells("AsyncAmdStatusCallback", AnsweredBy="machine_start")
    await restaurant.status("completed")
    over = await until(shop, booking, "over")
    assert over["outcome"]["result"] == "voicemail"


async def test_a_person_is_not_taken_for_a_machine(shop: Shop, api: TwilioApi) -> None:
    booking = await ask(shop)
    restaurant = await rung(shop, api)
    await restaurant.answers()
    await restaurant.tells("AsyncAmdStatusCallback", AnsweredBy="human")
    await restaurant.status("completed")
    over = await until(shop, booking, "over")
    assert over["outcome"]["result"] == "failed"
    assert "the call broke off" in over["outcome"]["sentence"]


@pytest.mark.parametrize("fault", [AcceptThenDrop(), AcceptThenFail(502)])
async def test_a_call_whose_answer_is_lost_is_not_placed_again(
    shop: Shop, api: TwilioApi, fault: AcceptThenDrop | AcceptThenFail
) -> None:
    api.fail_next(fault)
    booking = await ask(shop)
    ringing = await until(shop, booking, "ringing")
    assert [each.method for each in api.requests].count("POST") == 1
    assert list(api.calls) == [ringing["call_sid"]]


async def test_a_call_that_was_certainly_not_taken_is_placed_once_more(
    shop: Shop, api: TwilioApi
) -> None:
    api.fail_next(Refuse(429, 20429))
    booking = await ask(shop)
    await until(shop, booking, "ringing")
    assert len(api.calls) == 1


async def test_a_number_that_cannot_be_rung_is_told_at_once(shop: Shop, api: TwilioApi) -> None:
    api.fail_next(Refuse(400, 21211))
    over = await until(shop, await ask(shop), "over")
    assert over["outcome"]["result"] == "failed"
    assert "21211" in over["outcome"]["sentence"]
    assert len(api.requests) == 1


async def test_the_same_place_is_not_rung_twice_at_once(shop: Shop, api: TwilioApi) -> None:
    await ask(shop)
    await rung(shop, api)
    status, answer = await shop.post("/api/calls", {"request": REQUEST})
    assert status == 422
    assert "being rung" in str(answer)
    assert len(api.calls) == 1


async def test_a_webhook_with_a_foreign_token_or_call_is_hung_up_on(
    shop: Shop, api: TwilioApi
) -> None:
    await ask(shop)
    restaurant = await rung(shop, api)
    token = restaurant.asked["Url"].partition("token=")[2]
    url = restaurant.asked["Url"].replace(token, "x" * len(token))
    forged = Restaurant(shop, Asked("POST", "", (("Url", url),)), restaurant.sid)
    assert [verb.tag for verb in await forged.answers()] == ["Hangup"]
    await restaurant.status("ringing")
    other = Restaurant(shop, restaurant.asked, "CA" + "9" * 32)
    assert [verb.tag for verb in await other.answers()] == ["Hangup"]
    assert shop.switchboard.rung == []


async def test_a_webhook_without_twilios_signature_is_refused(shop: Shop, api: TwilioApi) -> None:
    await ask(shop)
    restaurant = await rung(shop, api)
    path = restaurant.asked["Url"].removeprefix(PUBLIC)
    async with shop.http.post(shop.url + path, data={"CallSid": restaurant.sid}) as told:
        assert told.status == 403


async def test_what_the_request_lacks_is_asked_for(shop: Shop, api: TwilioApi) -> None:
    words = "a table at Trattoria Anna under Rossi"
    status, answer = await shop.post("/api/calls", {"request": words})
    assert status == 422
    assert isinstance(answer, dict)
    assert answer["error"]["code"] == "incomplete"
    missing = [each["ask"] for each in answer["error"]["missing"]]
    assert missing == ["party", "day", "time"]
    answers = {"party": "the two of us", "day": "tomorrow", "time": "half past seven"}
    booking = await ask(shop, words, answers=answers)
    assert (booking["wanted"]["party"], booking["wanted"]["at"]) == (2, "19:30")
    await rung(shop, api)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"request": ""}, 400),
        ({"request": 7}, 400),
        ({"request": REQUEST, "answers": {"shoe": "9"}}, 400),
        ({"request": REQUEST, "answers": []}, 400),
        ({"request": "a table for two at Nowhere Inn tomorrow at 7pm under Rossi"}, 422),
    ],
)
async def test_what_makes_no_sense_rings_nobody(
    shop: Shop, api: TwilioApi, body: dict[str, object], status: int
) -> None:
    got, answer = await shop.post("/api/calls", body)
    assert got == status, answer
    assert api.requests == []


async def test_no_line_is_free_so_nobody_is_rung(shop: Shop, api: TwilioApi) -> None:
    shop.switchboard.open = False
    status, _ = await shop.post("/api/calls", {"request": REQUEST})
    assert status == 422
    assert api.requests == []


async def test_an_agent_that_cannot_come_ends_the_call(shop: Shop, api: TwilioApi) -> None:
    booking = await ask(shop)
    restaurant = await rung(shop, api)
    shop.switchboard.admission = Admission(Answer.UNAVAILABLE, "", "Sorry.")
    assert [verb.tag for verb in await restaurant.answers()] == ["Hangup"]
    assert (await until(shop, booking, "over"))["outcome"]["result"] == "failed"


async def test_a_server_that_stops_ends_its_calls(tmp_path: Path, api: TwilioApi) -> None:
    settings: dict[str, object] = {
        "twilio": {
            "account_sid": ACCOUNT_SID,
            "auth_token": AUTH_TOKEN,
            "phone_number": SHOP_NUMBER,
            "api_url": api.url,
        },
        "server": {"public_url": PUBLIC},
        "concierge": {"places": [{"name": "Trattoria Anna", "phone_number": TRATTORIA}]},
    }
    async with running_shop(tmp_path, environment=settings) as shop:
        booking = await ask(shop)
        sid = (await until(shop, booking, "ringing"))["call_sid"]
    assert api.calls[sid]["status"] == "completed"
    async with running_shop(tmp_path, environment=settings) as shop:
        over = await until(shop, booking, "over")
        assert over["outcome"]["result"] == "failed"


async def test_calls_for_a_table_are_for_staff_alone(shop: Shop) -> None:
    assert (await shop.get("/api/bookings", staff=False))[0] == 401
    assert (await shop.get("/api/bookings"))[1] == {"bookings": []}
    assert (await shop.get("/api/bookings/77"))[0] == 404
    assert (await shop.get("/api/bookings/x"))[0] == 404
