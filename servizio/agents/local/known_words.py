"""The search among known words alone: those of the menu and of everyday talk.

The free search may write any word there is, and what it writes for a name that it does not know
("smash a latte") crowds out the name itself. Where what was heard makes little sense, this one asks
which known words sound most like it, in any order and as many as there are. It is the same network
over the same sound, leaning to the same phrases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from servizio.agents.local.beams import Beam, Logits, Search, log_softmax, repeats_itself
from servizio.agents.local.bias import Encode, PhraseBias, ways_to_write
from servizio.agents.local.token_tree import TokenTree
from servizio.agents.local.tokenizer import END_TOKEN

_START: Final = 0
_UNLIKELY: Final = 9.0
"""How much less likely than the likeliest a token may be to be looked at."""
_LOST: Final = 8.0
"""How far behind the best a beam is given up."""
_ENOUGH: Final = 2.0
"""How far behind a finished beam the live ones are given up."""
_ALIKE: Final = 2
"""So many beams may differ in nothing but punctuation: more would crowd out other words."""


class _Following(NamedTuple):
    """The tokens that may follow at a place, and the place after each."""

    tokens: npt.NDArray[np.intp]
    places: dict[int, int]


class KnownWords(TokenTree):
    """A compiled set of words, of which any number may be said in any order."""

    def __init__(self, words: Iterable[str], encode: Encode) -> None:
        super().__init__(encode, roots=1)
        self._following: dict[int, _Following] = {}
        for word in words:
            for written in ways_to_write(word):
                self.add(_START, encode(written))

    def after(self, place: int) -> _Following:
        """What may follow here; 0 is the beginning. The end is among it after a whole word."""
        known = self._following.get(place)
        if known is None:
            known = self._following[place] = self._find(place)
        return known

    def _find(self, place: int) -> _Following:
        here = self.places[place]
        places = dict(here.next)
        if here.is_whole:
            places = self.places[_START].next | dict.fromkeys(self.between, place) | places
            places[END_TOKEN] = place
        return _Following(np.fromiter(places, np.intp, len(places)), places)


class _Step(NamedTuple):
    """One token more for one of the beams."""

    score: float
    parent: int
    token: int
    likely: float
    place: int
    state: int


class KnownWordsSearch(Search):
    """The beams of one utterance among known words."""

    def __init__(self, words: KnownWords, bias: PhraseBias, *, width: int, longest: int) -> None:
        super().__init__(Beam((), 0.0, 0.0, 0))
        self._words = words
        self._bias = bias
        self._width = width
        self._longest = longest
        self._at: list[int] = [_START]
        """For each live beam, its place among the words."""

    def advance(self, logits: Logits) -> list[int]:
        """Take the logits, a row for each live beam; give for each new live beam the row it
        came from."""
        steps: list[_Step] = []
        for parent, row in enumerate(log_softmax(logits)):
            steps += self._steps(parent, row)
        steps.sort(key=lambda step: -step.score)
        beams: list[Beam] = []
        parents: list[int] = []
        places: list[int] = []
        alike: Counter[tuple[int, ...]] = Counter()
        for step in steps:
            if len(beams) == self._width or step.score < steps[0].score - _LOST:
                break
            before = self.live[step.parent]
            tokens = before.tokens
            if step.token != END_TOKEN:
                tokens = (*tokens, step.token)
            beam = Beam(tokens, step.score, before.log_probability + step.likely, step.state)
            if step.token == END_TOKEN:
                self.finished.append(beam)
                continue
            said = self._words.words(tokens)
            if len(tokens) > self._longest or alike[said] == _ALIKE or repeats_itself(tokens):
                continue
            alike[said] += 1
            beams.append(beam)
            parents.append(step.parent)
            places.append(step.place)
        self.live, self._at = beams, places
        return parents

    @property
    def is_over(self) -> bool:
        """Whether nothing that still lives can matter."""
        if not self.live or not self.finished:
            return not self.live
        scores = sorted((beam.score for beam in self.finished), reverse=True)
        if len(scores) < self._width:
            return self.live[0].score < scores[0] - _ENOUGH
        return self.live[0].score <= scores[self._width - 1]

    def _steps(self, parent: int, row: Logits) -> list[_Step]:
        beam, following = self.live[parent], self._words.after(self._at[parent])
        likely = row[following.tokens]
        found: list[_Step] = []
        for at in np.flatnonzero(likely > likely.max() - _UNLIKELY).tolist():
            token, worth = int(following.tokens[at]), float(likely[at])
            state, gain = self._bias.step(beam.state, token)
            score = beam.score + worth + gain
            found.append(_Step(score, parent, token, worth, following.places[token], state))
        return found
