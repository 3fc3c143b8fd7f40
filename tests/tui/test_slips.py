"""Presses that were meant for something else, each named after what it did in a shop."""

from __future__ import annotations

from servizio.shop.order import OrderStatus
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import ShopServer


async def test_a_press_just_after_a_colleague_moved_my_order_hits_no_other_one(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4348", minutes_ago=2)
    server.take_order("7701", minutes_ago=1)
    async with open_console(server, still) as console:
        server.move("4348", OrderStatus.READY)
        await until(lambda: console.selected == "7701")
        await console.press("enter")
        await console.shows("Nothing done: the order you had has moved. 7701 is next")
        assert server.changes == [("4348", "ready")]
        await console.press("enter")
        await until(lambda: server.changes[-1] == ("7701", "ready"))


async def test_a_press_just_after_the_last_order_became_ready_does_not_hand_it_over(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("7632")
    async with open_console(server, still) as console:
        server.move("7632", OrderStatus.READY)
        await console.shows("READY 1")
        await console.press("enter")
        await console.shows("Nothing done")
        assert server.changes == [("7632", "ready")]


async def test_two_quick_presses_on_ready_orders_hand_one_over(
    server: ShopServer, still: StillTime
) -> None:
    for number in ("7564", "4348"):
        server.take_order(number)
        server.move(number, OrderStatus.READY)
    async with open_console(server, still) as console:
        first = console.selected
        await console.press("enter")
        await until(lambda: console.selected not in {first, ""})
        still.seconds += 0.5
        await console.pilot.press("enter")
        await console.pilot.pause()
        assert [each for each in server.changes if each[1] == "picked_up"] == [(first, "picked_up")]


async def test_the_footer_says_picked_up_where_enter_means_that(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1111")
    server.take_order("2222")
    server.move("2222", OrderStatus.READY)
    async with open_console(server, still) as console:
        await console.shows("Enter Ready")
        await console.press("right", "right")
        await console.shows("Enter Picked up")


async def test_undo_says_at_once_that_it_cannot_go_back_further(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1063")
    async with open_console(server, still) as console:
        await console.press("enter")
        await console.shows("1063 is ready")
        await console.press("p", "p")
        await until(lambda: server.changes[-1] == ("1063", "picked_up"))
        await console.shows("1063 is picked up")
        await console.press("u")
        await console.shows("1063 is ready again, and cannot go back further")
        await console.press("u")
        await console.shows("Nothing to take back")


async def test_a_pause_dialog_closed_by_a_slip_says_so_and_takes_nothing_off_the_menu(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5", "p")
        await console.shows("Pause phone orders for how long?")
        await console.press("enter")
        await console.shows("Phone orders are NOT paused")
        await console.pilot.press("enter")
        await console.pilot.pause()
        assert "sold out" not in console.text


async def test_the_answers_of_a_pause_name_no_key_while_a_message_is_typed(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5", "p")
        await console.shows("Until I resume (0)")
        await console.pilot.click("PauseScreen Input")
        await console.hides("(0)")
        await console.press(*"back", "enter")
        await console.shows("Until I resume (0)")


async def test_a_found_call_takes_the_place_of_the_one_that_was_shown(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1", "+15550001111")
    server.say("CA1", "customer", "vanilla please")
    server.hang_up("CA1", outcome="question")
    server.ring("CA2", "+15550002222")
    server.say("CA2", "customer", "matcha please")
    async with open_console(server, still) as console:
        await console.press("f3")
        await console.shows("matcha please")
        await console.press("slash", *"vanilla")
        for words in ("and", "a", "large", "one"):
            server.say("CA2", "customer", words)
        await console.shows("vanilla please")
        await console.hides("matcha please")
