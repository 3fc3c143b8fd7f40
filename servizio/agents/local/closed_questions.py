"""Which questions have few answers, what those are, and how far they may be leaned to.

Margins are nats, found by measuring on telephone speech (`bench/hearing.py --commands`): how
much likelier the freely heard words may be before the closest expected answer is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from servizio.agents.local.hypothesis import RecognitionContext
from servizio.language.meaning import Expecting

_YES: Final = (
    "yes", "yeah", "yep", "yup", "yes please", "yeah please", "correct", "that's right",
    "that's correct", "yes that's right", "yeah that's right", "yes that's correct",
    "yes it is", "right", "sure", "okay", "sounds good", "that sounds right",
    "that sounds good", "yeah that sounds right", "yes that sounds right", "perfect", "great",
)  # fmt: skip
_NODS: Final = ("uh huh", "uh-huh", "ah huh", "aha", "mm hmm", "mm-hmm", "mhm", "mmm")
"""A hum that means yes, in the ways in which the model writes one."""
_NO: Final = (
    "no", "nope", "no thanks", "no thank you", "nah", "wrong", "that's wrong", "no that's wrong",
    "that's not right", "no that's not right", "no it's not", "not really",
)  # fmt: skip
_DONE: Final = (
    "that's all", "no that's all", "that's it", "no that's it", "that's it thanks",
    "that's all thanks", "nothing else", "nothing else thanks", "no nothing else",
    "that's it for me", "that's all for me", "i'm good", "no i'm good", "i'm done",
    "thank you bye", "thanks bye", "okay bye", "bye", "goodbye",
)  # fmt: skip
_PASSING: Final = (
    "what", "what did you say", "sorry", "pardon", "hold on", "wait", "hello", "thank you",
    "thanks",
)  # fmt: skip
"""Not what was asked, but short and often said: rivals that keep a "what?" from being a yes."""
_DIGITS: Final = (
    "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "double", "triple",
)  # fmt: skip
_REPEATS: Final = {"double": 1, "triple": 2}
"""Digits that these words add to the one that follows them."""
_NEVER_FIRST: Final = frozenset({"zero", "oh", "one"})
_NATIONAL: Final = 10
_THIS_NUMBER: Final = (
    "the one I'm calling from", "the number I'm calling from", "use the one I'm calling from",
    "use the number I'm calling from", "the one I am calling from", "this number",
    "use this number", "this one", "same number", "the same number", "yes this number",
    "yeah this number", "yes the one I'm calling from",
)  # fmt: skip
_BEFORE_DIGITS: Final = (
    "it's", "it is", "my number is", "my phone number is", "the number is", "area code",
    "it's area code", "that's", "that would be",
)  # fmt: skip
_BEFORE_ALL: Final = ("um", "sure", "okay", "yes", "yeah", "no")
_BEFORE_ORDER: Final = ("order", "order number", "number", "it's order", "my order number is")
_BETWEEN_CHOICES: Final = ("and", "with", "just", "extra", "please", "only", "some", "no")
_WORD_SECONDS: Final = 0.4
_LONE_SECONDS: Final = 0.6
"""Slow speech: a lone answer takes no longer than this, and that for each of its words."""
_NO_CHOICE: Final = ("none", "nothing", "no toppings", "plain", "just plain", "that's it")


@dataclass(frozen=True, slots=True)
class ClosedQuestion:
    """The answers to expect, and when to take one."""

    answers: tuple[str, ...]
    row: tuple[str, ...] = ()
    """Words of which any number may follow, as digits do."""
    margin: float = 4.0
    """How much likelier, in nats, the freely heard words may be."""
    longest: float = 60.0
    """Seconds of speech beyond which it is no such answer."""
    width: int = 6
    """Beams."""
    digits: frozenset[int] = frozenset()
    """How many digits a whole number has, where that is known."""


def closed_question(context: RecognitionContext) -> ClosedQuestion | None:
    """What to choose among after this question; `None` where anything may be said."""
    question = _question(context)
    if question is None or context.lean == 1.0:
        return question
    return replace(question, margin=question.margin * context.lean)


def _question(context: RecognitionContext) -> ClosedQuestion | None:
    lone = (*_YES, *_NODS, *_NO, *_DONE, *_PASSING)
    match context.expecting:
        case Expecting.YES_NO:
            return ClosedQuestion(lone, margin=5.0, longest=1.4, width=8)
        case Expecting.PHONE_NUMBER:
            before = _before(_BEFORE_DIGITS)
            return ClosedQuestion(
                (*before, *_THIS_NUMBER, *lone), _DIGITS, margin=9.0, digits=frozenset({_NATIONAL})
            )
        case Expecting.ORDER_NUMBER:
            before = _before((*_BEFORE_ORDER, *_BEFORE_DIGITS))
            return ClosedQuestion((*before, *lone), _DIGITS, margin=8.0)
        case Expecting.MODIFIER if context.phrases:
            row = (*context.phrases, *_BETWEEN_CHOICES)
            return ClosedQuestion((*lone, *_NO_CHOICE), row, margin=4.0, longest=2.5)
        case _:
            return None


def can_take(text: str, seconds: float) -> bool:
    """Whether somebody who says this, and nothing else, may speak for so long."""
    return seconds <= _LONE_SECONDS + _WORD_SECONDS * len(text.split())


def digits_said(text: str) -> int:
    """How many digits these words say, none where it begins as no national number does: with a
    zero or a one."""
    words = text.split()
    said = [word for word in words if word in _DIGITS and word not in _REPEATS]
    if not said or said[0] in _NEVER_FIRST:
        return 0
    return len(said) + sum(_REPEATS.get(word, 0) for word in words)


def is_yes(text: str) -> bool:
    """Whether this answer is a yes and nothing else, a nod included."""
    return text in _YES or text in _NODS


def is_no(text: str) -> bool:
    """Whether this answer is a no and nothing else."""
    return text in _NO


def _before(openings: Iterable[str]) -> tuple[str, ...]:
    both = tuple(f"{first} {opening}" for first in _BEFORE_ALL for opening in openings)
    return (*_BEFORE_ALL, *openings, *both)
