"""The worker sends each message once, patiently, and says what it could not do."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from servizio.shop.order import OrderStatus
from servizio.store import outbox_worker
from servizio.store.outbox_worker import CLOCK_SKEW, FOR_HOURS, OutboxWorker, Persistence
from servizio.store.records import Message, MessageKind, MessageState
from servizio.store.sending import Sender, SendKind, SendOutcome
from servizio.store.sqlite import SqliteStore
from servizio.telephony.texts import SendKind as TwilioSendKind
from servizio.telephony.texts import TwilioSender
from tests.store.scene import (
    PHONE,
    RETRY,
    UNKNOWN,
    Provider,
    StandingClock,
    draft,
    received_text,
    states,
)

MakeStore = Callable[..., SqliteStore]
SMS = MessageKind.SMS


def worker_of(
    store: SqliteStore,
    sender: Sender | None,
    clock: StandingClock,
    *,
    webhooks: Sender | None = None,
    **persistence: float,
) -> OutboxWorker:
    return OutboxWorker(
        store,
        sender,
        clock=clock,
        rng=random.Random(1),
        webhook_sender=webhooks,
        persistence=Persistence(**persistence),  # type: ignore[arg-type]
    )


async def note(store: SqliteStore, body: str = "hello") -> None:
    await store.queue_message(SMS, f"note:0:{body}", to=PHONE, body=body)


async def only(store: SqliteStore) -> Message:
    (message,) = await store.messages()
    return message


async def until(store: SqliteStore, reached: Callable[[list[Message]], bool]) -> list[Message]:
    """The messages, as soon as they are as wished."""
    async with asyncio.timeout(10):
        while True:
            version = await store.outbox_beyond(-1)
            messages = list(await store.messages())
            if reached(messages):
                return messages
            await store.outbox_beyond(version)


def all_in(state: MessageState) -> Callable[[list[Message]], bool]:
    return lambda messages: bool(messages) and all(each.state is state for each in messages)


@contextmanager
def heard_in_log(word: str) -> Iterator[asyncio.Event]:
    """An event that is set when the worker logs this."""
    heard = asyncio.Event()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if word in record.getMessage():
                heard.set()

    ear = Ear()
    outbox_worker.log.addHandler(ear)
    try:
        yield heard
    finally:
        outbox_worker.log.removeHandler(ear)


async def test_a_text_leaves_as_soon_as_its_call_is_over(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider()
    async with worker_of(store, provider, clock):
        await store.start_call("CA1", phone=PHONE)
        order = await store.place_order(draft(), actor="agent", text=received_text)
        assert provider.tries == []
        await store.end_call("CA1", outcome="ordered")
        (message,) = await until(store, all_in(MessageState.SENT))
    assert provider.taken == [received_text(order)]
    assert provider.numbers == {PHONE}
    assert (message.provider_sid, message.attempts) == ("SM1", 1)


async def test_a_message_of_another_process_is_sent_too(
    make_store: MakeStore, clock: StandingClock
) -> None:
    provider = Provider()
    async with make_store() as store, make_store() as other, worker_of(store, provider, clock):
        await note(other)
        await until(store, all_in(MessageState.SENT))
    assert provider.taken == ["hello"]


async def test_without_a_telephone_account_texts_stay_here_and_say_so(
    store: SqliteStore, clock: StandingClock
) -> None:
    order = await store.place_order(draft(), actor="agent", text=received_text)
    await store.set_status(order.number, OrderStatus.READY, actor="staff")
    await worker_of(store, None, clock).send_due(SMS)
    assert await states(store) == {"received": MessageState.LOCAL, "ready": MessageState.LOCAL}


async def test_texts_and_webhooks_have_senders_of_their_own(
    make_store: MakeStore, clock: StandingClock
) -> None:
    texts, webhooks = Provider(gate=asyncio.Event()), Provider()
    async with (
        make_store(webhook_urls=("https://one.example/",)) as store,
        worker_of(store, texts, clock, webhooks=webhooks),
    ):
        await store.place_order(draft(None), actor="staff", text=received_text)
        await until(store, lambda all_: any(m.state is MessageState.SENT for m in all_))
        assert (len(webhooks.taken), texts.taken) == (1, []), "one never waits for the other"
        assert texts.gate is not None
        texts.gate.set()
    assert len(texts.taken) == 1


async def test_a_refusal_for_now_is_tried_again_later_and_later(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider(answers=[RETRY] * 4)
    worker = worker_of(store, provider, clock)
    await note(store)
    waits = []
    while (message := await only(store)).state is MessageState.PENDING:
        clock.now = max(clock.now, message.next_attempt_at)
        before = clock.now
        assert await worker.send_due(SMS) == 1
        assert await worker.send_due(SMS) == 0, "not before its time"
        waits.append(((await only(store)).next_attempt_at - before).total_seconds())
    assert message.state is MessageState.SENT
    for tries, wait in enumerate(waits[:4]):
        assert 0.5 * 2**tries <= wait <= 2**tries
    assert provider.searches == [], "what certainly did not leave is not looked for"


async def test_the_provider_says_how_long_to_wait(store: SqliteStore, clock: StandingClock) -> None:
    answers = [SendOutcome(SendKind.RETRY, retry_after=seconds) for seconds in (42.0, 99999.0)]
    worker = worker_of(store, Provider(answers=answers), clock)
    await note(store)
    await worker.send_due(SMS)
    assert (await only(store)).next_attempt_at == clock.now + timedelta(seconds=42)
    clock.pass_(seconds=42)
    await worker.send_due(SMS)
    assert (await only(store)).next_attempt_at == clock.now + timedelta(hours=1)


async def test_a_number_that_opted_out_is_never_tried_again(
    store: SqliteStore, clock: StandingClock
) -> None:
    refused = SendOutcome(SendKind.PERMANENT, code=21610, reason="This number has opted out.")
    provider = Provider(answers=[refused])
    await note(store)
    await worker_of(store, provider, clock).send_due(SMS)
    message = await only(store)
    assert (message.state, message.error_code) == (MessageState.FAILED, "21610")
    assert message.error_text == "This number has opted out."
    clock.pass_(days=1)
    assert await worker_of(store, provider, clock).send_due(SMS) == 0


async def test_staff_are_told_when_patience_ends(store: SqliteStore, clock: StandingClock) -> None:
    provider = Provider(answers=[RETRY] * 99)
    worker = worker_of(store, provider, clock, attempts=3)
    await note(store)
    for _ in range(5):
        await worker.send_due(SMS)
        clock.pass_(hours=1)
    message = await only(store)
    assert (message.state, len(provider.tries)) == (MessageState.FAILED, 3)
    assert message.error_text == "Too many at once."


async def test_after_an_unclear_answer_the_message_is_looked_for(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider(answers=[UNKNOWN], taken=["hello"])
    worker = worker_of(store, provider, clock)
    began = clock.now
    await note(store)
    await worker.send_due(SMS)
    message = await only(store)
    assert message.uncertain
    assert message.next_attempt_at >= clock.now + timedelta(seconds=60)
    clock.pass_(seconds=61)
    await worker.send_due(SMS)
    assert (await only(store)).state is MessageState.SENT
    assert provider.tries == ["hello"], "it had arrived"
    assert provider.searches == [began - CLOCK_SKEW]


async def test_an_unclear_try_that_did_not_arrive_is_made_again(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider(answers=[UNKNOWN, RETRY])
    worker = worker_of(store, provider, clock)
    await note(store)
    for _ in range(3):
        await worker.send_due(SMS)
        clock.pass_(seconds=61)
    assert provider.taken == ["hello"]
    assert len(provider.searches) == 1, "a clear refusal needs no search after it"


async def test_nothing_is_sent_while_nobody_can_look(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider(answers=[UNKNOWN], looks=[RETRY, UNKNOWN], taken=["hello"])
    worker = worker_of(store, provider, clock)
    await note(store)
    for _ in range(4):
        await worker.send_due(SMS)
        clock.pass_(minutes=6)
    assert (await only(store)).state is MessageState.SENT
    assert provider.tries == ["hello"]


async def test_a_try_that_was_never_cleared_up_says_so(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider(answers=[UNKNOWN], looks=[UNKNOWN])
    worker = worker_of(store, provider, clock, attempts=2)
    await note(store)
    for _ in range(3):
        await worker.send_due(SMS)
        clock.pass_(minutes=6)
    message = await only(store)
    assert message.state is MessageState.FAILED
    assert "may have arrived" in (message.error_text or "")


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_crash_in_mid_try_sends_nothing_twice(
    store: SqliteStore, clock: StandingClock, arrived: bool
) -> None:
    await note(store)
    await store.claim_messages({SMS}, limit=1, lease=timedelta(seconds=90))
    provider = Provider(taken=["hello"] if arrived else [])
    worker = worker_of(store, provider, clock)
    assert await worker.send_due(SMS) == 0, "the other one may be alive"
    clock.pass_(seconds=91)
    await worker.send_due(SMS)
    assert provider.taken == ["hello"]
    assert (await only(store)).state is MessageState.SENT


async def test_a_text_taken_back_in_mid_try_is_not_sent_after_the_crash(
    store: SqliteStore, clock: StandingClock
) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    await store.set_status(number, OrderStatus.READY, actor="staff")
    await store.claim_messages({SMS}, limit=1, lease=timedelta(seconds=90))
    await store.set_status(number, OrderStatus.RECEIVED, actor="staff")
    clock.pass_(seconds=91)
    provider = Provider()
    await worker_of(store, provider, clock).send_due(SMS)
    assert await states(store) == {"ready": MessageState.WITHDRAWN}
    assert provider.tries == []


async def test_a_sender_that_breaks_counts_as_unclear(
    store: SqliteStore, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Provider):
        async def send(self, to: str, body: str) -> SendOutcome:
            await super().send(to, body)
            raise RuntimeError("bug")

    provider = Broken()
    worker = worker_of(store, provider, clock)
    await note(store)
    await worker.send_due(SMS)
    assert (await only(store)).uncertain
    clock.pass_(seconds=61)
    await worker.send_due(SMS)
    assert (await only(store)).state is MessageState.SENT
    assert provider.tries == ["hello"]
    assert "sender_broke" in caplog.text


@dataclass(frozen=True, slots=True)
class StrangeOutcome:
    kind: str = "queued"
    sid: str = ""
    code: int | None = None
    retry_after: float | None = None
    reason: str = ""


class Strange(Provider):
    """Its first answer is of a kind that nobody knows."""

    async def send(self, to: str, body: str) -> SendOutcome:
        outcome = await super().send(to, body)
        return outcome if len(self.tries) > 1 else StrangeOutcome()  # type: ignore[return-value]


async def test_an_answer_of_an_unknown_kind_counts_as_unclear(
    store: SqliteStore, clock: StandingClock
) -> None:
    async with worker_of(store, Strange(), clock):
        await note(store)
        await until(store, lambda all_: any(message.uncertain for message in all_))
        await note(store, "another")
        await until(store, lambda all_: any(m.state is MessageState.SENT for m in all_))


async def test_the_worker_outlives_a_fault_that_nobody_thought_of(
    store: SqliteStore, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [SendOutcome(SendKind.RETRY, retry_after="soon")]  # type: ignore[arg-type]
    async with worker_of(store, Provider(answers=answers), clock, store_wait=0.01):
        with heard_in_log("outbox_broke") as broke:
            await note(store)
            async with asyncio.timeout(10):
                await broke.wait()
        await note(store, "another")
        await until(store, lambda all_: any(m.state is MessageState.SENT for m in all_))
    assert "TypeError" in caplog.text


async def test_a_worker_that_always_dies_gives_up_in_the_end(
    store: SqliteStore, clock: StandingClock
) -> None:
    await note(store)
    for _ in range(3):
        await store.claim_messages({SMS}, limit=1, lease=timedelta(seconds=90))
        clock.pass_(seconds=91)
    provider = Provider()
    await worker_of(store, provider, clock, attempts=3).send_due(SMS)
    assert (await only(store)).state is MessageState.FAILED
    assert provider.tries == []


async def test_closing_sends_what_is_due_and_does_not_wait_for_ever(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider(gate=asyncio.Event())
    worker = worker_of(store, provider, clock)
    worker.start()
    await note(store, "stuck")
    await provider.trying.wait()
    await worker.close(seconds=0.05)
    assert (await only(store)).state is MessageState.SENDING
    clock.pass_(seconds=91)
    provider.gate = None
    async with worker_of(store, provider, clock):
        pass
    assert (await only(store)).state is MessageState.SENT
    assert len(provider.searches) == 1


async def test_the_worker_lives_on_when_the_database_is_gone_for_a_while(
    make_store: MakeStore, clock: StandingClock
) -> None:
    store = make_store()
    provider = Provider()
    worker = worker_of(store, provider, clock, store_wait=0.01)
    with heard_in_log("outbox_stopped") as stopped:
        worker.start()
        async with asyncio.timeout(10):
            await stopped.wait()
    async with store:
        await note(store)
        await until(store, all_in(MessageState.SENT))
        await worker.close()


async def test_messages_do_not_wait_for_each_other_within_a_batch(
    store: SqliteStore, clock: StandingClock
) -> None:
    provider = Provider(gate=asyncio.Event())
    for n in range(6):
        await note(store, f"{n}")
    async with worker_of(store, provider, clock):
        async with asyncio.timeout(10):
            while len(provider.tries) < 4:
                provider.trying.clear()
                await provider.trying.wait()
        assert provider.gate is not None
        provider.gate.set()
    assert sorted(provider.taken) == list("012345")


def test_waits_grow_and_are_bounded() -> None:
    patience, dice = Persistence(), random.Random(7)
    waits = [patience.wait(tries, None, dice) for tries in range(1, 40)]
    assert max(waits) <= 300
    assert min(waits[9:]) >= 150
    assert patience.wait(1, 7.0, dice) == 7.0


async def test_what_the_telephone_room_sends_with_fits() -> None:
    """A sender of the room below brings an outcome of its own, of the same shape."""
    sender_type: type[Sender] = TwilioSender
    assert sender_type is TwilioSender
    assert {kind.value for kind in TwilioSendKind} == {kind.value for kind in SendKind}


@pytest.mark.parametrize(
    ("patience", "least", "usual", "most"),
    [(Persistence(), 20, 33, 45), (FOR_HOURS, 7 * 60, 11 * 60, 15 * 60)],
)
def test_a_message_is_tried_for_as_long_as_owners_are_told(
    patience: Persistence, least: int, usual: int, most: int
) -> None:
    dice = random.Random(7)
    minutes = [
        sum(patience.wait(number, None, dice) for number in range(1, patience.attempts)) / 60
        for _ in range(200)
    ]
    assert least < min(minutes) <= max(minutes) < most
    assert sum(minutes) / len(minutes) == pytest.approx(usual, rel=0.05)
