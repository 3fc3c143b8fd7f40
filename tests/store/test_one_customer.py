"""One customer's data: all of it is handed over, and all of it is gone when it is erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from servizio.shop.order import OrderStatus
from servizio.store.records import (
    Erased,
    IncomingText,
    MessageKind,
    MessageState,
    Role,
    VoiceMessage,
)
from servizio.store.sqlite import SqliteStore
from tests.store.conftest import StandingClock
from tests.store.scene import draft, received_text

ANN, BOB = "+14155550101", "+14155550202"


async def visit(store: SqliteStore, clock: StandingClock, phone: str, *, done: bool = True) -> str:
    """A customer rings, orders, is told, writes, and fetches the order; its number."""
    sid = f"CA{phone[-3:]}{clock.now:%M}"
    await store.start_call(sid, phone=phone)
    await store.add_turn(sid, Role.CUSTOMER, f"my secret is {phone[-4:]}")
    await store.set_cart(sid, [{"item": "taro-milk-tea"}])
    order = await store.place_order(draft(sid, phone=phone), actor="agent", text=received_text)
    await store.end_call(sid, outcome="completed")
    text = IncomingText(f"SM{sid}", phone, f"hello from {phone}", "hi", order.number, clock.now)
    await store.keep_text(text)
    message = VoiceMessage(f"RE{sid}", sid, phone, 12, clock.now)
    await store.keep_voice_message(message, staff="", body="")
    for message in await store.messages(states={MessageState.PENDING}):
        await store.finish_message(message, MessageState.SENT, provider_sid=f"SM{message.id}")
    if done:
        for status in (OrderStatus.READY, OrderStatus.PICKED_UP):
            await store.set_status(order.number, status, actor="staff")
    clock.pass_(minutes=1)
    return order.number


@pytest.fixture
async def books(store: SqliteStore, clock: StandingClock) -> SqliteStore:
    for phone in (ANN, BOB, ANN):
        await visit(store, clock, phone)
    return store


async def test_all_that_is_kept_of_a_customer_is_handed_over(books: SqliteStore) -> None:
    kept = await books.customer(ANN)
    said = json.dumps(kept)
    assert {name: len(part) for name, part in kept.items() if isinstance(part, list)} == {
        "orders": 2,
        "calls": 2,
        "voice_messages": 2,
        "texts_from": 2,
        "texts_to": 4,
    }
    assert "my secret is 0101" in said
    assert BOB not in said
    assert "0202" not in said


async def test_what_is_erased_is_nowhere_in_the_file(books: SqliteStore, path: Path) -> None:
    await books.set_opted_out(BOB, out=True)
    erased = await books.forget_customer(ANN)
    assert (erased.orders, erased.calls, erased.still_open) == (2, 2, ())
    await books.close()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert ANN.encode() not in content
    assert b"my secret is 0101" not in content
    assert BOB.encode() in content
    assert b"my secret is 0202" in content


async def test_what_was_sold_stays(books: SqliteStore) -> None:
    before = [(order.number, order.draft.total) for order in await books.orders()]
    await books.forget_customer(ANN)
    assert [(order.number, order.draft.total) for order in await books.orders()] == before
    kept = await books.customer(ANN)
    assert not any(part for part in kept.values() if isinstance(part, list))
    assert await books.forget_customer(ANN) == Erased(0, 0, 0, ())


async def test_an_open_order_is_left_alone_and_named(
    store: SqliteStore, clock: StandingClock
) -> None:
    old, new = await visit(store, clock, ANN), await visit(store, clock, ANN, done=False)
    erased = await store.forget_customer(ANN)
    assert (erased.orders, erased.still_open) == (1, (new,))
    assert (await store.order(new)).draft.phone == ANN
    assert (await store.order(old)).draft.phone is None
    await store.set_status(new, OrderStatus.READY, actor="staff")
    waiting = await store.messages(states={MessageState.PENDING})
    assert [message.to for message in waiting] == [ANN], "it can still be told"


async def test_a_number_that_wants_no_texts_is_still_left_in_peace(books: SqliteStore) -> None:
    await books.set_opted_out(ANN, out=True)
    await books.forget_customer(ANN)
    assert await books.opted_out(ANN)
    assert (await books.customer(ANN))["wants_no_texts"] is True


async def test_a_text_that_waits_for_somebody_erased_does_not_leave(store: SqliteStore) -> None:
    await store.queue_message(MessageKind.SMS, "note", to=ANN, body="hello Ann")
    await store.forget_customer(ANN)
    (message,) = await store.messages()
    assert (message.state, message.to, message.body) == (MessageState.WITHDRAWN, "", "")


async def test_what_other_programs_were_told_is_counted_and_erased(
    make_store: type[SqliteStore], clock: StandingClock
) -> None:
    async with make_store(webhook_urls=("https://hooks.example/x",)) as store:
        await visit(store, clock, ANN)
        assert (await store.customer(ANN))["told_to_other_programs"] == 3
        await store.forget_customer(ANN)
        assert ANN not in "".join(message.body for message in await store.messages())
