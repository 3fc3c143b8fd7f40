"""The board on the wall: numbers only, as large as fits, and honest when it is stale."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.geometry import Size

from servizio.shop.order import OrderStatus
from servizio.tui.big_digits import big_digits, in_capitals
from servizio.tui.qr_art import qr_rows
from servizio.tui.rows import Role
from servizio.tui.tv.app import TvApp
from servizio.tui.tv.big_text import BigText, draw_big
from servizio.tui.tv.board import Board
from servizio.tui.tv.order_at import code_for, spell_place
from servizio.tui.tv.wall import NumberWall, arrange, draw_wall
from servizio.tui.views import BoardOrder
from tests.tui.conftest import NOON, StillTime, open_tv, screen_text, until
from tests.tui.shop_server import ShopServer


def order(number: str, status: OrderStatus, minutes: int = 0) -> BoardOrder:
    return BoardOrder(number, status, NOON, NOON + timedelta(minutes=minutes))


def shows(app: TvApp, word: str, cut: str = "") -> bool:
    """Claim that a word is on the board, in letters of any size."""
    text = screen_text(app)
    return (cut or word) in text or any(big_digits(word, each)[0] in text for each in (1, 2, 3, 4))


async def test_the_board_goes_by_the_shops_clock(server: ShopServer, still: StillTime) -> None:
    server.counter.day["timezone"] = "Asia/Tokyo"
    async with open_tv(server, still, (120, 40)) as (app, _):
        await until(lambda: shows(app, "21:00"))


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
        await until(lambda: shows(app, "READY") and shows(app, "PREPARING", "PREPA"))


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


async def test_words_run_along_the_bottom_a_part_at_a_time(
    server: ShopServer, still: StillTime
) -> None:
    words = "Ask for the taro of the day, two for one until four, with any topping you like"
    async with open_tv(server, still, (40, 12), ticker=words) as (app, _):
        first = "Ask for the taro of the day, two for"
        await until(lambda: first in screen_text(app))
        still.pass_by(8)
        await until(lambda: "one until four" in screen_text(app))
        assert first not in screen_text(app)


async def test_customers_see_where_to_order_and_a_large_board_has_a_code(
    server: ShopServer, still: StillTime
) -> None:
    async with open_tv(server, still, (160, 50), order_at="+14155550123") as (app, pilot):
        await until(lambda: qr_rows("tel:+14155550123")[3].strip() in screen_text(app))
        await until(lambda: shows(app, "(415) 555-0123"))
        await pilot.resize_terminal(60, 20)
        await until(lambda: "(415) 555-0123" in screen_text(app))
        assert "▀▀▀▀▀▄" not in screen_text(app)


async def test_a_ready_number_goes_after_the_minutes_that_the_shop_has_set(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    server.move("4782", OrderStatus.READY)
    async with open_tv(server, still, ready_minutes=5) as (app, _):
        ready = app.screen.query_one("#ready", NumberWall)
        await until(lambda: ready.numbers == ("4782",))
        still.pass_by(6 * 60)
        await until(lambda: ready.numbers == ())


def test_a_place_to_order_is_dialled_or_opened() -> None:
    assert code_for("+1 (415) 555-0123") == "tel:+14155550123"
    assert spell_place("+14155550123") == "(415) 555-0123"
    assert code_for("https://shop.example/talk") == "https://shop.example/talk"
    assert spell_place("https://shop.example/talk/") == "shop.example/talk"
    assert spell_place("+442079460123") == "+442079460123"


def test_a_name_that_cannot_be_drawn_stands_in_plain_letters() -> None:
    assert in_capitals("Café Olé") == "CAFE OLE"
    rows = draw_big("珍珠 tea", "12:00", 40, 5)
    assert any("珍珠 tea" in span.text for row in rows for span in row)
    assert draw_big("Boba", "12:00", 80, 3)[0][0].text.startswith(big_digits("BOBA")[0])


async def test_a_board_in_another_room_shows_the_name_that_the_server_gives_the_shop(
    server: ShopServer, still: StillTime
) -> None:
    server.shop_name = "Bean & Leaf"
    async with open_tv(server, still, title="Somewhere else") as (app, _):
        await until(lambda: app.query_one("#head", BigText).said.startswith("Bean & Leaf"))
