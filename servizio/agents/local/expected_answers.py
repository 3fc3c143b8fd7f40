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
    digits_said,
    is_no,
    is_yes,
)
from servizio.agents.local.hypothesis import Hypothesis

_NO_RIVAL: Final = 5.0
"""How far behind the best an expected answer is left out."""
_EVEN_ODDS: Final = 0.7
_NEITHER: Final = "hm"
_WHOLE_NUMBER: Final = 2.5
"""How much likelier, in nats, a number of another length may be than one that is whole."""


def among_expected(
    found: list[Hypothesis], answers: list[Hypothesis], question: ClosedQuestion, seconds: float
) -> list[Hypothesis]:
    """The expected answers that the sound may as well be, before what was freely heard.

    `found` is not empty; both are best first. `seconds` of speech were heard.
    """
    expected = [one for one in answers if can_take(one.text, seconds)]
    free = max(hypothesis.log_probability for hypothesis in found)
    if not expected or expected[0].log_probability < free - question.margin:
        return found
    return _merge(_whole_numbers_first(_without_even_odds(expected), question), found)


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


def _whole_numbers_first(expected: list[Hypothesis], question: ClosedQuestion) -> list[Hypothesis]:
    """A digit is easily heard twice or not at all: a number as long as those that exist is
    likelier than one that is a digit longer or shorter."""

    def chance(hypothesis: Hypothesis) -> float:
        is_whole = digits_said(hypothesis.text) in question.digits
        return hypothesis.score + (_WHOLE_NUMBER if is_whole else 0.0)

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
