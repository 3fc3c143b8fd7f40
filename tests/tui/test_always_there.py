"""What must be on the screen whatever its size: the way out, the age, what is broken."""

from __future__ import annotations

import pytest

from servizio.shop.order import OrderStatus
from servizio.tui.widgets.key_bar import KeyName, fitting
from tests.tui.conftest import StillTime, open_console
from tests.tui.shop_server import ShopServer, line, modifier

KEYS = [
    KeyName("enter", "Enter", "Ready"),
    KeyName("u", "u", "Undo"),
    KeyName("f1", "F1", "Help", is_kept=True),
    KeyName("ctrl+q", "^q", "Quit", is_kept=True),
]
NO_AGENT = {
    "agents": {
        "status": "failed",
        "detail": "local broken",
        "reasons": {"local": "A package is missing: onnxruntime. Install it again."},
    },
    "calls": {"status": "failed", "detail": "no new calls are taken: no agent can talk"},
}


def shown(width: int) -> str:
    """The bottom line on a screen so wide."""
    return " ".join(f"{key.shown} {key.does}" for key in fitting(KEYS, width, 1))


def test_keys_that_do_not_fit_are_left_out_whole_and_the_way_out_stays() -> None:
    assert shown(80) == "Enter Ready u Undo F1 Help ^q Quit"
    assert shown(33) == "Enter Ready F1 Help ^q Quit"
    assert shown(20) == "F1 Help ^q Quit"
    assert shown(8) == "^q Quit"
    assert not shown(3)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
async def test_quit_and_help_stand_on_every_screen_of_the_console(
    server: ShopServer, still: StillTime, width: int
) -> None:
    async with open_console(server, still, (width, 24)) as console:
        for key in ("f2", "f3", "f4", "f5", "f6", "f7"):
            await console.press(key)
            await console.shows("● live" if width == 200 else "●")
            last = console.text.splitlines()[-1].rstrip()
            assert last.endswith("F1 Help ^q Quit" if width < 108 else "F1 Help  ^q Quit")


async def test_a_key_that_quits_elsewhere_says_which_one_does_here(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("q")
        await console.shows("Ctrl+Q closes the console")
        assert console.app.is_running


@pytest.mark.parametrize("size", [(40, 24), (80, 24), (120, 40), (160, 40)])
async def test_how_long_an_order_has_waited_is_never_cut(
    server: ShopServer, still: StillTime, size: tuple[int, int]
) -> None:
    server.take_order("3057", minutes_ago=47)
    server.take_order("2216", minutes_ago=95)
    server.move("2216", OrderStatus.READY)
    still.pass_by(65)
    async with open_console(server, still, size) as console:
        server.move("2216", OrderStatus.RECEIVED)
        await console.shows("RECALLED")
        await console.press("a")
        if size[0] < 66:
            await console.shows("ALL DAY")
            await console.press("a")
        await console.shows("48 min")
        assert "1 h 36" in console.text


async def test_a_shop_without_an_agent_says_so_and_why_on_every_screen(
    server: ShopServer, still: StillTime
) -> None:
    server.checks = NO_AGENT
    async with open_console(server, still) as console:
        for key in ("f2", "f3", "f5", "f7", "f8"):
            await console.press(key)
            await console.shows("■ NO CALLS ARE TAKEN: The agent “local” is broken")
            await console.shows("onnxruntime")
        await console.press("f6")
        await console.shows("■ FAILED   agents  local broken")
        server.checks = {}
        await console.press("r")
        await console.hides("NO CALLS ARE TAKEN")


async def test_an_agent_that_is_broken_is_named_while_others_take_the_calls(
    server: ShopServer, still: StillTime
) -> None:
    server.checks = {
        "agents": {
            "status": "warning",
            "detail": "openai broken, local ready",
            "reasons": {"openai": "OpenAI does not accept the key [/b]."},
        }
    }
    async with open_console(server, still) as console:
        await console.shows("▲ The agent “openai” is broken: OpenAI does not accept the key [/b].")
        await console.shows("The other agents take the calls.")


async def test_what_may_hurt_somebody_stands_out_in_the_details_as_on_the_ticket(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1190", line("taro milk tea", modifier("topping", "egg pudding")))
    async with open_console(server, still) as console:
        await console.press("d")
        await console.shows("How it was taken")
        details = console.text.partition("Order 1190")[2]
        assert "! egg pudding" in details


async def test_the_help_names_the_keys_of_this_screen_first_and_ticking_once(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, (80, 60)) as console:
        await console.press("f1")
        await console.shows("ON EVERY SCREEN")
        words = console.text
        assert words.index("Enter, m, Space") < words.index("ON EVERY SCREEN")
        assert words.count("Tick") == 1
        assert "1 to 9" in words
        assert "Focus" not in words
        await console.press("f1")
        await console.hides("ON EVERY SCREEN")


@pytest.mark.parametrize(("sought", "found"), [("qr", "Tablet"), ("theme", "Theme: high contrast")])
async def test_the_palette_finds_what_people_call_things(
    server: ShopServer, still: StillTime, sought: str, found: str
) -> None:
    async with open_console(server, still) as console:
        await console.press("ctrl+p", *sought)
        await console.shows(found)


async def test_a_theme_is_put_on_from_the_palette(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await console.press("ctrl+p", *"high contrast")
        await console.shows("Theme: high contrast")
        await console.press("enter")
        await console.hides("White on black")
        assert console.app.theme == "servizio-contrast"


async def test_an_order_is_taken_at_the_counter_on_forty_columns(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, (40, 12)) as console:
        await console.press("n", *"2 taro")
        await console.shows("2 taro milk tea")
        await console.press("enter")
        await console.shows("TOTAL")
        await console.press("ctrl+s")
        await console.shows("is placed")
        assert len(server.orders) == 1


async def test_a_code_that_would_be_cut_gives_way_to_its_address(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, (40, 12)) as console:
        await console.press("Q")
        await console.shows("There is no room for the QR code")
        assert f":{server.port}/barista" in console.text
        await console.pilot.resize_terminal(80, 40)
        await console.hides("There is no room for the QR code")


async def test_a_console_that_is_not_let_in_does_not_say_that_there_is_nothing_to_make(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, token="wrong") as console:
        await console.shows("NOT LET IN")
        await console.shows("No orders can be shown")
        assert "Nothing to make" not in console.text


async def test_a_call_that_has_ended_offers_nothing_that_needs_a_live_one(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    async with open_console(server, still) as console:
        await console.press("f3")
        await console.shows("y Say this")
        server.hang_up("CA1")
        await console.hides("y Say this")
        assert "g Hang up" not in console.text


async def test_what_the_owner_of_the_console_has_to_say_stands_on_every_screen(
    server: ShopServer, still: StillTime
) -> None:
    said = ["DEMO: at work"]
    async with open_console(server, still, remark=lambda: said[0]) as console:
        await console.shows("DEMO: at work")
        await console.press("f6")
        await console.shows("DEMO: at work")
        said[0] = "DEMO: over"
        server.take_order("1234")
        await console.shows("DEMO: over")
