"""Orders are taken once, changed in their call, and moved on once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from servizio.errors import OrderError, StoreError, TransitionError, UnknownOrderError
from servizio.shop.order import OrderStatus
from servizio.shop.order_json import board_json, order_json
from servizio.store.records import EventKind, Queue
from servizio.store.sqlite import SqliteStore, any_free_number
from tests.store.scene import PHONE, StandingClock, draft, line, received_text

MakeStore = Callable[..., SqliteStore]


async def test_an_order_comes_back_exactly_as_it_was_placed(store: SqliteStore) -> None:
    placed = await store.place_order(draft(quantity=3), actor="agent")
    assert placed.draft == draft(quantity=3)
    assert (placed.status, placed.revision, placed.number) == (OrderStatus.RECEIVED, 1, "1001")
    assert await store.order("1001") == placed
    assert await store.orders() == [placed]


async def test_the_same_order_twice_in_a_call_is_one_order(store: SqliteStore) -> None:
    first = await store.place_order(draft(), actor="agent")
    again = await store.place_order(draft(), actor="agent")
    assert again == first
    assert len(await store.orders()) == 1
    assert len(await store.events_after(0)) == 1


async def test_a_change_in_the_same_call_changes_the_same_order(
    store: SqliteStore, clock: StandingClock
) -> None:
    first = await store.place_order(draft(), actor="agent")
    clock.pass_(seconds=20)
    second = await store.place_order(draft(quantity=2), actor="agent")
    assert (second.number, second.revision) == (first.number, 2)
    assert second.created_at == first.created_at < second.updated_at
    assert await store.orders() == [second]
    kinds = [event.kind for event in await store.events_after(0)]
    assert kinds == [EventKind.ORDER_CREATED, EventKind.ORDER_UPDATED]


async def test_an_order_that_is_being_made_can_still_be_changed_in_its_call(
    store: SqliteStore,
) -> None:
    placed = await store.place_order(draft(), actor="agent")
    await store.set_status(placed.number, OrderStatus.MAKING, actor="staff")
    changed = await store.place_order(draft(quantity=2), actor="agent")
    assert (changed.status, changed.revision) == (OrderStatus.MAKING, 2)


@pytest.mark.parametrize("last", [OrderStatus.READY, OrderStatus.PICKED_UP])
async def test_an_order_that_is_made_cannot_be_changed_any_more(
    store: SqliteStore, last: OrderStatus
) -> None:
    placed = await store.place_order(draft(), actor="agent")
    await store.set_status(placed.number, OrderStatus.READY, actor="staff")
    if last is OrderStatus.PICKED_UP:
        await store.set_status(placed.number, last, actor="staff")
    with pytest.raises(OrderError, match="already"):
        await store.place_order(draft(quantity=2), actor="agent")
    assert (await store.place_order(draft(), actor="agent")).status is last


async def test_an_order_cancelled_and_wanted_again_in_one_call_keeps_its_number(
    store: SqliteStore,
) -> None:
    placed = await store.place_order(draft(), actor="agent")
    await store.cancel_order(placed.number, actor="customer")
    again = await store.place_order(draft(), actor="agent")
    assert (again.number, again.status) == (placed.number, OrderStatus.RECEIVED)
    assert again.revision == 2
    assert await store.open_orders() == [again]


async def test_an_order_that_staff_cancelled_does_not_come_back_by_phone(
    store: SqliteStore,
) -> None:
    placed = await store.place_order(draft(), actor="agent")
    await store.set_status(placed.number, OrderStatus.CANCELLED, actor="staff")
    for quantity in (1, 2):
        with pytest.raises(OrderError, match="the shop has cancelled that order"):
            await store.place_order(draft(quantity=quantity), actor="agent")
    assert await store.open_orders() == []


async def test_orders_without_a_call_are_each_an_order_of_their_own(store: SqliteStore) -> None:
    first = await store.place_order(draft(None), actor="staff")
    second = await store.place_order(draft(None), actor="staff")
    assert first.number != second.number
    assert [order.number for order in await store.orders()] == [second.number, first.number]


async def test_eight_calls_at_once_get_eight_numbers(make_store: MakeStore) -> None:
    async with make_store() as store, make_store() as other:
        placed = await asyncio.gather(
            *(
                (store, other)[call % 2].place_order(draft(f"CA{call}"), actor="agent")
                for call in range(8)
                for _ in range(3)
            )
        )
        assert len({order.number for order in placed}) == 8
        assert len(await store.orders()) == 8


async def test_different_content_at_once_in_one_call_is_one_order_with_every_revision(
    make_store: MakeStore,
) -> None:
    async with make_store() as store, make_store() as other:
        placed = await asyncio.gather(
            *((store, other)[n % 2].place_order(draft(quantity=n + 1), actor="x") for n in range(6))
        )
        assert {order.number for order in placed} == {"1001"}
        assert sorted(order.revision for order in placed) == [1, 2, 3, 4, 5, 6]
        latest = await store.latest_order_of_call("CA1")
        assert latest == max(placed, key=lambda order: order.revision)


async def test_a_number_rests_for_a_day_after_its_order_is_gone(
    store: SqliteStore, clock: StandingClock
) -> None:
    first = await store.place_order(draft("CA1"), actor="agent")
    await store.cancel_order(first.number, actor="customer")
    clock.pass_(hours=23)
    assert (await store.place_order(draft("CA2"), actor="agent")).number != first.number
    clock.pass_(hours=2)
    assert (await store.place_order(draft("CA3"), actor="agent")).number == first.number


async def test_the_number_of_an_open_order_is_never_given_again(
    store: SqliteStore, clock: StandingClock
) -> None:
    first = await store.place_order(draft("CA1"), actor="agent")
    clock.pass_(days=40)
    second = await store.place_order(draft("CA2"), actor="agent")
    assert second.number != first.number
    assert [order.number for order in await store.open_orders()] == [first.number, second.number]


async def test_a_number_that_came_round_again_means_the_newer_order(
    store: SqliteStore, clock: StandingClock
) -> None:
    old = await store.place_order(draft("CA1"), actor="agent")
    await store.cancel_order(old.number, actor="customer")
    clock.pass_(days=2)
    new = await store.place_order(draft("CA2"), actor="agent")
    assert new.number == old.number
    moved = await store.set_status(new.number, OrderStatus.MAKING, actor="staff")
    assert moved.draft.call_sid == "CA2"
    assert len(await store.order_history(new.number)) == 2


async def test_a_wrong_number_from_the_picker_is_refused(make_store: MakeStore) -> None:
    async with make_store(pick_number=lambda _taken: "77") as store:
        with pytest.raises(StoreError, match="cannot be given"):
            await store.place_order(draft(), actor="agent")
        assert await store.orders() == []


async def test_an_order_that_can_have_no_number_is_not_taken(make_store: MakeStore) -> None:
    everything = frozenset(map(str, range(1000, 10000)))
    async with make_store(pick_number=lambda taken: any_free_number(taken | everything)) as store:
        with pytest.raises(OrderError, match="another order"):
            await store.place_order(draft(), actor="agent")
        assert await store.orders() == []


async def test_nothing_is_written_when_the_text_cannot_be_worded(store: SqliteStore) -> None:
    def broken(_order: object) -> str:
        raise ValueError("no words")

    with pytest.raises(ValueError, match="no words"):
        await store.place_order(draft(), actor="agent", text=broken)
    assert await store.orders() == []
    assert await store.last_event_id() == 0
    assert (await store.place_order(draft(), actor="agent", text=received_text)).revision == 1


async def test_two_presses_at_once_count_once(make_store: MakeStore) -> None:
    async with make_store() as store, make_store() as other:
        placed = await store.place_order(draft(), actor="agent")
        presses = await asyncio.gather(
            *(
                each.set_status(placed.number, OrderStatus.READY, actor="staff")
                for each in (store, other, store)
            ),
            return_exceptions=True,
        )
        assert sorted(type(press).__name__ for press in presses) == [
            "Order",
            "TransitionError",
            "TransitionError",
        ]
        history = await store.order_history(placed.number)
        assert [event.to_status for event in history] == ["received", "ready"]


async def test_one_step_back_is_allowed_and_a_second_is_not(store: SqliteStore) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    await store.set_status(number, OrderStatus.MAKING, actor="staff")
    await store.set_status(number, OrderStatus.READY, actor="staff")
    await store.set_status(number, OrderStatus.MAKING, actor="staff")
    with pytest.raises(TransitionError):
        await store.set_status(number, OrderStatus.RECEIVED, actor="staff")


async def test_the_history_says_who_did_what(store: SqliteStore) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    await store.set_status(number, OrderStatus.MAKING, actor="staff")
    await store.set_status(number, OrderStatus.CANCELLED, actor="staff")
    told = [(e.actor, e.from_status, e.to_status) for e in await store.order_history(number)]
    assert told == [
        ("agent", None, "received"),
        ("staff", "received", "making"),
        ("staff", "making", "cancelled"),
    ]


async def test_a_customer_can_cancel_until_it_is_being_made(store: SqliteStore) -> None:
    number = (await store.place_order(draft(), actor="agent")).number
    cancelled = await store.cancel_order(number, actor="customer")
    assert cancelled.status is OrderStatus.CANCELLED
    assert await store.cancel_order(number, actor="customer") == cancelled
    other = (await store.place_order(draft("CA2"), actor="agent")).number
    await store.set_status(other, OrderStatus.MAKING, actor="staff")
    with pytest.raises(OrderError, match="being made already"):
        await store.cancel_order(other, actor="customer")


async def test_an_unknown_number_is_said_to_be_unknown(store: SqliteStore) -> None:
    with pytest.raises(UnknownOrderError):
        await store.order("0000")
    with pytest.raises(UnknownOrderError):
        await store.set_status("0000", OrderStatus.READY, actor="staff")
    with pytest.raises(UnknownOrderError):
        await store.cancel_order("0000", actor="customer")
    with pytest.raises(UnknownOrderError):
        await store.order_history("1 OR 1=1")


async def test_orders_of_earlier_days_stay(store: SqliteStore, clock: StandingClock) -> None:
    days = []
    for day in range(3):
        days.append(clock.now)
        await store.place_order(draft(f"CA{day}", quantity=day + 1), actor="agent")
        clock.pass_(days=1)
    since = await store.orders_since(days[1])
    assert [order.draft.lines[0].quantity for order in since] == [2, 3]
    assert len(await store.orders_since(days[0], days[1])) == 1
    assert [order async for order in store.export_orders(days[0])] == await store.orders_since(
        days[0]
    )
    assert len(await store.orders_by_phone(PHONE, limit=2)) == 2
    assert await store.orders_by_phone("+1") == []


async def test_an_export_of_many_orders_comes_in_pieces_and_in_order(
    store: SqliteStore, clock: StandingClock
) -> None:
    start = clock.now
    placed = [await store.place_order(draft(f"CA{n}"), actor="agent") for n in range(201)]
    assert [order async for order in store.export_orders(start)] == placed


async def test_the_queue_counts_what_is_still_to_be_made(store: SqliteStore) -> None:
    await store.place_order(draft("CA1", quantity=2), actor="agent")
    two_lines = replace(draft("CA2"), lines=(line(3), line(1, boba=False)))
    making = await store.place_order(two_lines, actor="agent")
    ready = await store.place_order(draft("CA3", quantity=9), actor="agent")
    await store.set_status(making.number, OrderStatus.MAKING, actor="staff")
    await store.set_status(ready.number, OrderStatus.READY, actor="staff")
    assert await store.queue() == Queue(orders=2, items=6, ready=1)


async def test_an_order_as_json_has_money_as_text_and_times_in_utc(store: SqliteStore) -> None:
    placed = await store.place_order(draft(quantity=2), actor="agent")
    told = order_json(placed)
    assert told["total"] == "14.00"
    assert told["created_at"] == "2026-09-07T18:02:11.123456Z"
    assert told["items"][0]["modifiers"] == [
        {
            "group": "topping",
            "modifier": "boba",
            "name": "boba",
            "amount": "extra",
            "count": 2,
            "price": "0.75",
        }
    ]
    assert list(told) == [
        "order_number",
        "status",
        "phone",
        "name",
        "source",
        "call_sid",
        "items",
        "subtotal",
        "tax",
        "total",
        "fulfilment",
        "address",
        "created_at",
        "updated_at",
        "revision",
    ]
    assert not {"phone", "name", "items"} & set(board_json(placed))


async def test_prices_keep_their_places_behind_the_point(store: SqliteStore) -> None:
    odd = replace(draft(), tax=Decimal("0.10"), total=Decimal("7.1000"))
    placed = await store.place_order(odd, actor="agent")
    assert str((await store.order(placed.number)).draft.total) == "7.1000"
