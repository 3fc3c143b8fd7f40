"""A clock that jumps, or is wrong, loses no text and sends none twice."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from servizio.store.outbox_worker import OutboxWorker, Persistence
from servizio.store.records import MessageKind, MessageState
from servizio.store.sqlite import SqliteStore
from servizio.telephony.rest import TwilioRest
from servizio.telephony.texts import TwilioSender
from tests.standins.twilio_api import SHOP_NUMBER, TwilioApi
from tests.standins.twilio_faults import AcceptThenFail
from tests.store.scene import PHONE, Provider, StandingClock

SMS = MessageKind.SMS


async def note(store: SqliteStore) -> None:
    await store.queue_message(SMS, "note:0", to=PHONE, body="Order 4782 is ready.")


async def test_what_a_dead_worker_borrowed_before_the_clock_went_back_is_not_held_up(
    store: SqliteStore, clock: StandingClock
) -> None:
    await note(store)
    assert await store.claim_messages({SMS}, limit=1, lease=timedelta(seconds=90))
    clock.pass_(days=-30)
    provider = Provider()
    await OutboxWorker(store, provider, clock=clock, rng=random.Random(1)).send_due(SMS)
    assert len(provider.searches) == 1, "it may have left, so it is looked for"
    assert provider.searches[0] < clock.now, "from when the clock was put back, and before"
    assert len(provider.tries) == 1
    assert [each.state for each in await store.messages()] == [MessageState.SENT]


async def test_a_message_that_is_being_sent_is_not_sent_again_when_the_clock_goes_on(
    store: SqliteStore, clock: StandingClock
) -> None:
    await note(store)
    (message,) = await store.claim_messages({SMS}, limit=1, lease=timedelta(seconds=90))
    clock.pass_(days=3)
    provider = Provider(taken=[message.body])
    await OutboxWorker(store, provider, clock=clock, rng=random.Random(1)).send_due(SMS)
    assert provider.tries == [], "it is found"


@pytest.mark.parametrize("days", [-6, 6])
async def test_a_text_whose_answer_was_lost_is_found_by_a_clock_that_is_days_off(
    tmp_path: Path, days: int
) -> None:
    """Against the real client; the telephone company's clock is right."""
    clock = StandingClock()
    async with TwilioApi() as api, SqliteStore(tmp_path / "shop.db", clock=clock) as store:
        clock.now = datetime.now(UTC) + timedelta(days=days)
        await note(store)
        api.fail_next(AcceptThenFail(503))
        async with TwilioRest(
            account_sid=api.account_sid,
            auth_token=api.auth_token,
            phone_number=SHOP_NUMBER,
            api_url=api.url,
            timeout_seconds=5,
        ) as rest:
            worker = OutboxWorker(
                store,
                TwilioSender(rest),
                clock=clock,
                rng=random.Random(1),
                persistence=Persistence(unclear_wait=1.0, first_wait=1.0),
            )
            await worker.send_due(SMS)
            clock.pass_(seconds=61)
            await worker.send_due(SMS)
        assert [each.state for each in await store.messages()] == [MessageState.SENT]
        assert len(api.messages) == 1
