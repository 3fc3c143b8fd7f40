"""Texts are written with what causes them, wait for their call, and leave once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from servizio.shop.order import Order, OrderStatus
from servizio.store.records import Message, MessageKind, MessageState
from servizio.store.sqlite import SqliteStore
from tests.store.scene import PHONE, StandingClock, bodies, draft, received_text, states

MakeStore = Callable[..., SqliteStore]
HELD, PENDING, SENT = MessageState.HELD, MessageState.PENDING, MessageState.SENT
WITHDRAWN = MessageState.WITHDRAWN
SMS = {MessageKind.SMS}


async def placed_in_call(store: SqliteStore, *, quantity: int = 1) -> Order:
    await store.start_call("CA1", phone=PHONE)
    return await store.place_order(draft(quantity=quantity), actor="agent", text=received_text)


async def claimed(store: SqliteStore) -> list[Message]:
    return list(await store.claim_messages(SMS, limit=10, lease=timedelta(seconds=60)))


async def test_the_confirmation_waits_for_the_end_of_the_call(store: SqliteStore) -> None:
    order = await placed_in_call(store)
    assert await states(store) == {"received": HELD}
    assert await claimed(store) == []
    await store.end_call("CA1", outcome="ordered")
    (message,) = await claimed(store)
    assert (message.to, message.body) == (PHONE, received_text(order))
    assert (message.call_sid, message.order_number) == ("CA1", order.number)


async def test_however_often_a_call_ends_its_text_leaves_once(make_store: MakeStore) -> None:
    async with make_store() as store, make_store() as other:
        await placed_in_call(store)
        await asyncio.gather(
            *(each.end_call("CA1", outcome="ordered") for each in (store, other, store))
        )
        (message,) = await claimed(store)
        await store.finish_message(message, SENT, provider_sid="SM1")
        await store.end_call("CA1", outcome="ordered")
        assert await claimed(other) == []


async def test_a_changed_order_is_confirmed_as_it_is_at_the_end(store: SqliteStore) -> None:
    await placed_in_call(store)
    changed = await store.place_order(draft(quantity=2), actor="agent", text=received_text)
    await store.end_call("CA1", outcome="ordered")
    assert [message.body for message in await claimed(store)] == [received_text(changed)]


async def test_an_order_changed_after_its_text_left_is_confirmed_anew(store: SqliteStore) -> None:
    first = await placed_in_call(store)
    await store.end_call("CA1", outcome="ordered")
    (message,) = await claimed(store)
    await store.finish_message(message, SENT)
    changed = await store.place_order(draft(quantity=2), actor="agent", text=received_text)
    assert await bodies(store, SENT) == [received_text(first)]
    assert await bodies(store, PENDING) == [received_text(changed)]


async def test_a_cancelled_order_is_not_confirmed(store: SqliteStore) -> None:
    order = await placed_in_call(store)
    await store.cancel_order(order.number, actor="customer")
    await store.end_call("CA1", outcome="cancelled")
    assert await states(store) == {"received": WITHDRAWN}
    assert await claimed(store) == []


async def test_an_order_cancelled_by_mistake_is_confirmed_after_all(store: SqliteStore) -> None:
    order = await placed_in_call(store)
    await store.set_status(order.number, OrderStatus.CANCELLED, actor="staff")
    await store.set_status(order.number, OrderStatus.RECEIVED, actor="staff")
    assert await states(store) == {"received": HELD}


async def test_an_order_wanted_again_in_its_call_is_confirmed(store: SqliteStore) -> None:
    order = await placed_in_call(store)
    await store.cancel_order(order.number, actor="customer")
    await store.place_order(draft(quantity=3), actor="agent", text=received_text)
    assert await states(store) == {"received": HELD}


async def test_an_order_placed_as_its_call_ends_is_confirmed_at_once(store: SqliteStore) -> None:
    await store.start_call("CA1")
    await store.end_call("CA1", outcome="hung_up")
    await store.place_order(draft(), actor="agent", text=received_text)
    assert await states(store) == {"received": PENDING}


async def test_an_order_at_the_counter_is_confirmed_at_once(store: SqliteStore) -> None:
    await store.place_order(draft(None), actor="staff", text=received_text)
    assert await states(store) == {"received": PENDING}


async def test_without_a_phone_number_there_are_no_texts(store: SqliteStore) -> None:
    order = await store.place_order(draft(phone=None), actor="agent", text=received_text)
    await store.set_status(order.number, OrderStatus.READY, actor="staff")
    assert await store.messages() == []


async def test_a_customer_who_takes_the_number_back_gets_no_text(store: SqliteStore) -> None:
    await placed_in_call(store)
    await store.place_order(draft(phone=None), actor="agent", text=received_text)
    await store.end_call("CA1", outcome="ordered")
    assert await claimed(store) == []


async def test_ready_is_said_once_however_often_it_becomes_so(store: SqliteStore) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    await store.set_status(number, OrderStatus.READY, actor="staff")
    (message,) = await claimed(store)
    await store.finish_message(message, SENT)
    await store.set_status(number, OrderStatus.RECEIVED, actor="staff")
    await store.set_status(number, OrderStatus.READY, actor="staff")
    assert await states(store) == {"ready": SENT}


async def test_ready_taken_back_in_time_is_not_said(make_store: MakeStore) -> None:
    async with make_store(ready_text_delay=timedelta(seconds=5)) as store:
        number = (await store.place_order(draft(), actor="agent")).number
        await store.set_status(number, OrderStatus.READY, actor="staff")
        assert await claimed(store) == []
        await store.set_status(number, OrderStatus.RECEIVED, actor="staff")
        assert await states(store) == {"ready": WITHDRAWN}
        await store.set_status(number, OrderStatus.READY, actor="staff")
        assert await states(store) == {"ready": PENDING}


async def test_the_text_stays_when_a_ready_order_is_picked_up_at_once(store: SqliteStore) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    await store.set_status(number, OrderStatus.READY, actor="staff")
    await store.set_status(number, OrderStatus.PICKED_UP, actor="staff")
    assert await states(store) == {"ready": PENDING}


async def test_a_text_taken_back_while_it_is_being_sent_is_not_tried_again(
    store: SqliteStore,
) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    await store.set_status(number, OrderStatus.READY, actor="staff")
    (message,) = await claimed(store)
    await store.set_status(number, OrderStatus.RECEIVED, actor="staff")
    await store.finish_message(message, PENDING)
    assert await states(store) == {"ready": WITHDRAWN}
    await store.set_status(number, OrderStatus.READY, actor="staff")
    assert await states(store) == {"ready": PENDING}


async def test_a_text_taken_back_too_late_counts_as_sent(store: SqliteStore) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    await store.set_status(number, OrderStatus.READY, actor="staff")
    (message,) = await claimed(store)
    await store.set_status(number, OrderStatus.RECEIVED, actor="staff")
    await store.finish_message(message, SENT, provider_sid="SM1")
    await store.set_status(number, OrderStatus.READY, actor="staff")
    assert await states(store) == {"ready": SENT}


async def test_two_workers_never_hold_the_same_message(make_store: MakeStore) -> None:
    async with make_store() as store, make_store() as other:
        for n in range(6):
            await store.queue_message(MessageKind.SMS, f"note:{n}", to=PHONE, body=f"{n}")
        claims = await asyncio.gather(
            *(
                each.claim_messages(SMS, limit=4, lease=timedelta(seconds=60))
                for each in (store, other)
            )
        )
        assert sorted(message.body for claim in claims for message in claim) == list("012345")


async def test_a_worker_that_was_taken_for_dead_cannot_undo_what_the_next_one_did(
    store: SqliteStore, clock: StandingClock
) -> None:
    await store.queue_message(MessageKind.SMS, "note", to=PHONE, body="hello")
    (slow,) = await claimed(store)
    clock.pass_(seconds=61)
    (quick,) = await claimed(store)
    assert (slow.uncertain, quick.uncertain, quick.attempts) == (False, True, 2)
    assert not await store.finish_message(slow, PENDING)
    assert await store.finish_message(quick, MessageState.FAILED, error_text="no")
    assert await store.finish_message(slow, SENT, provider_sid="SM7"), "it did leave"
    (message,) = await store.messages()
    assert (message.state, message.provider_sid, message.error_text) == (SENT, "SM7", None)


async def test_a_key_is_used_once(store: SqliteStore) -> None:
    assert await store.queue_message(MessageKind.SMS, "sorry:CA1", to=PHONE, body="one")
    assert not await store.queue_message(MessageKind.SMS, "sorry:CA1", to=PHONE, body="two")
    assert await bodies(store) == ["one"]


@pytest.mark.parametrize("reports", [["sent", "delivered"], ["delivered", "sent", "queued"]])
async def test_what_the_provider_reports_never_goes_backwards(
    store: SqliteStore, reports: list[str]
) -> None:
    for status in reports:
        await store.report_delivery("SM1", status)
    assert not await store.report_delivery("SM1", "delivered")
    await store.queue_message(MessageKind.SMS, "note", to=PHONE, body="hello")
    (message,) = await claimed(store)
    await store.finish_message(message, SENT, provider_sid="SM1")
    assert (await store.messages())[0].delivery == "delivered"


async def test_staff_see_why_a_text_did_not_arrive(store: SqliteStore) -> None:
    await store.queue_message(MessageKind.SMS, "note", to=PHONE, body="hello")
    (message,) = await claimed(store)
    await store.finish_message(message, SENT, provider_sid="SM1")
    await store.report_delivery("SM1", "undelivered", "30006")
    (message,) = await store.messages()
    assert (message.delivery, message.error_code) == ("undelivered", "30006")


async def test_every_event_of_an_order_goes_to_every_webhook(make_store: MakeStore) -> None:
    urls = ("https://one.example/hook", "https://two.example/hook")
    async with make_store(webhook_urls=urls) as store:
        order = await store.place_order(draft(), actor="agent")
        await store.place_order(draft(), actor="agent")
        await store.set_status(order.number, OrderStatus.MAKING, actor="staff")
        told = await store.messages()
        assert sorted({message.to for message in told}) == sorted(urls)
        assert [json.loads(message.body)["type"] for message in reversed(told)] == [
            "order.created",
            "order.created",
            "order.status_changed",
            "order.status_changed",
        ]
        assert json.loads(told[0].body)["data"]["status"] == "making"
        assert len({json.loads(message.body)["id"] for message in told}) == 4
        assert await store.pending_messages() == {MessageKind.SMS: 0, MessageKind.WEBHOOK: 4}


async def test_counts_tell_kinds_and_states_apart(store: SqliteStore) -> None:
    await placed_in_call(store)
    await store.queue_message(MessageKind.SMS, "note", to=PHONE, body="hello")
    (message,) = await claimed(store)
    await store.finish_message(message, MessageState.LOCAL)
    assert await store.message_counts() == {
        (MessageKind.SMS, HELD): 1,
        (MessageKind.SMS, MessageState.LOCAL): 1,
    }
    assert await store.pending_messages() == {MessageKind.SMS: 1, MessageKind.WEBHOOK: 0}
