"""What a customer wants: lines drawn at random from a menu, and a telephone number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item, Menu, ModifierGroup

AREAS = ("415", "650", "212", "718", "310", "206", "303", "512", "617", "919")
MOST_CHOICES = 4
"""Modifiers of a line; more are not said in one breath."""

Lines = Counter[Line]
"""Lines without defaults and with their choices in order; the value is the quantity."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What shall stand in the database in the end."""

    lines: tuple[Line, ...]
    phone: str
    """E.164."""


def draw_goal(menu: Menu, rng: Random, *, calls_from: str) -> Goal:
    """One to three different lines; one customer in eight leaves the number it calls from."""
    count = rng.choices((1, 2, 3), (55, 33, 12))[0]
    lines: list[Line] = []
    for _ in range(count):
        line = draw_line(menu, rng)
        if any(line.item == other.item for other in lines) and rng.random() < 0.8:
            continue
        if all(tally([line]).keys() != tally([other]).keys() for other in lines):
            lines.append(line)
    phone = calls_from if rng.random() < 0.125 else draw_phone(rng)
    return Goal(tuple(lines), phone)


def draw_phone(rng: Random) -> str:
    """A number in North America."""
    exchange = rng.randint(220, 989)
    if exchange % 100 == 11:
        exchange += 1
    return f"+1{rng.choice(AREAS)}{exchange}{rng.randint(0, 9999):04d}"


def draw_line(menu: Menu, rng: Random) -> Line:
    """An item that has all it must have, and some of what it may have."""
    item = rng.choice(menu.items)
    choices: list[Choice] = []
    for group in menu.groups_of(item):
        choices += _draw_choices(group, rng)
    needed = {rule.modifier: rule.requires for rule in menu.rules}
    named = {choice.modifier for choice in choices}
    choices = [each for each in choices if needed.get(each.modifier, each.modifier) in named]
    compulsory = [each for each in choices if menu.group(each.group).min]
    free = [each for each in choices if not menu.group(each.group).min]
    quantity = rng.choices((1, 2, 3), (75, 20, 5))[0]
    return Line(item.id, quantity, (*compulsory, *free[:MOST_CHOICES]))


def _draw_choices(group: ModifierGroup, rng: Random) -> list[Choice]:
    most = min(group.max or 2, 2, len(group.modifiers))
    count = rng.choices((0, 1, 2), (55, 35, 10))[0]
    count = max(group.min, min(count, most))
    # "Not warmed" is what a no is too, which leaves nothing in the order.
    modifiers = [one for one in group.modifiers if not one.name.lower().startswith("not ")]
    picked = rng.sample(modifiers, min(count, len(modifiers)))
    choices = [Choice(group.id, modifier.id) for modifier in picked]
    plain_words = not any(
        word in alias
        for alias in (picked[0].aliases if picked else ())
        for word in ("extra", "light")
    )
    # Where "extra shot" is another name for a shot, more than usual cannot be said.
    if group.amounts and choices and plain_words and rng.random() < 0.1:
        amount = rng.choice((Amount.EXTRA, Amount.LIGHT))
        choices[0] = replace(choices[0], amount=amount)
    return choices


def plain(menu: Menu, line: Line) -> Line:
    """The line as it is compared: once, without what goes without saying, in order."""
    defaults = {group.id: group.default for group in menu.modifier_groups}
    kept = [
        choice
        for choice in line.choices
        if not (
            choice.modifier == defaults.get(choice.group)
            and choice.amount is Amount.REGULAR
            and choice.count == 1
        )
    ]
    return Line(line.item, 1, tuple(sorted(kept)))


def tally(lines: Iterable[Line], menu: Menu | None = None) -> Lines:
    """The lines added up, to compare two orders."""
    found: Lines = Counter()
    for line in lines:
        one = plain(menu, line) if menu is not None else replace(line, quantity=1)
        found[one] += line.quantity
    return found


def lines_of_row(items: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines of an order as the database holds them."""
    return [
        Line(
            item["item"],
            item["quantity"],
            tuple(
                Choice(each["group"], each["modifier"], Amount(each["amount"]), each["count"])
                for each in item["modifiers"]
            ),
        )
        for item in items
    ]


def other_item(menu: Menu, line: Line, rng: Random) -> Item | None:
    """Another item that can have all that this line has; `None`: there is none."""
    groups = {choice.group for choice in line.choices}
    fitting = [
        item
        for item in menu.items
        if item.id != line.item
        and groups <= set(item.modifier_groups)
        and all(group.min == 0 or group.id in groups for group in menu.groups_of(item))
    ]
    return rng.choice(fitting) if fitting else None
