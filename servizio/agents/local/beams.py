"""Hypotheses on their way, as every search has them, whatever it may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]

_MANY: Final = 5
_LONGEST_RUN: Final = 14


@dataclass(frozen=True, slots=True)
class Beam:
    """One hypothesis on its way."""

    tokens: tuple[int, ...]
    score: float
    """Log-probability with bias."""
    log_probability: float
    """Log-probability without bias."""
    state: int
    """State of the bias."""
    phrases: tuple[int, ...] = ()
    """States of the bias in which a long phrase became whole."""


class Search:
    """The beams of one utterance."""

    def __init__(self, first: Beam) -> None:
        self.live: list[Beam] = [first]
        """Beams to go on with, best first."""
        self.finished: list[Beam] = []
        """Beams that have come to their end."""

    def best(self) -> list[Beam]:
        """The finished beams, best first."""
        return sorted(self.finished, key=lambda beam: -beam.score)


def repeats_itself(tokens: tuple[int, ...]) -> bool:
    """Whether the last tokens are one short run, over and over: the model lost its way.

    Six times the same token, four times the same two or three, three times the same four to
    ten: "no no no" and a phone number's "five five five" pass. Twice is enough where the run is
    of five different tokens or more.
    """
    for run, times in ((1, 6), (2, 4), (3, 4), *((length, 3) for length in range(4, 11))):
        if len(tokens) < run * times:
            break
        tail = tokens[-run * times :]
        if tail == tail[:run] * times:
            return True
    return any(
        tokens[-run:] == tokens[-2 * run : -run] and len(set(tokens[-run:])) >= _MANY
        for run in range(_MANY, min(_LONGEST_RUN, len(tokens) // 2) + 1)
    )


def log_softmax(logits: Logits) -> Logits:
    """Log-probabilities, row by row."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    normal: Logits = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normal
