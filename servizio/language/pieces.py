"""From words to pieces: the best way to cut an utterance into names and phrases.

Every run of words that is on the menu, or in the phrasebook, is a candidate with a score.
Words that are neither may be passed over at a price. The cut with the highest score wins, so
a longer match beats its parts, and a name beats a courtesy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from servizio.language.by_chance import ByChance
from servizio.language.cut_short import CutShort
from servizio.language.lexicon import Entry, Lexicon
from servizio.language.nearness import Nearness
from servizio.language.phrasebook import Phrasebook, Role
from servizio.language.piece import PIECE_COST, Piece
from servizio.language.second_hearing import SecondHearing
from servizio.language.words import Word, stem_of

_NO_NAMES = frozenset({"drink", "side", "size", "food", "dessert", "meal", "bun", "topping", "ice"})
"""Stems of words that no name was misheard as: "no sides" orders nothing."""
_PHRASE_WORTH = 0.9
_FILLER_WORTH = 0.55
_UNKNOWN_WORTH = 0.0
_SEAM_COST = 0.3
"""Taken where a misheard item touches another one: "tarot milk tea" is one thing, not two."""
_TOUCH_COST = 0.12
"""Taken where any two items touch: "chai latte" may be one of them."""
_AS_IT_STANDS = 0.97
"""Quality of a name that was not misheard."""
_REJOINING = {"a": "n", "extra": "nl"}
"""Sounds that are heard between a word and a vowel that follows it."""
_REJOINED = 0.92
"""Quality of a name whose first sound was heard as the end of the article."""


def _seam(before: Piece | None, piece: Piece) -> float:
    if before is None or not _is_item(before) or not _is_item(piece):
        return 0.0
    return _SEAM_COST if min(before.quality, piece.quality) < _AS_IT_STANDS else _TOUCH_COST


def _is_item(piece: Piece) -> bool:
    return bool(piece.entries) and all(entry.sense.item for entry in piece.entries)


class Cutter:
    """Cuts utterances over one menu. Immutable after construction."""

    def __init__(self, lexicon: Lexicon, phrasebook: Phrasebook) -> None:
        self._lexicon = lexicon
        self._book = phrasebook
        self._cut_short = CutShort(lexicon)
        self.nearness = Nearness(lexicon, phrasebook)
        self._second = SecondHearing(
            self.nearness, phrasebook, lexicon.kinds | _NO_NAMES, lexicon.counted
        )
        self._by_chance = ByChance(phrasebook)

    def cut(
        self, words: Sequence[Word], short: Mapping[tuple[str, ...], tuple[Entry, ...]]
    ) -> list[Piece]:
        """The pieces of an utterance, in order; together they cover every word.

        `short` are names that hold for this utterance alone: "half" where the sweetness
        was asked.
        """
        ending_at = self._candidates(words)
        self._add_short(words, short, ending_at)
        pieces = self._best(words, ending_at)
        heard_again = self._second.listen(words, pieces)
        for piece in heard_again:
            ending_at[piece.end].append(piece)
        if heard_again:
            pieces = self._best(words, ending_at)
        while chance := self._by_chance.find(words, pieces):
            for piece in chance:
                ending_at[piece.end].remove(piece)
            pieces = self._best(words, ending_at)
        return pieces

    def _best(self, words: Sequence[Word], ending_at: list[list[Piece]]) -> list[Piece]:
        """The best cut into candidates, by dynamic programming."""
        best: list[float] = [0.0]
        chosen: list[Piece | None] = [None]
        for end in range(1, len(words) + 1):
            top = float("-inf")
            pick: Piece | None = None
            for piece in ending_at[end]:
                score = best[piece.start] + piece.score - _seam(chosen[piece.start], piece)
                if score > top:
                    top, pick = score, piece
            best.append(top)
            chosen.append(pick)
        pieces: list[Piece] = []
        place = len(words)
        while place:
            best_piece = chosen[place]
            if best_piece is None:
                break
            pieces.append(best_piece)
            place = best_piece.start
        return pieces[::-1]

    def _add_short(
        self,
        words: Sequence[Word],
        short: Mapping[tuple[str, ...], tuple[Entry, ...]],
        ending_at: list[list[Piece]],
    ) -> None:
        for name, entries in short.items():
            for start in range(len(words) - len(name) + 1):
                if tuple(word.text for word in words[start : start + len(name)]) == name:
                    end = start + len(name)
                    score = len(name) * 0.97 - PIECE_COST
                    ending_at[end].append(Piece(start, end, entries, score=score))

    def _candidates(self, words: Sequence[Word]) -> list[list[Piece]]:
        ending_at: list[list[Piece]] = [[] for _ in range(len(words) + 1)]
        known: set[int] = set()
        eager: set[int] = set()
        for start, word in enumerate(words):
            ending_at[start + 1].append(self._single(start, word))
            if word.is_pause:
                continue
            found = (*self._phrases(words, start), *self._names(words, start))
            for piece in (*found, *self._rejoined(words, start)):
                ending_at[piece.end].append(piece)
                if piece.quality > 0.9:
                    known.update(range(piece.start, piece.end))
                if piece.role("amount") is not None and self._is_open(words, piece.end):
                    eager.add(piece.end)
        for start, end, near in self.nearness.search(words, known, eager):
            entries = self._lexicon.unsteered(near) if start in eager else near
            if not entries:
                continue
            quality = max(entry.quality for entry in entries)
            score = (end - start) * quality - PIECE_COST
            ending_at[end].append(Piece(start, end, entries, score=score))
        ending_at[len(words)] += self._cut_short.names(words)
        self._join(ending_at)
        return ending_at

    def _join(self, ending_at: list[list[Piece]]) -> None:
        """ "Cooked medium rare": of two names that overlap in one word the longer goes on."""
        named = [one for ends in ending_at for one in ends if one.quality >= _AS_IT_STANDS]
        for piece in named:
            if piece.end - piece.start < 2:
                continue
            for other in named:
                if other.start != piece.end - 1 or other.end <= piece.end:
                    continue
                if any(self._is_level(one, other) for one in piece.entries):
                    score = (other.end - piece.start) * _AS_IT_STANDS - PIECE_COST
                    joined = Piece(piece.start, other.end, other.entries, score=score)
                    ending_at[other.end].append(joined)

    def _is_level(self, entry: Entry, other: Piece) -> bool:
        """Whether another choice of the same group begins with what this one is called."""
        first = other.entries[0].words[:1]
        same = any(entry.sense.group == one.sense.group for one in other.entries)
        return same and entry.sense.group is not None and entry.sense.modifier in first

    def _is_open(self, words: Sequence[Word], place: int) -> bool:
        """Whether a word is free to be the name of what "no" or "extra" is about."""
        if place >= len(words):
            return False
        word = words[place]
        return word.number is None and not word.is_pause and word.text not in self._book.starts

    def _single(self, start: int, word: Word) -> Piece:
        if word.is_pause:
            return Piece(start, start + 1, kind="pause")
        if word.number is not None:
            return Piece(start, start + 1, number=word.number, kind="number", score=0.8)
        if word.text in self._book.fillers or word.stem in self._lexicon.kinds:
            return Piece(start, start + 1, kind="filler", score=_FILLER_WORTH - PIECE_COST)
        return Piece(start, start + 1, kind="unknown", score=_UNKNOWN_WORTH - PIECE_COST)

    def _phrases(self, words: Sequence[Word], start: int) -> list[Piece]:
        longest = self._book.starts.get(words[start].text, 0)
        texts = tuple(word.text for word in words[start : start + longest])
        found: list[Piece] = []
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            roles = self._book.phrases.get(texts[: end - start])
            if roles and not (end > start + 1 and self._hides_name(words, start, end, roles)):
                score = (end - start) * _PHRASE_WORTH - PIECE_COST
                entries = tuple(self._whole(words[start:end]) or self._measure(words, start, end))
                number = words[start].number if end == start + 1 else None
                found.append(Piece(start, end, entries, roles, number, "phrase", score))
        return found

    def _hides_name(
        self, words: Sequence[Word], start: int, end: int, roles: Sequence[Role]
    ) -> bool:
        """ "A single cheeseburger" where "single" is on the menu: no count."""
        counts = any(role == Role("quantity", "1") for role in roles)
        return self._is_counted_name(words, start) or (
            counts and bool(self._whole(words[end - 1 : end]))
        )

    def _is_counted_name(self, words: Sequence[Word], start: int) -> bool:
        """ "An everything with bacon": after an article a name is a name."""
        before = words[start - 1] if start else None
        if before is None or before.text not in {"a", "an"}:
            return False
        return any(entry.sense.item for entry in self._whole(words[start : start + 1]))

    def _measure(self, words: Sequence[Word], start: int, end: int) -> list[Entry]:
        """ "Two shots" where espresso shots are sold: no portions of something else."""
        if end != start + 1 or (words[end : end + 1] and words[end].text == "of"):
            return []
        entries = self._lexicon.look_up(words[start:end])
        return [one for one in entries if one.headed and one.sense.group in self._lexicon.counted]

    def _whole(self, words: Sequence[Word]) -> list[Entry]:
        return [entry for entry in self._lexicon.look_up(words) if entry.quality > 0.9]

    def _rejoined(self, words: Sequence[Word], start: int) -> list[Piece]:
        """ "A nice latte" is "an iced latte" where "iced" is on the menu; "extra lice" is ice."""
        text = words[start].text
        before = words[start - 1] if start else None
        if before is None or len(text) < 4 or text[0] not in _REJOINING.get(before.text, ""):
            return []
        named = before.text != "a"
        meant = [before] * named + [Word(text[1:], stem_of(text[1:]))]
        entries = self._lexicon.look_up(meant)
        if not entries or max(entry.quality for entry in entries) < 0.9:
            return []
        unsure = tuple(entry._replace(quality=entry.quality * _REJOINED) for entry in entries)
        score = len(meant) * max(entry.quality for entry in unsure) - PIECE_COST
        return [Piece(start - named, start + 1, unsure, score=score)]

    def _names(self, words: Sequence[Word], start: int) -> list[Piece]:
        found: list[Piece] = []
        for window in self._lexicon.beginnings.of(words[start : start + self._lexicon.longest]):
            if window[-1].is_pause:
                break
            end = start + len(window)
            entries = self._lexicon.look_up(window)
            if not entries:
                continue
            quality = max(entry.quality for entry in entries)
            if quality < 0.9 and end == start + 1 and window[0].text in self._book.fillers:
                continue
            score = (end - start) * quality - PIECE_COST
            roles = self._book.phrases.get(tuple(word.text for word in window), ())
            kind = "menu"
            number = window[0].number if len(window) == 1 else None
            found.append(Piece(start, end, tuple(entries), roles, number, kind, score))
        return found
