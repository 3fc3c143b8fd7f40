"""The journal tells everything, in order, once, to everybody, whoever wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from servizio.shop.order import OrderStatus
from servizio.store.feed import RECENT, Feed, Subscription
from servizio.store.records import Event, EventKind, Role
from servizio.store.sqlite import SqliteStore
from tests.store.scene import StandingClock, draft

MakeStore = Callable[..., SqliteStore]


async def take(events: AsyncIterator[Event], count: int) -> list[Event]:
    async with asyncio.timeout(10):
        return [await anext(events) for _ in range(count)]


async def test_a_listener_hears_of_a_commit_before_its_author_goes_on(store: SqliteStore) -> None:
    events = store.listen()
    order = await store.place_order(draft(), actor="agent")
    (event,) = await take(events, 1)
    assert (event.kind, event.order_number) == (EventKind.ORDER_CREATED, order.number)
    assert event.payload["order"]["order_number"] == order.number  # type: ignore[index]


async def test_payloads_are_what_the_screens_expect(store: SqliteStore) -> None:
    await store.start_call("CA1")
    await store.add_turn("CA1", Role.CUSTOMER, "hi\nthere", heard=True)
    await store.set_cart("CA1", {"items": []})
    await store.set_sold_out("boba", True, actor="staff")
    await store.append_event(EventKind.HEALTH_CHANGED, {"health": {"status": "ok"}})
    started, turn, cart, menu, health = await store.events_after(0)
    assert started.payload["call"]["call_sid"] == "CA1"  # type: ignore[index]
    assert turn.payload == {
        "call_sid": "CA1",
        "role": "customer",
        "text": "hi\nthere",
        "at": "2026-09-07T18:02:11.123456Z",
        "heard": True,
        "final": True,
    }
    assert "\n" not in turn.data, "an event is one line on the wire"
    assert cart.payload == {"call_sid": "CA1", "cart": {"items": []}}
    assert menu.payload == {"sold_out": ["boba"]}
    assert health.payload == {"health": {"status": "ok"}}


async def test_a_listener_that_comes_back_misses_nothing(store: SqliteStore) -> None:
    order = await store.place_order(draft(), actor="agent")
    (first,) = await take(store.listen(after=0), 1)
    await store.set_status(order.number, OrderStatus.MAKING, actor="staff")
    again = store.listen(after=first.id)
    await store.set_status(order.number, OrderStatus.READY, actor="staff")
    assert [event.to_status for event in await take(again, 2)] == ["making", "ready"]


async def test_a_listener_from_before_a_restored_backup_hears_what_is_new(
    store: SqliteStore,
) -> None:
    order = await store.place_order(draft(), actor="agent")
    events = store.listen(after=500)
    await store.set_status(order.number, OrderStatus.MAKING, actor="staff")
    assert [event.to_status for event in await take(events, 1)] == ["making"]


async def test_a_place_that_another_process_has_reached_is_kept(store: SqliteStore) -> None:
    """Its event is in the database, and memory has not heard of it yet."""
    await store.place_order(draft(), actor="agent")
    (first,) = await store.events_after(0)
    second = replace(first, id=first.id + 1)
    third = replace(first, id=first.id + 2)
    feed = Feed(first.id, lambda after: _events_of([first, second], after))
    heard = asyncio.create_task(take(Subscription(feed, second.id, None), 1))
    await asyncio.sleep(0)
    feed.publish([second, third])
    assert await heard == [third]


async def _events_of(events: list[Event], after: int) -> list[Event]:
    return [event for event in events if event.id > after]


async def test_a_listener_may_ask_for_some_kinds_only(store: SqliteStore) -> None:
    events = store.listen(kinds={EventKind.MENU_CHANGED})
    await store.place_order(draft(), actor="agent")
    await store.set_sold_out("boba", True, actor="staff")
    (event,) = await take(events, 1)
    assert event.kind is EventKind.MENU_CHANGED
    assert await store.events_after(0, kinds={EventKind.MENU_CHANGED}) == [event]
    assert await store.events_after(0, kinds=()) == []


async def test_a_listener_hears_what_another_process_wrote_in_between(
    make_store: MakeStore,
) -> None:
    async with make_store() as store, make_store() as other:
        events = store.listen()
        await other.place_order(draft("CA1"), actor="agent")
        assert len(await take(events, 1)) == 1, "though nobody here wrote anything"
        await other.place_order(draft("CA2"), actor="agent")
        await store.place_order(draft("CA3"), actor="agent")
        told = await take(events, 2)
        assert [event.call_sid for event in told] == ["CA2", "CA3"]


async def test_what_was_undone_is_told_to_nobody(store: SqliteStore) -> None:
    events = store.listen()
    order = await store.place_order(draft(), actor="agent")
    results = await asyncio.gather(
        *(store.set_status(order.number, OrderStatus.READY, actor="staff") for _ in range(3)),
        return_exceptions=True,
    )
    assert len(results) == 3
    await store.set_sold_out("boba", True, actor="staff")
    told = await take(events, 3)
    assert [event.kind.value for event in told] == [
        "order_created",
        "order_status_changed",
        "menu_changed",
    ]
    assert [event.id for event in told] == [1, 2, 3], "an undone row leaves no gap"


async def test_listeners_at_their_own_pace_hear_the_same(
    store: SqliteStore,
) -> None:
    slow = store.listen()
    for n in range(40):
        await store.set_sold_out(f"item-{n}", True, actor="staff")
    quick = store.listen(after=0)
    assert [event.id for event in await take(slow, 40)] == [
        event.id for event in await take(quick, 40)
    ]


async def test_memory_holds_only_the_newest_and_the_journal_the_rest(
    clock: StandingClock,
) -> None:
    journal = [Event(n, EventKind.MENU_CHANGED, clock.now, "{}") for n in range(1, RECENT + 500)]
    reads: list[int] = []

    async def read(position: int) -> list[Event]:
        reads.append(position)
        return [event for event in journal if event.id > position][:200]

    feed = Feed(0, read)
    late = Subscription(feed, 0, None)
    feed.publish(journal[:700])
    feed.publish(journal[600:])
    assert [event.id for event in await take(late, len(journal))] == [e.id for e in journal]
    assert reads == [0, 200, 400]


async def test_listening_ends_with_the_store(make_store: MakeStore) -> None:
    async with make_store() as store:
        events = store.listen()
        waiting = asyncio.ensure_future(anext(events, None))
        await store.set_sold_out("boba", True, actor="staff")
        assert await waiting is not None
        waiting = asyncio.ensure_future(anext(events, None))
        await asyncio.sleep(0)
    assert await waiting is None


async def test_sold_out_is_told_once_and_kept(make_store: MakeStore) -> None:
    async with make_store() as store:
        await store.set_sold_out("boba", True, actor="staff")
        assert await store.set_sold_out("boba", True, actor="staff") == {"boba"}
        await store.set_sold_out("taro", True, actor="staff")
        assert await store.set_sold_out("boba", False, actor="staff") == {"taro"}
        assert len(await store.events_after(0)) == 3
        await store.set_fact("paused", {"until": None})
        await store.set_fact("paused", True)
    async with make_store() as store:
        assert await store.sold_out() == {"taro"}
        assert await store.fact("paused") is True
        assert await store.fact("never") is None
