"""Several screens on one server: they agree, also after a minute without it."""

from __future__ import annotations

import asyncio
import os
import sys

from servizio.shop.order import OrderStatus
from servizio.tui.terminal_title import BRING_BACK, KEEP, TerminalTitle
from servizio.tui.tv.wall import NumberWall
from tests.tui.conftest import OpenConsole, StillTime, open_console, open_tv, until
from tests.tui.shop_server import ShopServer

OPEN = ("received", "making", "ready")


def agrees(console: OpenConsole, server: ShopServer) -> bool:
    """Claim that a console has exactly the open orders of the server, each in its lane."""
    lanes = console.app.floor.orders.lanes()
    has = {ticket.order.number: lane.value for lane, held in lanes.items() for ticket in held}
    return has == {
        number: order["status"]
        for number, order in server.orders.items()
        if order["status"] in OPEN
    }


async def test_two_consoles_and_a_board_agree_whatever_happens_while_the_server_is_away(
    server: ShopServer, still: StillTime
) -> None:
    for number in range(1000, 1012):
        server.take_order(str(number))
    async with (
        open_console(server, still) as one,
        open_console(server, still, (80, 24)) as other,
        open_tv(server, still) as (tv, _),
    ):
        screens = (one, other)
        ready = tv.screen.query_one("#ready", NumberWall)
        for away in range(3):
            await server.stop()
            for console in screens:
                await console.shows("CONNECTION LOST")
            still.pass_by(60)
            server.take_order(str(2000 + away))
            server.take_order(str(3000 + away))
            server.move(str(1000 + away), OrderStatus.READY)
            server.move(str(2000 + away), OrderStatus.CANCELLED)
            server.move(str(1006 + away), OrderStatus.MAKING)
            await server.start()
            for console in screens:
                await console.hides("CONNECTION LOST")
                await until(lambda console=console: agrees(console, server))
            await until(lambda away=away: str(1000 + away) in ready.numbers)
            assert "2000" not in tv._board.preparing()
        server.move("1000", OrderStatus.PICKED_UP)
        await until(lambda: all(agrees(console, server) for console in screens))
        await until(lambda: "1000" not in ready.numbers)


async def test_a_rush_leaves_every_screen_with_the_same_orders(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as one, open_console(server, still, (200, 60)) as other:
        for number in range(1000, 1150):
            server.take_order(str(number))
            if number % 3 == 0:
                server.move(str(number), OrderStatus.READY)
            if number % 6 == 0:
                server.move(str(number), OrderStatus.PICKED_UP)
            if number % 10 == 5:
                server.cut_streams()
            if number % 25 == 0:
                await asyncio.sleep(0)
        await until(lambda: agrees(one, server) and agrees(other, server))


async def test_the_board_opens_in_a_browser_as_textual_serve_starts_it(
    server: ShopServer,
) -> None:
    environment = os.environ | {
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "TEXTUAL_FPS": "60",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM_PROGRAM": "textual",
        "COLUMNS": "80",
        "ROWS": "24",
    }
    program = (
        "from servizio.tui import BoardLook, run_tv\n"
        f"raise SystemExit(run_tv({server.url!r}, BoardLook(title='Tea')))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        written = b""
        async with asyncio.timeout(40):
            while b"__GANGLION__" not in written or b"PREPARING" not in written:
                written += await process.stdout.read(65536)
                assert process.returncode is None
    finally:
        process.kill()
        await process.wait()


def test_the_title_of_the_terminal_counts_what_nobody_has_looked_at() -> None:
    written: list[str] = []
    title = TerminalTitle("Tea \x1b]2;evil\x07 Bar", written.append)
    title.show(0)
    title.show(2)
    title.show(2)
    title.close()
    assert written[0] == KEEP
    assert written[2] == "\x1b]2;(2 new) Tea ]2;evil Bar\x07"
    assert written[3:] == [BRING_BACK]


def test_a_terminal_that_was_never_given_a_title_keeps_its_own() -> None:
    written: list[str] = []
    TerminalTitle("Tea", written.append).close()
    assert written == []
