"""When asking leads nowhere: other words, an example, a person, and in the end a way around.

A question that was asked in vain is never asked a fifth time in the same way: it is let go where
it can be, and where it cannot something sensible is taken, which is said.
"""

from __future__ import annotations

import re

from servizio.agents.local import agreeing, asking, checkout, doubts, phone_number
from servizio.agents.local.dialogue import Ask, PlaceNow, WhichThing
from servizio.agents.local.ordering import MOST_CANDIDATES
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Deny,
    Frustration,
    Meaning,
    Name,
    NotOnMenu,
    PhoneNumber,
    Pickup,
    Question,
    Remove,
    Unclear,
)
from servizio.shop.line import Choice

SMALL_TALK = 0.75
"""Confidence from which words without a meaning, such as "hmm", were heard all right."""
_CONTENT = (Add, Change, Remove, Question, NotOnMenu, Unclear, PhoneNumber, Frustration, Name)
_ADDS = re.compile(
    r"\b(and|oh|wait|actually|but|also) .*\b(put|add|make|with|can|could|give|get|want)\b"
)
MOST_TRIES = 4
"""Times that a telephone number or an address is asked for again, until it goes without."""
ASKS_TO_PLACE = 2
"""Misses at "anything else?" after which it is asked for a yes or a no."""
MOST_MISSES = 10
"""Utterances in a row that were not understood, after which the call is ended."""
MISSES_WITHOUT_YES = 6
"""The same where "shall I place the order as it is?" is open."""
MOST_ROUNDS = 14
"""Times that the same question was answered by words that lead nowhere, likewise."""
READ_ANEW = 3
"""Misses after which what was read back is read once more, and not only asked about."""


def note_not_understood(talk: Talk, meaning: Meaning) -> None:
    """Say so, the second time with help, and from the third on with a person."""
    state = talk.state
    if _goes_on_talking(talk, meaning):
        return
    lost = bool(meaning.leftover or meaning.acts) or meaning.confidence < SMALL_TALK
    if lost or state.misses > 1:
        talk.note("didnt_catch" if state.misses == 1 else "still_didnt_catch")
    shown = asking.help_words(talk, state.ask) if state.misses > 1 else None
    if state.misses > 2:
        _ask_for_person(talk)
        shown = asking.choices_spelled_out(talk) if state.ask is Ask.ORDER else shown
    if state.misses >= ASKS_TO_PLACE and state.ask is Ask.MORE and talk.confirmed:
        talk.doubt(PlaceNow())
    if state.misses % READ_ANEW == 0 and state.ask is Ask.READ_BACK:
        state.read = None
    if shown is not None and not state.doubts:
        talk.notes.append(shown)


def _goes_on_talking(talk: Talk, meaning: Meaning) -> bool:
    """Whether this is the rest of an order that was understood before: "... it looked so pretty
    in the pictures". What is asked for by it, the read-back to come will show."""
    state = talk.state
    amid_order = state.unheard and state.ask is Ask.READ_BACK and state.misses == 1
    return amid_order and not _ADDS.search(meaning.text)


def _ask_for_person(talk: Talk) -> None:
    """Offer a person, once, before whatever else is open."""
    state = talk.state
    open_before = list(state.doubts)
    doubts.offer_person(talk)
    offered = [one for one in state.doubts if one not in open_before]
    if offered and PlaceNow() in open_before:
        state.doubts = offered


def leads_nowhere(talk: Talk) -> bool:
    """Whether this has gone on for so long without getting anywhere that the call should end."""
    state = talk.state
    most = MISSES_WITHOUT_YES if PlaceNow() in state.doubts else MOST_MISSES
    return (state.misses >= most and state.ask is not Ask.AFTER) or state.tries >= MOST_ROUNDS


async def last_words(talk: Talk) -> str:
    """The key of the goodbye to somebody with whom talking leads nowhere."""
    talk.notes.clear()
    if await place_what_was_agreed(talk):
        return "goodbye_not_placed_lost"
    return "goodbye_not_understood" if talk.desk.order_number is None else "goodbye_placed"


