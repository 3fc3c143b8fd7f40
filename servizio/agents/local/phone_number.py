"""The customer's telephone number: asked for, taken down in parts, read back, put right."""

from __future__ import annotations

import re

from servizio.agents.local.number_mending import (
    WHOLE_NUMBER,
    agrees,
    is_about_digits,
    mended,
    mended_by_digits,
    without_more,
)
from servizio.agents.local.said import ABOUT_THE_ORDER, Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Delivery,
    Deny,
    Done,
    Goodbye,
    Name,
    NotOnMenu,
    PhoneNumber,
    Pickup,
    Remove,
    StartOver,
    Thanks,
    Unclear,
    UseCallingNumber,
)

REFUSALS = 2
"""How often a customer must refuse to give a number until the order goes without."""

_END_OF_A_NUMBER = 4
"""Digits that, said alone after a number was called wrong, are its end and no new beginning."""

_CALLS_RIGHT = re.compile(r"\b(right|correct|exactly|perfect|it|good|great|lovely)\b")
_OF_THE_ORDER = re.compile(
    r"\b(order|ordered|drinks?|what (i|we) (want|wanted|said|need|asked for)|anything|no more"
    r"|everything)\b"
)
_ASKS_TO_CHANGE = re.compile(r"\b(make|change|add|put|swap)\b")
"""With these, what is said beside a number changes the order all the same."""
_MAKES_SO_MANY = re.compile(r"\b(make|change|want|get|have|add)\b")


def settle_phone(talk: Talk, said: Said) -> None:
    """After "what number can we text?"."""
    state = talk.state
    if said.understood and not said.acts:
        return
    if said.has(Deny):
        said.drop_bare_quantities()
    if state.denied and not state.digits and _is_mended(talk, said, state.denied, alone=False):
        return
    _keep_to_the_number(said)
    if said.has(*ABOUT_THE_ORDER):
        return
    if said.has(PhoneNumber, UseCallingNumber):
        said.drop(Affirm, Deny)
        return
    if said.has(Done):
        # "Yes, and nothing else" answers the question before; this one is still open.
        said.drop(Affirm, Deny, Thanks)
        return
    if said.has(Deny):
        said.drop(Deny, Affirm)
        _refused(talk)
        return
    if said.drop(Affirm) and not state.digits:
        # What there is of the number so far is said with the question.
        _agreed(talk, said)


def _agreed(talk: Talk, said: Said) -> None:
    """A yes to "what number can we text, or shall I use the one you're calling from?"."""
    state = talk.state
    about_it = state.telling and _CALLS_RIGHT.search(said.words)
    if about_it or _OF_THE_ORDER.search(said.words):
        # That was about the order, which was told before the question.
        talk.note("great")
    elif talk.calling_number is not None and not (state.denied or state.number_wanted):
        said.put([UseCallingNumber()])
    else:
        talk.note("go_ahead")


def _refused(talk: Talk) -> None:
    """No number, or not these digits."""
    state = talk.state
    if talk.desk.cart.phone is not None:
        # The one that is known stays.
        state.number_wanted = False
    elif not state.digits:
        state.phone_refused += 1
    state.digits = ""


def _keep_to_the_number(said: Said) -> None:
    """Beside a number that was asked for, "no, it's" is no ice that the order goes without, and
    "let me start again" begins no other order."""
    if not said.has(PhoneNumber):
        return
    asks = _ASKS_TO_CHANGE.search(said.words) and not is_about_digits(said.meaning.text)
    changes = [act for act in said.each(Change) if act.choices] if asks else []
    said.drop(Change, Remove, Unclear, NotOnMenu, StartOver)
    said.put(changes)


async def settle_phone_check(talk: Talk, said: Said) -> None:
    """After the number was read back: yes, or anything that moves on, accepts it."""
    state, text = talk.state, said.meaning.text
    if said.understood and not said.acts:
        return
    if _is_mended(talk, said, state.number, alone=True):
        return
    _keep_to_the_number(said)
    if said.has(PhoneNumber, UseCallingNumber):
        said.drop(Affirm, Deny)
        return
    if not _MAKES_SO_MANY.search(text):
        # "Two six, yes" and "no, seven at the end" are about digits, and not about how many.
        said.drop_bare_quantities()
    about_the_order = said.has(*ABOUT_THE_ORDER)
    denied = said.has(Deny) and not said.has(Affirm, Done)
    corrects = is_about_digits(text) and not agrees(state.number, text)
    if not said.acts or denied or (corrects and not about_the_order):
        said.drop(Deny, Affirm)
        if not about_the_order:
            _set_aside(talk)
        return
    if state.unheard:
        said.drop(Affirm)
        return
    if said.has(Affirm, Done, Thanks, Goodbye, Name, Pickup, Delivery, Add, Change, Remove):
        said.drop(Affirm, Deny, Done, Thanks)
        await keep_phone(talk, state.number)


