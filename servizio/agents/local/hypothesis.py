"""What passes between the agent and its ears: values only, cheap to import and to send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from servizio.language.meaning import Expecting


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to understand an utterance."""

    text: str
    """Lower-case words with single spaces; no punctuation but apostrophes; numbers in words."""
    score: float
    """Natural logarithm of how likely it is, bias included. Higher is better; comparable only
    with the other hypotheses of the same utterance."""
    confidence: float = 1.0
    """0 to 1: how sure the recogniser was of its words, without any bias."""
    log_probability: float = 0.0
    """Natural logarithm of how likely it is, without any bias."""


@dataclass(frozen=True, slots=True)
class RecognitionContext:
    """What can be expected of the next utterance."""

    menu: str = ""
    """Name under which the menu's phrases were registered; empty or unknown: no such bias."""
    expecting: Expecting = Expecting.ANYTHING
    """What the agent just asked."""
    phrases: tuple[str, ...] = ()
    """Likely answers to just this question, such as the names of the toppings offered."""
    lean: float = 1.0
    """How hard to lean to all this; 1 as measured best."""
    closely: bool = False
    """Whether to take more time: with more beams, and once more among known words alone
    (`known_words`), all that either finds being given."""


def union(*lists: Iterable[Hypothesis]) -> list[Hypothesis]:
    """The hypotheses of several searches over the same sound, best first; each wording once."""
    best: dict[str, Hypothesis] = {}
    for found in lists:
        for hypothesis in found:
            other = best.get(hypothesis.text)
            if other is None or hypothesis.score > other.score:
                best[hypothesis.text] = hypothesis
    return sorted(best.values(), key=lambda hypothesis: -hypothesis.score)