async def place_what_was_agreed(talk: Talk) -> bool:
    """Place the order of somebody who says no more, where only the number was to be agreed to.

    Returns whether an order is left that is not placed.
    """
    state = talk.state
    if state.number and state.closing and talk.confirmed and not talk.staged:
        # Read back and not called wrong; the order itself was agreed to.
        await phone_number.keep_phone(talk, state.number)
        if checkout.next_ask(talk) is None:
            await checkout.place(talk)
    return bool(talk.lines) and talk.desk.order_number is None


def note_what_was_lost(talk: Talk, said: Said) -> None:
    """ "Yes, and put the ... on top": the yes counts, but the order is not closed over the rest."""
    state, meaning = talk.state, said.meaning
    if state.ask not in {Ask.READ_BACK, Ask.PHONE_CHECK, Ask.MORE} or not meaning.leftover:
        return
    if said.understood and not said.acts:
        return
    agreed = any(isinstance(act, Affirm) for act in meaning.acts)
    content = any(isinstance(act, _CONTENT) for act in meaning.acts)
    if agreed and not content and _ADDS.search(meaning.text):
        state.rest_lost = True


def asks_for_the_level(talk: Talk, said: Said) -> bool:
    """A correction has brought the same again: ask which of the others it is, if it can be asked.

    "Extra ice" that is heard as "less ice" every time is told apart by naming what else there is.
    """
    state = talk.state
    corrected = any(isinstance(act, Deny | Change) for act in said.meaning.acts)
    if not corrected or state.doubts or state.changed_now or talk.staged != state.last_read:
        return False
    staged = {choice for line in talk.staged for choice in line.choices}
    for choice in reversed(_choices_of(said.meaning)):
        if choice not in staged:
            continue
        group = talk.menu.group(choice.group)
        others = [one.id for one in group.modifiers if one.id != choice.modifier]
        if group.max == 1 and 1 < len(others) <= MOST_CANDIDATES:
            talk.doubt(WhichThing(tuple(others)))
            return True
    return False


def _choices_of(meaning: Meaning) -> list[Choice]:
    changed = [one for act in meaning.acts if isinstance(act, Change) for one in act.choices]
    return [one for line in meaning.lines for one in line.choices] + changed


async def find_a_way(talk: Talk) -> None:
    """Get past a question that has been asked often enough."""
    state = talk.state
    match state.ask:
        case Ask.GROUP if state.tries >= agreeing.CHOOSES_ITSELF:
            await agreeing.choose_for_customer(talk)
        case Ask.MORE if state.tries > asking.MOST_TRIES and _stands_still(talk):
            talk.doubt(PlaceNow())
        case Ask.FULFILMENT if state.tries > asking.MOST_TRIES:
            await _take_pickup(talk)
        case Ask.ADDRESS if state.tries > MOST_TRIES and "pickup" in talk.menu.fulfilments:
            await _take_pickup(talk)
        case Ask.PHONE if state.digits and state.tries > asking.MOST_TRIES:
            state.digits = ""
            talk.note("number_restart")
        case Ask.PHONE if state.tries > MOST_TRIES:
            await _go_without_number(talk)
        case _:
            pass


def _stands_still(talk: Talk) -> bool:
    return bool(talk.confirmed) and not talk.staged and not talk.state.changed_now


async def _take_pickup(talk: Talk) -> None:
    talk.note("pickup_then")
    await checkout.fulfil(talk, Pickup())


async def _go_without_number(talk: Talk) -> None:
    """The number of the call is taken, which is said; where it does not show, none is."""
    if talk.calling_number is not None and talk.desk.cart.phone is None:
        await phone_number.keep_phone(talk, None)
    else:
        talk.state.number_wanted = False
        talk.state.phone_refused = phone_number.REFUSALS
