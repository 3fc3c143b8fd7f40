"""Doubts: questions that must be cleared up before the order goes on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeGuard

from servizio.agents.local.agreeing import pass_all_groups
from servizio.agents.local.dialogue import (
    CancelWhole,
    ChangeThis,
    Doubt,
    NeedsAnother,
    OfferedChoice,
    OfferedLine,
    PlaceNow,
    SpeakToPerson,
    TheUsual,
    TooMany,
    WhichLine,
    WhichThing,
)
from servizio.agents.local.ordering import put, stage
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk, changed, with_choices
from servizio.agents.local.which import likeliest_taken, line_chosen, thing_chosen
from servizio.language.meaning import (
    Act,
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
from servizio.shop.line import Amount, Line

_LEAVES_OPEN = (Question, Repeat, Hello, Wait, Unclear, NotOnMenu, Frustration, AskPerson, Thanks)
"""What may be said without the doubt having been answered."""


async def settle(talk: Talk, said: Said) -> None:
    """Deal with what answers the doubt that was asked about; the rest stays in `said`."""
    doubt = talk.state.doubts[0]
    if isinstance(doubt, CancelWhole):
        _read_cancelling(said)
    elif isinstance(doubt, OfferedLine):
        _read_instead(said)
    if await _chosen(talk, doubt, said) or _asks_for_others(doubt, said):
        _pop(talk)
    elif said.has(Affirm) and not said.has(Deny):
        said.drop(Affirm)
        if not talk.state.unheard:
            await _yes(talk, doubt, said)
    elif said.has(Deny):
        said.drop(Deny, Affirm)
        _pop(talk)
        _no(talk, doubt, said)
    elif _moves_on(doubt, said):
        if isinstance(doubt, WhichLine) and doubt.act in said.acts and not talk.state.unheard:
            # The same again, and no line named: it is all one to the customer.
            talk.state.let_go.append(doubt.places)
        _pop(talk)


_BESIDES = re.compile(
    r"^(?:\w+,? ){0,3}and\b|\b(also|plus|too|both|another|as well)\b"
    r"|\band (?:a|an|one|two|three|four|five|six|my|his|her|could|can|i|ill|id|for|then)\b"
)
"""What is ordered with these words comes beside what was offered."""
_ASKS_FOR_OTHERS = re.compile(
    r"\b(what|anything|something|which) (else|others?)\b"
    r"|\bother (drinks?|things?|kinds?|options?)\b"
)
_TAKES = re.compile(r"\b(?:yes|yeah|yep|sure|please)\b")


def _asks_for_others(doubt: Doubt, said: Said) -> bool:
    """ "Oh, okay, so what else is there": no yes to what was offered."""
    if not isinstance(doubt, OfferedLine) or not _ASKS_FOR_OTHERS.search(said.words):
        return False
    if _TAKES.search(said.words):
        return False
    said.drop(Affirm)
    return True


def _read_cancelling(said: Said) -> None:
    """ "Yes, cancel it" and "cancel it" are a yes to cancelling, "don't cancel it" is a no."""
    if said.drop(CancelOrder, StartOver, Remove) and not said.has(Deny):
        said.put([Affirm()])


def _moves_on(doubt: Doubt, said: Said) -> bool:
    """Whether what was said is about something else, so that the doubt is let go."""
    return bool(said.acts and not said.only(*_LEAVES_OPEN)) or _turns_from(doubt, said)


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
        settled = talk.state.closing or not talk.confirmed
        return not (isinstance(doubt, PlaceNow) and settled)

    talk.state.doubts = [doubt for doubt in talk.state.doubts if stands(doubt)]


def _pop(talk: Talk) -> None:
    del talk.state.doubts[0]
    talk.state.tries = 0


async def _chosen(talk: Talk, doubt: Doubt, said: Said) -> bool:
    """Whether the customer named the thing or the line asked about; acts on it if so."""
    match doubt:
        case WhichThing():
            return await thing_chosen(talk, doubt, said)
        case WhichLine():
            return await line_chosen(talk, doubt, said)
        case OfferedLine():
            return _line_taken(doubt, said)
        case OfferedChoice():
            return await _choice_taken(talk, doubt, said)
        case _:
            return False


def _read_instead(said: Said) -> None:
    """ "No, just a black one": that is ordered, and changes nothing that is in the order."""
    acts: list[Act] = []
    for act in said.acts:
        if not isinstance(act, Change) or act.target != Target():
            acts.append(act)
        elif act.item is not None:
            acts.append(Add((Line(act.item, act.quantity or 1, act.choices),)))
        elif acts and isinstance(acts[-1], Add):
            line = acts[-1].lines[-1]
            acts[-1] = Add((replace(line, choices=(*line.choices, *act.choices)),))
        else:
            acts.append(act)
    said.acts = acts


def _line_taken(doubt: OfferedLine, said: Said) -> bool:
    """ "Sure, a black one with boba" takes what was offered, once, with all that it says; "okay
    then, just a black one" has another thing instead of it."""
    takes_it = any(line.item == doubt.line.item for line in said.lines)
    if not takes_it and (not said.lines or _BESIDES.search(said.words)):
        return False
    said.drop(Affirm, Deny)
    return True


