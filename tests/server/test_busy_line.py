"""All lines are busy: the next customer is offered the staff or a text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from servizio.calls.admission import Admission, Answer
from servizio.store.records import MessageState
from tests.server.conftest import NotedCall, Shop, running_shop
from tests.server.test_voice_mail import PUBLIC, twiml
from tests.server.test_webhooks import CALL, FORM, verbs
from tests.standins.twilio_api import SHOP_NUMBER, TwilioApi

LIVE = "CA" + "2" * 32
STAFF_PHONE = "+14155550123"


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    async with TwilioApi() as api:
        yield api


@asynccontextmanager
async def busy_shop(
    folder: Path, api: TwilioApi, *, staff_phone: str = STAFF_PHONE, number: str = SHOP_NUMBER
) -> AsyncIterator[Shop]:
    environment = {
        "shop": {"staff_phone": staff_phone},
        "server": {"public_url": PUBLIC},
        "twilio": {
            "account_sid": api.account_sid,
            "auth_token": api.auth_token,
            "phone_number": number,
            "api_url": api.url,
        },
    }
    async with running_shop(folder, environment=environment) as shop:
        shop.switchboard.admission = Admission(Answer.BUSY, "", "All lines are busy.")
        shop.switchboard.calls[LIVE] = NotedCall(LIVE, None)  # type: ignore[arg-type]  # no line
        await shop.store.start_call(LIVE)
        yield shop


async def test_the_customer_chooses_between_staff_and_a_text(
    tmp_path: Path, api: TwilioApi
) -> None:
    async with busy_shop(tmp_path, api) as shop:
        document = await twiml(shop, api, "/voice", FORM)
        assert verbs(document) == ["Gather", "Redirect"]
        gather = document.find("Gather")
        assert gather is not None
        assert gather.get("action") == f"{PUBLIC}/voice/busy"
        said = gather.findtext("Say") or ""
        assert said.startswith("I'm sorry, all our lines are busy.")
        assert "text you" in said
        assert "our staff" in said
        for key in ({"Digits": "1"}, {"Digits": "#"}, {}):
            put_through = await twiml(shop, api, "/voice/busy", FORM | key)
            assert put_through.findtext("Dial/Number") == STAFF_PHONE
        assert await shop.store.messages() == []


async def test_the_text_leaves_when_a_call_ends_and_only_once(
    tmp_path: Path, api: TwilioApi
) -> None:
    async with busy_shop(tmp_path, api) as shop:
        for _ in range(2):
            document = await twiml(shop, api, "/voice/busy", FORM | {"Digits": "2"})
            assert verbs(document) == ["Say", "Hangup"]
            assert "text you" in (document.findtext("Say") or "")
        (text,) = await shop.store.messages()
        assert (text.to, text.state) == (FORM["From"], MessageState.HELD)
        assert text.body == (
            "Servizio Boba: a line is free now. Please call us again at +14155550199."
            " Or order in your browser: https://shop.example/talk"
        )
        await shop.store.end_call(LIVE, outcome="completed")
        (text,) = await shop.store.messages()
        assert text.state is MessageState.PENDING


async def test_a_line_that_was_free_by_then_is_told_at_once(tmp_path: Path, api: TwilioApi) -> None:
    async with busy_shop(tmp_path, api) as shop:
        shop.switchboard.calls.clear()
        await twiml(shop, api, "/voice/busy", FORM | {"Digits": "2"})
        (text,) = await shop.store.messages()
        assert text.state is MessageState.PENDING


async def test_who_wants_no_texts_or_has_no_number_is_offered_staff_alone(
    tmp_path: Path, api: TwilioApi
) -> None:
    async with busy_shop(tmp_path, api) as shop:
        await shop.store.set_opted_out(FORM["From"], out=True)
        for form in (FORM, FORM | {"From": "anonymous"}):
            document = await twiml(shop, api, "/voice", form)
            assert verbs(document) == ["Say", "Dial"]
            assert "Stay on the line" in (document.findtext("Say") or "")
            await twiml(shop, api, "/voice/busy", form | {"Digits": "2"})
        assert await shop.store.messages() == []


async def test_without_staff_a_text_is_offered_for_any_key(tmp_path: Path, api: TwilioApi) -> None:
    async with busy_shop(tmp_path, api, staff_phone="") as shop:
        assert verbs(await twiml(shop, api, "/voice", FORM)) == ["Gather", "Redirect"]
        assert verbs(await twiml(shop, api, "/voice/busy", FORM)) == ["Say", "Hangup"]
        assert await shop.store.messages() == []
        await twiml(shop, api, "/voice/busy", FORM | {"Digits": "7"})
        assert len(await shop.store.messages()) == 1


async def test_without_either_the_customer_is_asked_to_call_again(
    tmp_path: Path, api: TwilioApi
) -> None:
    async with busy_shop(tmp_path, api, staff_phone="", number="") as shop:
        document = await twiml(shop, api, "/voice", FORM)
        assert verbs(document) == ["Say", "Hangup"]
        assert document.findtext("Say") == "All lines are busy."
        assert CALL not in shop.switchboard.calls
