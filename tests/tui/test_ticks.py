"""Lines ticked off: on every screen, at once, and never where the server says no."""

from __future__ import annotations

from servizio.shop.order import OrderStatus
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import ShopServer, line

TICKED = "✓ 1 taro milk tea"


async def test_a_line_ticked_on_one_console_is_ticked_on_the_other(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", line("taro milk tea"), line("black milk tea"))
    async with open_console(server, still) as one, open_console(server, still) as other:
        await one.press("1")
        await one.shows(TICKED)
        await other.shows(TICKED)
        assert "✓ 1 black milk tea" not in other.text
        await other.press("1")
        await other.hides(TICKED)
        await one.hides(TICKED)


async def test_a_console_that_comes_later_knows_what_is_ticked(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", line("taro milk tea"))
    async with open_console(server, still) as one:
        await one.press("1")
        await until(lambda: server.orders["4782"].get("ticked") == [0])
    async with open_console(server, still) as later:
        await later.shows(TICKED)


async def test_a_tick_that_the_server_does_not_take_is_taken_back_and_told(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", line("taro milk tea"))
    server.refuse_with = 503
    async with open_console(server, still) as console:
        await console.press("1")
        await console.shows("4782 was NOT ticked")
        assert TICKED not in console.text


async def test_a_digit_without_a_line_says_so(server: ShopServer, still: StillTime) -> None:
    server.take_order("4782", line("taro milk tea"))
    server.move("4782", OrderStatus.READY)
    async with open_console(server, still) as console:
        await console.press("2")
        await console.shows("4782 has only one line")
        await console.press("1")
        await console.shows(TICKED)
