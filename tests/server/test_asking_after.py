"""Texts of which nothing was told are asked after, again and again, but not for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from servizio.server.asking_after import AskingAfter
from servizio.store.records import MessageKind, MessageState
from servizio.store.sqlite import SqliteStore
from servizio.telephony.rest import TwilioRest
from servizio.telephony.texts import TwilioSender
from tests.standins.twilio_api import SHOP_NUMBER, TwilioApi
from tests.standins.twilio_faults import UNAVAILABLE
from tests.store.scene import PHONE, StandingClock


class Company:
    """A telephone company that can be asked, over its API, with a shop that sends by it."""

    def __init__(self, api: TwilioApi, store: SqliteStore, clock: StandingClock) -> None:
        self.api = api
        self.store = store
        self.clock = clock
        rest = TwilioRest(
            account_sid=api.account_sid,
            auth_token=api.auth_token,
            phone_number=SHOP_NUMBER,
            api_url=api.url,
        )
        self.rest = rest
        self.sender = TwilioSender(rest)
        self.asking = AskingAfter(store, self.sender, clock)

    async def sends(self) -> None:
        count = len(self.api.messages)
        await self.store.queue_message(
            MessageKind.SMS, f"note:{count}", to=PHONE, body=f"hello {count}"
        )
        sent = await self.sender.send(PHONE, f"hello {count}")
        (message,) = await self.store.messages(1)
        await self.store.finish_message(message, MessageState.SENT, provider_sid=sent.sid)

    def becomes(self, status: str, error_code: int | None = None) -> None:
        self.api.messages[-1] |= {"status": status, "error_code": error_code}

    async def round_after(self, **span: float) -> int:
        self.clock.pass_(**span)
        return await self.asking.round()

    def questions(self) -> int:
        return sum(
            asked.method == "GET" and asked.path.startswith("/Messages/")
            for asked in self.api.requests
        )


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    clock = StandingClock()
    async with TwilioApi() as api, SqliteStore(tmp_path / "shop.db", clock=clock) as store:
        made = Company(api, store, clock)
        async with made.rest:
            yield made


async def test_what_became_of_a_text_is_learned_though_nobody_told(company: Company) -> None:
    await company.sends()
    company.becomes("undelivered", 30006)
    assert await company.round_after(minutes=1) == 0, "it may still be told"
    assert await company.round_after(minutes=5) == 1
    (message,) = await company.store.messages()
    assert (message.delivery, message.error_code) == ("undelivered", "30006")
    assert await company.round_after(minutes=30) == 0
    assert company.questions() == 1


async def test_a_text_of_which_nothing_is_known_is_asked_after_less_and_less(
    company: Company,
) -> None:
    await company.sends()
    company.becomes("sent")
    for _ in range(240):
        await company.round_after(minutes=2)
    assert company.questions() in range(4, 9)


async def test_a_company_that_does_not_answer_is_asked_again(company: Company) -> None:
    await company.sends()
    company.becomes("delivered")
    company.api.fail_next(UNAVAILABLE)
    assert await company.round_after(minutes=5) == 0
    assert await company.round_after(minutes=5) == 1
    (message,) = await company.store.messages()
    assert message.delivery == "delivered"