async def _choice_taken(talk: Talk, doubt: OfferedChoice, said: Said) -> bool:
    """ "Do the agar one" takes the choice that was offered, for the line it was offered for."""
    acts = [
        act
        for act in said.each(Change)
        if act.item is None
        and act.target == Target()
        and any(_is_offered(doubt, one.modifier, one.amount) for one in act.choices)
    ]
    if not acts or said.has(Deny, Add):
        return False
    said.drop(Affirm)
    chosen = tuple(dict.fromkeys(choice for act in acts for choice in act.choices))
    said.acts = [act for act in said.acts if act not in acts]
    await put(talk, doubt.place, with_choices(talk.menu, talk.lines[doubt.place - 1], chosen))
    await _same_for_others(talk, doubt)
    return True


def _is_offered(doubt: OfferedChoice, modifier: str, amount: Amount) -> bool:
    return modifier == doubt.choice.modifier and amount is not Amount.NONE


async def _same_for_others(talk: Talk, doubt: OfferedChoice) -> None:
    """What was offered for several lines is asked about once."""
    for other in [one for one in talk.state.doubts if _is_alike(one, doubt)]:
        talk.state.doubts.remove(other)
        line = talk.lines[other.place - 1]
        await put(talk, other.place, with_choices(talk.menu, line, (doubt.choice,)))


def _is_alike(other: Doubt, doubt: OfferedChoice) -> TypeGuard[OfferedChoice]:
    return other != doubt and isinstance(other, OfferedChoice) and other.choice == doubt.choice


async def _yes(talk: Talk, doubt: Doubt, said: Said) -> None:
    """A yes to the question."""
    if isinstance(doubt, WhichThing):
        if await likeliest_taken(talk, doubt):
            _pop(talk)
        return
    if isinstance(doubt, WhichLine):
        return
    _pop(talk)
    match doubt:
        case OfferedLine() | TooMany():
            await stage(talk, doubt.line)
        case TheUsual():
            for line in doubt.lines:
                await stage(talk, line)
            pass_all_groups(talk, 0)
        case CancelWhole():
            await cancel(talk, start_over=doubt.start_over)
        case PlaceNow():
            talk.state.closing = True
        case SpeakToPerson():
            said.put([AskPerson()])
        case _:
            await _yes_to_change(talk, doubt)


async def _yes_to_change(talk: Talk, doubt: OfferedChoice | NeedsAnother | ChangeThis) -> None:
    """A yes to what would change a line."""
    line = talk.lines[doubt.place - 1]
    match doubt:
        case OfferedChoice():
            await put(talk, doubt.place, with_choices(talk.menu, line, (doubt.choice,)))
            await _same_for_others(talk, doubt)
        case NeedsAnother():
            both = (doubt.requires, doubt.modifier)
            await put(talk, doubt.place, with_choices(talk.menu, line, both))
        case ChangeThis():
            await put(talk, doubt.place, changed(talk.menu, line, doubt.act))


def _no(talk: Talk, doubt: Doubt, said: Said) -> None:
    if isinstance(doubt, CancelWhole):
        talk.note("kept")
    elif isinstance(doubt, PlaceNow) and not said.acts:
        talk.note("what_else")
    elif isinstance(doubt, OfferedChoice):
        talk.state.doubts = [one for one in talk.state.doubts if not _is_alike(one, doubt)]
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
