"""Words of customers are shown as they are: never as markup, never as control of the screen."""

from __future__ import annotations

import pytest

from servizio.tui.words import clean
from tests.tui.conftest import StillTime, open_console
from tests.tui.shop_server import ShopServer, line, modifier

NASTY = [
    "Ana [/b] x",
    "[red]Ana",
    "\\[Ana",
    "[@click=app.quit]Ana[/]",
    "Ana\x1b[31m\x07",
    "Ana\u202egnirts\u202c",
    "A" * 200,
    "Ana \U0001f469\u200d\U0001f373",
    "شاي بالحليب",
    "{{ Ana }} %s",
]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_no_text_of_a_customer_breaks_or_steers_a_screen(
    server: ShopServer, still: StillTime, size: tuple[int, int]
) -> None:
    for number, words in enumerate(NASTY):
        sid = f"CA{number}"
        server.ring(sid, agent=words)
        server.say(sid, "customer", words)
        server.fill_cart(sid, line(words, modifier("topping", words)))
        lines = [line(words, modifier(words, words))]
        server.take_order(f"{1000 + number}", *lines, name=words, call_sid=sid)
    async with open_console(server, still, size) as console:
        await console.shows("Queue 10")
        for words in NASTY if size[0] > 100 else NASTY[:2]:
            await console.shows(clean(words)[:8])
            await console.press("c")
            await console.shows("Cancel order")
            assert clean(words)[:8] in console.text
            await console.press("n", "down")
        assert "\x1b" not in console.text
        walk = {"d": "How it was taken", "escape": "Queue 10", "f3": "● LIVE", "f4": "received"}
        for key, sign in walk.items():
            await console.press(key)
            await console.shows(sign)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b[2Jgone", "[2Jgone"),
        ("x\u200by", "xy"),
        (None, ""),
        (7, ""),
        ("a" * 500, "a" * 399 + "…"),
    ],
)
def test_text_from_outside_is_made_fit_for_one_line(given: object, shown: str) -> None:
    assert clean(given) == shown
