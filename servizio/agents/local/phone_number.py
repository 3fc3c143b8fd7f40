"""The customer's telephone number: asked for, taken down in parts, read back, put right."""

from __future__ import annotations

import re

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_mending import (
    WHOLE_NUMBER,
    corrected_in_one_breath,
    is_about_digits,
    mended,
    mended_by_digits,
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
    Repeat,
    Thanks,
    Unclear,
    UseCallingNumber,
    Wait,
)

REFUSALS = 2
"""How often a customer must refuse to give a number until the order goes without."""

_END_OF_A_NUMBER = 4
"""Digits that, said alone after a number was called wrong, are its end and no new beginning."""

_AREA_CODE = 3
"""Digits of one."""
_SAYS_AREA_CODE = re.compile(r"\barea (code|cold|coat|called|co)\b")
_BEGINS_ANEW = re.compile(r"\b(start (over|again)|from the (start|beginning|top))\b")
_PUTS_RIGHT = re.compile(r"^(no|nope|sorry|wait|i mean|actually|i said|not)\b")
_REFUSES = re.compile(
    r"\b(not giving|(dont|do not) (want|like|need|wanna)|rather not|prefer not|skip (it|that|this)"
    r"|(dont|do not) have (a|any|one|my)|no (phone|number|need)|without (a|one|my|it))\b"
)
_THIS_ONE = re.compile(
    r"\b((this|that|the same|same) (one|number|phone)|(use|text|on) (this|mine|my (own )?number)"
    r"|on file)\b"
)
_CALLS_RIGHT = re.compile(r"\b(right|correct|exactly|perfect|it|good|great|lovely)\b")
_WHY = re.compile(r"\b(why|what for|do you need|do i (have|need) to|is that necessary)\b")
_MAKES_SO_MANY = re.compile(r"\b(make|change|want|get|have|add)\b")
_ABOUT_THE_NUMBER = re.compile(r"\b(digits?|numbers?|phone|ends (in|with)|area code)\b")
_ANOTHER = re.compile(
    r"\b((wrong|different|another|change|other|new|correct|fix|update)\b.*\b(phone|number)"
    r"|(phone|number)\b.*\b(wrong|different|another|not right|incorrect))\b"
)


def read(talk: Talk, said: Said) -> None:
    """Mend what was understood about the number by the words and by what was asked."""
    words = said.words
    whole = corrected_in_one_breath(words) if said.has(PhoneNumber) else None
    if whole is not None:
        said.drop(PhoneNumber, Deny, Change, Remove, Repeat)
        said.put([PhoneNumber(whole, complete=True)])
    if said.has(PhoneNumber) and any(act.complete for act in said.each(PhoneNumber)):
        said.drop(NotOnMenu)
        return
    if talk.asks_for_number:
        _read_part(talk, said, words)
        _read_answer(talk, said, words)
    elif talk.desk.cart.phone is not None and talk.state.ask in {Ask.MORE, Ask.AFTER}:
        _read_second_thought(talk, said, words, _national(talk.desk.cart.phone))


def _read_second_thought(talk: Talk, said: Said, words: str, known: str) -> None:
    """ "The number ends in seven", "that's the wrong number", once it was taken down."""
    if said.has(Add, Remove, UseCallingNumber) or not _ABOUT_THE_NUMBER.search(words):
        return
    better = mended(known, words) if is_about_digits(words) else None
    if better is not None:
        _number_heard(talk, better)
    elif _ANOTHER.search(words) and not said.has(PhoneNumber):
        talk.state.number_wanted = True
    else:
        return
    said.take_all()


