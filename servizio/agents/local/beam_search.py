"""The search for the likeliest words: several hypotheses side by side, leaned by a bias.

Knows nothing of the network: it is given the logits of the next token for each live beam and
says which beams go on, each with which token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from servizio.agents.local.beams import Beam, Logits, Search, log_softmax, repeats_itself
from servizio.agents.local.bias import PhraseBias
from servizio.agents.local.tokenizer import END_TOKEN

_HOPELESS: Final = -9.0
"""Log-probability below which no bias makes a token worth a beam."""
_LOST: Final = 6.0
"""How far behind the best a beam is given up."""
_USES: Final = 2
"""How often a phrase earns its bonus: beyond that, and twice in a row, it is a loop."""
_ENOUGH: Final = 2.0
"""How far behind a finished beam the live ones are given up."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    parent: int
    token: int
    score: float
    log_probability: float


class BeamSearch(Search):
    """The beams of one utterance, which may say anything.

    Where none comes to its end, those that were cut off are `finished`.
    """

    def __init__(
        self, bias: PhraseBias, starts_word: npt.NDArray[np.bool_], *, width: int, longest: int
    ) -> None:
        super().__init__(Beam((), 0.0, 0.0, 0))
        self._bias = bias
        self._starts_word = starts_word
        self._width = width
        self._longest = longest

    def advance(self, logits: Logits) -> list[int]:
        """Take the logits, a row for each live beam; give for each new live beam the row it
        came from. The search is over when `is_over`."""
        candidates: list[_Candidate] = []
        for parent, (beam, row) in enumerate(zip(self.live, log_softmax(logits), strict=True)):
            candidates += self._expand(parent, beam, row)
        candidates.sort(key=lambda candidate: -candidate.score)
        return self._choose(candidates)

    @property
    def is_over(self) -> bool:
        """Whether nothing that still lives can matter."""
        if not self.live:
            return True
        if len(self.finished) < self._width:
            best = max((beam.score for beam in self.finished), default=-np.inf)
            return self.live[0].score < best - _ENOUGH
        worst = sorted((beam.score for beam in self.finished), reverse=True)[self._width - 1]
        return self.live[0].score <= worst

    def _expand(self, parent: int, beam: Beam, row: Logits) -> list[_Candidate]:
        """What may follow this beam: the likeliest tokens, and what goes on with a phrase."""
        at_word, inside_word = self._bias.leave(beam.state)
        favoured = self._bias.favoured(beam.state)
        top = np.flatnonzero(row > row.max() - _LOST)
        gains = np.where(self._starts_word[top], at_word, inside_word)
        found = dict(zip(top.tolist(), gains.tolist(), strict=True))
        likely = np.flatnonzero(row[favoured.tokens] > _HOPELESS)
        found.update(
            zip(favoured.tokens[likely].tolist(), favoured.gains[likely].tolist(), strict=True)
        )
        tokens: npt.NDArray[np.intp] = np.fromiter(found, np.intp, len(found))
        log_probabilities = row[tokens]
        scores = beam.score + log_probabilities + np.fromiter(found.values(), float, len(found))
        kept = np.flatnonzero(scores > scores.max() - _LOST)
        return [
            _Candidate(parent, token, score, log_probability)
            for token, score, log_probability in zip(
                tokens[kept].tolist(),
                scores[kept].tolist(),
                log_probabilities[kept].tolist(),
                strict=True,
            )
        ]

    def _choose(self, candidates: list[_Candidate]) -> list[int]:
        beams: list[Beam] = []
        parents: list[int] = []
        for candidate in candidates:
            if len(beams) == self._width:
                break
            parent = self.live[candidate.parent]
            log_probability = parent.log_probability + candidate.log_probability
            if candidate.score < candidates[0].score - _LOST:
                break
            if candidate.token == END_TOKEN:
                self.finished.append(
                    Beam(parent.tokens, candidate.score, log_probability, parent.state)
                )
                continue
            tokens = (*parent.tokens, candidate.token)
            if len(tokens) > self._longest or repeats_itself(tokens):
                continue
            state, _ = self._bias.step(parent.state, candidate.token)
            score, phrases = candidate.score, parent.phrases
            earned = self._bias.earned(state)
            if earned:
                if phrases[-1:] == (state,) or phrases.count(state) >= _USES:
                    score -= earned
                phrases = (*phrases, state)
            beams.append(Beam(tokens, score, log_probability, state, phrases))
            parents.append(candidate.parent)
        if not beams and not self.finished:
            # Cut off at the limit: what there is is better than nothing.
            self.finished = self.live
        order = sorted(range(len(beams)), key=lambda at: -beams[at].score)
        self.live = [beams[at] for at in order]
        return [parents[at] for at in order]
