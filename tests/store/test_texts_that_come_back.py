"""Texts that were not delivered, numbers that want none, and numbers that get too many."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from servizio.store.deliveries import COME_BACK, COME_BACK_TIMES
from servizio.store.outbox import PER_NUMBER, PER_NUMBER_SPAN
from servizio.store.outbox_worker import OutboxWorker
from servizio.store.records import EventKind, Message, MessageKind, MessageState
from servizio.store.sending import SendKind, SendOutcome
from servizio.store.sqlite import SqliteStore
from tests.store.scene import PHONE, Provider, StandingClock, draft, received_text

SMS = MessageKind.SMS


class Post:
    """A worker that goes once at a time, and a provider with an id for each text."""

    def __init__(self, store: SqliteStore, clock: StandingClock) -> None:
        self.store = store
        self.clock = clock
        self.provider = Provider()
        self.count = 0

    async def queue(self, body: str = "hello", to: str = PHONE) -> None:
        self.count += 1
        await self.store.queue_message(SMS, f"note:{self.count}", to=to, body=body)

    async def goes(self, *answers: SendOutcome) -> None:
        taken = len(self.provider.tries)
        self.provider.answers = list(answers) or [
            SendOutcome(SendKind.SENT, sid=f"SM{taken + number}") for number in range(50)
        ]
        worker = OutboxWorker(self.store, self.provider, clock=self.clock, rng=random.Random(1))
        await worker.send_due(SMS)

    async def only(self) -> Message:
        (message,) = await self.store.messages()
        return message


@pytest.fixture
def post(store: SqliteStore, clock: StandingClock) -> Post:
    return Post(store, clock)


@pytest.mark.parametrize("code", sorted(COME_BACK))
async def test_a_telephone_that_was_off_is_tried_again_a_few_times(post: Post, code: str) -> None:
    await post.queue()
    await post.goes()
    for _ in range(COME_BACK_TIMES):
        sid = (await post.only()).provider_sid
        assert sid is not None
        assert await post.store.report_delivery(sid, "undelivered", code)
        message = await post.only()
        assert (message.state, message.error_code) == (MessageState.PENDING, code)
        await post.goes()
        assert (await post.only()).state is MessageState.PENDING, "not at once"
        post.clock.pass_(minutes=6)
        await post.goes()
    message = await post.only()
    assert message.state is MessageState.SENT
    assert message.provider_sid is not None
    await post.store.report_delivery(message.provider_sid, "undelivered", code)
    message = await post.only()
    assert (message.state, message.delivery) == (MessageState.SENT, "undelivered")
    assert len(post.provider.tries) == 1 + COME_BACK_TIMES


@pytest.mark.parametrize("code", ["30004", "30005", "30006", "30007", "30034", "99999", None])
async def test_what_would_come_back_again_is_not_sent_again_but_told(
    post: Post, code: str | None
) -> None:
    last = await post.store.last_event_id()
    await post.queue()
    await post.goes()
    assert await post.store.report_delivery("SM0", "undelivered", code)
    assert not await post.store.report_delivery("SM0", "undelivered", code)
    message = await post.only()
    assert (message.state, message.delivery) == (MessageState.SENT, "undelivered")
    (event,) = await post.store.events_after(last)
    assert event.kind is EventKind.OUTBOX_CHANGED
    assert PHONE not in event.data


async def test_a_report_that_is_quicker_than_the_answer_counts_too(post: Post) -> None:
    await post.queue()
    await post.store.report_delivery("SM0", "undelivered", "30003")
    await post.goes()
    assert (await post.only()).state is MessageState.PENDING


async def test_old_news_are_not_sent_again(post: Post) -> None:
    await post.queue()
    await post.goes()
    post.clock.pass_(hours=2)
    await post.store.report_delivery("SM0", "undelivered", "30003")
    assert (await post.only()).state is MessageState.SENT


async def test_what_was_delivered_stays_so_whatever_comes_later(post: Post) -> None:
    await post.queue()
    await post.goes()
    await post.store.report_delivery("SM0", "delivered")
    assert not await post.store.report_delivery("SM0", "sent")
    assert not await post.store.report_delivery("SM0", "undelivered", "30003")
    assert (await post.only()).delivery == "delivered"


async def test_a_number_that_wants_no_texts_gets_none_and_staff_know_why(post: Post) -> None:
    await post.queue()
    await post.store.set_opted_out(PHONE, out=True)
    await post.goes()
    message = await post.only()
    assert (message.state, message.error_code) == (MessageState.FAILED, "21610")
    assert "START" in (message.error_text or "")
    assert post.provider.tries == []
    await post.store.set_opted_out(PHONE, out=False)
    await post.store.retry_message(message.id, actor="staff")
    await post.goes()
    assert (await post.only()).state is MessageState.SENT


@pytest.mark.parametrize("how", ["refused", "reported"])
async def test_the_provider_may_know_first_who_wants_no_texts(post: Post, how: str) -> None:
    await post.queue()
    if how == "refused":
        await post.goes(SendOutcome(SendKind.PERMANENT, code=21610, reason="Opted out."))
    else:
        await post.goes()
        await post.store.report_delivery("SM0", "failed", "21610")
    assert await post.store.opted_out(PHONE)
    await post.queue("another")
    tries = len(post.provider.tries)
    await post.goes()
    assert len(post.provider.tries) == tries


async def test_a_number_gets_so_many_texts_and_the_rest_later(post: Post) -> None:
    for number in range(PER_NUMBER + 2):
        await post.queue(f"text {number}")
    await post.queue("to somebody else", to="+14155550111")
    await post.goes()
    assert len(post.provider.taken) == PER_NUMBER + 1
    post.clock.now += PER_NUMBER_SPAN - timedelta(seconds=1)
    await post.goes()
    assert len(post.provider.taken) == PER_NUMBER + 1
    post.clock.pass_(seconds=2)
    await post.goes()
    assert len(post.provider.taken) == PER_NUMBER + 3


async def test_calls_that_order_for_a_strangers_number_do_not_flood_it(post: Post) -> None:
    for number in range(PER_NUMBER + 5):
        sid = f"CA{number}"
        await post.store.start_call(sid, phone="+14155550177")
        await post.store.place_order(draft(sid), actor="agent", text=received_text)
        await post.store.end_call(sid, outcome="completed")
    await post.goes()
    assert len(post.provider.taken) == PER_NUMBER


async def test_a_clock_that_is_put_back_holds_no_text_up(post: Post) -> None:
    await post.queue()
    await post.goes(SendOutcome(SendKind.RETRY))
    post.clock.pass_(hours=-3)
    await post.goes()
    assert (await post.only()).state is MessageState.SENT


async def test_a_clock_that_is_put_on_sends_nothing_twice(post: Post) -> None:
    await post.queue()
    await post.goes()
    post.clock.pass_(days=400)
    await post.goes()
    assert len(post.provider.taken) == 1
