"""A telephone company that fails in every way it knows: each text still leaves once.

Over real sockets, with the real client, against the stand-in for Twilio's API.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servizio.store.outbox_worker import OutboxWorker, Persistence
from servizio.store.records import MessageKind, MessageState
from servizio.store.sqlite import SqliteStore
from servizio.telephony.rest import TwilioRest
from servizio.telephony.texts import TwilioSender
from tests.standins.twilio_api import SHOP_NUMBER, TwilioApi
from tests.standins.twilio_faults import (
    UNAVAILABLE,
    AcceptSilently,
    AcceptThenDrop,
    AcceptThenFail,
    AcceptWithNonsense,
    Fault,
    Refuse,
)

FAULTS: tuple[Fault, ...] = (
    Refuse(429, 20429, {"Retry-After": "0"}),
    Refuse(500),
    Refuse(502, 20500),
    UNAVAILABLE,
    Refuse(400, 21611),
    AcceptThenFail(500),
    AcceptThenFail(503),
    AcceptThenDrop(),
    AcceptWithNonsense(),
    AcceptWithNonsense('{"sid": null}'),
    AcceptWithNonsense('{"sid": "SM'),
    AcceptSilently(),
)
IMPATIENT = Persistence(
    attempts=40, first_wait=0.001, longest_wait=0.01, unclear_wait=0.02, store_wait=0.01
)
TEXTS = 40


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_text_leaves_exactly_once_whatever_is_answered(
    tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    async with TwilioApi() as api, SqliteStore(tmp_path / "shop.db", clock=clock) as store:
        for number in range(TEXTS):
            await store.queue_message(
                MessageKind.SMS,
                f"note:{number}",
                to=f"+1415555{number:04}",
                body=f"Boba Bar: order {number:04} is ready for pickup. It’s hot…",
            )
        api.fail_next(*(dice.choice(FAULTS) for _ in range(TEXTS * 2)))
        rest = TwilioRest(
            account_sid=api.account_sid,
            auth_token=api.auth_token,
            phone_number=SHOP_NUMBER,
            api_url=api.url,
            timeout_seconds=0.3,
        )
        async with (
            rest,
            OutboxWorker(store, TwilioSender(rest), clock=clock, rng=dice, persistence=IMPATIENT),
        ):
            async with asyncio.timeout(45):
                version = -1
                while (await store.pending_messages())[MessageKind.SMS]:
                    version = await store.outbox_beyond(version)
        states = Counter(message.state for message in await store.messages(TEXTS))
        bodies = Counter(str(message["body"]) for message in api.messages)
    assert states == {MessageState.SENT: TEXTS}
    assert set(bodies.values()) == {1}
    assert len(bodies) == TEXTS
    assert all("It's hot..." in body for body in bodies), "in the alphabet of one short text"


async def test_every_answer_is_matched_to_its_own_text(tmp_path: Path) -> None:
    """The same words to the same number twice, the second time without an answer."""
    async with TwilioApi() as api, SqliteStore(tmp_path / "shop.db", clock=clock) as store:
        rest = TwilioRest(
            account_sid=api.account_sid,
            auth_token=api.auth_token,
            phone_number=SHOP_NUMBER,
            api_url=api.url,
            timeout_seconds=0.3,
        )
        async with (
            rest,
            OutboxWorker(
                store, TwilioSender(rest), clock=clock, rng=random.Random(1), persistence=IMPATIENT
            ),
        ):
            for number, faults in enumerate(((), (Refuse(503),))):
                api.fail_next(*faults)
                await store.queue_message(
                    MessageKind.SMS, f"note:{number}", to="+14155550100", body="Ready."
                )
                async with asyncio.timeout(10):
                    version = -1
                    while (await store.pending_messages())[MessageKind.SMS]:
                        version = await store.outbox_beyond(version)
        sids = [message.provider_sid for message in await store.messages()]
    assert len(api.messages) == 2
    assert len(set(sids)) == 2