def _read_part(talk: Talk, said: Said, words: str) -> None:
    """A part that does not go on where the last one ended: an area code, a part said anew."""
    state = talk.state
    parts = said.each(PhoneNumber)
    if not state.digits or len(parts) != 1:
        return
    digits = parts[0].digits
    if len(digits) == _AREA_CODE + 1 and words.startswith("oh the area code"):
        digits = digits.removeprefix("0")
        said.acts = [PhoneNumber(digits, complete=False)]
    is_code = len(digits) == _AREA_CODE and _SAYS_AREA_CODE.search(words) is not None
    if is_code and len(state.digits) == WHOLE_NUMBER - _AREA_CODE:
        said.acts = [PhoneNumber(digits + state.digits, complete=True)]
    elif is_code or _BEGINS_ANEW.search(words):
        state.digits = ""
    elif len(digits) == len(state.part) and _PUTS_RIGHT.match(words):
        said.drop(Deny)
        state.digits = state.digits.removesuffix(state.part)


def _read_answer(talk: Talk, said: Said, words: str) -> None:
    digits = "".join(act.digits for act in said.each(PhoneNumber))
    if _THIS_ONE.search(words) and len(digits) <= 1 and not said.has(Deny):
        said.drop(PhoneNumber, Affirm)
        # Where a number has just been read back, "yes, that one" is that number.
        which = Affirm() if talk.state.ask is Ask.PHONE_CHECK else UseCallingNumber()
        said.put([] if said.has(UseCallingNumber) else [which])
    elif not digits and _REFUSES.search(words) and not said.has(UseCallingNumber, Wait):
        said.drop(Affirm, Deny)
        said.put([Deny()])
        talk.state.phone_refused = REFUSALS
    elif not digits and _WHY.search(words) and not said.has(Deny, UseCallingNumber):
        talk.note("why_number")
        said.take_all()
    elif said.only(Affirm) and said.meaning.leftover and not talk.state.number:
        # "Is it okay if I give you my sister's?" is no yes to the number of this telephone.
        talk.note("go_ahead")
        said.take_all()


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
    if state.telling and _CALLS_RIGHT.search(said.words):
        # That was about the order, which was told before the question.
        talk.note("great")
    elif talk.calling_number is not None and not state.denied:
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
    """Beside a number that was asked for, "no, it's" is no ice that the order goes without."""
    if said.has(PhoneNumber):
        said.drop(Change, Remove, Unclear, NotOnMenu)


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
    if not said.acts or denied or (is_about_digits(text) and not about_the_order):
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
    _number_heard(talk, found)
    return True


async def phone_said(talk: Talk, act: PhoneNumber) -> None:
    """Digits were said, at whatever moment: all of a number, a part of it, or a correction."""
    state = talk.state
    digits = _national(act.digits)
    if state.number and digits in {state.number, state.number[-4:]}:
        await keep_phone(talk, state.number)
        return
    if digits == _national(talk.desk.cart.phone or ""):
        state.number_wanted = False
        return
    if len(digits) > WHOLE_NUMBER and digits != state.doubtful_number:
        # One digit heard twice is likelier than a number from abroad; that is said again alike.
        state.doubtful_number = digits
        state.digits = state.number = ""
        talk.note("number_garbled")
        return
    if act.complete or len(digits) >= WHOLE_NUMBER:
        _number_heard(talk, digits)
        return
    known = state.number or ("" if talk.asks_for_number else _national(talk.desk.cart.phone or ""))
    better = mended_by_digits(known, digits)
    if better is not None:
        _number_heard(talk, better)
        return
    _set_aside(talk)
    _take_part(talk, digits)


def _take_part(talk: Talk, digits: str) -> None:
    """A part of the number, said in several breaths."""
    state = talk.state
    together = _national(state.digits + digits)
    if len(together) > WHOLE_NUMBER:
        state.digits = ""
        talk.note("number_garbled")
    elif len(together) == WHOLE_NUMBER:
        _number_heard(talk, together)
    else:
        state.digits, state.part = together, digits


def _number_heard(talk: Talk, digits: str) -> None:
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


def _national(phone: str) -> str:
    digits = "".join(sign for sign in phone if sign.isdigit())
    return digits[1:] if len(digits) == WHOLE_NUMBER + 1 and digits.startswith("1") else digits
