"""Presses that were meant for something else, each named after what it did in a shop."""

from __future__ import annotations

from servizio.shop.order import OrderStatus
from servizio.tui.call_art import spell_delays, spell_turn
from servizio.tui.views import Speaker, TranscriptLine
from tests.tui.conftest import NOON, StillTime, open_console, until
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


async def test_the_only_order_is_started_and_the_next_press_makes_it_ready(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("7724", minutes_ago=3)
    server.move("7724", OrderStatus.READY)
    server.take_order("5150", minutes_ago=2)
    server.move("5150", OrderStatus.MAKING)
    server.take_order("3432", minutes_ago=1)
    async with open_console(server, still) as console:
        assert console.selected == "3432"
        await console.press("s")
        await console.shows("3432 is being made")
        await console.pilot.press("enter")
        await until(lambda: server.changes[-1] == ("3432", "ready"))


async def test_two_quick_presses_on_the_last_started_order_do_not_hand_it_over(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("3432")
    async with open_console(server, still) as console:
        await console.press("s")
        await console.shows("3432 is being made")
        await console.press("enter")
        await console.shows("READY 1")
        await console.pilot.press("enter")
        await console.pilot.pause()
        assert server.changes[-1] == ("3432", "ready")


async def test_words_typed_at_the_question_of_a_pause_are_what_customers_are_told(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5", "p")
        await console.shows("Until I resume (0)")
        await console.press("W", "e", "space", *"are", "space", *"full", "enter")
        await console.shows("20 min (2)")
        await console.press("2")
        await console.shows("customers hear: “We are full”")


async def test_an_order_recalled_here_and_made_ready_elsewhere_says_ready(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("7724")
    server.move("7724", OrderStatus.READY)
    async with open_console(server, still, (80, 24)) as console:
        server.move("7724", OrderStatus.RECEIVED)
        await console.shows("RECALLED")
        server.move("7724", OrderStatus.READY)
        await console.shows("✓ READY")
        assert "RECALLED" not in console.text


async def test_starting_anew_at_the_counter_empties_the_line_before_anything_is_ordered(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f8", *"taro")
        await console.shows("1 taro milk tea")
        await console.press("ctrl+n")
        await console.shows("how many, what and how")


async def test_the_last_digits_of_a_telephone_number_are_not_cut_where_all_day_stands_beside(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("3432", name="Ann", phone="+14155550134", source="counter")
    async with open_console(server, still) as console:
        await console.press("a")
        await console.shows("ALL DAY")
        await console.shows("…0134")


async def test_picked_up_before_it_is_ready_says_what_comes_first(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("3432")
    async with open_console(server, still) as console:
        await console.press("p")
        await console.shows("3432 is not ready yet: first ready, then picked up")
        assert server.changes == []


def test_a_call_tells_what_was_done_and_how_long_answers_take_without_names_of_programs() -> None:
    done = TranscriptLine(Speaker.TOOL, "confirm_pending_to_cart", NOON)
    assert spell_turn(done, is_final=True) == "· confirmed: it is in the cart"
    measured = (("last", 531.0), ("median", 1011.0), ("p95", 1444.0))
    said = "last answer after 0.5 s, mostly 1.0 s, at worst 1.4 s"
    assert spell_delays(measured) == said
