"""A busy quarter of an hour in a shop, the same each time, for pictures and for looking."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta

from servizio.shop.order import OrderStatus
from tests.tui.shop_server import TOKEN, ShopServer, line, modifier


def play(server: ShopServer, now: datetime) -> None:
    """Fill a server with orders in every lane and two calls in progress."""
    boba, pudding = modifier("topping", "boba"), modifier("topping", "egg pudding")
    sweet, no_ice = modifier("sweetness", "25%"), modifier("ice", "ice", "none")
    server.take_order("4782", line("taro milk tea", boba, sweet), minutes_ago=1)
    server.take_order(
        "1190",
        line("black milk tea", pudding, modifier("topping", "boba", "extra"), no_ice),
        line("taro milk tea", quantity=2, price="11.00"),
        name="Maximilian",
        phone="+15557654321",
        minutes_ago=5,
    )
    server.take_order(
        "3057",
        line(
            "taro milk tea",
            modifier("topping", "vanilla cream"),
            modifier("addon", "matcha stencil"),
        ),
        name="Joy",
        source="counter",
        phone=None,
        minutes_ago=9,
    )
    server.take_order(
        "8064", line("black milk tea", quantity=3), name="", source="browser", minutes_ago=7
    )
    server.take_order("2216", line("taro milk tea", sweet), name="Noor", minutes_ago=12)
    server.take_order("5501", line("black milk tea"), name="Ines", minutes_ago=14)
    server.move("8064", OrderStatus.MAKING)
    server.move("2216", OrderStatus.READY)
    server.move("5501", OrderStatus.READY)
    server.move("3057", OrderStatus.MAKING)
    _ring(server, now)


def _ring(server: ShopServer, now: datetime) -> None:
    server.ring("CA1", "+15550002468", seconds_ago=42)
    turns = (
        ("agent", "Servizio Boba, what can I get you?", 40),
        ("customer", "a taro milk tea with boba and half the sugar please", 34),
        ("agent", "One taro milk tea with boba, fifty percent sweet. Anything else?", 27),
    )
    for role, text, ago in turns:
        server.say("CA1", role, text, at=now - timedelta(seconds=ago))
    boba, sweet = modifier("topping", "boba"), modifier("sweetness", "50%")
    server.fill_cart("CA1", line("taro milk tea", boba, sweet))
    server.ring("CA2", "+15550001357", seconds_ago=8, agent="deepgram")
    greeting = "Servizio Boba, what can I get you?"
    server.say("CA2", "agent", greeting, at=now - timedelta(seconds=6))


def speak(server: ShopServer, now: datetime) -> None:
    """Say what is being said this moment: it is not final, so only those who listen get it."""
    server.say(
        "CA1", "customer", "yes, and a black milk", final=False, at=now - timedelta(seconds=2)
    )


async def _show(port: int) -> None:
    server = ShopServer()
    server.port = port
    async with server:
        play(server, server.clock())
        print(f"console: {server.url} with the token {TOKEN!r}; Ctrl+C ends")  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_show(int(sys.argv[1]) if len(sys.argv) > 1 else 8123))
