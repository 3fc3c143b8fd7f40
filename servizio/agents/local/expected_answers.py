"""Which of the answers that a closed question has was given, if any.

Two searches went over the same sound (`recogniser`): one for whatever was said, one among the
expected answers alone. Here their findings become one list.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from servizio.agents.local.closed_questions import (
    ClosedQuestion,
    can_take,
    is_no,
    is_passing,
    is_too_long,
    is_whole_number,
    is_yes,
)
from servizio.agents.local.hypothesis import Hypothesis
from servizio.agents.local.said_digits import NUMBER_WORDS, as_said, digits_of

_NO_RIVAL: Final = 5.0
"""How far behind the best an expected answer is left out."""
_PASSING_COST: Final = 1.5
"""How much less likely than an answer, in nats, is a "what?" instead of one."""
_EVEN_ODDS: Final = 0.7
_NEITHER: Final = "hm"
_WHOLE_NUMBER: Final = 2.5
"""How much likelier, in nats, a number of another length may be than one that is whole."""
_OH: Final = 1.0
"""What each spoken "oh" gets back: the model, brought up on sentences, would rather write "four"
or another word that is more often said."""
_TOO_LONG: Final = 4.0
"""How much less likely one is that is longer than any."""


def among_expected(
    found: list[Hypothesis], answers: list[Hypothesis], question: ClosedQuestion, seconds: float
) -> list[Hypothesis]:
    """The expected answers that the sound may as well be, before what was freely heard.

    `found` is not empty; both are best first. `seconds` of speech were heard.
    """
    expected = _answers_first([one for one in answers if can_take(one.text, seconds)])
    free = max(hypothesis.log_probability for hypothesis in found)
    if not expected or expected[0].log_probability < free - question.margin:
        return found
    if NUMBER_WORDS[0] in question.row:
        expected = _whole_numbers_first(_numbers_told_apart(expected), question)
    return _merge(_without_even_odds(expected), found)


def _answers_first(expected: list[Hypothesis]) -> list[Hypothesis]:
    """Whoever was asked answers more often than not."""
    likely = [
        replace(one, score=one.score - _PASSING_COST) if is_passing(one.text) else one
        for one in expected
    ]
    return sorted(likely, key=lambda one: -one.score)


def _merge(expected: list[Hypothesis], found: list[Hypothesis]) -> list[Hypothesis]:
    """Expected answers first, on the scale of the others."""
    texts = {hypothesis.text for hypothesis in expected}
    lift = found[0].score - expected[0].score
    lifted = [
        replace(hypothesis, score=hypothesis.score + lift)
        for hypothesis in expected
        if hypothesis.score > expected[0].score - _NO_RIVAL
    ]
    others = [hypothesis for hypothesis in found if hypothesis.text not in texts]
    return [*lifted, *others]


def _numbers_told_apart(expected: list[Hypothesis]) -> list[Hypothesis]:
    """Each number once, however its digits were written: "oh" and "zero" stand for one another,
    so both speak for the number."""
    said: dict[str, list[Hypothesis]] = {}
    for hypothesis in expected:
        text = as_said(hypothesis.text)
        said.setdefault(digits_of(text) or text, []).append(replace(hypothesis, text=text))
    return [
        replace(same[0], score=likely, log_probability=likely)
        for same in said.values()
        for likely in [math.log(sum(math.exp(one.log_probability) for one in same))]
    ]


def _whole_numbers_first(expected: list[Hypothesis], question: ClosedQuestion) -> list[Hypothesis]:
    """A digit is easily heard twice or not at all: a number as long as those that exist is
    likelier than one that is a digit longer or shorter."""

    def chance(hypothesis: Hypothesis) -> float:
        digits = digits_of(hypothesis.text)
        score = hypothesis.score + _OH * hypothesis.text.split().count("oh")
        if is_too_long(digits, question):
            return score - _TOO_LONG
        return score + (_WHOLE_NUMBER if is_whole_number(digits, question) else 0.0)

    ordered = sorted(expected, key=lambda hypothesis: -chance(hypothesis))
    return [replace(hypothesis, score=chance(hypothesis)) for hypothesis in ordered]


def _without_even_odds(expected: list[Hypothesis]) -> list[Hypothesis]:
    """Nothing certain, where a yes is about as likely as a no: to ask again is better."""
    if not (is_yes(expected[0].text) or is_no(expected[0].text)):
        return expected
    odds = _likelihood(expected, is_yes) - _likelihood(expected, is_no)
    wanted = is_yes if odds > 0 else is_no
    if abs(odds) < _EVEN_ODDS:
        return [replace(expected[0], text=_NEITHER)]
    refused = is_no if odds > 0 else is_yes
    kept = [hypothesis for hypothesis in expected if not refused(hypothesis.text)]
    return sorted(kept, key=lambda hypothesis: not wanted(hypothesis.text))


def _likelihood(expected: list[Hypothesis], kind: Callable[[str], bool]) -> float:
    """Logarithm of how likely it is that it was any answer of this kind."""
    total = sum(math.exp(one.log_probability) for one in expected if kind(one.text))
    return math.log(total) if total else -math.inf
