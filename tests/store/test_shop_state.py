"""What staff set for now is kept, told once, and outlives the process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from servizio.errors import OrderError
from servizio.shop.today import Pause, Today, today_from_json
from servizio.store.records import EventKind
from servizio.store.sqlite import SqliteStore
from tests.store.scene import StandingClock

SHOP = {EventKind.SHOP_CHANGED}


def busier(today: Today) -> Today:
    return replace(today, busy_minutes=today.busy_minutes + 5)


async def test_a_pause_outlives_the_process(
    make_store: Callable[..., SqliteStore], clock: StandingClock
) -> None:
    paused = Today(Pause(clock.now, None, "Later."))
    async with make_store() as store:
        assert await store.today() == Today()
        assert await store.change_today(lambda _: paused, actor="staff") == paused
    async with make_store() as store:
        assert await store.today() == paused


async def test_each_change_is_in_the_audit_trail_once(store: SqliteStore) -> None:
    await store.change_today(busier, actor="staff")
    await store.change_today(busier, actor="staff")
    await store.change_today(lambda today: today, actor="staff")
    events = await store.events_after(0, kinds=SHOP)
    assert [event.actor for event in events] == ["staff", "staff"]
    assert [today_from_json(event.payload).busy_minutes for event in events] == [5, 10]


async def test_two_who_change_it_at_once_both_do(make_store: Callable[..., SqliteStore]) -> None:
    async with make_store() as store, make_store() as other:
        for _ in range(5):
            await store.change_today(busier, actor="staff")
            await other.change_today(busier, actor="staff")
        assert (await store.today()).busy_minutes == 50


async def test_a_change_that_is_refused_changes_nothing(store: SqliteStore) -> None:
    def refuse(_: Today) -> Today:
        raise OrderError("No.")

    with pytest.raises(OrderError):
        await store.change_today(refuse, actor="staff")
    assert await store.today() == Today()
    assert await store.events_after(0, kinds=SHOP) == []
