"""A shop's own keys and colours, and the way to a tablet."""

from __future__ import annotations

import re

import pytest
from textual.binding import Binding

from servizio.errors import SettingsError
from servizio.tui.console.modes import screen_class
from servizio.tui.console.shop_app import ShopApp
from servizio.tui.key_map import actions_of, checked_keys
from servizio.tui.key_names import KeyNames
from servizio.tui.look import StaffPage
from servizio.tui.qr_art import qr_rows
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import ShopServer

ACTIONS = {
    "queue.ready": ("enter", "m"),
    "queue.undo": ("u",),
    "calls.undo": ("u",),
    "calls.hang_up": ("g",),
    "app.help": ("f1",),
}


def test_an_action_is_called_by_its_short_name_or_its_whole_one() -> None:
    assert checked_keys({"ready": "f9,M"}, ACTIONS) == {"queue.ready": "f9,M"}
    assert checked_keys({"undo": "backspace"}, ACTIONS) == {"queue.undo": "backspace"}
    assert checked_keys({"calls.undo": "esc"}, ACTIONS) == {"calls.undo": "escape"}
    assert checked_keys({"hang-up": "Ctrl+G"}, ACTIONS) == {"calls.hang_up": "ctrl+g"}


def test_signs_are_keys_like_any_other() -> None:
    assert checked_keys({"ready": "+"}, ACTIONS) == {"queue.ready": "plus"}
    assert checked_keys({"ready": ","}, ACTIONS) == {"queue.ready": "comma"}
    assert checked_keys({"ready": "/"}, ACTIONS) == {"queue.ready": "slash"}


@pytest.mark.parametrize(
    ("keys", "message", "hint"),
    [
        ({"redy": "m"}, 'no action "redy"', '"queue.ready"'),
        ({"ready": "entr"}, '"entr" is no key', '"enter"'),
        ({"ready": ""}, "has no key", "f9"),
        ({"ready": "u"}, "u would be both queue.ready and queue.undo", "queue.undo"),
        ({"ready": "f1"}, "f1 would be both queue.ready and app.help", "app.help"),
        ({"ready": "x", "undo": "x"}, "x would be both", "another key"),
    ],
)
def test_what_is_unknown_or_would_clash_is_said_with_what_to_do(
    keys: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        checked_keys(keys, ACTIONS)
    assert hint in caught.value.hint


def test_the_same_key_may_mean_two_things_in_two_places() -> None:
    assert checked_keys({"hang_up": "m"}, ACTIONS) == {"calls.hang_up": "m"}


def test_keys_may_be_swapped() -> None:
    swapped = checked_keys({"ready": "u", "undo": "m"}, ACTIONS)
    assert swapped == {"queue.ready": "u", "queue.undo": "m"}


def test_every_action_of_the_console_has_a_name_to_be_called_by() -> None:
    for binding in ShopApp.BINDINGS:
        assert isinstance(binding, Binding)
        assert bool(binding.id) is bool(binding.description)
    assert "app.tablet" in dict(actions_of(ShopApp.BINDINGS))


async def test_a_shop_has_its_own_keys_and_the_footer_says_them(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    async with open_console(server, still, keys={"ready": "b", "queue.ring_back": "f9"}) as console:
        await console.shows("b Ready")
        await console.press("b")
        await until(lambda: server.changes == [("4782", "ready")])


async def test_a_notice_says_the_key_that_this_shop_takes_things_back_with(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    async with open_console(server, still, keys={"undo": "backspace"}) as console:
        await console.press("enter")
        await console.shows("(Backspace takes it back)")
        await console.press("backspace")
        await until(lambda: server.changes[-1] == ("4782", "received"))


PLACES = ("queue", "calls", "history", "menu", "health", "report", "counter")


async def test_no_screen_names_a_key_that_the_shop_has_given_away(
    server: ShopServer, still: StillTime
) -> None:
    keys = {f"app.{place}": f"f{number}" for number, place in enumerate(PLACES, 12)}
    keys |= {"app.help": "f20", "counter.help": "f20", "queue.ready": "b", "menu.resume": "j"}
    server.counter.day["paused"] = {"since": None, "until": None, "message": ""}
    server.ring("CA1")
    async with open_console(server, still, keys=keys | {"queue.ring_back": "f9"}) as console:
        await console.shows("until you resume (F15 j)")
        await console.shows("F13 shows the call")
        for number, place in enumerate(PLACES, 12):
            await console.press(f"f{number}")
            await until(lambda place=place: console.app.current_mode == place)
            await console.shows(f"F{number} ")
            assert not re.search(r"\bF[2-8]\b|\{", console.text), place
        await console.press("f20")
        await console.shows("ON EVERY SCREEN")
        assert "F1 " not in console.text
        await console.press("f20")
        await console.hides("ON EVERY SCREEN")


@pytest.mark.parametrize("place", PLACES)
def test_the_help_names_the_shops_own_keys_in_its_sentences_too(place: str) -> None:
    screen = screen_class(place)
    ours = {action: "f9" for action, _ in actions_of(screen.BINDINGS)}
    named = KeyNames(ours, lambda _: ())
    said = named.fill(screen.HELP or "")
    assert said.count("F9") == (screen.HELP or "").count("{")
    assert not re.search(r"Ctrl|Enter (makes|shows)|\b[b-z0-9] ", said), said


@pytest.mark.parametrize(
    ("light", "name"),
    [("light", "servizio-light"), ("contrast", "servizio-contrast"), ("odd", "servizio-dark")],
)
async def test_a_shop_has_its_own_light(
    server: ShopServer, still: StillTime, light: str, name: str
) -> None:
    async with open_console(server, still, theme=light) as console:
        assert console.app.theme == name


async def test_a_tablet_is_shown_the_way_and_what_is_in_it(
    server: ShopServer, still: StillTime
) -> None:
    page = StaffPage("http://192.168.1.20:8000/barista", "Not yet: set server.host.")
    async with open_console(server, still, (80, 24), staff_page=page) as console:
        await console.press("Q")
        await console.shows(page.address)
        assert page.remark in console.text
        assert qr_rows(page.address)[3].strip() in console.text
        await console.press("escape")
        await console.hides(page.address)


def test_a_code_is_square_and_has_light_around_it() -> None:
    rows = qr_rows("http://192.168.1.20:8000/barista")
    assert len({len(row) for row in rows}) == 1
    assert not rows[0].strip()
    assert abs(len(rows) * 2 - len(rows[0])) <= 1


@pytest.mark.parametrize("columns", [60, 80])
async def test_the_top_line_of_a_small_terminal_says_that_the_counter_is_open(
    server: ShopServer, still: StillTime, columns: int
) -> None:
    async with open_console(server, still, (columns, 24)) as console:
        await console.press("f8")
        await console.shows("F8 Counter")


async def test_the_bottom_line_names_a_function_key_as_it_stands_on_the_keyboard(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, keys={"queue.ready": "f9"}) as console:
        await console.shows(" F9 Ready ")
