"""Names of which only the beginning was heard, at the end of an utterance: "and no i"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from servizio.language.lexicon import Entry, Lexicon
from servizio.language.piece import PIECE_COST, Piece
from servizio.language.words import Word, stem_of

_QUALITY = 0.8
"""Of a name that was not heard to its end."""
_GOES_ON = frozenset({"and", "with", "but"})
"""Words after which something more is named."""


class CutShort:
    """Finds names of two words that were cut off in the second. Immutable after construction."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._by_first: dict[str, list[Entry]] = defaultdict(list)
        for name in lexicon.names:
            if len(name.words) == 2:
                self._by_first[name.words[0]].append(name)

    def names(self, words: Sequence[Word]) -> list[Piece]:
        """The name that the last two words may be, if it is one alone.

        Not where nothing of an order stands before them: "well, no, I ..." begins a sentence.
        """
        if len(words) < 3 or any(word.number is not None for word in words[-2:]):
            return []
        before, first, rest = (word.text for word in words[-3:])
        if before not in _GOES_ON and before not in self._lexicon.vocabulary:
            return []
        found = tuple(
            name._replace(quality=name.quality * _QUALITY)
            for name in self._by_first.get(first, ())
            if name.words[1].startswith(rest) and stem_of(name.words[1]) != words[-1].stem
        )
        if len({name.sense for name in found}) != 1 or self._lexicon.look_up(words[-1:]):
            return []
        # Scored as if it was whole: "I" is a word as well, but no last one.
        return [Piece(len(words) - 2, len(words), found, score=2 - PIECE_COST)]
