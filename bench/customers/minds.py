"""Changes of mind: what is ordered at first, and what is said to make it what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from bench.customers.goals import draw_line, other_item, tally
from bench.customers.phrasing import choice_said, line_said
from servizio.agents.local.spoken_figures import number_words, speakable
from servizio.agents.local.wording import plural, with_article
from servizio.shop.line import Amount, Line
from servizio.shop.menu import Menu


class Moment(StrEnum):
    """When the mind is changed."""

    AT_ONCE = "at once"
    """In the same sentence."""
    AT_READING = "at the reading"
    LATER = "later"
    """When the order has been agreed to."""


@dataclass(frozen=True, slots=True)
class ChangeOfMind:
    """What is said first, and then."""

    first: tuple[Line, ...]
    moment: Moment
    said: str
    """In `AT_ONCE`: the whole order, correction included."""


def draw_change(menu: Menu, lines: tuple[Line, ...], rng: Random) -> ChangeOfMind | None:
    """A way to come to these lines by a detour; `None` where none was found."""
    if rng.random() < 0.3:
        detour = _at_once(menu, lines, rng)
        if detour is not None:
            return detour
    moment = rng.choice((Moment.AT_READING, Moment.LATER))
    ways: list[Callable[..., ChangeOfMind | None]] = [
        _added, _level, _quantity, _extra_line, _other_item,
    ]  # fmt: skip
    rng.shuffle(ways)
    for way in ways:
        found = way(menu, lines, moment, rng)
        if found is not None and tally(found.first, menu) != tally(lines, menu):
            return found
    return None


def _at_once(menu: Menu, lines: tuple[Line, ...], rng: Random) -> ChangeOfMind | None:
    line = lines[0]
    other = other_item(menu, line, rng)
    if other is None or len(lines) > 1:
        return None
    wanted = line_said(menu, line, rng, nick=0)
    slip = with_article(speakable(other.name))
    joint = rng.choice(("no wait,", "sorry, I mean", "no, actually", "no, make that"))
    return ChangeOfMind(lines, Moment.AT_ONCE, f"can I get {slip}, {joint} {wanted}")


def _target(menu: Menu, lines: tuple[Line, ...], line: Line, rng: Random) -> str:
    name = speakable(menu.item(line.item).name)
    name = name if line.quantity == 1 else plural(name)
    same = [one for one in lines if one.item == line.item]
    if len(lines) == 1 and rng.random() < 0.6:
        return "it" if line.quantity == 1 else "them"
    if len(same) > 1:
        place = lines.index(line)
        return f"the {('first', 'second', 'third')[place]} one"
    return f"the {name}"


def _picked(lines: tuple[Line, ...], rng: Random) -> tuple[int, Line]:
    place = rng.randrange(len(lines))
    return place, lines[place]


def _with(lines: tuple[Line, ...], place: int, line: Line) -> tuple[Line, ...]:
    return (*lines[:place], line, *lines[place + 1 :])


def _added(menu: Menu, lines: tuple[Line, ...], moment: Moment, rng: Random) -> ChangeOfMind | None:
    place, line = _picked(lines, rng)
    needed = {rule.requires for rule in menu.rules}
    free = [
        choice
        for choice in line.choices
        if not menu.group(choice.group).min
        and menu.group(choice.group).max != 1
        and choice.modifier not in needed
        and choice.amount is Amount.REGULAR
    ]
    if not free:
        return None
    choice = rng.choice(free)
    first = replace(line, choices=tuple(one for one in line.choices if one != choice))
    words = choice_said(menu, choice, rng, nick=0)
    target = _target(menu, lines, line, rng)
    said = rng.choice(
        (f"actually, add {words} to {target}", f"oh, can I also get {words} in {target}")
    )
    return ChangeOfMind(_with(lines, place, first), moment, said)


def _level(menu: Menu, lines: tuple[Line, ...], moment: Moment, rng: Random) -> ChangeOfMind | None:
    place, line = _picked(lines, rng)
    single = [
        choice
        for choice in line.choices
        if menu.group(choice.group).max == 1
        and len(menu.group(choice.group).modifiers) > 1
        and choice.amount is Amount.REGULAR
        and choice.modifier not in {rule.modifier for rule in menu.rules}
    ]
    if not single:
        return None
    choice = rng.choice(single)
    ruled = {rule.modifier for rule in menu.rules} | {choice.modifier}
    others = [one.id for one in menu.group(choice.group).modifiers if one.id not in ruled]
    if not others:
        return None
    first = replace(
        line,
        choices=tuple(
            replace(one, modifier=rng.choice(others)) if one == choice else one
            for one in line.choices
        ),
    )
    words = choice_said(menu, choice, rng, nick=0)
    target = _target(menu, lines, line, rng)
    said = rng.choice((f"actually, make {target} {words}", f"sorry, {words} on {target} please"))
    if target in {"it", "them"}:
        said = rng.choice((f"actually, make {target} {words}", f"actually {words} please"))
    return ChangeOfMind(_with(lines, place, first), moment, said)


def _quantity(
    menu: Menu, lines: tuple[Line, ...], moment: Moment, rng: Random
) -> ChangeOfMind | None:
    place, line = _picked(lines, rng)
    first = replace(line, quantity=1 if line.quantity > 1 else 2)
    number = number_words(line.quantity)
    name = speakable(menu.item(line.item).name)
    name = name if line.quantity == 1 else plural(name)
    if sum(one.item == line.item for one in lines) > 1:
        return None
    if len(lines) == 1:
        said = rng.choice((f"actually, make it {number}", f"actually, just {number}"))
        if line.quantity > 1:
            said = f"actually, make it {number}"
    else:
        said = f"actually, make that {number} {name}"
    return ChangeOfMind(_with(lines, place, first), moment, said)


def _extra_line(
    menu: Menu, lines: tuple[Line, ...], moment: Moment, rng: Random
) -> ChangeOfMind | None:
    extra = replace(draw_line(menu, rng), quantity=1)
    if any(one.item == extra.item for one in lines):
        return None
    name = speakable(menu.item(extra.item).name)
    said = rng.choice(
        (f"actually, take off the {name}", f"oh, I don't want the {name} anymore",
         f"actually no {name}", f"can you cancel the {name}")
    )  # fmt: skip
    return ChangeOfMind((*lines, extra), moment, said)


def _other_item(
    menu: Menu, lines: tuple[Line, ...], moment: Moment, rng: Random
) -> ChangeOfMind | None:
    place, line = _picked(lines, rng)
    other = other_item(menu, line, rng)
    if other is None or any(one.item in {other.id, line.item} for one in lines if one is not line):
        return None
    first = replace(line, item=other.id)
    name, wanted = speakable(other.name), speakable(menu.item(line.item).name)
    if line.quantity > 1:
        name, wanted = plural(name), plural(wanted)
        said = f"actually, make the {name} {wanted} instead"
    else:
        said = f"actually, make the {name} {with_article(wanted)} instead"
    return ChangeOfMind(_with(lines, place, first), moment, said)
