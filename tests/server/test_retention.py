"""Customers are forgotten in time, and never because a clock is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from servizio.server.retention import DOUBT_SECONDS, PURGE_SECONDS, forget_in_time
from servizio.shop.order import OrderStatus
from servizio.store.sqlite import SqliteStore
from tests.store.scene import PHONE, StandingClock, draft, ready_text

STEPS = (OrderStatus.MAKING, OrderStatus.READY, OrderStatus.PICKED_UP)


class Days:
    """Sleeps pass at once; between them the story goes on."""

    def __init__(self, clock: StandingClock, story: dict[int, Callable[[], None]]) -> None:
        self.clock = clock
        self.ticks = 0.0
        self.slept: list[float] = []
        self._story = story

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ticks += seconds
        self.clock.pass_(seconds=seconds)
        self._story.get(len(self.slept), lambda: None)()
        await asyncio.sleep(0)


async def pass_days(
    folder: Path, sleeps: int, *, first: timedelta = timedelta(0), **story: timedelta
) -> tuple[list[float], bool]:
    """A shop with one finished order: what was slept, and whether its customer is known still."""
    clock = StandingClock()
    over = asyncio.Event()
    async with SqliteStore(folder / "shop.db", clock=clock, ready_text=ready_text) as store:
        order = await store.place_order(draft(), actor="agent")
        for status in STEPS:
            await store.set_status(order.number, status, actor="staff")
        clock.now += first

        def jump(by: timedelta) -> Callable[[], None]:
            def act() -> None:
                clock.now += by

            return act

        acts = {int(name[1:]): jump(by) for name, by in story.items()}
        acts[sleeps] = over.set
        days = Days(clock, acts)
        task = asyncio.create_task(
            forget_in_time(store, 30, clock, tick=lambda: days.ticks, sleep=days.sleep)
        )
        await asyncio.wait_for(over.wait(), 10)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        known = (await store.order(order.number)).draft.phone == PHONE
        return days.slept[:sleeps], known


async def test_a_month_later_the_customer_is_forgotten(tmp_path: Path) -> None:
    slept, known = await pass_days(tmp_path, 60)
    assert not known
    assert set(slept[:14]) == {PURGE_SECONDS}


async def test_a_clock_that_is_years_ahead_has_an_hour_to_be_put_right(tmp_path: Path) -> None:
    years = timedelta(days=4000)
    slept, known = await pass_days(tmp_path, 2, first=years, _1=-years)
    assert slept == [DOUBT_SECONDS, PURGE_SECONDS]
    assert known


async def test_a_clock_that_jumps_while_the_shop_runs_has_an_hour_too(tmp_path: Path) -> None:
    years = timedelta(days=4000)
    slept, known = await pass_days(tmp_path, 4, _1=years, _2=-years)
    assert slept == [PURGE_SECONDS, DOUBT_SECONDS, PURGE_SECONDS, PURGE_SECONDS]
    assert known


async def test_a_shop_that_comes_back_from_a_long_rest_forgets_an_hour_later(
    tmp_path: Path,
) -> None:
    slept, known = await pass_days(tmp_path, 2, first=timedelta(days=60))
    assert slept == [DOUBT_SECONDS, PURGE_SECONDS]
    assert not known
