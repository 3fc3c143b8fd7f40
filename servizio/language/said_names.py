"""Names of the menu in a row of words, before these are cut into pieces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from servizio.language.lexicon import Entry, Lexicon
from servizio.language.phrasebook import Phrasebook
from servizio.language.words import stem_of

COUNTED = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
"""Words for numbers that can be a quantity, from 1."""
COUNT = rf"(?:{'|'.join(COUNTED)}|[1-9]|1[0-2])"
"""A number that can be a quantity."""
_LONGEST = 6
"""Words of a name at most."""
_SURE = 0.8
"""Quality from which words name a thing here; whatever is misheard is left to the cut."""
_REMEMBERED = 2048
"""Rows of words of which it is known what they begin with."""
_OF_NUMBERS = frozenset({"a", "hundred"})
"""Words that begin a number with the next one."""
_JOINING = frozenset({"and", "the", "with", "both", "my", ","})


class Named(NamedTuple):
    """A name that begins at some word."""

    end: int
    """The place after its last word."""
    items: tuple[str, ...]
    """Ids of the items that it can be."""
    modifiers: tuple[tuple[str, str], ...]
    """Group and id of each modifier that it can be."""


class SaidNames:
    """Looks names up over one menu. It changes nothing but what it remembers of its look-ups."""

    def __init__(self, lexicon: Lexicon, book: Phrasebook) -> None:
        self._lexicon = lexicon
        self._numbers = book.numbers
        self._named_at = lru_cache(maxsize=_REMEMBERED)(self._find)

    def knows(self, word: str) -> bool:
        """Whether a word is part of a name."""
        return word in self._lexicon.vocabulary

    def items_that_end_in(self, word: str) -> set[str]:
        """Ids of the items whose names end in a word: those of all teas."""
        stem = stem_of(word)
        endings = self._lexicon.last_words.items()
        return {sense.item for sense, stems in endings if sense.item and stem in stems}

    def longest(self, tokens: Sequence[str], start: int) -> Named | None:
        """The longest name that begins at a word."""
        ahead = tuple(tokens[start : start + _LONGEST])
        if not ahead:
            return None
        named = self._named_at(ahead)
        return named._replace(end=start + named.end) if named is not None else None

    def _find(self, ahead: tuple[str, ...]) -> Named | None:
        """The longest name that these words begin with."""
        if self._numbers.value(ahead[0]) is None and ahead[0] not in _OF_NUMBERS:
            first = self._numbers.read([ahead[0]])
            if not self._lexicon.beginnings.of(first):
                return None
        for end in range(len(ahead), 0, -1):
            words = self._numbers.read(list(ahead[:end]))
            if any(word.is_pause for word in words):
                continue
            entries = [one for one in self._lexicon.look_up(words) if one.quality >= _SURE]
            if entries:
                return _named(end, entries)
        return None

    def run(self, tokens: Sequence[str], start: int) -> int:
        """Where a list of modifiers that begins at a word ends; `start` where there is none."""
        at = end = start
        while at < len(tokens):
            named = self.longest(tokens, at)
            if named is not None and named.modifiers:
                at = end = named.end
            elif tokens[at] in _JOINING and end > start:
                at += 1
            else:
                break
        return end

    def any_in(self, tokens: Sequence[str]) -> bool:
        """Whether anything of the menu is named."""
        return any(self.longest(tokens, at) is not None for at in range(len(tokens)))


def _named(end: int, entries: Sequence[Entry]) -> Named:
    senses = [one.sense for one in sorted(entries, key=lambda one: -one.quality)]
    return Named(
        end,
        tuple(dict.fromkeys(one.item for one in senses if one.item)),
        tuple(dict.fromkeys((one.group or "", one.modifier) for one in senses if one.modifier)),
    )
