"""Answers that are not about the menu: numbers, names, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.meaning import Act, Expecting, OrderNumber, PhoneNumber
from servizio.language.phrasebook import Phrasebook
from servizio.language.spoken_digits import Run, digit_runs, is_whole

_ORDER_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """An utterance understood without the menu."""

    acts: tuple[Act, ...]
    confidence: float
    unfinished: bool = False


def read_answer(tokens: Sequence[str], expecting: Expecting, book: Phrasebook) -> Answer | None:
    """The answer to a question that is not about the menu; `None` where this is none."""
    runs = digit_runs(tokens, book)
    if expecting is Expecting.ORDER_NUMBER:
        return _order_number(runs)
    longest = max(runs, key=lambda run: len(run.digits), default=None)
    if longest is None:
        return None
    enough = 3 if expecting is Expecting.PHONE_NUMBER else 7
    if len(longest.digits) < enough or longest.end - longest.start < 1:
        return None
    if expecting is Expecting.ORDER and len(longest.digits) < 10:
        return None
    whole = is_whole(longest)
    return Answer((PhoneNumber(longest.digits, whole),), 0.95, unfinished=not whole)


def _order_number(runs: Sequence[Run]) -> Answer | None:
    for run in runs:
        if len(run.digits) == _ORDER_DIGITS:
            return Answer((OrderNumber(run.digits),), 0.95)
    return None
