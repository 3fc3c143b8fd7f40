"""Words of talk that only sound like the menu: where they stand tells them from orders.

"I'm walking down the street, could I get a taro" names no ice. A name that was perhaps misheard,
or of which only a part was said, belongs to an order where it touches what is surely one: a name,
words of ordering, a correction. Amid other talk it is talk. Words that are ordinary ones must fit
closer still, as somebody who says "street" mostly means a street.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.phrasebook import Phrasebook
from servizio.language.piece import Piece
from servizio.language.words import Word, stem_of

_SURE = 0.9
"""Quality of a name that was said as it is."""
_LITTLE = 3
"""Words of talk in a sentence from which a name amid them is doubted."""
_LEADING = frozenset({"ordering", "change", "remove", "correct", "instead", "undo", "actually"})
"""Kinds of phrases after which a name stands."""
_BETWEEN = frozenset({"article", "amount", "portion", "glue", "side", "only", "all", "quantity"})
"""Kinds of phrases that may stand between those, or a name, and the next name."""
_SMALL = frozenset({"the", "of", "some", "my", "that", "any", "like", "uh", "maybe"})
"""Words that may stand there too."""
_WISHING = frozenset({"get", "gets", "want", "wants", "wanted", "need", "needs", "order", "grab"})
_TAKING = _WISHING | frozenset({"have", "take", "with", "try", "like", "me", "it"})
"""Last words of what is said before the name of a thing wanted, less surely."""
_ENDS = frozenset({".", "?", "!", ";"})
_ASKING = frozenset({"please", "for", "on"})
_ROUND = frozenset({"glue", "article", "amount", "say", "target", "side", "quantity"})
"""Kinds of phrases before which the name of a thing can end."""


@dataclass(frozen=True, slots=True)
class ByChance:
    """Finds such names in the pieces of utterances. Immutable after construction."""

    book: Phrasebook

    def find(self, words: Sequence[Word], pieces: Sequence[Piece]) -> set[Piece]:
        """The pieces that are names by chance."""
        weak = {piece for piece in pieces if self._is_weak(words, piece)}
        if not weak:
            return set()
        found: set[Piece] = set()
        named = any(_is_sure(piece) for piece in pieces if piece not in weak)
        for first, last in _sentences(words, pieces):
            sentence = pieces[first:last]
            talk = sum(map(_is_talk, sentence))
            for place, piece in enumerate(sentence):
                doubtful = piece in weak and talk >= self._enough(words, piece, named=named)
                if doubtful and not self._belongs(words, sentence, place, found):
                    found.add(piece)
        return found

    def _enough(self, words: Sequence[Word], piece: Piece, *, named: bool) -> int:
        """How many words of talk beside a name make it doubtful."""
        if _is_part(words, piece):
            return _LITTLE
        ordinary = self._is_ordinary(words, piece)
        if ordinary and named:
            return 0
        return _LITTLE - (ordinary or named)

    def _belongs(
        self, words: Sequence[Word], sentence: Sequence[Piece], place: int, idle: set[Piece]
    ) -> bool:
        """Whether a name touches what is surely part of an order."""
        piece = sentence[place]
        ordinary = self._is_ordinary(words, piece)
        before, glued = self._before(words, sentence, place)
        after = sentence[place + 1] if place + 1 < len(sentence) else None
        if ordinary and not self._ends_here(words, after):
            return False
        if after is not None and _leads_to_name(sentence, place + 1):
            return True
        if before is None or before in idle:
            return False
        if before.entries:
            return glued or not ordinary or _is_sure(piece)
        bare = words[before.start].text == "order" and not glued
        if _LEADING & {role.kind for role in before.roles} and not (ordinary and bare):
            # "I tried to order online" names nothing.
            return True
        return words[before.end - 1].text in (_WISHING if ordinary else _TAKING)

    def _before(
        self, words: Sequence[Word], sentence: Sequence[Piece], place: int
    ) -> tuple[Piece | None, bool]:
        """What a name hangs on, and whether a small word joins it to that."""
        glued = False
        for piece in reversed(sentence[:place]):
            kinds = {role.kind for role in piece.roles}
            word = words[piece.start]
            food = not piece.entries and self.book.is_food(word)
            small = food or word.text in _SMALL or word.is_pause
            if not (kinds & _BETWEEN or small or piece.number is not None) or kinds & _LEADING:
                return piece, glued
            glued |= bool(kinds & _BETWEEN) or piece.number is not None
        return None, glued

    def _ends_here(self, words: Sequence[Word], after: Piece | None) -> bool:
        if after is None or after.kind == "pause" or after.entries or after.number is not None:
            return True
        asks = words[after.start].text in _ASKING
        return asks or bool(_ROUND & {role.kind for role in after.roles})

    def _is_weak(self, words: Sequence[Word], piece: Piece) -> bool:
        """Whether these words may be no name: they fit badly, or only sound like one."""
        if not piece.entries or piece.roles:
            return False
        if piece.quality < _SURE:
            return True
        return not _is_part(words, piece) and self._is_spelled_right(words, piece)

    def _is_spelled_right(self, words: Sequence[Word], piece: Piece) -> bool:
        """ "Noise" sounds like "no ice", and is a word of its own."""
        spelled = "".join(word.stem for word in words[piece.start : piece.end])
        meant = {"".join(map(stem_of, entry.words)) for entry in piece.entries}
        return spelled not in meant and self._is_ordinary(words, piece)

    def _is_ordinary(self, words: Sequence[Word], piece: Piece) -> bool:
        said = words[piece.start : piece.end]
        return all(word.is_pause or self.book.is_ordinary(word) for word in said)


def _is_part(words: Sequence[Word], piece: Piece) -> bool:
    """Whether a part of a name was said as it is: "sweet"."""
    said = {word.text for word in words[piece.start : piece.end]}
    return any(said <= set(entry.words) for entry in piece.entries)


def _is_sure(piece: Piece) -> bool:
    return bool(piece.entries) and piece.quality >= _SURE


def _sentences(words: Sequence[Word], pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """The first piece of each sentence, and the one after its last."""
    bounds: list[tuple[int, int]] = []
    first = 0
    for place, piece in enumerate(pieces):
        if words[piece.start].text in _ENDS:
            bounds.append((first, place))
            first = place + 1
    return [*bounds, (first, len(pieces))]


def _leads_to_name(sentence: Sequence[Piece], place: int) -> bool:
    """Whether a sure name follows at once, or after "with"."""
    following = sentence[place]
    if following.role("glue") == "with" and place + 1 < len(sentence):
        following = sentence[place + 1]
    return _is_sure(following)


def _is_talk(piece: Piece) -> int:
    """How many words of a piece are talk."""
    if piece.entries or piece.kind == "pause" or piece.number is not None:
        return 0
    idle = piece.kind in {"filler", "unknown"}
    cue = {role.kind for role in piece.roles} == {"cue"} and piece.end == piece.start + 1
    return piece.end - piece.start if idle or cue else 0
