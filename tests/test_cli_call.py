"""`servizio call` before and after it rings: what is said of a shop that takes no calls."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from servizio.commands.customers import how_to_open
from tests.tui.shop_server import TOKEN, ShopServer

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shop", "command"),
    [
        ({"open_now": False}, "`servizio hours 10:00-22:00`"),
        ({"open_now": False, "orders_when_closed": True}, ""),
        ({"paused": {"since": None, "until": None, "message": ""}}, "`servizio resume`"),
        ({}, ""),
    ],
)
async def test_a_call_that_a_closed_shop_does_not_take_says_how_to_open_it(
    shop: dict[str, object], command: str
) -> None:
    async with ShopServer(lambda: NOON) as server:
        server.counter.day |= shop
        hint = await asyncio.to_thread(how_to_open, server.url, TOKEN)
    assert command in hint
    assert bool(hint) is bool(command)


async def test_nothing_is_said_of_a_shop_elsewhere() -> None:
    async with ShopServer(lambda: NOON) as server:
        server.counter.day |= {"open_now": False}
        assert await asyncio.to_thread(how_to_open, server.url, "") == ""
