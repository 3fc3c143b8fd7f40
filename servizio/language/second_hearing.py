"""What fills a place where a name must stand, and is none: heard again, with what stands around.

"Chips with way so and a coke": between "with" and "and" there is a topping or there is
nothing. What the neighbours leave open so is compared with the menu more generously than words
in the middle of talk, and everyday words are no obstacle. Only where the rest of the utterance
names something of the menu.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from servizio.language.lexicon import Entry
from servizio.language.nearness import Nearness
from servizio.language.phrasebook import Phrasebook
from servizio.language.piece import PIECE_COST, Piece
from servizio.language.words import Word

_LONGEST_SLOT = 6
"""Words in a place; more of them are talk."""
_LONGEST_NAME = 4
"""Words that a name is broken into."""
_SURE = 0.95
"""Quality of a name that proves that the customer speaks of the menu."""
_ENOUGH = 2
"""As many of them prove it even where they only describe: "one iced and one hot"."""
_STANDS = 0.9
"""Quality from which a name is not heard again."""
_REFUSED = 0.15
"""How much less alike a modifier may sound after "no" or "extra"."""
_AWAITED = 0.1
"""The same after "with", "and", a count or an article."""
_AROUND = frozenset(
    {
        "a", "an", "and", "the", "some", "my", "of", "on", "in", "it", "its", "to", "for", "that",
        "with", "from", "your", "our", "at", "is", "be", "this", "them", "there", "one",
    }
)  # fmt: skip
"""Small words that begin or end a place without being part of what fills it."""


_GETTING = frozenset({"have", "take", "get", "want", "wants", "need", "needs", "like", "likes"})
"""What somebody does who orders; before it stands who that is."""


_OWNERS = frozenset({"my", "his", "her", "our", "their"})


class Slot(NamedTuple):
    """A place for a name: its words, and how generously they are compared."""

    start: int
    end: int
    items: bool
    """Whether an item can stand here; a modifier always can."""
    ease: float
    counted: bool = False
    """Whether only what comes in amounts can stand here: nobody says "no small"."""


@dataclass(frozen=True, slots=True)
class SecondHearing:
    """Finds names in the places of an utterance that its first cut leaves open."""

    nearness: Nearness
    book: Phrasebook
    kinds: AbstractSet[str]
    """Stems of what the menu calls its groups and categories: "no sides" names nothing."""
    counted: AbstractSet[str | None]
    """Ids of the groups whose modifiers come in amounts."""

    def listen(self, words: Sequence[Word], pieces: Sequence[Piece]) -> list[Piece]:
        """Pieces for the places left open; none where nothing of the menu was named."""
        sure = [piece for piece in pieces if piece.quality >= _SURE]
        if len(sure) < _ENOUGH and not any(self._proves(words, piece) for piece in sure):
            return []
        found: list[Piece] = []
        for slot in self._slots(words, pieces):
            found += self._fill(words, slot)
        return found

    def _proves(self, words: Sequence[Word], piece: Piece) -> bool:
        alone = piece.end == piece.start + 1
        return not (alone and words[piece.start].text in self.book.describing)

    def _slots(self, words: Sequence[Word], pieces: Sequence[Piece]) -> Iterator[Slot]:
        place = 0
        while place < len(pieces):
            end = place
            while end < len(pieces) and (_is_open(pieces[end]) or _steers_nothing(pieces, end)):
                end += 1
            if end == place:
                place += 1
                continue
            slot = self._slot(words, pieces, place, end)
            if slot is not None:
                yield slot
            place = end

    def _slot(
        self, words: Sequence[Word], pieces: Sequence[Piece], first: int, last: int
    ) -> Slot | None:
        start, end = pieces[first].start, pieces[last - 1].end
        while start < end and words[start].text in _AROUND:
            start += 1
        while end > start and words[end - 1].text in _AROUND:
            end -= 1
        if not 0 < end - start <= _LONGEST_SLOT:
            return None
        after = pieces[last] if last < len(pieces) else None
        if self._is_clear(words, start, end) or (after is not None and self._is_verb(words, after)):
            return None
        before = pieces[first - 1] if first else None
        if before is None:
            return Slot(start, end, items=True, ease=0.0)
        if before.role("amount") is not None:
            refused = before.role("amount") == "none"
            return Slot(start, end, items=False, ease=_REFUSED, counted=refused)
        if after is not None and after.entries and before.role("amount") is None:
            # "Canadian bacon", "pumpkin latte": what touches a name describes it.
            return Slot(start, end, items=False, ease=0.0)
        idle = any(piece.role("amount") is not None for piece in pieces[first:last])
        awaits = (idle or before.number is not None) or any(
            before.role(kind) is not None for kind in ("article", "glue", "ordering", "side")
        )
        return Slot(
            start, end, items=before.role("glue") != "with", ease=_AWAITED if awaits else 0.0
        )

    def _is_clear(self, words: Sequence[Word], start: int, end: int) -> bool:
        """Whether the words are no name misheard: other food, or somebody, "my friend"."""
        said = words[start:end]
        if start and words[start - 1].text in _OWNERS and said[0].text in self.book.common:
            return True
        return any(self.book.is_food(word) or word.stem in self.kinds for word in said)

    def _is_verb(self, words: Sequence[Word], piece: Piece) -> bool:
        """ "My son will have": before such a word stands who gets it, not what."""
        return piece.kind == "phrase" and words[piece.start].text in _GETTING

    def _fill(self, words: Sequence[Word], slot: Slot) -> list[Piece]:
        windows = {(slot.start, slot.end)}
        windows |= {(start, slot.end) for start in range(slot.start + 1, slot.end)}
        windows |= {(slot.start, end) for end in range(slot.start + 1, slot.end)}
        found: list[Piece] = []
        for start, end in windows:
            if end - start > _LONGEST_NAME or words[start].text in _AROUND:
                continue
            whole = (start, end) == (slot.start, slot.end)
            entries = self.nearness.resembling(
                words[start:end], items=slot.items, ease=slot.ease if whole else 0.0
            )
            if slot.counted:
                entries = tuple(one for one in entries if one.sense.group in self.counted)
            if entries:
                found.append(_piece(start, end, entries))
        return found


def _is_open(piece: Piece) -> bool:
    if piece.kind in {"filler", "unknown"}:
        return True
    return bool(piece.entries) and piece.quality < _STANDS and not piece.roles


def _steers_nothing(pieces: Sequence[Piece], place: int) -> bool:
    """ "A large light with soy milk": an amount of nothing, after what describes."""
    if not 0 < place < len(pieces) - 1 or pieces[place].role("amount") != "light":
        return False
    before, after = pieces[place - 1], pieces[place + 1]
    describes = bool(before.entries) and all(one.sense.modifier for one in before.entries)
    return describes and after.role("glue") == "with"


def _piece(start: int, end: int, entries: tuple[Entry, ...]) -> Piece:
    quality = max(entry.quality for entry in entries)
    return Piece(start, end, entries, score=(end - start) * quality - PIECE_COST)
