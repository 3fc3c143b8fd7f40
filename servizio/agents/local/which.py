"""Which of several things, or of several lines, was meant: reading the answer."""

from __future__ import annotations

from dataclasses import replace

from servizio.agents.local.dialogue import WhichLine, WhichThing
from servizio.agents.local.ordering import change, choice_for, put, remove, stage
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk, with_choices, with_item
from servizio.agents.local.wording import thing_words
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Deny,
    NotOnMenu,
    Remove,
    Target,
    Unclear,
)
from servizio.shop.line import Amount, Choice, Line

_MANY_MEANINGS = frozenset({"no", "not", "the", "a", "with", "percent", "one"})
"""Words of names that are said for other reasons too."""


async def likeliest_taken(talk: Talk, doubt: WhichThing) -> bool:
    """A yes to "X or Y?" asks about the likelier alone; a yes to "X?" takes it."""
    if len(doubt.candidates) > 1:
        talk.state.doubts[0] = replace(doubt, candidates=doubt.candidates[:1])
        talk.state.tries = 0
        return False
    await _take_thing(talk, doubt, doubt.candidates[0])
    return True


async def thing_chosen(talk: Talk, doubt: WhichThing, said: Said) -> bool:
    """Whether one of the things was named; acts on it if so."""
    by_item = next((line for line in said.lines if line.item in doubt.candidates), None)
    if by_item is not None:
        said.drop(Affirm, Deny)
        rest = [line for line in said.lines if line is not by_item]
        said.drop(Add)
        said.put([Add(tuple(rest))] if rest else [])
        await _take_thing(talk, doubt, by_item.item, by_item)
        return True
    for act in said.each(Change):
        named = [one.modifier for one in act.choices if one.amount is not Amount.NONE]
        named += [act.item] if act.item else []
        if any(one in doubt.candidates for one in named):
            said.drop(Affirm, Deny)
            said.acts.remove(act)
            await _take_thing(talk, doubt, next(one for one in named if one in doubt.candidates))
            return True
    told = _told_apart(talk, doubt, said)
    if told is not None:
        said.drop(Affirm, Deny, Change, Unclear, NotOnMenu)
        await _take_thing(talk, doubt, told)
        return True
    unclear = said.each(Unclear)
    if unclear and set(unclear[0].candidates) & set(doubt.candidates):
        said.drop(Unclear)
    return False


def _told_apart(talk: Talk, doubt: WhichThing, said: Said) -> str | None:
    """The one candidate of which a word was said that no other has: "extra", of several ices."""
    if len(doubt.candidates) < 2 or talk.menu.has_item(doubt.candidates[0]) or said.lines:
        return None
    words = set(said.meaning.text.lower().split())
    names = [set((thing_words(talk.menu, one) or "").lower().split()) for one in doubt.candidates]
    common = set[str]().union(
        *(one & other for at, one in enumerate(names) for other in names[at + 1 :])
    )
    named = [
        thing
        for thing, name in zip(doubt.candidates, names, strict=True)
        if (name - common - _MANY_MEANINGS) & words
    ]
    return named[0] if len(named) == 1 else None


async def _take_thing(
    talk: Talk, doubt: WhichThing, thing: str, said_line: Line | None = None
) -> None:
    if talk.menu.has_item(thing):
        line = with_item(talk.menu, doubt.line or Line(thing), thing)
        if said_line is not None:
            line = with_choices(talk.menu, line, said_line.choices)
            quantity = max(line.quantity, said_line.quantity)
            line = replace(line, quantity=quantity)
        await stage(talk, line)
        return
    place = _place_of(talk, doubt)
    chosen = choice_for(talk, place, thing)
    if chosen is None:
        return
    line = talk.lines[place - 1]
    others = {one for one in doubt.candidates if one != thing}
    kept = tuple(one for one in line.choices if one.modifier not in others)
    await put(talk, place, with_choices(talk.menu, replace(line, choices=kept), (chosen,)))


def _place_of(talk: Talk, doubt: WhichThing) -> int:
    """The line that a modifier in doubt is for: one that has a candidate, else the last."""
    for place in range(len(talk.lines), 0, -1):
        line = talk.lines[place - 1]
        if any(one.modifier in doubt.candidates for one in line.choices):
            return place
    for place in range(len(talk.lines), 0, -1):
        if choice_for(talk, place, doubt.candidates[0]) is not None:
            return place
    return len(talk.lines)


async def line_chosen(talk: Talk, doubt: WhichLine, said: Said) -> bool:
    """Whether one of the lines was pointed at; acts on it if so."""
    place = _place_named(talk, doubt, said)
    if place is None:
        return False
    said.drop(Change, Remove, Add, Affirm, Deny)
    target = Target(index=place)
    if isinstance(doubt.act, Change):
        await change(talk, replace(doubt.act, target=target))
    else:
        await remove(talk, replace(doubt.act, target=target))
    return True


def _place_named(talk: Talk, doubt: WhichLine, said: Said) -> int | None:
    pointing: tuple[Change | Remove, ...] = (*said.each(Change), *said.each(Remove))
    for act in pointing:
        index = act.target.index
        if index is not None:
            # "The second one" counts the lines just read out, as far as there are so many.
            at = index - 1 if index > 0 else len(doubt.places) + index
            if 0 <= at < len(doubt.places):
                return doubt.places[at]
        if isinstance(act, Change) and act.choices:
            return _only_place_with(talk, doubt, act.choices)
    for line in said.lines:
        if line.choices:
            return _only_place_with(talk, doubt, line.choices)
        same = [place for place in doubt.places if talk.lines[place - 1].item == line.item]
        if len(same) == 1:
            return same[0]
    return None


def _only_place_with(talk: Talk, doubt: WhichLine, choices: tuple[Choice, ...]) -> int | None:
    wanted = {(one.group, one.modifier) for one in choices}
    fitting = [
        place
        for place in doubt.places
        if wanted <= {(one.group, one.modifier) for one in talk.lines[place - 1].choices}
    ]
    return fitting[0] if len(fitting) == 1 else None
