"""What a piece means by the company it keeps.

Some words mean one thing before a name, another before a pause. These are the tests that look
at the neighbours of a piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from servizio.language.phrasebook import Phrasebook
from servizio.language.piece import Piece
from servizio.language.strangers import describes_stranger, is_part_of_stranger
from servizio.language.terms import Mark, Term
from servizio.language.words import Word, stem_of

_WANTING = frozenset({"want", "need", "like", "have"})
_DEFINITE = frozenset({"the", "that", "this", "my"})


_LONGEST_LEAD = 5
"""Names from a misheard count to the item that it counts: "to medium ham pizzas"."""
_GETTING = frozenset({"get", "have", "take", "grab"})
"""Nobody gets to a thing of the menu: "can I get to large with ham" counts."""


@dataclass(frozen=True, slots=True)
class Company:
    """The words and pieces of one utterance."""

    _words: Sequence[Word]
    _pieces: Sequence[Piece]
    _book: Phrasebook
    _classes: AbstractSet[tuple[str | None, str]]
    """Class nouns of the menu's groups: `("topping", "cheese")`."""

    def after(self, place: int) -> Piece | None:
        """The next piece that is no filler."""
        ahead = [piece for piece in self._pieces[place + 1 : place + 5] if piece.kind != "filler"]
        return ahead[0] if ahead else None

    def counts(self, place: int) -> bool:
        """ "Can I get to burgers": what follows is a plural name, so "two" was said."""
        named = False
        for piece in self._pieces[place + 1 : place + 1 + _LONGEST_LEAD]:
            if not named and piece.role("article") is not None:
                # "To a taro teas": an "uh", written as an article.
                continue
            if piece.quality < 0.9:
                break
            last = self._words[piece.end - 1]
            if any(entry.sense.item for entry in piece.entries):
                return last.text != last.stem and last.text.endswith("s")
            named = True
        before = self._words[self._pieces[place].end - 2 : self._pieces[place].end - 1]
        return named and bool(before) and before[0].text in _GETTING

    def refuses(self, place: int) -> bool:
        """ "No, I don't want boba": the denial goes on to what is not wanted."""
        piece = self._pieces[place]
        negates = self._words[piece.end - 1].text in {"dont", "didnt", "not"}
        if not negates or piece.end >= len(self._words):
            return False
        return self._words[piece.end].text in _WANTING and self.names_ahead(place)

    def frees(self, piece: Piece, last: Term | Mark | None) -> bool:
        """ "Sugar free": whether this says that what was named just before is not in it."""
        said = [word.text for word in self._words[piece.start : piece.end]]
        return said == ["free"] and isinstance(last, Term) and last.end == piece.start

    def refuses_next(self, place: int) -> bool:
        """ "No, no boba": whether a modifier comes next, which the last "no" leaves out."""
        following = self._pieces[place + 1] if place + 1 < len(self._pieces) else None
        return following is not None and any(one.sense.modifier for one in following.entries)

    def is_pronoun(self, place: int, last: Term | Mark | None) -> bool:
        """ "The big one": counts nothing, unless a name follows that it can count."""
        if not isinstance(last, Term) or last.end != self._pieces[place].start:
            return False
        before = self._words[last.start - 1].text if last.start else ""
        following = self.after(place)
        return before in _DEFINITE and (following is None or not following.entries)

    def names_next(self, place: int) -> bool:
        """Whether a name comes next that a number here would count."""
        following = self.after(place)
        return following is not None and bool(following.entries)

    def begins_line(self, place: int) -> bool:
        """Whether an article comes next: "the same but a taro"."""
        following = self.after(place)
        return following is not None and following.role("article") is not None

    def leads_on(self, place: int) -> bool:
        """Whether "both" or "the other" points at what follows, not at what came before."""
        following = self.after(place)
        if following is None:
            return False
        if following.entries or following.role("amount") is not None:
            return True
        return following.role("glue") == "with" and self.names_ahead(place)

    def names_ahead(self, place: int) -> bool:
        """Whether a name, or a word unknown, comes before anything that ends the phrase."""
        for piece in self._pieces[place + 1 : place + 6]:
            if piece.entries or piece.kind == "unknown":
                return True
            if piece.kind == "pause" or piece.role("say") is not None:
                return False
            if piece.role("glue") in {"and", "but", "or"} or self._starts_anew(piece):
                return False
        return False

    def _starts_anew(self, piece: Piece) -> bool:
        """ "No, I'd like ...", "no, can you ...": the "no" belongs to what came before."""
        starts = {"i", "id", "ill", "im", "can", "could", "let", "lemme", "make", "its", "it"}
        return piece.kind == "phrase" and self._words[piece.start].text in starts

    def is_strange(self, place: int, piece: Piece) -> bool:
        """Whether the piece is, or belongs to, something that is not on the menu."""
        if piece.kind == "unknown":
            return True
        if place > 0 and is_part_of_stranger(
            self._words, self._pieces[place - 1], piece, self._book
        ):
            return True
        return describes_stranger(self._words, self._pieces, place, self._book)

    def only_describes(self, place: int, piece: Piece) -> bool:
        """ "Grilled chicken": part of another name, used as an adjective of what follows."""
        if piece.quality >= 0.9 or place + 1 >= len(self._pieces):
            return False
        following = self._pieces[place + 1]
        if not following.entries and following.kind != "unknown":
            return False
        return self.is_description(piece)

    def is_description(self, piece: Piece) -> bool:
        """Whether these words describe things of every kind: "black"."""
        said = self._words[piece.start : piece.end]
        return all(word.text in self._book.describing for word in said)

    def announces(self, place: int) -> bool:
        """ "For veggies I want ...": says what kind comes next, orders nothing itself."""
        if place == 0 or place + 1 >= len(self._pieces):
            return False
        before, after = self._pieces[place - 1], self._pieces[place + 1]
        is_for = self._words[before.end - 1].text in {"for", "as"} and before.kind == "filler"
        asks = self._words[after.start].text in {"i", "id", "ill", "can", "could", "let", "lets"}
        return is_for and asks and after.role("cue") is not None

    def is_class_word(self, piece: Piece, last: Term | Mark | None) -> bool:
        """ "Ranch dressing": the last word of another name, said after one of its kind."""
        if piece.end - piece.start > 1 or not isinstance(last, Term) or last.end != piece.start:
            return False
        said = self._words[piece.start]
        word = said.stem
        if last.plural and said.text != word:
            # "Onions peppers" are two; "jalapeno peppers" is one.
            return False
        if piece.quality >= 0.9:
            misheard = max((entry.quality for entry in last.entries), default=1.0) < 0.9
            return misheard and any((e.sense.group, word) in self._classes for e in last.entries)
        if (last_group := {e.sense.group for e in last.entries}) and not any(
            (group, word) in self._classes for group in last_group
        ):
            return word in self._book.nouns and bool(last_group - {None})
        ends = all(stem_of(entry.words[-1]) == word for entry in piece.entries)
        mine = {entry.sense.group for entry in piece.entries}
        return ends and bool(mine & {entry.sense.group for entry in last.entries})
