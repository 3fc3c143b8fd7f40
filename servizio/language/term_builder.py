"""From pieces to terms and marks: who steers whom.

Small words gather until the name that they belong to is reached. A few words mean
different things in different company; what stands next to them decides.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import NamedTuple

from servizio.language.announced import without_announcements
from servizio.language.gathering import Gathering
from servizio.language.lead import Lead
from servizio.language.namesakes import with_namesakes
from servizio.language.own_counts import with_own_counts
from servizio.language.phrasebook import HALF
from servizio.language.piece import Piece
from servizio.language.shared_heads import with_heads
from servizio.language.terms import Mark, Term
from servizio.shop.line import Amount

_PORTIONS = {"two": 2, "three": 3, "four": 4}
_POINTING = frozenset({"it", "that", "them", "those", "this", "to"})
"""After "make" or "change": what was named before becomes what is named next."""
_WITHIN = frozenset({"in", "on", "for"})
"""Before "the" and an item: what was named before is for that one."""
_SOUNDS_LIKE_NUMBER = {"to": 2, "too": 2, "for": 4, "fore": 4}
"""Small words that are numbers where a plural follows: "can I get for milk teas"."""
_MEANING = frozenset({"meant", "mean", "said", "ordered", "asked", "should", "supposed"})
"""Words that correct what the agent understood, even in an utterance of their own."""


class _At(NamedTuple):
    """A phrase in its place, in one of its roles."""

    place: int
    piece: Piece
    kind: str
    value: str


class TermBuilder(Gathering):
    """Reads the pieces of one utterance from left to right."""

    def build(self) -> list[Term | Mark]:
        """Terms and marks in the order in which they were said."""
        for place, piece in enumerate(self._pieces):
            self._take(place, piece)
        self._flush()
        named = with_namesakes(self.found, self._namesakes, self._denials.single)
        named = without_announcements(named, self._words, self._last_words)
        return with_heads(with_own_counts(named, self._counted), self._denials.single)

    def _take(self, place: int, piece: Piece) -> None:
        if piece.kind == "pause":
            self._pause(piece)
        elif self._company.frees(piece, self._last()):
            # "Sugar free" names what is not in it.
            self.found.pop()
        elif self._company.is_strange(place, piece):
            self._strange = True
        elif piece.kind == "filler":
            self._filler(place, piece)
        elif self._is_name(place, piece):
            self._name(piece)
        elif piece.roles:
            self._phrase(place, piece)
        elif piece.number is not None:
            self._count_or_some(place, piece.number)

    def _filler(self, place: int, piece: Piece) -> None:
        word = self._words[piece.start]
        if word.text == "the" and self._words[piece.start - 1].text in _WITHIN:
            self._lead.glue.add("within")
        number = _SOUNDS_LIKE_NUMBER.get(word.text)
        if number is not None and self._company.counts(place):
            wanted = place > 0 and self._pieces[place - 1].role("cue") is not None
            if number == 2 or wanted:
                self._count(place, number, piece.start)
        if word.stem in self._kinds and self._lead.number is not None:
            following = self._company.after(place)
            if following is not None and following.entries:
                self._lead.number = None

    def _phrase(self, place: int, piece: Piece) -> None:
        if self._denials.is_answer(place):
            self.found.append(Mark(piece.start, piece.end, "say", "deny"))
            return
        if self._strange and self._lead.amount is not None:
            # "No meat, just vegetables": what is not on the menu was what was left out.
            self._lead = Lead()
        self._steer(place, piece)
        if self._words[piece.end - 1].text in {"to", "too"} and self._company.counts(place):
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
            ("part", self._part),
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
        kinds = {role.kind for role in piece.roles}
        for kind, handle in handlers:
            if kind not in kinds:
                continue
            value = self._denials.saying(piece) if kind == "say" else piece.role(kind)
            if value is not None and handle(_At(place, piece, kind, value)):
                return

    def _mark(self, at: _At) -> bool:
        said = {word.text for word in self._words[at.piece.start : at.piece.end]}
        if at.kind == "question" and "free" in said and self._lead.leads:
            # "On a gluten free bun": describes, asks nothing.
            self._described = at.piece.end
            return True
        makes = at.kind == "correct" and bool(said & {"make", "change"})
        if at.kind == "correct" and not self._corrects(at.place):
            return self._answers(at, said, makes=makes)
        self._flush()
        self.found.append(
            Mark(at.piece.start, at.piece.end, at.kind, "make" if makes else at.value)
        )
        if makes:
            self._verb = "become"
        return True

    def _answers(self, at: _At, said: AbstractSet[str], *, makes: bool) -> bool:
        """Words of correcting with nothing before them to correct: an answer, or a wish."""
        follows = self._company.after(at.place) is not None
        if self._leaves_out(at, said):
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

    def _leaves_out(self, at: _At, said: AbstractSet[str]) -> bool:
        """ "No, no boba", "actually, no black milk tea": the last "no" is about the name."""
        if said == {"no"} and self._company.refuses_next(at.place):
            return True
        ends_so = self._words[at.piece.end - 1].text == "no"
        return ends_so and self._denials.takes_off(at.place)

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
            self._company.names_ahead(at.place)
            or self._lead.number is not None
            or self._lead.target is not None
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
        unheard = at.value == "repeat" and at.piece.role("correct") is not None and follows
        if unheard or (at.value == "deny" and self._is_plain(at.piece)):
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
            self._lead.folded = at.piece.end == at.piece.start + 1
            self._lead.article = self._words[at.piece.start].text == "a"
        elif self._lead.amount is not Amount.NONE:
            self._lead.amount = Amount(at.value)
        return True

    def _target(self, at: _At) -> bool:
        self._begin(at.piece.start)
        self._lead.target = at.value
        last = self._last()
        if isinstance(last, Term) and self._points_back(at.place, at.value, last):
            self.found[-1] = replace(last, target=at.value)
            self._lead.target = None
        return True

    def _part(self, at: _At) -> bool:
        self._some(at.place, 0 if at.value == HALF else int(at.value))
        return True

    def _quantity(self, at: _At) -> bool:
        if self._words[at.piece.start].text == "just":
            self._only(at)
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
        if self._lead.part is not None:
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
        elif self._lead.amount is Amount.NONE and at.value in {"and", "with"}:
            self._flush()
        if at.value == "alongside" and self._verb != "remove":
            self._verb = None
        self._lead.shares |= at.value == "with" and self._lead.number is not None
        self._lead.glue.add(at.value)
        return True

    def _article(self, at: _At) -> bool:
        if self._lead.number is not None and self._verb in {"make", "change"}:
            # "Make one a taro".
            self._flush()
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
        if self._lead.amount is Amount.NONE:
            # "No sides, just a coke": what comes after "just" is wanted.
            self._lead = Lead()
        if self._verb == "remove" and isinstance(self._last(), Term):
            # "Scratch the taro, just the black one", too; "take off just the boba" is about it.
            self._verb = None
        self._lead.only = True
        return True

    def _cue(self, at: _At) -> bool:
        self._lead.glue.add("cue")
        if at.piece.role("ordering") is not None:
            # "I have a meeting at three, could I get a taro": counts nothing.
            self._lead.number = self._lead.number if self._lead.part else None
            # "Make that large and get me a coke": what is ordered is no change.
            self._verb = None if "and" in self._lead.glue else self._verb
        if self._words[at.piece.end - 1].text == "an":
            self._lead.article = True
        return True
