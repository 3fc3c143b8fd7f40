"""What was heard, read in the light of the conversation before anything is done about it."""

from __future__ import annotations

import re

from servizio.agents.local import (
    afterwards,
    already_so,
    bare_amounts,
    correcting,
    enough,
    exchanged,
    misheard_names,
    only_these,
    said_number,
    second_thoughts,
    told_things,
    whole_order,
)
from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_mending import WHOLE_NUMBER, digits_in
from servizio.agents.local.said import Said, spoken_digits
from servizio.agents.local.talk import Talk
from servizio.language import meaning as m
from servizio.language.meaning import Meaning

ORDER_DIGITS = 4
"""Digits of an order number."""

_NO_NUMBERS = frozenset({Ask.STATUS_NUMBER, Ask.ADDRESS, Ask.ADDRESS_CHECK})
"""Questions whose answers hold digits that are no telephone number."""
_WRONG_NUMBER = re.compile(r"\bwrong number\b")
_COMPLAINS = re.compile(
    r"\b(complain|complaint|refund|money back|"
    r"(order|drink|food|pizza|it) (yesterday |last time )?was (wrong|bad|cold|way too|missing))\b"
)
_ONE_MORE_ORDER = re.compile(r"\b(another|second|separate|new|different|one more) order\b")


def read(talk: Talk, said: Said) -> None:
    """Mend what was understood by what is known of the conversation."""
    state = talk.state
    state.whose_said = list(zip(said.lines, said.meaning.whose, strict=False))
    counted = state.ask is not Ask.AFTER or said.only(m.Change)
    if counted and state.ask not in _NO_NUMBERS and not _read_order_number(talk, said):
        said.read_digits(1 if state.ask is Ask.PHONE else 3)
    said.read_another(talk.lines[-1] if talk.lines else None)
    if state.ask is Ask.ADDRESS:
        _read_number_for_address(said)
    told_things.read(talk, said)
    whole_order.read(talk, said)
    only_these.read(talk, said)
    if enough.read(talk, said):
        return
    misheard_names.read(talk, said)
    misheard_names.leave_the_item(talk, said)
    misheard_names.ask_for_the_item(talk, said)
    afterwards.read(talk, said)
    bare_amounts.read(talk, said)
    already_so.read(talk, said)
    second_thoughts.read(talk, said)
    exchanged.read(talk, said)
    said_number.read(talk, said)
    correcting.read(talk, said)
    _read_complaint(talk, said)
    if not talk.lines and said.only(m.Change):
        # A change of nothing: most of an order was not heard.
        said.acts = []
    has_ordered = state.ask in {Ask.AFTER, Ask.MORE}
    if has_ordered and not said.acts and _ONE_MORE_ORDER.search(said.meaning.text):
        talk.note("on_the_same_order")
        said.take_all()


def _read_number_for_address(said: Said) -> None:
    """Digits alone are no address, but a telephone number that came too early."""
    digits = spoken_digits(said.meaning.text)
    if len(digits) == WHOLE_NUMBER:
        said.acts = [m.PhoneNumber(digits, complete=True)]


def _read_complaint(talk: Talk, said: Said) -> None:
    """What is wrong with an earlier order, or with the number that was rung."""
    text = said.meaning.text
    if said.has(m.Add, m.Change, m.Remove, m.AskPerson, m.PhoneNumber, m.CancelOrder):
        return
    if not talk.lines and _WRONG_NUMBER.search(text):
        said.acts = [m.Goodbye()]
    elif _COMPLAINS.search(text) and not said.has(m.Question):
        said.acts = [m.Frustration()]


def keys_pressed(talk: Talk, digits: str) -> Meaning:
    """Keys of the telephone: a phone number, an order number, or "0" for a person."""
    pressed = "".join(sign for sign in digits if sign.isdigit())
    acts: tuple[m.Act, ...] = ()
    if pressed == "0":
        acts = (m.AskPerson(),)
    elif talk.state.ask is Ask.STATUS_NUMBER and len(pressed) == ORDER_DIGITS:
        acts = (m.OrderNumber(pressed),)
    elif pressed:
        acts = (m.PhoneNumber(pressed, complete=len(pressed) >= WHOLE_NUMBER),)
    return Meaning(" ".join(pressed), acts, 1.0)


def _read_order_number(talk: Talk, said: Said) -> bool:
    """ "It's four seven eight two", once an order of another call was spoken of."""
    told = talk.state.status_told and talk.state.ask in {Ask.ORDER, Ask.AFTER}
    digits = digits_in(said.meaning.text) if told else ""
    if len(digits) != ORDER_DIGITS or said.has(m.Add, m.Remove):
        return False
    said.acts = [m.OrderNumber(digits)]
    return True
