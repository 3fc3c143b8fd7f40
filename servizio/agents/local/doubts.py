"""Doubts: questions that must be cleared up before the order goes on."""

from __future__ import annotations

from dataclasses import replace

from servizio.agents.local.agreeing import pass_all_groups
from servizio.agents.local.dialogue import (
    CancelWhole,
    ChangeThis,
    Doubt,
    NeedsAnother,
    OfferedChoice,
    OfferedLine,
    SpeakToPerson,
    TheUsual,
    TooMany,
    WhichLine,
    WhichThing,
)
from servizio.agents.local.ordering import change, choice_for, put, remove, stage
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk, changed, with_choices, with_item
from servizio.language.meaning import (
    Add,
    Affirm,
    AskPerson,
    CancelOrder,
    Change,
    Deny,
    Frustration,
    Hello,
    NotOnMenu,
    Question,
    Remove,
    Repeat,
    StartOver,
    Target,
    Thanks,
    Unclear,
    Wait,
)
from servizio.shop.line import Amount, Choice, Line

_LEAVES_OPEN = (Question, Repeat, Hello, Wait, Unclear, NotOnMenu, Frustration, AskPerson, Thanks)
"""What may be said without the doubt having been answered."""


async def settle(talk: Talk, said: Said) -> None:
    """Deal with what answers the doubt that was asked about; the rest stays in `said`."""
    doubt = talk.state.doubts[0]
    if await _chosen(talk, doubt, said):
        _pop(talk)
    elif said.has(Affirm) and not said.has(Deny):
        said.drop(Affirm)
        if not talk.state.unheard:
            await _yes(talk, doubt, said)
    elif said.has(Deny):
        said.drop(Deny, Affirm)
        _pop(talk)
        _no(talk, doubt, said)
    elif (said.acts and not said.only(*_LEAVES_OPEN)) or _turns_from(doubt, said):
        if isinstance(doubt, WhichLine) and doubt.act in said.acts and not talk.state.unheard:
            # The same again, and no line named: it is all one to the customer.
            talk.state.let_go.append(doubt.places)
        _pop(talk)


def _turns_from(doubt: Doubt, said: Said) -> bool:
    """Whether another question shows that what was offered is not wanted."""
    if isinstance(doubt, SpeakToPerson):
        return said.has(Question)
    named = (act.item for act in said.each(Question) if act.item or act.modifier)
    return isinstance(doubt, OfferedLine) and any(item != doubt.line.item for item in named)


def prune(talk: Talk) -> None:
    """Let go of doubts that the order has overtaken."""
    count = len(talk.lines)

    def stands(doubt: Doubt) -> bool:
        if isinstance(doubt, OfferedChoice | NeedsAnother | ChangeThis):
            return doubt.place <= count
        if isinstance(doubt, WhichLine):
            return all(place <= count for place in doubt.places)
        if isinstance(doubt, OfferedLine):
            return talk.room >= doubt.line.quantity and not talk.is_sold_out(doubt.line.item)
        if isinstance(doubt, TheUsual):
            gone = any(talk.is_sold_out(line.item) for line in doubt.lines)
            return not talk.lines and not gone
        if isinstance(doubt, TooMany):
            return talk.room >= doubt.line.quantity
        return True

    talk.state.doubts = [doubt for doubt in talk.state.doubts if stands(doubt)]


def _pop(talk: Talk) -> None:
    del talk.state.doubts[0]
    talk.state.tries = 0


async def _chosen(talk: Talk, doubt: Doubt, said: Said) -> bool:
    """Whether the customer named the thing or the line asked about; acts on it if so."""
    if isinstance(doubt, WhichThing):
        return await _thing_chosen(talk, doubt, said)
    if isinstance(doubt, WhichLine):
        return await _line_chosen(talk, doubt, said)
    return False


async def _thing_chosen(talk: Talk, doubt: WhichThing, said: Said) -> bool:
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
    unclear = said.each(Unclear)
    if unclear and set(unclear[0].candidates) & set(doubt.candidates):
        said.drop(Unclear)
    return False


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


async def _line_chosen(talk: Talk, doubt: WhichLine, said: Said) -> bool:
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


async def _yes(talk: Talk, doubt: Doubt, said: Said) -> None:
    if isinstance(doubt, WhichThing):
        if len(doubt.candidates) > 1:
            talk.state.doubts[0] = replace(doubt, candidates=doubt.candidates[:1])
            talk.state.tries = 0
            return
        _pop(talk)
        await _take_thing(talk, doubt, doubt.candidates[0])
        return
    if isinstance(doubt, WhichLine):
        return
    _pop(talk)
    if isinstance(doubt, OfferedLine | TooMany):
        await stage(talk, doubt.line)
    elif isinstance(doubt, TheUsual):
        for line in doubt.lines:
            await stage(talk, line)
        pass_all_groups(talk, 0)
    elif isinstance(doubt, OfferedChoice):
        line = talk.lines[doubt.place - 1]
        await put(talk, doubt.place, with_choices(talk.menu, line, (doubt.choice,)))
    elif isinstance(doubt, NeedsAnother):
        line = talk.lines[doubt.place - 1]
        both = (doubt.requires, doubt.modifier)
        await put(talk, doubt.place, with_choices(talk.menu, line, both))
    elif isinstance(doubt, ChangeThis):
        line = talk.lines[doubt.place - 1]
        await put(talk, doubt.place, changed(talk.menu, line, doubt.act))
    elif isinstance(doubt, CancelWhole):
        await cancel(talk, start_over=doubt.start_over)
    else:
        said.put([AskPerson()])


def _no(talk: Talk, doubt: Doubt, said: Said) -> None:
    if isinstance(doubt, CancelWhole):
        talk.note("kept")
    elif isinstance(doubt, WhichThing) and len(doubt.candidates) > 1 and not said.acts:
        talk.note("say_it_again")


async def cancel(talk: Talk, *, start_over: bool = False) -> None:
    """Cancel the whole order, placed or not, and be ready for another one."""
    result = await talk.do("cancel_order")
    if not result["ok"]:
        talk.note_result(result)
        return
    state = talk.state
    talk.note("start_again" if start_over else "cancelled")
    state.passed.clear()
    state.doubts.clear()
    state.closing = state.leaving = False
    state.placed = state.read = None
    state.turned_back = 0 if start_over else 1


async def wants_cancelled(talk: Talk, act: CancelOrder | StartOver) -> None:
    """The customer wants the order gone: ask first where that cannot be undone by saying it."""
    if not talk.confirmed and talk.desk.order_number is None:
        had_something = bool(talk.staged)
        await _drop_all(talk)
        talk.note("dropped" if had_something else "nothing_to_cancel")
        if not had_something and isinstance(act, CancelOrder):
            offer_person(talk)
        return
    talk.doubt(CancelWhole(start_over=isinstance(act, StartOver)))


def offer_person(talk: Talk) -> None:
    """Offer to put the customer through, once in a call."""
    if talk.desk.can_transfer and not talk.state.person_offered:
        talk.state.person_offered = True
        talk.doubt(SpeakToPerson())


async def _drop_all(talk: Talk) -> None:
    if talk.staged:
        await talk.do("clear_pending_item")
    talk.state.passed.clear()
    talk.state.doubts.clear()
    talk.state.read = None
    talk.state.closing = False
