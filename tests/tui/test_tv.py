"""The board on the wall: numbers only, as large as fits, and honest when it is stale."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.geometry import Size

from servizio.shop.order import OrderStatus
from servizio.tui.big_digits import big_digits
from servizio.tui.rows import Role
from servizio.tui.tv.board import Board
from servizio.tui.tv.wall import NumberWall, arrange, draw_wall
from servizio.tui.views import BoardOrder
from tests.tui.conftest import NOON, StillTime, open_tv, screen_text, until
from tests.tui.shop_server import ShopServer


def order(number: str, status: OrderStatus, minutes: int = 0) -> BoardOrder:
    return BoardOrder(number, status, NOON, NOON + timedelta(minutes=minutes))


async def test_numbers_move_from_preparing_to_ready_and_nothing_else_is_told(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", name="Ana")
    async with open_tv(server, still, (40, 12)) as (app, _):
        ready, preparing = (
            app.screen.query_one(each, NumberWall) for each in ("#ready", "#preparing")
        )
        await until(lambda: preparing.numbers == ("4782",))
        server.move("4782", OrderStatus.READY)
        await until(lambda: ready.numbers == ("4782",))
        assert preparing.numbers == ()
        await until(lambda: big_digits("4782")[0] in screen_text(app))
        assert "Ana" not in screen_text(app)
        assert "555" not in screen_text(app)
        server.move("4782", OrderStatus.PICKED_UP)
        await until(lambda: ready.numbers == ())


async def test_a_board_without_news_says_since_when_and_heals_by_itself(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    async with open_tv(server, still) as (app, _):
        await server.stop()
        await until(lambda: "No news since 12:00" in screen_text(app))
        server.take_order("9000")
        await server.start()
        await until(lambda: "No news" not in screen_text(app))
        await until(lambda: app._board.preparing() == ("4782", "9000"))


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (60, 80), (100, 30), (240, 67), (480, 134)])
async def test_the_board_fits_any_screen(
    server: ShopServer, still: StillTime, size: tuple[int, int]
) -> None:
    for number in range(5):
        server.take_order(f"40{number}0")
    async with open_tv(server, still, size) as (app, _):
        await until(lambda: len(app._board.preparing()) == 5)
        await until(lambda: "READY" in screen_text(app) and "PREPARI" in screen_text(app))


def test_digits_are_as_large_as_lets_all_numbers_fit() -> None:
    assert arrange(1, Size(200, 50)).scale == 6
    assert arrange(6, Size(60, 24)).scale < arrange(1, Size(60, 24)).scale
    assert arrange(40, Size(30, 10)).scale == 0


def test_numbers_without_room_are_counted() -> None:
    numbers = tuple(str(1000 + each) for each in range(50))
    rows = draw_wall(numbers, frozenset(), Size(22, 5), Role.BODY, is_lit=True)
    said = " ".join(span.text for row in rows for span in row)
    assert "+31" in said
    assert len(rows) <= 5


def test_a_number_flashes_when_it_becomes_ready_and_not_when_the_board_starts() -> None:
    board = Board()
    board.load([order("1111", OrderStatus.READY), order("2222", OrderStatus.MAKING)], NOON)
    assert board.fresh(NOON) == frozenset()
    board.put(order("2222", OrderStatus.READY, 1), NOON)
    assert board.fresh(NOON + timedelta(seconds=5)) == {"2222"}
    assert board.fresh(NOON + timedelta(seconds=30)) == frozenset()


def test_ready_numbers_stand_newest_first_and_go_after_half_an_hour() -> None:
    board = Board()
    board.load([order("1111", OrderStatus.READY, 0), order("2222", OrderStatus.READY, 5)], NOON)
    assert board.ready(NOON + timedelta(minutes=6)) == ("2222", "1111")
    assert board.ready(NOON + timedelta(minutes=31)) == ("2222",)


def test_old_news_does_not_overwrite_newer() -> None:
    board = Board()
    board.put(order("1111", OrderStatus.READY, 2), NOON)
    board.put(order("1111", OrderStatus.MAKING, 1), NOON)
    assert board.preparing() == ()
