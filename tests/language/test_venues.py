"""Orders at venues that no rule was made for: a burger bar, a coffee house, a noodle counter.

Each venue has a menu and its orders in `venues/`, as people type and say them.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from servizio.language.understand import Understander
from servizio.shop.menu_file import load_menu
from tests.language.menus import chosen

_VENUES = Path(__file__).with_name("venues")


def _cases() -> list[tuple[str, str, str]]:
    return [
        (path.name.removesuffix(".cases.toml"), text, lines)
        for path in sorted(_VENUES.glob("*.cases.toml"))
        for text, lines in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]
    ]


@cache
def _venue(name: str) -> Understander:
    return Understander(load_menu(_VENUES / f"{name}.menu.toml"))


def _wanted(lines: str) -> Counter[tuple[str, frozenset[str]]]:
    """ "2 latte: oat-milk + 1 espresso" as lines that can be compared."""
    wanted: Counter[tuple[str, frozenset[str]]] = Counter()
    for line in filter(None, lines.split(" + ")):
        head, _, modifiers = line.partition(": ")
        quantity, item = head.split(" ")
        wanted[item, frozenset(filter(None, modifiers.split(", ")))] += int(quantity)
    return wanted


def _understood(name: str, text: str) -> Counter[tuple[str, frozenset[str]]]:
    got: Counter[tuple[str, frozenset[str]]] = Counter()
    for line in _venue(name).understand(text).lines:
        got[line.item, frozenset(chosen(line.choices))] += line.quantity
    return got


def _with_either(
    wanted: Counter[tuple[str, frozenset[str]]], got: Counter[tuple[str, frozenset[str]]]
) -> Counter[tuple[str, frozenset[str]]]:
    """What is wanted, with `a|b` put as the one that was understood."""
    said = {re.sub(r"/.*| x.*", "", one) for _, choices in got for one in choices}

    def settle(modifier: str) -> str:
        names, slash, amount = modifier.partition("/")
        options = names.split("|")
        return next((one for one in options if one in said), options[0]) + slash + amount

    settled: Counter[tuple[str, frozenset[str]]] = Counter()
    for (item, choices), quantity in wanted.items():
        settled[item, frozenset(map(settle, choices))] += quantity
    return settled


@pytest.mark.parametrize(("venue", "text", "lines"), _cases())
def test_an_order_at_a_venue_never_seen_is_understood_exactly(
    venue: str, text: str, lines: str
) -> None:
    got = _understood(venue, text)
    assert got == _with_either(_wanted(lines), got)
