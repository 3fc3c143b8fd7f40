"""Lines: staging them, changing them, taking them off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from servizio.agents.line_arguments import arguments_of
from servizio.agents.local.dialogue import (
    Ask,
    CancelWhole,
    ChangeThis,
    OfferedChoice,
    OfferedLine,
    TooMany,
    WhichLine,
    WhichThing,
)
from servizio.agents.local.talk import Talk, changed, with_item
from servizio.agents.local.vetting import choice_of, is_gone, vet
from servizio.agents.local.wording import item_words, line_words, listed, thing_words
from servizio.language.meaning import Change, NotOnMenu, Remove, Target, Unclear
from servizio.shop.availability import item_instead, items_there
from servizio.shop.line import Amount, Choice, Line

MOST_NAMES = 8
"""How many items of a menu are read out unasked."""
MOST_CANDIDATES = 3
"""How many things are offered in one question."""

_READ_ANYWAY = frozenset({Ask.GROUP, Ask.READ_BACK, Ask.CHANGE_WHAT, Ask.DOUBT})
"""Questions after which a change was expected."""


async def stage(talk: Talk, line: Line) -> bool:
    """Stage a line as far as it can be had; what cannot is said and asked about."""
    if talk.is_sold_out(line.item):
        _offer_instead(talk, line)
        return False
    room = talk.room
    if line.quantity > room:
        _too_many(talk, line, room)
        return False
    vetted, doubts = vet(talk, line, len(talk.lines) + 1)
    result = await talk.do("add_to_cart", **arguments_of(vetted))
    if not result["ok"]:
        talk.note_result(result)
        return False
    talk.state.passed.append(set())
    talk.state.at_hand = 0
    for doubt in doubts:
        talk.doubt(doubt)
    return True


async def put(talk: Talk, place: int, line: Line) -> bool:
    """Make the line at this place this one; says so where it was agreed to already."""
    before = talk.lines[place - 1]
    more = line.quantity - before.quantity
    if more > talk.room:
        talk.note("limit_reached")
        return False
    if line.item != before.item and talk.is_sold_out(line.item):
        talk.note("sold_out", item=item_words(talk.menu, line.item))
        return False
    vetted, doubts = vet(talk, line, place)
    for doubt in doubts:
        talk.doubt(doubt)
    if vetted == before:
        return not doubts
    staged = talk.is_staged(place)
    index = place - len(talk.confirmed) if staged else place
    tool = "update_pending_item" if staged else "modify_cart_item"
    result = await talk.do(tool, index=index, **arguments_of(vetted))
    if not result["ok"]:
        talk.note_result(result)
        return False
    talk.state.changed_place = place
    if staged:
        _pass_what_was_taken_off(talk, index, before)
    else:
        talk.state.agreements += 1
        talk.state.changed_now = True
        talk.note("now_it_is", line=line_words(talk.menu, talk.lines[place - 1]))
    return True


def _pass_what_was_taken_off(talk: Talk, index: int, before: Line) -> None:
    """Who takes the boba off is not asked for toppings; `index`: of a staged line, from 1."""
    left = {choice.group for choice in talk.staged[index - 1].choices}
    for passed in talk.state.passed[index - 1 : index]:
        passed.update(choice.group for choice in before.choices if choice.group not in left)


async def change(talk: Talk, act: Change) -> bool:
    """Change the lines meant; asks which where several can be."""
    if not act.choices and act.item is None and not act.quantity:
        talk.note("change_how")
        return False
    places = _asked_places(talk, act.target) or _having(talk, act) or talk.places(act.target)
    if not places:
        talk.note("no_such_line" if talk.lines else "didnt_catch")
        return False
    asked = bool(_asked_places(talk, act.target))
    if not act.target.all and not asked:
        places = _told_apart(talk, places)
        if len(places) > 1:
            talk.doubt(WhichLine(act, places))
            return False
        if (
            talk.state.faint
            and talk.state.ask not in _READ_ANYWAY
            and places[0] < talk.first_staged()
        ):
            talk.doubt(ChangeThis(act, places[0]))
            return False
    noted, before = len(talk.notes), talk.lines
    if act.some is not None and act.some < talk.lines[places[0] - 1].quantity:
        return await _change_some(talk, act, places[0], act.some)
    done = [
        await put(talk, place, changed(talk.menu, talk.lines[place - 1], act)) for place in places
    ]
    nothing_new = talk.lines == before and len(talk.notes) == noted
    if nothing_new and places[0] < talk.first_staged():
        talk.note("it_is_so", line=line_words(talk.menu, talk.lines[places[0] - 1]))
    return any(done)


def _having(talk: Talk, act: Change) -> tuple[int, ...]:
    """ "Skip the stencil": the only line that has it, where the one at hand has not; else none."""
    gone = {choice.modifier for choice in act.choices if choice.amount is Amount.NONE}
    if act.target != Target() or len(gone) != len(act.choices) or not gone:
        return ()
    having = tuple(
        place
        for place, line in enumerate(talk.lines, start=1)
        if gone <= {choice.modifier for choice in line.choices}
    )
    at_hand = talk.places(act.target)
    return () if set(at_hand) & set(having) or len(having) != 1 else having


async def _change_some(talk: Talk, act: Change, place: int, some: int) -> bool:
    """ "Make one of the four no ice": it gets a line of its own."""
    line = talk.lines[place - 1]
    part = changed(talk.menu, replace(line, quantity=some), replace(act, some=None))
    if part.item != line.item and talk.is_sold_out(part.item):
        talk.note("sold_out", item=item_words(talk.menu, part.item))
        return False
    if not await put(talk, place, replace(line, quantity=line.quantity - some)):
        return False
    done = await stage(talk, part)
    if done:
        # What it shall have was just said.
        talk.state.passed[-1].update(talk.menu.item(part.item).modifier_groups)
    return done


async def remove(talk: Talk, act: Remove) -> bool:
    """Take lines off; asks which where several can be meant."""
    places = talk.places(act.target)
    if act.target.all and not places:
        return False
    if not places:
        talk.note("no_such_line")
        return False
    if not act.target.all:
        places = _told_apart(talk, places)
    if len(places) > 1 and not act.target.all:
        talk.doubt(WhichLine(act, places))
        return False
    if _would_empty_placed_order(talk, places, act.quantity):
        talk.doubt(CancelWhole())
        return False
    for place in sorted(places, reverse=True):
        await _take_off(talk, place, act.quantity)
    return True


async def clear_staged(talk: Talk) -> None:
    """Drop everything that was not agreed to."""
    if talk.staged:
        await talk.do("clear_pending_item")
    talk.state.passed.clear()
    talk.state.read = None
    talk.state.at_hand = 0


async def replace_staged(talk: Talk, lines: Sequence[Line]) -> bool:
    """The customer said anew what was read back wrong; returns whether it was taken so.

    One line stands in for the only one staged, or for the staged one with its item; as many
    lines as are staged, or more, stand in for all of them.
    """
    staged = talk.staged
    if len(lines) >= len(staged):
        await clear_staged(talk)
        for line in lines:
            await stage(talk, line)
        return True
    for line in lines:
        same = [at for at, one in enumerate(staged) if one.item == line.item]
        if len(same) == 1:
            await put(talk, talk.first_staged() + same[0], line)
        else:
            await stage(talk, line)
    return True


async def accept(talk: Talk) -> bool:
    """The customer agreed to what is staged: it goes into the cart."""
    result = await talk.do("confirm_pending_to_cart")
    if not result["ok"]:
        talk.note_result(result)
        await clear_staged(talk)
        return False
    talk.state.passed.clear()
    talk.state.read = None
    talk.state.at_hand = talk.state.denials = 0
    talk.state.agreements += 1
    return True


def unclear(talk: Talk, act: Unclear) -> None:
    """Ask which of the things it was."""
    known = tuple(one for one in act.candidates if thing_words(talk.menu, one) is not None)
    known = known[:MOST_CANDIDATES]
    if not known:
        talk.note("not_on_menu")
        return
    if act.line is None and not talk.menu.has_item(known[0]) and not talk.lines:
        return
    talk.doubt(WhichThing(known, act.line))


def not_on_menu(talk: Talk, act: NotOnMenu) -> None:
    """Say that it cannot be had, and offer what comes closest."""
    talk.note("not_on_menu")
    if act.nearest is None:
        _say_what_there_is(talk)
        return
    if talk.menu.has_item(act.nearest) and not talk.is_sold_out(act.nearest):
        talk.doubt(OfferedLine(Line(act.nearest)))
        return
    place = len(talk.lines)
    if place:
        choice = choice_of(talk, talk.lines[-1], act.nearest)
        if choice is not None and not is_gone(talk, choice):
            talk.doubt(OfferedChoice(choice, place))
            return
    _say_what_there_is(talk)


def _say_what_there_is(talk: Talk) -> None:
    """The menu, where it is short and has not just been said."""
    items = items_there(talk.menu, talk.there)
    names = [item_words(talk.menu, item.id) for item in items]
    if 0 < len(names) <= MOST_NAMES and not talk.state.menu_told:
        talk.state.menu_told = True
        talk.state.told_items = tuple(item.id for item in items)
        talk.note("we_have", things=listed(names))


def choice_for(talk: Talk, place: int, modifier: str) -> Choice | None:
    """The modifier as a choice for the line at a place; `None` where it cannot have it."""
    if not 1 <= place <= len(talk.lines):
        return None
    return choice_of(talk, talk.lines[place - 1], modifier)


async def _take_off(talk: Talk, place: int, quantity: int | None) -> None:
    line = talk.lines[place - 1]
    talk.state.at_hand = 0
    part = quantity is not None and quantity < line.quantity
    name = item_words(talk.menu, line.item)
    if talk.is_staged(place) and part and quantity is not None:
        await put(talk, place, replace(line, quantity=line.quantity - quantity))
        return
    if talk.is_staged(place):
        index = place - len(talk.confirmed)
        result = await talk.do("clear_pending_item", index=index)
        del talk.state.passed[index - 1 : index]
    else:
        some: dict[str, Any] = {"quantity": quantity} if part else {}
        result = await talk.do("remove_from_cart", index=place, **some)
        talk.state.agreements += 1
        talk.state.changed_now = True
    if not result["ok"]:
        talk.note_result(result)
    elif part:
        talk.note("now_it_is", line=line_words(talk.menu, talk.lines[place - 1]))
    else:
        talk.note("taken_off", item=name)


def _would_empty_placed_order(talk: Talk, places: Sequence[int], quantity: int | None) -> bool:
    if talk.desk.order_number is None or talk.staged:
        return False
    left = set(range(1, len(talk.lines) + 1)) - set(places)
    whole = all(quantity is None or quantity >= talk.lines[place - 1].quantity for place in places)
    return not left and whole


def _told_apart(talk: Talk, places: tuple[int, ...]) -> tuple[int, ...]:
    """The lines that asking "which one?" can tell apart.

    Of lines that sound the same the last one will do, and so it will where the customer was
    asked about these lines before and could not say.
    """
    alike = len({talk.lines[place - 1] for place in places}) == 1
    return places[-1:] if alike or places in talk.state.let_go else places


def _asked_places(talk: Talk, target: Target) -> tuple[int, ...]:
    """The lines that the question just asked is about, for an answer that names none."""
    if target != Target():
        return ()
    offset = len(talk.confirmed)
    return tuple(offset + at for at in talk.state.asked_places if at <= len(talk.staged))


def _offer_instead(talk: Talk, line: Line) -> None:
    gone = talk.menu.item(line.item)
    talk.note("sold_out", item=item_words(talk.menu, line.item))
    other = item_instead(talk.menu, talk.there, gone)
    if other is not None:
        talk.doubt(OfferedLine(with_item(talk.menu, line, other.id)))


def _too_many(talk: Talk, line: Line, room: int) -> None:
    if room > 0:
        talk.doubt(TooMany(replace(line, quantity=room)))
    else:
        talk.note("limit_reached")
