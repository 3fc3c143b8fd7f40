"""How orders are taken today: paused, busy, other hours; the screens say so until it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servizio.tui.console.hours import read_time
from servizio.tui.console.shop_app import ExitChoice
from tests.tui.conftest import NOON, StillTime, open_console, until
from tests.tui.shop_server import ShopServer


async def test_a_pause_of_ten_minutes_is_two_keys_and_every_screen_says_so(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, (100, 30)) as console:
        await console.press("f5", "p")
        await console.shows("Pause phone orders for how long?")
        await console.press("1")
        await console.shows("▲ PHONE ORDERS PAUSED until 12:10")
        assert server.counter.day["paused"]["message"] == ""
        signs = {"f2": "Nothing to make", "f3": "Nobody has rung", "f6": "TEXTS", "f7": "FIGURES"}
        for key, sign in signs.items():
            await console.press(key)
            await console.shows(sign)
            await console.shows("PHONE ORDERS PAUSED until 12:10")
        await console.press("f5", "r")
        await console.hides("PAUSED")
        assert server.counter.day["paused"] is None


async def test_a_pause_may_tell_customers_something_and_end_when_somebody_resumes(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5", "p")
        await console.shows("Pause phone orders for how long?")
        await console.pilot.click("PauseScreen Input")
        await console.press(*"Back", "space", *"soon", "enter", "0")
        await console.shows("PHONE ORDERS PAUSED until you resume")
        await console.shows("“Back soon”")
        assert server.counter.day["paused"]["until"] is None


async def test_a_pause_that_ended_by_itself_is_shown_no_more(
    server: ShopServer, still: StillTime
) -> None:
    until_soon = (NOON + timedelta(minutes=1)).isoformat()
    server.counter.day["paused"] = {"since": None, "until": until_soon, "message": ""}
    async with open_console(server, still) as console:
        await console.shows("PHONE ORDERS PAUSED until 12:01")
        still.pass_by(120)
        await console.hides("PAUSED")


async def test_times_are_told_on_the_shops_clock_and_not_on_the_machines(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.day["timezone"] = "Asia/Tokyo"
    server.take_order("4782")
    async with open_console(server, still) as console:
        await console.shows("21:00")
        await console.press("f4")
        await console.shows("4782   21:00")
        await console.press("d")
        await console.shows("taken at 21:00")


async def test_a_zone_that_this_machine_does_not_know_leaves_its_own_clock(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.day["timezone"] = "localtime"
    async with open_console(server, still) as console:
        await console.shows("12:00")


async def test_not_pausing_is_one_key_and_changes_nothing(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5", "p")
        await console.shows("Pause phone orders for how long?")
        await console.press("enter")
        await console.hides("for how long?")
        assert server.counter.day["paused"] is None


async def test_quick_presses_on_busy_add_up_and_never_go_below_nothing(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5")
        await console.shows("Customers are told 10 min")
        await console.pilot.press("plus", "plus", "plus")
        await until(lambda: server.counter.day["busy_minutes"] == 15)
        await console.shows("▲ BUSY +15 min: customers are told 25 min")
        await console.pilot.press("minus", "minus", "minus", "minus")
        await console.hides("BUSY +")
        assert server.counter.day["busy_minutes"] == 0


async def test_other_hours_hold_today_and_the_usual_ones_come_back(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5", "h")
        await console.shows("Other hours, for today only")
        await console.press("tab", "end", "ctrl+u", *"17", "enter")
        await console.shows("▲ OTHER HOURS TODAY 09:00-17:00")
        await console.press("h")
        await console.shows("Other hours, for today only")
        await console.pilot.click("#closed")
        await console.shows("▲ CLOSED TODAY")
        await console.press("h")
        await console.shows("Other hours, for today only")
        await console.pilot.click("#usual")
        await console.hides("CLOSED TODAY")
        assert server.counter.day["hours_override"] is None


async def test_nine_to_five_typed_for_today_is_no_night(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5", "h")
        await console.shows("Other hours, for today only")
        await console.press("end", "ctrl+u", *"9", "tab", "end", "ctrl+u", *"5", "enter")
        await console.shows("may end by day or at night")
        assert server.counter.day["hours_override"] is None


@pytest.mark.parametrize("hours", [None, {"closed": True}])
async def test_a_shop_closed_by_its_usual_hours_is_not_shown_as_taking_orders(
    server: ShopServer, still: StillTime, hours: dict[str, bool] | None
) -> None:
    server.counter.day |= {"open_now": False, "hours_known": True, "hours_today": hours}
    async with open_console(server, still, (100, 30)) as console:
        await console.shows("▲ CLOSED NOW: customers who ring hear when you open")
        await console.press("f5")
        await console.shows("▲ Closed now: customers who ring hear when you open")
        await console.shows("Hours of today: closed all day")
        assert "Orders are taken by phone" not in console.text


@pytest.mark.parametrize("opens", [("f5", "h"), ("f1",)])
async def test_the_key_that_quits_works_in_a_box_too(
    server: ShopServer, still: StillTime, opens: tuple[str, ...]
) -> None:
    async with open_console(server, still) as console:
        await console.press(*opens)
        await until(lambda: len(console.app.screen_stack) > 1)
        await console.pilot.press("ctrl+q")
        await until(lambda: console.app.return_value is ExitChoice.LEAVE)


async def test_that_the_shop_is_closed_is_the_last_thing_that_a_narrow_screen_cuts(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.day |= {
        "open_now": False,
        "hours_known": True,
        "hours_today": {"closed": True},
        "busy_minutes": 20,
    }
    async with open_console(server, still, (60, 30)) as console:
        await console.shows("▲ CLOSED NOW")


async def test_a_closed_shop_that_takes_calls_all_the_same_says_that_it_does(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.day |= {"open_now": False, "orders_when_closed": True}
    async with open_console(server, still, (100, 30)) as console:
        await console.press("f5")
        await console.shows("Orders are taken by phone")
        assert "CLOSED NOW" not in console.text


async def test_what_another_screen_changed_is_shown_at_once(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.shows("Nothing to make")
        server.tell("shop_changed", server.counter.day | {"busy_minutes": 20})
        await console.shows("▲ BUSY +20 min")


async def test_a_pause_is_in_the_palette_on_every_screen(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f3", "ctrl+p", *"pausefor20")
        await console.shows("Pause phone orders for 20 minutes")
        await console.press("enter")
        await console.shows("PHONE ORDERS PAUSED until 12:20")


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9", "9:00"),
        ("930", "9:30"),
        ("9:30", "9:30"),
        ("0500", "05:00"),
        (" 17.05 ", "17:05"),
        ("24", "24:00"),
        ("2430", ""),
        ("25", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, time: str) -> None:
    assert read_time(typed) == time
