"""The search among a few answers alone: a question like "is that right?" has not many.

Where the free search asks what was said, this one asks which of the expected answers sounds
most like it. It is the same network over the same sound; only tokens that go on with an
expected answer are looked at, with punctuation wherever a word may end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from servizio.agents.local.beams import Beam, Logits, Search, log_softmax
from servizio.agents.local.bias import Encode, ways_to_write
from servizio.agents.local.token_tree import TokenTree
from servizio.agents.local.tokenizer import END_TOKEN

_START: Final = 0
_ROW: Final = 1
_LOST: Final = 8.0
"""How far behind the best a beam is given up."""
_ALIKE: Final = 2
"""So many beams may differ in nothing but punctuation: more would crowd out other words."""


class Answers(TokenTree):
    """A compiled set of answers. `row` are words of which any number may follow an answer, or
    be one by themselves, as digits do. `encode` and `starts_word` come from the tokenizer."""

    def __init__(
        self,
        answers: Iterable[str],
        encode: Encode,
        starts_word: Sequence[bool],
        *,
        row: Iterable[str] = (),
    ) -> None:
        super().__init__(encode, roots=2)
        self._starts_word = starts_word
        for word in row:
            for written in ways_to_write(word):
                self.add(_START, encode(written))
                self.add(_ROW, encode(written))
        for answer in answers:
            for written in ways_to_write(answer):
                self.add(_START, encode(written))

    def after(self, place: int) -> dict[int, int]:
        """The tokens that may follow here, and the place after each; 0 is the beginning. The
        end is among them where an answer is whole."""
        here = self.places[place]
        follow = dict(here.next)
        if here.is_whole:
            follow = self.places[_ROW].next | follow
            follow[END_TOKEN] = place
        if place != _START and any(self._starts_word[token] for token in follow):
            follow |= dict.fromkeys(self.between - follow.keys(), place)
        return follow


class ClosedSearch(Search):
    """The beams of one utterance among these answers."""

    def __init__(self, answers: Answers, *, width: int, longest: int) -> None:
        super().__init__(Beam((), 0.0, 0.0, _START))
        self._answers = answers
        self._width = width
        self._longest = longest

    def advance(self, logits: Logits) -> list[int]:
        """Take the logits, a row for each live beam; give for each new live beam the row it
        came from."""
        found: list[tuple[float, int, int, int]] = []
        for parent, (beam, row) in enumerate(zip(self.live, log_softmax(logits), strict=True)):
            follow = self._answers.after(beam.state)
            tokens: npt.NDArray[np.intp] = np.fromiter(follow, np.intp, len(follow))
            for token, likely in zip(tokens.tolist(), row[tokens].tolist(), strict=True):
                found.append((beam.score + likely, parent, token, follow[token]))
        found.sort(reverse=True)
        beams: list[Beam] = []
        parents: list[int] = []
        alike: Counter[tuple[int, ...]] = Counter()
        for score, parent, token, place in found:
            if len(beams) == self._width or score < found[0][0] - _LOST:
                break
            tokens_before = self.live[parent].tokens
            if token == END_TOKEN:
                self.finished.append(Beam(tokens_before, score, score, place))
                continue
            longer = (*tokens_before, token)
            said = self._answers.words(longer)
            if len(longer) <= self._longest and alike[said] < _ALIKE:
                alike[said] += 1
                beams.append(Beam(longer, score, score, place))
                parents.append(parent)
        self.live = beams
        return parents

    @property
    def is_over(self) -> bool:
        """Whether nothing that still lives can matter."""
        if not self.live:
            return True
        if len(self.finished) < self._width:
            return False
        worst = sorted((beam.score for beam in self.finished), reverse=True)[self._width - 1]
        return self.live[0].score <= worst
