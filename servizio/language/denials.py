"""A "no" that answers what was asked, where it could be taken for "without".

"No, it's ...", "no, a ...": what follows cannot be left out of anything, whatever is sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from servizio.language.answers import Answer
from servizio.language.meaning import Deny, Expecting, Wait
from servizio.language.order_so_far import Situation
from servizio.language.piece import Piece
from servizio.language.words import Word

_BEFORE = frozenset(
    {"um", "uh", "er", "oh", "ah", "well", "hmm", "wait", "sorry", "actually", ",", "."}
)
_STATING = frozenset({"a", "an", "its", "with", "my", "he", "she", "they"})
_ORDINALS = frozenset({"first", "second", "third", "last", "other"})
_TOLD = frozenset({"one", "is", "was", "should"})
"""What follows "the first" where it is a line of the order."""


def find_denial(tokens: Sequence[str]) -> list[Answer]:
    """The "no" at the beginning of a correction, as an answer; empty where there is none."""
    start = next((n for n, token in enumerate(tokens) if token not in _BEFORE), len(tokens))
    if len(tokens) < start + 3 or tokens[start] != "no":
        return []
    first, second = tokens[start + 1 : start + 3]
    states = (
        first in _STATING
        or (first in {"it", "that"} and second in {"is", "was", "should"})
        or (first == "thats" and second in {"a", "an", "one"})
        or (
            first == "the" and second in _ORDINALS and not _TOLD.isdisjoint(tokens[start + 3 :][:1])
        )
    )
    if not states or "not" in tokens[start + 1 : start + 4]:
        return []
    return [Answer(start, start + 1, Deny())]


_AGREES = frozenset({"yes", "yeah", "yep", "no", "nope", "ok", "okay", "and", "but"})
_GOES_ON = frozenset({"a", "an", "also", "and", "add", "can", "could", "id", "my", "one", "two"})


def find_waiting(tokens: Sequence[str]) -> list[Answer]:
    """ "Hold on, also a taro": nothing of that is to be held, as in "hold on the ice"."""
    idle = _BEFORE | _AGREES
    start = next((n for n, token in enumerate(tokens) if token not in idle), len(tokens))
    waits = tuple(tokens[start : start + 2]) == ("hold", "on")
    after = next((token for token in tokens[start + 2 :] if token not in _BEFORE), "")
    return [Answer(start, start + 2, Wait())] if waits and after in _GOES_ON else []


_CORRECTING = ("correct", "change", "only", "remove", "quantity")
"""Kinds of phrases of which a "no" before them is no part."""


@dataclass(frozen=True, slots=True)
class Denials:
    """Tells for each "no" of one utterance whether it answers or leaves something out."""

    words: Sequence[Word]
    pieces: Sequence[Piece]
    situation: Situation
    single: AbstractSet[str]
    """Ids of the modifier groups of which an item has one choice: leaving out is choosing."""

    def is_answer(self, place: int) -> bool:
        """Whether the "no" at this place takes back what was said before, as "no, a taro" does."""
        piece = self.pieces[place]
        if self.words[piece.start].text != "no" or piece.end != piece.start + 1:
            return False
        if any(not _says_nothing(before) for before in self.pieces[:place]):
            return False
        rest = [one for one in self.pieces[place + 1 :] if not self._is_article(one)]
        if not rest:
            return False
        following = rest[0]
        negates_again = following.role("amount") == "none" and not following.entries
        if negates_again or any(following.role(kind) is not None for kind in _CORRECTING):
            return True
        if following.entries:
            return self._corrects(following, rest[1:])
        return following.number is not None and self.situation.expecting is Expecting.YES_NO

    def saying(self, piece: Piece) -> str | None:
        """What a courtesy says here: "that's me" is yes where that was asked, else an end."""
        values = [role.value for role in piece.roles if role.kind == "say"]
        if "affirm" in values and len(values) > 1:
            asked = self.situation.expecting is Expecting.YES_NO
            return "affirm" if asked else next(v for v in values if v != "affirm")
        return values[0] if values else None

    def allows_correction(self) -> bool:
        """Whether there is an order that "I meant ..." can be about."""
        return self.situation.staged

    def _sets_aside(self, piece: Piece) -> bool:
        """ "Instead of", or "not": names what should not have been understood."""
        is_not = self.words[piece.start].text == "not" and piece.end == piece.start + 1
        return is_not or piece.role("instead") is not None

    def _is_article(self, piece: Piece) -> bool:
        return piece.kind == "filler" and self.words[piece.start].text == "the"

    def _corrects(self, name: Piece, rest: Sequence[Piece]) -> bool:
        """Whether "no" before this name leaves nothing out."""
        likeliest = max(name.entries, key=lambda entry: entry.quality).sense
        asked = self.situation.expecting is Expecting.YES_NO
        lines = self.situation.lines
        if likeliest.item is not None:
            if self._is_taken_off(likeliest.item, rest):
                return False
            return asked or (bool(lines) and all(line.item != likeliest.item for line in lines))
        if any(self._sets_aside(piece) for piece in rest):
            return True
        choosing = asked or self.situation.expecting is Expecting.MODIFIER
        new = likeliest.modifier not in self._chosen()
        return choosing and likeliest.group in self.single and new

    def _chosen(self) -> list[str]:
        """Ids of what the last line of the order has."""
        return [one.modifier for line in self.situation.lines[-1:] for one in line.choices]

    def takes_off(self, place: int) -> bool:
        """ "Actually, no black milk tea", "um no boba" of a tea with boba: the "no" that ends this
        phrase is about the order."""
        rest = [one for one in self.pieces[place + 1 :] if not self._is_article(one)]
        if not rest or not rest[0].entries:
            return False
        likeliest = max(rest[0].entries, key=lambda entry: entry.quality).sense
        if likeliest.item is not None:
            return self._is_taken_off(likeliest.item, rest[1:])
        bare = self.words[self.pieces[place].start].text == "no"
        replaces = any(self._sets_aside(piece) for piece in rest[1:])
        return not bare and not replaces and likeliest.modifier in self._chosen()

    def takes_back(self, place: int) -> bool:
        """Whether the "no" that takes an item off answers what was asked as well."""
        bare = self.words[self.pieces[place].start].text == "no"
        return bare and self.situation.expecting is Expecting.YES_NO and self.takes_off(place)

    def _is_taken_off(self, item: str, rest: Sequence[Piece]) -> bool:
        """Whether a bare "no" before an item of the order wants it gone, not another one."""
        held = any(line.item == item for line in self.situation.lines)
        return held and not any(piece.entries for piece in rest)


def _says_nothing(piece: Piece) -> bool:
    return piece.kind in {"filler", "pause"} or piece.role("say") is not None
