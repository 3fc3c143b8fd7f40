"""Things that were ordered or asked for and are not on the menu."""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.meaning import Expecting, NotOnMenu
from servizio.language.nearness import Nearness
from servizio.language.phrasebook import Phrasebook
from servizio.language.piece import Piece
from servizio.language.words import Word

_LONGEST = 4
"""Words in the name of a thing; longer stretches of unknown words are talk."""


class Strangers:
    """Finds what is not on the menu. Immutable after construction."""

    def __init__(self, nearness: Nearness, book: Phrasebook) -> None:
        self._nearness = nearness
        self._book = book

    def find(
        self, words: Sequence[Word], pieces: Sequence[Piece], expecting: Expecting
    ) -> list[tuple[int, NotOnMenu]]:
        """Each with the place of its first word."""
        found: list[tuple[int, NotOnMenu]] = []
        place = 0
        while place < len(pieces):
            end = place
            while end < len(pieces) and self._is_strange(words, pieces, end):
                end += 1
            if end == place:
                place += 1
                continue
            if self._is_wanted(words, pieces, place, end, expecting):
                heard = " ".join(w.text for w in words[pieces[place].start : pieces[end - 1].end])
                found.append((pieces[place].start, NotOnMenu(heard, self._nearness.nearest(heard))))
            place = end
        return found

    def _is_strange(self, words: Sequence[Word], pieces: Sequence[Piece], place: int) -> bool:
        piece = pieces[place]
        if piece.kind == "unknown":
            return True
        before = pieces[place - 1] if place else None
        if before is not None and is_part_of_stranger(words, before, piece, self._book):
            return True
        return self._company_of_food(words, pieces, place)

    def _company_of_food(self, words: Sequence[Word], pieces: Sequence[Piece], place: int) -> bool:
        """ "Strawberry lemonade": part of a name before a food that is not on the menu."""
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        return following is not None and describes_stranger(words, pieces, place, self._book)

    def _is_wanted(
        self,
        words: Sequence[Word],
        pieces: Sequence[Piece],
        start: int,
        end: int,
        expecting: Expecting,
    ) -> bool:
        """Whether the context says that these words were ordered or asked for."""
        said = words[pieces[start].start : pieces[end - 1].end]
        if len(said) > _LONGEST or all(map(self._book.is_common, said)):
            return False
        if all(map(self._book.is_ordinary, said)) and not self._is_asked(pieces, start):
            return False
        after = pieces[end] if end < len(pieces) else None
        if after is not None and after.entries and after.quality >= 0.9:
            return False
        before = pieces[start - 1] if start else None
        counted = before is not None and (
            before.role("article") is not None or before.number is not None
        )
        if counted and any(word.text in self._book.foods for word in said):
            return True
        choosing = expecting in {Expecting.MODIFIER, Expecting.ORDER}
        if choosing and len(pieces) <= end - start + 2:
            return True
        return self._is_introduced(pieces, start)

    def _is_asked(self, pieces: Sequence[Piece], start: int) -> bool:
        """Whether "do you have" comes before, as of "do you have parking"."""
        return any(piece.role("question") in _ASKING for piece in pieces[max(0, start - 4) : start])

    def _is_introduced(self, pieces: Sequence[Piece], start: int) -> bool:
        """Whether "I'd like a", "do you have", or a list of things ordered comes before."""
        ordered = False
        for piece in reversed(pieces[max(0, start - 4) : start]):
            if piece.role("ordering") is not None or piece.role("question") in _ASKING:
                return True
            joins = piece.role("glue") is not None
            if piece.role("article") is not None or piece.number is not None:
                ordered = True
            elif (joins or (ordered and piece.entries)) and _names_something(pieces[:start]):
                return True
            elif piece.kind not in {"filler", "pause"} and not _passes(piece):
                return False
        return False


def _passes(piece: Piece) -> bool:
    """Words that may stand between "I'd like" and the thing: "a glass of", "just a"."""
    return any(piece.role(kind) is not None for kind in ("cue", "portion", "only"))


def _names_something(pieces: Sequence[Piece]) -> bool:
    return any(piece.entries and piece.quality >= 0.9 for piece in pieces)


_ASKING = frozenset({"availability", "price", "ingredients"})


def is_part_of_stranger(
    words: Sequence[Word], before: Piece, piece: Piece, book: Phrasebook
) -> bool:
    """ "Oat milk" where only other milks are on the menu: half a name after an unknown word.

    A medium lemonade is a lemonade, whether or not it comes in sizes.
    """
    if before.kind != "unknown" or before.end != piece.start:
        return False
    headed = any(entry.headed for entry in piece.entries)
    if headed and words[before.start].text in book.describing:
        return False
    return bool(piece.entries) and piece.quality < 0.75 and piece.end == piece.start + 1


def describes_stranger(
    words: Sequence[Word], pieces: Sequence[Piece], place: int, book: Phrasebook
) -> bool:
    """ "Strawberry lemonade", "hot dog": what comes before a thing not sold belongs to it.

    Part of a name does so before an unknown food, an adjective before anything unknown that no
    name follows: a large pumpkin latte is large.
    """
    piece = pieces[place]
    if not piece.entries or piece.end - piece.start > 1 or place + 1 >= len(pieces):
        return False
    following = pieces[place + 1]
    if following.kind != "unknown":
        return False
    if piece.quality < _WHOLE:
        return words[following.start].text in book.foods
    beyond = next((one for one in pieces[place + 1 :] if one.kind != "unknown"), None)
    if beyond is not None and beyond.entries:
        return False
    return words[piece.start].text in book.describing


_WHOLE = 0.75
"""Quality of a name from which it is more than one word of a longer one."""
