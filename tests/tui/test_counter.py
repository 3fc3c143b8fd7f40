"""Counter orders: a few letters become an order, once, whatever the line does."""

from __future__ import annotations

import itertools

import pytest
from textual.events import Key

from servizio.shop.line import Amount
from servizio.tui.menu_search import MenuSearch, PickedLine
from servizio.tui.order_pad import OrderPad
from servizio.tui.wire import menu_from
from tests.tui.conftest import OpenConsole, StillTime, open_console, until
from tests.tui.shop_server import MENU, ShopServer

SEARCH = MenuSearch(menu_from(MENU))


def said(line: PickedLine) -> str:
    """A line in short: `2 taro milk tea +boba +no ice`."""
    modifiers = [
        f"{'' if each.amount is Amount.REGULAR else each.amount}+{each.entry.name}"
        + (f"*{each.count}" if each.count > 1 else "")
        for each in line.modifiers
    ]
    unknown = [f"?{word}" for word in line.unknown]
    return " ".join([f"{line.quantity} {line.item.name}", *modifiers, *unknown])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2 taro boba less ice", "2 taro milk tea +boba +less ice"),
        ("taro", "1 taro milk tea"),
        ("ta", "1 taro milk tea"),
        ("tero", "1 taro milk tea"),
        ("three black milk tea", "3 black milk tea"),
        ("black egg", "1 black milk tea +egg pudding"),
        ("3x bl bo no ice", "3 black milk tea +boba +no ice"),
        ("taro 2 boba", "1 taro milk tea +boba*2"),
        ("taro extra boba", "1 taro milk tea extra+boba"),
        ("taro without boba", "1 taro milk tea none+boba"),
        ("taro less ice no ice", "1 taro milk tea +no ice"),
        ("boba taro with no ice please", "1 taro milk tea +boba +no ice"),
        ("taro foo", "1 taro milk tea ?foo"),
    ],
)
def test_a_few_letters_are_enough_and_no_word_is_dropped(typed: str, meant: str) -> None:
    assert said(SEARCH.find(typed)[0]) == meant


def test_a_drink_with_boba_is_not_the_one_drink_whose_alias_says_boba() -> None:
    taro, black = MENU["items"]
    topping, ice = MENU["modifier_groups"]
    boba, pudding = topping["modifiers"]
    boba = boba | {"aliases": ["pearls", "black pearls", "black boba"]}
    names = ["black tea", "black", "black boba tea", "milk tea"]
    menu = MENU | {
        "items": [taro, black | {"aliases": names}],
        "modifier_groups": [topping | {"modifiers": [boba, pudding]}, ice],
    }
    search = MenuSearch(menu_from(menu))
    for typed in ("2 blck boba less ice", "2 black boba tea less ice", "2 blck pearls less ice"):
        assert said(search.find(typed)[0]) == "2 black milk tea +boba +less ice", typed
    assert said(search.find("taro boba")[0]) == "1 taro milk tea +boba"
    assert said(search.find("milk tea")[0]) == "1 black milk tea"
    assert search.find("boba") == ()


def test_nothing_typed_offers_every_item_and_nonsense_offers_none() -> None:
    assert [said(each) for each in SEARCH.find("")] == ["1 taro milk tea", "1 black milk tea"]
    assert SEARCH.find("xyzzy") == ()


def test_modifiers_alone_change_a_line() -> None:
    line = SEARCH.find("2 taro boba less ice")[0]
    changed = SEARCH.change(line, "no ice")
    assert changed is not None
    assert said(changed) == "2 taro milk tea +boba +no ice"
    assert SEARCH.change(line, "xyzzy") is None
    assert SEARCH.change(line, "") is None


def test_the_same_line_again_counts_up() -> None:
    pad = OrderPad(lambda: "key")
    for typed in ("taro", "2 taro", "taro boba"):
        pad.add(SEARCH.find(typed)[0])
    assert [said(each) for each in pad.lines] == ["3 taro milk tea", "1 taro milk tea +boba"]


def test_a_refused_order_and_the_next_one_have_keys_of_their_own() -> None:
    numbers = itertools.count()
    pad = OrderPad(lambda: f"{next(numbers)}")
    pad.refused()
    assert pad.key == "1"
    pad.clear()
    assert pad.key == "2"


async def take(console: OpenConsole, typed: str) -> None:
    """Type a line and take it over."""
    await console.pilot.press(*(key if key != " " else "space" for key in typed), "enter")


