"""From pieces to terms and marks: who steers whom.

Small words gather until the name that they belong to is reached. A few words mean
different things in different company; what stands next to them decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from servizio.language.company import Company
from servizio.language.denials import Denials
from servizio.language.lead import Lead
from servizio.language.lexicon import Lexicon
from servizio.language.phrasebook import Phrasebook
from servizio.language.pieces import Piece
from servizio.language.terms import Mark, Term
from servizio.language.words import Word
from servizio.shop.line import Amount

_PORTIONS = {"two": 2, "three": 3, "four": 4}
_POINTING = frozenset({"it", "that", "them", "those", "this", "to"})
"""After "make" or "change": what was named before becomes what is named next."""
_SOUNDS_LIKE_NUMBER = {"to": 2, "too": 2, "for": 4, "fore": 4}
"""Small words that are numbers where a plural follows: "can I get for milk teas"."""
_MEANING = frozenset({"meant", "mean", "said", "ordered", "asked", "should", "supposed"})
"""Words that correct what the agent understood, even in an utterance of their own."""
_MOST = 99
"""Larger numbers are no quantities: a year, a price, a house."""


class _At(NamedTuple):
    """A phrase in its place, in one of its roles."""

    place: int
    piece: Piece
    kind: str
    value: str


class TermBuilder:
    """Reads the pieces of one utterance from left to right."""

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
        self._company = Company(words, pieces, book, lexicon.classes)
        self._lead = Lead()
        self._verb: str | None = None
        self._strange = False
        self._denials = denials
        self._instead = False
        self.found: list[Term | Mark] = []

    def build(self) -> list[Term | Mark]:
        """Terms and marks in the order in which they were said."""
        for place, piece in enumerate(self._pieces):
            self._take(place, piece)
        self._flush()
        return self.found

    def _take(self, place: int, piece: Piece) -> None:
        if piece.kind == "pause":
            self._pause(piece)
        elif self._company.is_strange(place, piece):
            self._strange = True
        elif piece.kind == "filler":
            self._filler(place, piece)
        elif self._is_name(place, piece):
            self._name(piece)
        elif piece.roles:
            self._phrase(place, piece)
        elif piece.number is not None:
            self._count(place, piece.number, piece.start)

    def _is_name(self, place: int, piece: Piece) -> bool:
        if not piece.entries or self._company.only_describes(place, piece):
            return False
        if self._company.announces(place) or self._company.is_class_word(piece, self._last()):
            return False
        if not piece.roles:
            return True
        following = self._company.after(place)
        if piece.role("amount") is not None and following is not None and following.entries:
            is_modifier = any(entry.sense.modifier for entry in following.entries)
            return not is_modifier
        return not (piece.role("article") or piece.role("glue"))

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

    def _filler(self, place: int, piece: Piece) -> None:
        word = self._words[piece.start]
        number = _SOUNDS_LIKE_NUMBER.get(word.text)
        if number is not None and self._company.counts(place):
            wanted = place > 0 and self._pieces[place - 1].role("cue") is not None
            if number == 2 or wanted:
                self._count(place, number, piece.start)
        if word.stem in self._kinds and self._lead.number is not None:
            following = self._company.after(place)
            if following is not None and following.entries:
                self._lead.number = None

    def _count(self, place: int, number: int, start: int) -> None:
        following = self._pieces[place + 1] if place + 1 < len(self._pieces) else None
        if (
            following is not None
            and following.role("portion") is not None
            and not following.entries
        ):
            self._lead.count = max(1, min(number, 20))
            return
        if number == 1 and self._company.is_pronoun(place, self._last()):
            return
        if self._lead.number is not None:
            self._flush()
        self._begin(start)
        if number <= _MOST:
            self._lead.number = number

    def _begin(self, start: int) -> None:
        if self._lead.start is None:
            self._lead.start = start

    def _phrase(self, place: int, piece: Piece) -> None:
        if self._denials.is_answer(place):
            self.found.append(Mark(piece.start, piece.end, "say", "deny"))
            return
        if self._strange and self._lead.amount is not None:
            # "No meat, just vegetables": what is not on the menu was what was left out.
            self._lead = Lead()
        self._steer(place, piece)
        if self._words[piece.end - 1].text == "to" and self._company.counts(place):
            # "I'd like to black milk teas": what ends like the beginning of a wish is a count.
            self._count(place, 2, piece.end - 1)

    def _steer(self, place: int, piece: Piece) -> None:
        handlers = (
            ("undo", self._undo),
            ("again", self._again),
            ("correct", self._mark),
            ("question", self._mark),
            ("say", self._say),
            ("amount", self._amount),
            ("target", self._target),
            ("quantity", self._quantity),
            ("instead", self._replaces),
            ("change", self._governs),
            ("remove", self._governs),
            ("pair", self._pair),
            ("side", self._side),
            ("all", self._all),
            ("glue", self._glue),
            ("article", self._article),
            ("unit", self._unit),
            ("only", self._only),
            ("actually", self._mark),
            ("cue", self._cue),
        )
        for kind, handle in handlers:
            value = self._denials.saying(piece) if kind == "say" else piece.role(kind)
            if value is not None and handle(_At(place, piece, kind, value)):
                return

    def _mark(self, at: _At) -> bool:
        said = {word.text for word in self._words[at.piece.start : at.piece.end]}
        makes = at.kind == "correct" and bool(said & {"make", "change"})
        if at.kind == "correct" and not self._corrects(at.place):
            follows = self._company.after(at.place) is not None
            no_more = self._words[at.piece.end - 1].text == "no" and self._denials.takes_off(
                at.place
            )
            if no_more or (said == {"no"} and self._company.refuses_next(at.place)):
                self.found.append(Mark(at.piece.start, at.piece.end - 1, "say", "deny"))
                self._begin(at.piece.end - 1)
                self._lead.amount = Amount.NONE
                return True
            if "no" in said:
                self.found.append(Mark(at.piece.start, at.piece.end, "say", "deny"))
                if not said & _MEANING:
                    return True
            if said & _MEANING and follows and self._denials.allows_correction():
                self.found.append(Mark(at.piece.start, at.piece.end, "correct", "meant"))
                return True
            if said == {"wait"} and not follows:
                self.found.append(Mark(at.piece.start, at.piece.end, "say", "wait"))
                return True
            if makes:
                self._flush()
                self._verb = "become"
            return makes
        self._flush()
        self.found.append(
            Mark(at.piece.start, at.piece.end, at.kind, "make" if makes else at.value)
        )
        if makes:
            self._verb = "become"
        return True

    def _again(self, at: _At) -> bool:
        """ "Another one of those"; "another one with boba" is a count."""
        return not self._company.leads_on(at.place) and self._mark(at)

    def _undo(self, at: _At) -> bool:
        if at.piece.role("correct") is not None and self._corrects(at.place):
            return False
        return self._mark(at)

    def _corrects(self, place: int) -> bool:
        said_before = any(isinstance(one, Term) for one in self.found) or self._lead.number
        return bool(said_before) and self._company.after(place) is not None

    def _say(self, at: _At) -> bool:
        follows = self._company.after(at.place) is not None
        if at.piece.role("amount") is not None and (
            self._company.names_ahead(at.place) or self._lead.number is not None
        ):
            return False
        if at.piece.role("only") is not None and self._company.names_ahead(at.place):
            return False
        if at.piece.role("cue") is not None and at.piece.end - at.piece.start == 1:
            return False
        if at.value == "deny" and self._company.refuses(at.place):
            if self._words[at.piece.start].text == "no":
                self.found.append(Mark(at.piece.start, at.piece.end, "say", "deny"))
            self._begin(at.piece.start)
            self._lead.amount = Amount.NONE
            return True
        if at.value == "repeat" and at.piece.role("correct") is not None and follows:
            return True
        self._flush()
        self.found.append(Mark(at.piece.start, at.piece.end, at.kind, at.value))
        return True

    def _amount(self, at: _At) -> bool:
        if self._denials.takes_back(at.place):
            self.found.append(Mark(at.piece.start, at.piece.end, "say", "deny"))
        self._begin(at.piece.start)
        self._lead.shares |= at.value == "none" and self._lead.number is not None
        if at.value in _PORTIONS:
            self._lead.count = _PORTIONS[at.value]
            self._lead.article = self._words[at.piece.start].text == "a"
        elif self._lead.amount is not Amount.NONE:
            self._lead.amount = Amount(at.value)
        return True

    def _target(self, at: _At) -> bool:
        self._begin(at.piece.start)
        self._lead.target = at.value
        last = self._last()
        leads_on = self._company.leads_on(at.place)
        if isinstance(last, Term) and self._lead.is_empty and not leads_on:
            self.found[-1] = replace(last, target=at.value)
            self._lead.target = None
        return True

    def _quantity(self, at: _At) -> bool:
        self._count(at.place, int(at.value), at.piece.start)
        return True

    def _governs(self, at: _At) -> bool:
        if at.kind == "change" and self._company.after(at.place) is None:
            return False
        self._flush()
        last = self._words[at.piece.end - 1].text
        self._verb = at.kind
        if at.kind == "change" and last == "make":
            self._verb = "make"
        elif at.kind == "change" and last in _POINTING:
            self._verb = "become"
        return True

    def _replaces(self, _at: _At) -> bool:
        self._flush()
        self._instead = True
        return True

    def _pair(self, at: _At) -> bool:
        if self._lead.target is not None and self._words[at.piece.start].text == "off":
            self._verb = "remove"
            self._flush()
            self._verb = None
            return True
        if not self.found or not isinstance(self.found[-1], Term):
            return False
        before = " ".join(word.text for word in self._words[: self.found[-1].start][-4:]).split()
        if "take" in before or "leave" in before or "keep" in before:
            last = self.found[-1]
            self.found[-1] = replace(last, verb="remove", amount=Amount.NONE)
        return True

    def _side(self, at: _At) -> bool:
        ends_open = self._words[at.piece.end - 1].text == "of"
        last = self._last()
        if isinstance(last, Term) and not ends_open and last.end == at.piece.start:
            self.found[-1] = replace(last, beside=True)
            return True
        self._lead.beside = True
        if self._words[at.piece.start].text == "a":
            self._lead.article = True
        return True

    def _all(self, at: _At) -> bool:
        self._begin(at.piece.start)
        self._lead.all = True
        last = self._last()
        leads_on = self._company.leads_on(at.place)
        if isinstance(last, Term) and self._lead.is_empty and not leads_on:
            self.found[-1] = replace(last, all_after=True)
            self._lead.all = False
        return True

    def _glue(self, at: _At) -> bool:
        if self._strange:
            self._lead = Lead()
        elif self._lead.amount is Amount.NONE and at.value == "and":
            self._flush()
        self._lead.shares |= at.value == "with" and self._lead.number is not None
        self._lead.glue.add(at.value)
        return True

    def _article(self, at: _At) -> bool:
        self._begin(at.piece.start)
        self._lead.article = True
        if self._words[at.piece.end - 1].text == "more":
            self._lead.number = 1
        return True

    def _unit(self, _at: _At) -> bool:
        """ "Ten piece nuggets", "six inch": the number measures, it does not count."""
        self._lead.number = None
        return True

    def _only(self, _at: _At) -> bool:
        self._lead.only = True
        return True

    def _cue(self, at: _At) -> bool:
        self._lead.glue.add("cue")
        if self._words[at.piece.end - 1].text == "an":
            self._lead.article = True
        return True

    def _name(self, piece: Piece) -> None:
        lead = self._lead
        if self._repeats(piece):
            return
        amount = lead.amount or self._carried(piece)
        term = lead.term(piece, amount, self._verb)
        self.found.append(replace(term, replaced=self._instead))
        self._instead = False
        self._lead = Lead()
        self._strange = False

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
        if not isinstance(last, Term) or last.amount is not Amount.NONE or self._lead.begins_anew:
            return None
        if "or" in self._lead.glue:
            return Amount.NONE
        mine = {entry.sense.group for entry in piece.entries if entry.sense.group}
        same = mine & {entry.sense.group for entry in last.entries if entry.sense.group}
        return Amount.NONE if same and self._lead.glue == {"and"} else None

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
