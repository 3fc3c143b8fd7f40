"""What happened on another day says which."""

from __future__ import annotations

from datetime import timedelta

from tests.tui.conftest import NOON, StillTime, open_console
from tests.tui.shop_server import ShopServer, stamp


async def test_a_call_of_another_day_has_its_date_and_one_of_today_its_time(
    server: ShopServer, still: StillTime
) -> None:
    before = stamp(NOON - timedelta(days=2, minutes=5))
    server.ring("CA1", started_at=before)
    server.hang_up("CA1", ended_at=stamp(NOON - timedelta(days=2)), order_number="4782")
    server.ring("CA2", started_at=stamp(NOON - timedelta(minutes=5)))
    server.hang_up("CA2")
    async with open_console(server, still, (80, 24)) as console:
        await console.press("f3")
        await console.shows("○ 12 Mar 11:55  5:00  …4567  order 4782")
        await console.shows("○ 11:55  5:00")


async def test_an_order_of_another_day_has_its_date_in_the_history_and_whole(
    server: ShopServer, still: StillTime
) -> None:
    order = server.take_order("4782")
    order["created_at"] = stamp(NOON - timedelta(days=2))
    server.take_order("4783")
    async with open_console(server, still) as console:
        await console.press("f4")
        await console.shows("12 Mar 12:00")
        await console.press("down", "d")
        await console.shows("taken at 12 Mar 12:00 · ")
