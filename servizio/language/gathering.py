"""Names and what was gathered before them, on the way from pieces to terms.

Small words gather in a lead until the name that they belong to is reached; then both become a
term. What the small words are is told by those who read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from servizio.language.company import Company
from servizio.language.denials import Denials
from servizio.language.lead import Lead
from servizio.language.lexicon import Lexicon
from servizio.language.phrasebook import Phrasebook
from servizio.language.piece import Piece
from servizio.language.shared_heads import in_place_of_one, is_item
from servizio.language.terms import Mark, Term
from servizio.language.words import Word
from servizio.shop.line import Amount

_IN_SOME = frozenset({"in", "on", "from", "of"})
"""Before a number that no name follows: "no ice in one"."""
_OF_THESE = frozenset({"the", "my", "our"})
"""Last words of "one of the", which goes on with a name."""
WHOLE = 0.9
"""Quality of a name that was said as it is."""
_MOST = 99
"""Larger numbers are no quantities: a year, a price, a house."""


class Gathering:
    """The terms and marks of one utterance as far as it was read, and what is gathered."""

    def __init__(
        self,
        words: Sequence[Word],
        pieces: Sequence[Piece],
        lexicon: Lexicon,
        book: Phrasebook,
        denials: Denials,
    ) -> None:
        self._words = words
        self._pieces = pieces
        self._kinds = lexicon.kinds
        self._counted = lexicon.counted
        self._namesakes = lexicon.namesakes
        self._last_words = lexicon.last_words
        self._company = Company(words, pieces, book, lexicon.classes)
        self._lead = Lead()
        self._verb: str | None = None
        self._strange = False
        self._denials = denials
        self._instead = False
        self._described: int | None = None
        """Where a description ends that is no name: "gluten free"."""
        self.found: list[Term | Mark] = []

    def _last(self) -> Term | Mark | None:
        return self.found[-1] if self.found else None

    def _pause(self, piece: Piece) -> None:
        mark = self._words[piece.start].text
        self._lead.glue.add("pause")
        if mark in ".?!;":
            self._flush()
            self._lead.glue.add("pause")
            self._verb = None
            self.found.append(Mark(piece.start, piece.end, "stop", mark))

    def _count(self, place: int, number: int, start: int) -> None:
        following = self._pieces[place + 1] if place + 1 < len(self._pieces) else None
        if (
            following is not None
            and following.role("portion") is not None
            and not following.entries
        ):
            self._lead.count = max(1, min(number, 20))
            return
        if number == 1 and self._is_pronoun(place):
            return
        if self._lead.number is not None:
            # "She doesn't want one, just two black ones": "just" is about the second number.
            only = self._lead.only
            self._flush()
            self._lead.only = only
        self._begin(start)
        if number <= _MOST:
            self._lead.number = number

    def _count_or_some(self, place: int, number: int) -> None:
        """A number; "no ice in one" is for one of what was ordered."""
        start = self._pieces[place].start
        within = bool(start) and self._words[start - 1].text in _IN_SOME
        if not (within and number and self._is_for_some(place, number)):
            self._count(place, number, start)

    def _some(self, place: int, number: int) -> None:
        """ "One of them"; "no ice in one of them" is about what was named before it."""
        if self._is_for_some(place, number):
            return
        if self._lead.number is not None:
            self._flush()
        piece = self._pieces[place]
        self._begin(piece.start)
        self._lead.part = number
        self._lead.number = number or None
        named = self._company.names_next(place) and not self._names_modifier(place)
        self._lead.shares = self._words[piece.end - 1].text not in _OF_THESE and not named

    def _names_modifier(self, place: int) -> bool:
        following = self._company.after(place)
        return following is not None and any(one.sense.modifier for one in following.entries)

    def _is_for_some(self, place: int, number: int) -> bool:
        last = self._last()
        if not isinstance(last, Term) or last.names_item or not last.entries:
            return False
        joined = self._lead.glue & {"and", "pause"}
        if joined or not self._lead.is_empty or self._company.leads_on(place):
            return False
        self.found[-1] = replace(last, part=number)
        return True

    def _is_pronoun(self, place: int) -> bool:
        """ "The big one", "a large one": counts nothing."""
        last, piece = self._last(), self._pieces[place]
        if self._company.is_pronoun(place, last):
            return True
        touches = isinstance(last, Term) and last.end == piece.start and self._lead.is_empty
        if not touches or self._company.names_next(place):
            return False
        return in_place_of_one(self.found, self._denials.single, piece.start)

    def _begin(self, start: int) -> None:
        if self._lead.start is None:
            self._lead.start = start

    def _name(self, piece: Piece) -> None:
        lead = self._lead
        if self._repeats(piece):
            return
        amount = lead.amount or self._carried(piece)
        last = self._words[piece.end - 1]
        self.found.append(
            lead.term(piece, amount, self._verb, plural=last.is_plural, replaced=self._instead)
        )
        self._instead = False
        self._lead = Lead()
        self._strange = False

    def _is_name(self, place: int, piece: Piece) -> bool:
        if not piece.entries or self._company.only_describes(place, piece):
            return False
        if self._company.announces(place) or self._company.is_class_word(piece, self._last()):
            return False
        is_other = piece.start == self._described and piece.quality < WHOLE
        if is_other or self._says_how(piece):
            return False
        if not piece.roles:
            return True
        following = self._company.after(place)
        if piece.role("amount") is not None and following is not None and following.entries:
            is_modifier = any(entry.sense.modifier for entry in following.entries)
            return not is_modifier
        return not (piece.role("article") or piece.role("glue"))

    def _repeats(self, piece: Piece) -> bool:
        """ "A pizza pie": the same item twice in a row is said once."""
        last = self._last()
        if not isinstance(last, Term) or last.end != piece.start:
            return False
        before = {entry.sense for entry in last.entries if entry.sense.item}
        return before == {entry.sense for entry in piece.entries} and bool(before)

    def _carried(self, piece: Piece) -> Amount | None:
        """A negation that goes on: "no onions or pickles", "without ham and bacon"."""
        last = self._last()
        if not isinstance(last, Term) or last.amount is not Amount.NONE or self._lead.leads:
            return None
        if "or" in self._lead.glue:
            return Amount.NONE
        mine = {entry.sense.group for entry in piece.entries if entry.sense.group}
        same = mine & {entry.sense.group for entry in last.entries if entry.sense.group}
        return Amount.NONE if same and self._lead.glue == {"and"} else None

    def _says_how(self, piece: Piece) -> bool:
        """ "Two coffees, one black": no black tea, unless teas were spoken of."""
        if piece.quality >= WHOLE or self._lead.number is None or not piece.entries:
            return False
        last = next((one for one in reversed(self.found) if is_item(one)), None)
        if not isinstance(last, Term) or not self._company.is_description(piece):
            return False
        said = {word for one in last.entries for word in self._last_words.get(one.sense, ())}
        kinds = [self._last_words.get(entry.sense, set()) for entry in piece.entries]
        return all(entry.sense.item for entry in piece.entries) and not any(
            said & kind for kind in kinds
        )

    def _is_plain(self, piece: Piece) -> bool:
        """ "A burger, plain": says how the item is, and refuses nothing."""
        return piece.role("only") is not None and any(map(is_item, self.found))

    def _points_back(self, place: int, value: str, last: Term) -> bool:
        """Whether a pointer is about what was named before; "the same" is about an item alone."""
        if not self._lead.is_empty or self._company.leads_on(place):
            return False
        return value != "same" or (last.names_item and not self._company.begins_line(place))

    def _flush(self) -> None:
        """A number, "without" or pointer that no name followed stands for itself."""
        bare = self._lead.bare_term(self._verb)
        last = self._last()
        if self._instead and bare is not None and isinstance(last, Term):
            self.found[-1] = replace(last, verb="make")
            self._instead = False
        elif bare is not None:
            self.found.append(bare)
        self._lead = Lead()
        self._strange = False
