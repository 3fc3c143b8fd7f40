"""A telephone number listened to once more, more slowly.

The speech model was brought up on sentences. Of ten digits that somebody rattles off in three
seconds it makes fewer, or more, or another number that it once learnt by heart; of the same sound
stretched it makes those that were said.
"""

from __future__ import annotations

from typing import Final

from servizio.agents.local.closed_questions import ClosedQuestion, is_whole_number
from servizio.agents.local.hypothesis import Hypothesis
from servizio.agents.local.said_digits import as_said, digits_of
from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.resample import Samples, resample

_SLOWER: Final = 1.25
"""How many times as long; of 1.18 to 1.4, measured on natural voices, what both paces together
get right most often."""
_SOME_OF_A_NUMBER: Final = 3
_MAKES_SENSE: Final = 0.35
"""Confidence below which what was heard, digits or not, makes none."""


def stretched(samples: Samples) -> Samples:
    """The same sound, slower and lower."""
    return resample(samples, SAMPLE_RATE, int(SAMPLE_RATE * _SLOWER))


def wants_more_time(found: list[Hypothesis], question: ClosedQuestion | None) -> bool:
    """Whether a number was asked for, and this is none or only a part of one. `found` is best
    first. A whole number was mostly heard right, and slowness would mend few and spoil some."""
    if question is None or not question.digits or not found:
        return False
    if found[0].confidence < _MAKES_SENSE:
        return True
    says_digits = len(digits_of(found[0].text)) >= _SOME_OF_A_NUMBER
    return says_digits and not _is_whole(found[0], question)


def likelier(
    at_once: list[Hypothesis], slowly: list[Hypothesis], question: ClosedQuestion
) -> list[Hypothesis]:
    """What was heard at one pace or at the other: a whole number before any other, then what
    is likelier. `at_once` is not empty; both are best first."""

    def likely(found: list[Hypothesis]) -> tuple[bool, float]:
        return _is_whole(found[0], question), found[0].log_probability

    return max(at_once, slowly, key=likely) if slowly else at_once


def _is_whole(hypothesis: Hypothesis, question: ClosedQuestion) -> bool:
    return is_whole_number(digits_of(as_said(hypothesis.text)), question)
