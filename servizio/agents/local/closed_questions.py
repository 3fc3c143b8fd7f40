"""Which questions have few answers, what those are, and how far they may be leaned to.

Margins are nats, found by measuring on telephone speech (`bench/hearing.py --commands`): how
much likelier the freely heard words may be before the closest expected answer is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.local.said_digits import NUMBER_WORDS
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
_NEVER_FIRST: Final = ("0", "1")
_EXCHANGE: Final = 3
"""Where the second part of a national number begins, with no zero or one either."""
_NATIONAL: Final = 10
_COUNTRY: Final = "1"
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
_BEFORE_ALL: Final = ("um", "sure", "okay", "okay so", "so", "yes", "yeah", "no")
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
    digits: int = 0
    """How many digits a whole number has; 0: nobody knows, or it is none."""


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
                (*before, *_THIS_NUMBER, *lone), NUMBER_WORDS, margin=9.0, digits=_NATIONAL
            )
        case Expecting.ORDER_NUMBER:
            before = _before((*_BEFORE_ORDER, *_BEFORE_DIGITS))
            return ClosedQuestion((*before, *lone), NUMBER_WORDS, margin=8.0)
        case Expecting.MODIFIER if context.phrases:
            row = (*context.phrases, *_BETWEEN_CHOICES)
            return ClosedQuestion((*lone, *_NO_CHOICE), row, margin=4.0, longest=2.5)
        case _:
            return None


def can_take(text: str, seconds: float) -> bool:
    """Whether somebody who says this, and nothing else, may speak for so long."""
    return seconds <= _LONE_SECONDS + _WORD_SECONDS * len(text.split())


def is_whole_number(digits: str, question: ClosedQuestion) -> bool:
    """Whether these digits may be a whole number of the kind that was asked for: as long as
    those are, and neither part of it begins with a zero or a one."""
    parts = (digits[:1], digits[_EXCHANGE : _EXCHANGE + 1])
    return 0 < question.digits == len(digits) and not any(part in _NEVER_FIRST for part in parts)


def is_too_long(digits: str, question: ClosedQuestion) -> bool:
    """Whether these are more digits than any number of the kind that was asked for has."""
    return 0 < question.digits < len(digits.removeprefix(_COUNTRY))


def is_yes(text: str) -> bool:
    """Whether this answer is a yes and nothing else, a nod included."""
    return text in _YES or text in _NODS


def is_no(text: str) -> bool:
    """Whether this answer is a no and nothing else."""
    return text in _NO


def is_passing(text: str) -> bool:
    """Whether this is something short that answers nothing, such as "what"."""
    return text in _PASSING


def _before(openings: Iterable[str]) -> tuple[str, ...]:
    both = tuple(f"{first} {opening}" for first in _BEFORE_ALL for opening in openings)
    return (*_BEFORE_ALL, *openings, *both)
