"""The queue: a barista makes orders ready, takes it back, and never hits the wrong one."""

from __future__ import annotations

import asyncio

import pytest

from servizio.shop.order import OrderStatus
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import ShopServer, line, modifier


async def test_a_new_order_appears_by_itself(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await console.shows("Nothing to make")
        server.take_order("4782", line("taro milk tea", modifier("topping", "boba")), name="Ana")
        await console.shows("taro milk tea")
        assert "NEW" in console.text
        assert "boba" in console.text
        assert "Ana" in console.text
        assert "phone …4567" in console.text
        assert "+15551234567" not in console.text


async def test_one_key_makes_the_selected_order_ready_and_there_are_three_of_it(
    server: ShopServer, still: StillTime
) -> None:
    for number in ("1111", "2222", "3333"):
        server.take_order(number)
    async with open_console(server, still) as console:
        for key, number in (("enter", "1111"), ("m", "2222"), ("space", "3333")):
            await console.press(key)
            await until(lambda number=number: server.changes[-1:] == [(number, "ready")])
            await console.shows(f"{number} is ready")


async def test_the_same_key_hands_a_ready_order_over(server: ShopServer, still: StillTime) -> None:
    server.take_order("4782")
    server.move("4782", OrderStatus.READY)
    async with open_console(server, still) as console:
        await console.press("enter")
        await until(lambda: server.changes[-1] == ("4782", "picked_up"))
        await console.shows("Nothing to make")


async def test_an_order_can_be_started_first(server: ShopServer, still: StillTime) -> None:
    server.take_order("4782")
    async with open_console(server, still) as console:
        await console.press("s")
        await until(lambda: server.changes == [("4782", "making")])
        await console.shows("MAKING 1")


async def test_undo_takes_the_last_steps_back_one_by_one(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1111", minutes_ago=2)
    server.take_order("2222", minutes_ago=1)
    async with open_console(server, still) as console:
        await console.press("m")
        await console.shows("1111 is ready")
        await console.press("m")
        await console.shows("2222 is ready")
        await console.press("u")
        await console.shows("2222 is received again")
        assert console.selected == "2222"
        await console.press("u")
        await console.shows("1111 is received again")
        await console.press("u")
        await console.shows("Nothing to take back")


async def test_undo_skips_what_somebody_else_has_moved_on(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1111")
    async with open_console(server, still) as console:
        await console.press("m")
        await console.shows("READY 1")
        server.move("1111", OrderStatus.PICKED_UP)
        await console.shows("Nothing to make")
        await console.press("u")
        await console.shows("Nothing to take back")
        assert server.changes[-1] == ("1111", "picked_up")


async def test_recall_brings_back_the_order_finished_last_by_anybody(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1111")
    server.move("1111", OrderStatus.READY)
    async with open_console(server, still) as console:
        await console.press("r", "enter")
        await console.shows("RECALLED")
        assert server.changes[-1] == ("1111", "received")


async def test_cancelling_asks_first_and_the_safe_answer_has_the_focus(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", name="Ana")
    async with open_console(server, still) as console:
        await console.press("c")
        await console.shows("Cancel order 4782 of Ana?")
        await console.press("enter")
        await console.hides("Cancel order 4782")
        assert server.changes == []
        await console.press("c", "y")
        await until(lambda: server.changes == [("4782", "cancelled")])
        await console.shows("Nothing to make")


async def test_two_presses_on_one_order_change_it_once(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1111", minutes_ago=2)
    server.take_order("2222", minutes_ago=1)
    server.hold = asyncio.Event()
    async with open_console(server, still) as console:
        await console.press("m", "m", "m")
        await console.shows("SENDING")
        server.hold.set()
        await console.shows("1111 is ready")
        assert server.changes == [("1111", "ready")]


async def test_a_press_too_soon_after_the_selection_moved_by_itself_is_ignored(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1111", minutes_ago=2)
    server.take_order("2222", minutes_ago=1)
    async with open_console(server, still) as console:
        await console.press("m")
        await console.shows("1111 is ready")
        await until(lambda: console.selected == "2222")
        await console.pilot.press("m")
        await console.pilot.pause()
        assert server.changes == [("1111", "ready")]
        await console.press("m")
        await until(lambda: server.changes[-1] == ("2222", "ready"))


async def test_two_baristas_who_press_ready_on_one_order_make_it_ready_once(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    server.hold = asyncio.Event()
    async with (
        open_console(server, still) as here,
        open_console(server, still) as there,
    ):
        await here.press("m")
        await there.press("m")
        server.hold.set()
        await here.shows("READY 1")
        await there.shows("READY 1")
        assert server.changes == [("4782", "ready")]
        await until(lambda: "ready already" in here.text + there.text)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_orders_that_come_or_go_never_move_the_selection(
    server: ShopServer, still: StillTime, size: tuple[int, int]
) -> None:
    for number in range(1000, 1012):
        server.take_order(str(number), minutes_ago=1020 - number)
    async with open_console(server, still, size) as console:
        await console.press(*["down"] * 6)
        assert console.selected == "1006"
        row = console.selected_row
        server.take_order("0500", minutes_ago=60)
        await console.shows("Queue 13")
        assert (console.selected, console.selected_row) == ("1006", row)
        for number in ("1000", "1001", "1011"):
            server.move(number, OrderStatus.READY)
        await console.shows("Queue 10")
        assert console.selected == "1006"


async def test_a_change_after_the_order_was_shown_stands_out_until_it_is_touched(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", line("taro milk tea"), line("black milk tea"))
    async with open_console(server, still) as console:
        server.change_order("4782", line("taro milk tea"), line("hot cocoa"))
        await console.shows("CHANGED")
        assert "+ 1 hot cocoa" in console.text
        assert "REMOVED 1 black milk tea" in console.text
        await console.press("d", "escape")
        await console.hides("CHANGED")
        assert "REMOVED" not in console.text


async def test_an_order_that_the_customer_cancels_stays_until_the_barista_has_seen_it(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    async with open_console(server, still) as console:
        server.move("4782", OrderStatus.CANCELLED)
        await console.shows("CANCELLED")
        await console.press("enter")
        await console.hides("CANCELLED")
        assert server.changes == [("4782", "cancelled")]


async def test_lines_can_be_ticked_off_one_by_one(server: ShopServer, still: StillTime) -> None:
    server.take_order("4782", line("taro milk tea"), line("black milk tea", quantity=2))
    async with open_console(server, still) as console:
        await console.press("2")
        await console.shows("✓ 2 black milk tea")
        await console.press("2")
        await console.hides("✓ 2 black milk tea")
        await console.press("7")
        await console.shows("4782 has 2 lines")
        assert "✓" not in console.text


async def test_waiting_is_said_in_words_that_grow_louder(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    async with open_console(server, still) as console:
        await console.shows("○ now")
        still.pass_by(5 * 60)
        await console.shows("▲ WAITING 5 min")
        still.pass_by(5 * 60)
        await console.shows("■ LATE 10 min")


async def test_search_finds_by_number_name_phone_and_drink_and_escape_shows_all(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", line("taro milk tea"), name="Ana", phone="+15550001111")
    server.take_order("9000", line("hot cocoa"), name="Joy", phone="+15550002222")
    async with open_console(server, still) as console:
        for sought in ("9000", "joy 2222 cocoa"):
            await console.press("slash", *sought)
            await console.hides("Ana")
            assert "Joy" in console.text
            await console.press("escape")
            await console.shows("Ana")
        await console.press("slash", *"zzz")
        await console.shows("No open order matches “zzz”")


async def test_all_day_counts_what_is_still_to_make(server: ShopServer, still: StillTime) -> None:
    server.take_order("1111", line("taro milk tea", quantity=2))
    server.take_order("2222", line("taro milk tea"), line("hot cocoa"))
    async with open_console(server, still) as console:
        await console.press("a")
        await console.shows("3  taro milk tea")
        await console.shows("1  hot cocoa")


async def test_a_click_selects_a_ticket(server: ShopServer, still: StillTime) -> None:
    server.take_order("1111", minutes_ago=2)
    server.take_order("2222", minutes_ago=1)
    async with open_console(server, still) as console:
        assert console.selected == "1111"
        await console.pilot.click("#lane-received", offset=(3, 8))
        await until(lambda: console.selected == "2222")


async def test_the_bell_rings_for_a_new_order_but_not_for_those_already_there(
    server: ShopServer, still: StillTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.take_order("1111")
    async with open_console(server, still) as console:
        rung: list[int] = []
        monkeypatch.setattr(console.app, "bell", lambda: rung.append(1))
        await console.press("down")
        assert rung == []
        server.take_order("2222")
        await console.shows("RECEIVED 2")
        assert rung == [1]


async def test_a_refused_change_says_so_and_the_ticket_stays_where_it_is(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    server.refuse_with = 500
    async with open_console(server, still) as console:
        await console.press("m")
        await console.shows("4782 was NOT changed")
        assert "RECEIVED 1" in console.text


async def test_five_hundred_open_orders_answer_a_key_at_once(
    server: ShopServer, still: StillTime
) -> None:
    for number in range(500):
        server.take_order(f"{1000 + number}", minutes_ago=number / 60)
    async with open_console(server, still) as console:
        await console.press("end")
        assert console.selected == "1000"
        await console.press("m")
        await until(lambda: server.changes == [("1000", "ready")])


async def test_keys_can_be_changed_by_name(server: ShopServer, still: StillTime) -> None:
    server.take_order("4782")
    async with open_console(server, still, keys={"queue.ready": "f9"}) as console:
        await console.press("m")
        assert server.changes == []
        await console.press("f9")
        await until(lambda: server.changes == [("4782", "ready")])


async def test_an_empty_queue_says_where_the_call_is_seen_that_is_being_spoken(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    async with open_console(server, still, (100, 30)) as console:
        await console.shows("A customer is on the line: F3 shows the call.")
        server.hang_up("CA1")
        await console.shows("New orders appear here by themselves.")
