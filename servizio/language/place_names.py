"""Which place of the address book a text names, by spelling and by sound."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from servizio.errors import BookingError
from servizio.language.clock_words import time_at, words_of
from servizio.language.sound import likeness, sounds_of
from servizio.shop.reservation import Place

NEAR = 0.72
"""Likeness from which a name is taken for one in the book."""
AHEAD = 0.08
"""By how much it must be more like one than the next."""
_MOST_WORDS = 6
_ENDS = frozenset({
    "for", "on", "at", "under", "tomorrow", "tonight", "today", "between", "around", "with",
    "in", "this", "next", "by", "from", "after", "before", "about", "name", ",", ".", "?", "!",
    ";", "please", "and",
})  # fmt: skip
_SMALL = frozenset({"the", "a", "an", "restaurant", "la", "le", "el", "il", "da", "di", "de"})


class PlaceNames:
    """The address book, as people speak of it."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = tuple(places)
        self._words = [_names(place.name) for place in self._places]

    @property
    def known(self) -> str:
        """The names in the book, for whoever asked for another one."""
        return ", ".join(place.name for place in self._places)

    def named(self, name: str) -> Place:
        """The place of this very name. Raises `BookingError` where there is none."""
        for place in self._places:
            if place.name == name:
                return place
        raise self._unknown(name)

    def find(self, words: Sequence[str]) -> tuple[Place, int, int] | None:
        """The place that these words name, and which of them do.

        `None` where none is named. Raises `BookingError` where the name is none in the book, or
        several are as near.
        """
        exact = self._exact(words)
        if exact is not None:
            return exact
        for start in range(len(words)):
            if words[start] not in {"at", "with", "from"} or _is_time(words, start + 1):
                continue
            end = start + 1
            while end < len(words) and end - start <= _MOST_WORDS and words[end] not in _ENDS:
                end += 1
            if end > start + 1:
                return self.nearest(words[start + 1 : end]), start + 1, end
        return None

    def nearest(self, words: Sequence[str]) -> Place:
        """The place whose name these words come closest to. Raises `BookingError`."""
        said = [word for word in words if word.isalnum()]
        ranked = sorted(
            ((self._likeness(said, names), place) for place, names in zip(
                self._places, self._words, strict=True)),
            key=lambda pair: -pair[0],
        )  # fmt: skip
        text = " ".join(said)
        if not ranked or ranked[0][0] < NEAR:
            raise self._unknown(text)
        near = [place for score, place in ranked if score > ranked[0][0] - AHEAD]
        if len(near) > 1 and ranked[0][0] < 1:
            names = " or ".join(place.name for place in near)
            raise BookingError(f"“{text}” may be {names}.", "Say the whole name.")
        return ranked[0][1]

    def _exact(self, words: Sequence[str]) -> tuple[Place, int, int] | None:
        found = [
            (place, start, start + len(names))
            for place, names in zip(self._places, self._words, strict=True)
            for start in range(len(words))
            if names and words[start : start + len(names)] == names
        ]
        return max(found, key=lambda each: each[2] - each[1], default=None)

    def _likeness(self, said: Sequence[str], name: Sequence[str]) -> float:
        """0 to 1, of the whole names; what is a whole word of the name counts as well."""
        core = [word for word in said if word not in _SMALL] or list(said)
        core_name = [word for word in name if word not in _SMALL] or list(name)
        if core and core == core_name:
            return 1.0
        if core and all(any(_same(one, other) for other in core_name) for one in core):
            return 0.9
        whole, whole_name = "".join(core), "".join(core_name)
        return max(
            SequenceMatcher(None, whole, whole_name).ratio(),
            likeness(sounds_of(" ".join(core)), sounds_of(" ".join(core_name))),
        )

    def _unknown(self, name: str) -> BookingError:
        hint = (
            f"These are known: {self.known}. Others go into concierge.places."
            if self._places
            else "Put its name and telephone number into concierge.places."
        )
        return BookingError(f"“{name}” is not in the address book.", hint)


def _names(name: str) -> list[str]:
    return [word for word in words_of(name) if word.isalnum()]


def _same(one: str, other: str) -> bool:
    return one == other or (len(one) > 3 and one.rstrip("s") == other.rstrip("s"))


def _is_time(words: Sequence[str], at: int) -> bool:
    while words[at : at + 1] and words[at] in {"about", "around", "night", "least", "the"}:
        at += 1
    return time_at(words, at) is not None