def _set_aside(talk: Talk) -> None:
    """The number is not right: it is asked for again, and what is right of it is remembered."""
    state = talk.state
    if state.number:
        state.denied, state.number = state.number, ""
        state.denied_times += 1


def _is_mended(talk: Talk, said: Said, known: str, *, alone: bool) -> bool:
    """Whether the number could be put right by what was said; takes it out of `said`.

    `alone`: bare digits count too, whatever they are; else only those whose place was told, or
    as many as a number ends with.
    """
    text = said.meaning.text
    if any(act.complete for act in said.each(PhoneNumber)) or said.has(UseCallingNumber, Add):
        return False
    digits = "".join(act.digits for act in said.each(PhoneNumber))
    wrong = said.has(Deny) or "no" in text.split()
    if not (is_about_digits(text) or (digits and alone and wrong)) and (
        len(digits) != _END_OF_A_NUMBER
    ):
        return False
    if alone and digits and digits == known[-len(digits) :] and not wrong:
        return False
    found = mended(known, text)
    if found is None:
        return False
    said.drop(PhoneNumber, Affirm, Deny, Change, Remove, Unclear, NotOnMenu)
    number_heard(talk, found)
    return True


async def phone_said(talk: Talk, act: PhoneNumber) -> None:
    """Digits were said, at whatever moment: all of a number, a part of it, or a correction."""
    state = talk.state
    digits = national(act.digits)
    if state.number and digits in {state.number, state.number[-4:]}:
        await keep_phone(talk, state.number)
        return
    if digits == national(talk.desk.cart.phone or ""):
        state.number_wanted = False
        return
    if (better := without_more(digits)) is not None:
        number_heard(talk, better)
        return
    if len(digits) > WHOLE_NUMBER and digits != state.doubtful_number:
        # One digit heard twice is likelier than a number from abroad; that is said again alike.
        state.doubtful_number = digits
        state.digits = state.number = ""
        talk.note("number_garbled")
        return
    if act.complete or len(digits) >= WHOLE_NUMBER:
        number_heard(talk, digits)
        return
    known = state.number or ("" if talk.asks_for_number else national(talk.desk.cart.phone or ""))
    better = mended_by_digits(known, digits)
    if better is not None:
        number_heard(talk, better)
        return
    _set_aside(talk)
    _take_part(talk, digits)


def _take_part(talk: Talk, digits: str) -> None:
    """A part of the number, said in several breaths."""
    state = talk.state
    together = national(state.digits + digits)
    twice = len(together) - WHOLE_NUMBER
    if twice > 0 and state.digits.endswith(digits[:twice]):
        # The number goes on from a part of it that was said already.
        together = state.digits + digits[twice:]
    together = without_more(together) or together
    if len(together) > WHOLE_NUMBER:
        state.digits = ""
        talk.note("number_garbled")
    elif len(together) == WHOLE_NUMBER:
        number_heard(talk, together)
    else:
        state.digits, state.part = together, digits


def number_heard(talk: Talk, digits: str) -> None:
    talk.state.digits = ""
    talk.state.phone_refused = 0
    talk.state.number = digits


async def keep_phone(talk: Talk, digits: str | None) -> None:
    """Save the number, `None` for the one the customer calls from."""
    state = talk.state
    state.digits = state.number = state.denied = ""
    state.number_wanted = False
    # Only a number of this country can go without its country code.
    foreign = digits is not None and len(digits) > WHOLE_NUMBER
    written = {"phone": f"+{digits}" if foreign else digits} if digits else {}
    result = await talk.do("save_phone_number", **written)
    if not result["ok"]:
        talk.note_result(result)
        return
    state.phone_refused = 0
    if digits is None:
        talk.note("calling_number_kept")


async def use_calling_number(talk: Talk) -> None:
    """The customer wants the text on the telephone in their hand."""
    if talk.calling_number is None:
        talk.note("calling_number_hidden")
    else:
        await keep_phone(talk, None)


def national(phone: str) -> str:
    digits = "".join(sign for sign in phone if sign.isdigit())
    return digits[1:] if len(digits) == WHOLE_NUMBER + 1 and digits.startswith("1") else digits
