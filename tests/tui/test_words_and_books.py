"""The pure parts of the screens: words, JSON, orders, selection, digits."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from rich.cells import cell_len

from servizio.errors import ApiError
from servizio.shop.line import Amount
from servizio.shop.order import OrderStatus
from servizio.tui import wire
from servizio.tui.big_digits import big_digits, height_of, width_of
from servizio.tui.floor import Floor, Snapshot
from servizio.tui.order_book import Lane, Mark, OrderBook, steps_back
from servizio.tui.selection import SURPRISE_SECONDS, Selection
from servizio.tui.ticket_art import draw_ticket
from servizio.tui.views import HealthChanged, HealthView, ModifierView, OrderView
from servizio.tui.words import Age, Patience, is_critical, minutes, phone_tail, spell_modifier
from tests.tui.conftest import NOON
from tests.tui.shop_server import ShopServer, line, modifier


def an_order(number: str = "4782", **more: object) -> OrderView:
    server = ShopServer(lambda: NOON)
    return wire.order_from(server.take_order(number, **more))


def test_importing_the_room_loads_no_textual() -> None:
    code = "import sys, servizio.tui; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("waited", "said"),
    [(0, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (3900, "1 h 05"), (-5, "now")],
)
def test_waiting_times_are_short_words(waited: int, said: str) -> None:
    assert minutes(timedelta(seconds=waited)) == said


def test_patience_ends_in_two_steps() -> None:
    patience = Patience()
    assert [patience.judge(timedelta(minutes=each)) for each in (3, 4, 8)] == list(Age)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (ModifierView("sweetness", "50%"), "50% sweetness"),
        (ModifierView("ice", "less"), "less ice"),
        (ModifierView("topping", "boba", Amount.EXTRA), "EXTRA boba"),
        (ModifierView("ice", "ice", Amount.NONE), "NO ice"),
        (ModifierView("topping", "shot", count=2), "2x shot"),
    ],
)
def test_modifiers_are_said_as_over_the_counter(given: ModifierView, said: str) -> None:
    assert spell_modifier(given) == said


def test_what_can_hurt_someone_stands_out() -> None:
    assert is_critical(ModifierView("milk", "oat milk"))
    assert is_critical(ModifierView("ice", "ice", Amount.NONE))
    assert not is_critical(ModifierView("topping", "boba"))


def test_a_phone_number_shows_its_last_four_digits_only() -> None:
    assert phone_tail("+15551234567") == "…4567"
    assert phone_tail("12") == ""


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"order_number": "1", "status": "lost", "created_at": "2026-01-01T00:00:00Z"},
        {"order_number": "1", "status": "ready", "created_at": "yesterday"},
        {"order_number": "1", "status": "ready", "created_at": "2026-01-01", "items": "many"},
        {"order_number": "1", "status": "ready", "created_at": "2026-01-01", "total": "NaN"},
        {"order_number": "1", "status": "ready", "created_at": "2026-01-01", "revision": "x"},
        [],
        None,
    ],
)
def test_nonsense_from_the_server_is_an_error_that_names_it(raw: object) -> None:
    with pytest.raises(ApiError, match="makes no sense"):
        wire.order_from(raw)


def test_what_the_api_leaves_out_is_filled_in() -> None:
    raw = {"order_number": "0042", "status": "ready", "created_at": "2026-01-01T00:00:00+01:00"}
    order = wire.order_from(raw)
    assert (order.number, order.phone, order.total, order.revision) == ("0042", "", Decimal(0), 1)
    assert order.created_at.isoformat() == "2025-12-31T23:00:00+00:00"


def test_an_event_of_a_newer_server_is_left_alone() -> None:
    assert wire.staff_event("shift_started", "{}") is None


def test_orders_there_at_the_start_are_not_new_but_later_ones_are() -> None:
    book = OrderBook()
    assert book.load([an_order("1111")], complete=True) == ()
    second = an_order("2222")
    assert book.put(second) == second.key
    assert book.put(second) is None


def test_the_first_order_of_a_shop_is_new_though_it_came_during_a_break() -> None:
    book = OrderBook()
    book.load((), complete=True)
    first = an_order("1111")
    assert book.load([first], complete=True) == (first.key,)
    assert book.unseen() == 1


def test_a_list_that_is_complete_forgets_what_it_does_not_have() -> None:
    book = OrderBook()
    book.load([an_order("1111"), an_order("2222")], complete=True)
    book.load([an_order("2222")], complete=False)
    assert len(book) == 2
    book.load([an_order("2222")], complete=True)
    assert len(book) == 1


def test_news_older_than_what_is_known_changes_nothing() -> None:
    book = OrderBook()
    order = an_order()
    ready = replace(order, status=OrderStatus.READY, updated_at=NOON + timedelta(seconds=2))
    book.put(ready)
    book.put(replace(order, updated_at=NOON + timedelta(seconds=1)))
    assert [each.order.status for each in book.lanes()[Lane.READY]] == [OrderStatus.READY]


def test_undo_tries_the_way_an_order_came_first() -> None:
    book = OrderBook()
    order = an_order()
    book.put(order)
    book.put(replace(order, status=OrderStatus.READY, updated_at=NOON + timedelta(seconds=1)))
    ticket = book.get(order.key)
    assert ticket is not None
    assert steps_back(ticket) == (OrderStatus.RECEIVED, OrderStatus.MAKING)


def test_the_same_number_on_another_day_is_another_order() -> None:
    book = OrderBook()
    old = replace(an_order(), created_at=NOON - timedelta(days=2), status=OrderStatus.PICKED_UP)
    book.put(old)
    book.put(an_order())
    assert len(book) == 2
    newest = book.by_number("4782")
    assert newest is not None
    assert newest.mark is Mark.NEW


def lanes(received: str, making: str = "", ready: str = "") -> dict[Lane, list[str]]:
    return {Lane.RECEIVED: list(received), Lane.MAKING: list(making), Lane.READY: list(ready)}


def test_the_selection_holds_on_to_its_order() -> None:
    selection = Selection()
    selection.follow(lanes("abc"), 0.0)
    selection.choose("b", lanes("abc"))
    selection.follow(lanes("xyabc"), 5.0)
    assert selection.key == "b"
    assert selection.is_settled(5.0)


def test_the_selection_moves_to_a_neighbour_and_waits_when_its_order_leaves() -> None:
    selection = Selection()
    selection.choose("b", lanes("abc"))
    selection.follow(lanes("ac", ready="b"), 5.0)
    assert selection.key == "c"
    assert not selection.is_settled(5.0 + SURPRISE_SECONDS / 2)
    assert selection.is_settled(5.01 + SURPRISE_SECONDS)


def test_steps_stop_at_the_ends_and_cross_empty_lanes() -> None:
    selection = Selection()
    queue = lanes("ab", "", "xyz")
    selection.choose("a", queue)
    selection.step(queue, -1)
    assert selection.key == "a"
    selection.step(queue, 1)
    selection.cross(queue, 1, tuple(Lane))
    assert selection.key == "y"
    selection.cross(queue, 1, tuple(Lane))
    assert selection.key == "y"
    selection.follow(lanes("", "", ""), 0.0)
    assert selection.key is None
    assert not selection.is_settled(99.0)


@pytest.mark.parametrize("scale", [1, 2, 3, 6])
def test_digits_have_the_size_they_promise(scale: int) -> None:
    rows = big_digits("0189", scale)
    assert len(rows) == height_of(scale)
    assert {len(row) for row in rows} == {width_of("0189", scale)}


@pytest.mark.parametrize("width", [24, 36, 61, 62, 80, 200])
def test_a_ticket_fills_its_width_exactly_and_keeps_its_height(width: int) -> None:
    lines = [line("taro milk tea" * 4, modifier("topping", "珍珠奶茶" * 6), quantity=2)]
    book = OrderBook()
    order = wire.order_from(ShopServer(lambda: NOON).take_order("4782", *lines, name="A" * 90))
    book.put(order)
    ticket = book.get(order.key)
    assert ticket is not None
    heights = set()
    for selected in (True, False):
        for later in (0, 9):
            now = NOON + timedelta(minutes=later)
            rows = draw_ticket(ticket, width, now, Patience(), is_selected=selected)
            heights.add(len(rows))
            assert {sum(map(cell_width, row)) for row in rows} == {width}
    assert len(heights) == 1


def cell_width(span: object) -> int:
    return cell_len(span.text)  # type: ignore[attr-defined]


def test_ages_are_told_by_the_servers_clock_where_it_differs() -> None:
    floor = Floor(NOON)
    ahead = HealthView("ok", "", 0.0, NOON + timedelta(minutes=10), ())
    floor.load(Snapshot((), (), None, ahead), NOON)
    assert floor.skew == timedelta(minutes=10)
    floor.load(Snapshot((), (), None, replace(ahead, timestamp=NOON)), NOON)
    assert floor.skew == timedelta(0)
    floor.apply(HealthChanged(ahead))
    assert floor.health is ahead
