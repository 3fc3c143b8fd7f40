"""Nobody comes to the telephone: a message after the tone, told, heard, and erased."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs

from servizio.calls.admission import Admission, Answer
from tests.server.conftest import STAFF, Shop, running_shop
from tests.server.test_webhooks import CALL, FORM, verbs
from tests.standins.twilio_api import TwilioApi

RECORDING = "RE" + "5" * 32
LEFT = FORM | {"RecordingSid": RECORDING, "RecordingDuration": "23", "Digits": "hangup"}
KEPT = {
    "AccountSid": FORM["AccountSid"],
    "CallSid": CALL,
    "RecordingSid": RECORDING,
    "RecordingDuration": "23",
    "RecordingStatus": "completed",
}
PUBLIC = "https://shop.example"


@asynccontextmanager
async def shop_of(
    folder: Path, api: TwilioApi, *, staff_phone: str = "+14155550123", **shop: object
) -> AsyncIterator[Shop]:
    environment = {
        "shop": {"staff_phone": staff_phone, **shop},
        "server": {"public_url": PUBLIC},
        "twilio": {
            "account_sid": api.account_sid,
            "auth_token": api.auth_token,
            "api_url": api.url,
        },
    }
    async with running_shop(folder, environment=environment) as running:
        await running.store.start_call(CALL, phone=FORM["From"])
        yield running


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    async with TwilioApi() as api:
        yield api


@pytest.fixture
async def shop(tmp_path: Path, api: TwilioApi) -> AsyncIterator[Shop]:
    async with shop_of(tmp_path, api) as running:
        yield running


async def ask(shop: Shop, api: TwilioApi, path: str, form: dict[str, str]) -> tuple[int, str]:
    signature = RequestValidator(api.auth_token).compute_signature(PUBLIC + path, form)
    headers = {"X-Twilio-Signature": str(signature)}
    async with shop.http.post(shop.url + path, data=form, headers=headers) as answer:
        return answer.status, await answer.text()


async def twiml(shop: Shop, api: TwilioApi, path: str, form: dict[str, str]) -> ET.Element:
    status, text = await ask(shop, api, path, form)
    assert status == 200
    return ET.fromstring(text)  # noqa: S314 - our own answer


async def test_where_nobody_comes_the_customer_may_speak_after_a_tone(
    shop: Shop, api: TwilioApi
) -> None:
    document = await twiml(shop, api, "/voice/after", FORM | {"DialCallStatus": "no-answer"})
    assert verbs(document) == ["Say", "Record", "Hangup"]
    record = document.find("Record")
    assert record is not None
    assert record.get("action") == f"{PUBLIC}/voice/message"
    assert record.get("recordingStatusCallback") == f"{PUBLIC}/voice/message/kept"
    assert record.get("maxLength") == "120"


@pytest.mark.parametrize("order", [("left", "kept"), ("kept", "left"), ("left",), ("kept",)])
async def test_staff_hear_of_a_message_once_whatever_the_telephone_company_tells_first(
    shop: Shop, api: TwilioApi, order: tuple[str, ...]
) -> None:
    await twiml(shop, api, "/voice/after", FORM | {"DialCallStatus": "no-answer"})
    for what in order * 2:
        if what == "left":
            assert "Thank you" in (await ask(shop, api, "/voice/message", LEFT))[1]
        else:
            assert (await ask(shop, api, "/voice/message/kept", KEPT))[0] == 204
    status, told = await shop.get("/api/voice_messages")
    assert status == 200
    assert isinstance(told, dict)
    assert [each["seconds"] for each in told["messages"]] == [23]
    (text,) = await shop.store.messages()
    assert text.to == "+14155550123"
    assert "ends in 0100 left a message (23 s). Listen: https://shop.example/barista/mess" in (
        text.body
    )
    assert FORM["From"] not in text.body


@pytest.mark.parametrize(
    "nothing",
    [
        {"RecordingDuration": "0"},
        {"RecordingDuration": ""},
        {"RecordingDuration": "-5"},
        {"RecordingDuration": "1e9"},
        {"RecordingSid": ""},
        {"RecordingSid": "../Calls"},
        {"RecordingSid": RECORDING + "\n0"},
    ],
)
async def test_a_message_in_which_nothing_is_said_is_none(
    shop: Shop, api: TwilioApi, nothing: dict[str, str]
) -> None:
    document = await twiml(shop, api, "/voice/message", LEFT | nothing)
    assert verbs(document) == ["Say", "Hangup"]
    assert await shop.store.voice_messages() == []
    assert await shop.store.messages() == []


async def test_staff_listen_to_a_message_and_to_a_part_of_it(shop: Shop, api: TwilioApi) -> None:
    api.recordings[RECORDING] = b"0123456789"
    await ask(shop, api, "/voice/message", LEFT)
    url = f"{shop.url}/api/voice_messages/{RECORDING}/sound"
    async with shop.http.get(url, headers=STAFF) as answer:
        assert (answer.status, answer.content_type) == (200, "audio/mpeg")
        assert await answer.read() == b"0123456789"
    async with shop.http.get(url, headers=STAFF | {"Range": "bytes=2-4"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"234")
        assert answer.headers["Content-Range"] == "bytes 2-4/10"
    async with shop.http.get(url, headers=STAFF | {"Range": "bytes=zzz"}) as answer:
        assert (answer.status, await answer.read()) == (200, b"0123456789")
    async with shop.http.get(url) as answer:
        assert answer.status == 401


async def test_a_message_whose_sound_is_not_there_yet_is_said_to_be_so(
    shop: Shop, api: TwilioApi
) -> None:
    await ask(shop, api, "/voice/message", LEFT)
    status, told = await shop.get(f"/api/voice_messages/{RECORDING}/sound")
    assert status == 502
    assert "some seconds" in str(told)
    assert api.account_sid not in str(told)
    assert (await shop.get("/api/voice_messages/RE1/sound"))[0] == 404


async def test_what_staff_are_done_with_is_erased_at_the_telephone_company_too(
    shop: Shop, api: TwilioApi
) -> None:
    api.recordings[RECORDING] = b"sound"
    await ask(shop, api, "/voice/message", LEFT)
    assert (await shop.post(f"/api/voice_messages/{RECORDING}/done"))[0] == 200
    assert (await shop.post(f"/api/voice_messages/{RECORDING}/done"))[0] == 404
    await api.asked(1)
    assert api.recordings == {}


async def test_the_page_plays_messages_and_lets_them_go(shop: Shop, api: TwilioApi) -> None:
    await ask(shop, api, "/voice/message", LEFT)
    page = f"{shop.url}/barista/messages"
    async with shop.http.get(page, headers=STAFF) as answer:
        text = await answer.text()
        assert f'src="/api/voice_messages/{RECORDING}/sound"' in text
        assert 'href="tel:+14155550100"' in text
        assert "415-555-0100" in text
    gone = {"done": RECORDING}
    async with shop.http.post(page, data=gone, headers=STAFF, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/barista/messages")
    async with shop.http.post(page, data=gone, headers=STAFF) as answer:
        assert answer.status == 404
        assert "No messages." in await answer.text()


async def test_without_staff_to_ring_a_customer_whom_no_agent_serves_leaves_a_message(
    tmp_path: Path, api: TwilioApi
) -> None:
    async with shop_of(tmp_path, api, staff_phone="") as shop:
        shop.switchboard.admission = Admission(Answer.UNAVAILABLE, "", "Not now.")
        document = await twiml(shop, api, "/voice", FORM)
        assert verbs(document) == ["Say", "Record", "Hangup"]
        assert "cannot take orders" in (document.findtext("Say") or "")


async def test_a_customer_without_a_number_is_asked_to_say_one(shop: Shop, api: TwilioApi) -> None:
    withheld = FORM | {"DialCallStatus": "busy", "From": "anonymous"}
    document = await twiml(shop, api, "/voice/after", withheld)
    assert "with your number" in (document.findtext("Say") or "")


async def test_an_owner_may_want_no_messages(tmp_path: Path, api: TwilioApi) -> None:
    async with shop_of(tmp_path, api, voice_mail=False) as shop:
        missed = FORM | {"DialCallStatus": "no-answer"}
        assert verbs(await twiml(shop, api, "/voice/after", missed)) == ["Say", "Hangup"]
        (text,) = await shop.store.messages()
        assert "nobody took" in text.body


async def test_a_message_that_cannot_be_written_down_is_thanked_for_all_the_same(
    shop: Shop, api: TwilioApi
) -> None:
    await shop.store.close()
    assert "Thank you" in (await ask(shop, api, "/voice/message", LEFT))[1]
    assert (await ask(shop, api, "/voice/message/kept", KEPT))[0] == 503