async def test_a_walk_in_is_served_without_leaving_the_keyboard(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("n")
        await console.shows("For example")
        await take(console, "2 taro bo")
        await console.shows("TOTAL 11.00")
        await console.press("tab", *"Ana", "enter", *"5551234567")
        await console.press("ctrl+s")
        await console.shows("Order 7000 is placed: 11.00")
        await console.shows("nothing yet")
        (order,) = server.orders.values()
        assert order["name"] == "Ana"
        assert order["phone"] == "5551234567"
        assert [each["modifier"] for each in order["items"][0]["modifiers"]] == ["boba"]
        await console.press("escape")
        await console.shows("RECEIVED 1")
        assert "counter" in console.text


async def test_modifiers_typed_alone_change_the_last_line_and_lines_come_off_again(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f8")
        await take(console, "taro")
        await console.pilot.press(*"no", "space", *"ice")
        await console.shows("change to 1 taro milk tea, no ice")
        await console.press("enter")
        await console.hides("change to")
        await take(console, "black")
        await console.shows("TOTAL 11.00")
        await console.press("ctrl+z")
        await console.shows("TOTAL 5.50")
        await console.press("ctrl+n")
        await console.shows("Throw this order away")
        await console.press("y")
        await console.shows("nothing yet")


async def test_an_order_whose_answer_is_lost_is_kept_and_never_made_twice(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.lose_answers = 1
    async with open_console(server, still) as console:
        await console.press("n")
        await take(console, "taro")
        await console.shows("TOTAL 5.50")
        await console.press("ctrl+s")
        await console.shows("It is not known whether this")
        await take(console, "black")
        assert "black milk tea   5.50" not in console.text
        await console.press("ctrl+u", "ctrl+s")
        await console.shows("Order 7000 is placed: 5.50")
        assert len(server.orders) == 1


async def test_without_a_server_the_draft_stays_and_is_priced_when_it_is_back(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("n")
        await console.shows("For example")
        await server.stop()
        await console.shows("CONNECTION LOST")
        await take(console, "taro")
        await console.shows("price: asking the server")
        await server.start()
        await console.shows("TOTAL 5.50")


async def test_what_the_kitchen_cannot_make_is_said_and_may_be_mended(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.faults = [{"line": 0, "message": "The taro milk tea is sold out."}]
    async with open_console(server, still) as console:
        await console.press("n")
        await take(console, "taro")
        await console.shows("■ The taro milk tea is sold out.")
        await console.press("ctrl+s")
        await console.shows("NOT placed. The taro milk tea is sold out.")
        server.counter.faults = []
        await console.press("ctrl+z")
        await take(console, "black")
        await console.press("ctrl+s")
        await console.shows("is placed: 5.50")


async def test_words_that_mean_nothing_are_not_taken_in_silence(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("n")
        await take(console, "taro foo")
        await console.shows("“foo” is not on the menu")
        await console.press("ctrl+s")
        await console.shows("There is nothing in this order yet")
        assert server.orders == {}


async def test_the_order_can_be_clicked_together(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await console.press("n")
        await console.shows("For example")
        await console.shows("1 black milk tea")
        await console.pilot.pause()
        await console.pilot.click("#found", offset=(3, 1))
        await console.shows("TOTAL 5.50")
        await until(lambda: console.app.focused and console.app.focused.id == "line")


def type_at_once(console: OpenConsole, *keys: str) -> None:
    """Have keys arrive as one burst, as from a slow line, before any of them is acted on."""
    for key in keys:
        console.app.post_message(Key(key, key if len(key) == 1 else None))


async def test_a_number_typed_in_one_burst_with_the_placing_is_not_lost(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("n")
        await take(console, "taro")
        await console.press("tab", "tab")
        type_at_once(console, *"5551234567", "ctrl+s")
        await console.shows("Order 7000 is placed: 5.50")
        (order,) = server.orders.values()
        assert order["phone"] == "5551234567"


async def test_a_whole_order_in_one_burst_goes_into_the_fields_it_was_meant_for(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("n")
        await console.shows("For example")
        type_at_once(console, *"taro", "enter", "tab", *"Ana", "enter", *"5551234567", "ctrl+s")
        await console.shows("Order 7000 is placed: 5.50")
        (order,) = server.orders.values()
        assert (order["name"], order["phone"]) == ("Ana", "5551234567")


async def test_what_still_stands_in_the_line_is_not_left_out_of_a_placed_order(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("n")
        await take(console, "taro")
        type_at_once(console, *"black", "ctrl+s")
        await console.shows("Enter takes over what stands in the line first")
        assert server.orders == {}
