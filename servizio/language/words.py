"""Text to words: what every later step of understanding works on.

Numbers become numerals ("twenty five" and "25" are one word), apostrophes go ("i'd" is
`id`), accents go, plurals share a stem with their singular. Punctuation is kept as a word of
its own, because a recogniser that writes it knows where the customer paused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

LONGEST_UTTERANCE = 240
"""Words beyond this are not read: it is a minute and a half of quick speech."""

LONGEST_WORD = 40
"""Letters of a word beyond this are not read: no word is longer, in any script."""

LONGEST_TEXT = 12 * LONGEST_UTTERANCE
"""Characters beyond this are not looked at."""

PUNCTUATION = frozenset({",", ".", "?", "!", ";", ":"})

_TOKEN = re.compile(r"\d+(?:\.\d+)?(?:st|nd|rd|th)\b|\d+(?:\.\d+)?|[^\W\d_]+|[.,?!;:]")
_HESITATIONS = frozenset({"um", "uh", "uhm", "umm", "uhh", "er", "erm"})
_STAMMERED = frozenset({"a", "an", "the", "with", "and", "i", "id", "can", "of", "my"})
"""Small words that nobody says twice in a row on purpose."""
_ORDINAL_NAMES = {
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
}
_REWRITES = (
    ("w/o", " without "),
    ("w/", " with "),
    ("&", " and "),
    ("%", " percent "),
    ("½", " half "),
    ("#", " number "),
)
_APOSTROPHES = re.compile(r"\s*['’‘`´]\s*")


class Word(NamedTuple):
    """One word of an utterance."""

    text: str
    """As heard: lower case, no accents, no apostrophe; a number as a numeral."""
    stem: str
    """Singular, with spelling variants folded, for comparing with the menu."""
    number: int | None = None
    """Its value, where it is a whole number."""

    @property
    def is_plural(self) -> bool:
        """Whether it was said in the plural."""
        return self.text != self.stem and self.text.endswith("s")

    @property
    def is_pause(self) -> bool:
        """Whether this is punctuation, not a word."""
        return self.text in PUNCTUATION


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes, symbols as words."""
    for symbol, word in _REWRITES:
        text = text.replace(symbol, word)
    if text.isascii():
        return _APOSTROPHES.sub("", text.lower())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _APOSTROPHES.sub("", bare)


def split(text: str) -> list[str]:
    """The words and punctuation marks of a text, numbers not yet read."""
    found: list[str] = _TOKEN.findall(plain(text[:LONGEST_TEXT])[:LONGEST_TEXT])
    cut = [token[:LONGEST_WORD] for token in found[:LONGEST_UTTERANCE]]
    return [_ORDINAL_NAMES.get(token, token) for token in cut]


def fluent(tokens: Sequence[str], phrases: Container[tuple[str, ...]]) -> list[str]:
    """Words as they were meant to be said: hesitations and stammers go.

    "Two ham and, um, cheese" is one name, and "a a taro" one taro. What ends in a hesitation
    keeps it, as the customer goes on, and so does one of the `phrases`: "uh huh".
    """
    kept: list[str] = []
    for place, said in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if said in _HESITATIONS and following and (said, following) not in phrases:
            if kept and kept[-1] == ",":
                kept.pop()
            continue
        after_hesitation = place > 0 and tokens[place - 1] in _HESITATIONS
        if said == "," and after_hesitation and (not kept or kept[-1] not in _HESITATIONS):
            continue
        if said in _STAMMERED and kept and kept[-1] == said:
            continue
        kept.append(said)
    return kept


def stem_of(word: str) -> str:
    """A key that a word shares with its plural: `cookies` and `cookie`, `pies` and `pie`."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        if word.endswith(("ches", "shes", "xes", "sses", "oes")):
            word = word[:-2]
        elif word.endswith("ies"):
            word = word[:-3] + "y" if len(word) > 4 else word[:-1]
        else:
            word = word[:-1]
    if len(word) > 3 and word.endswith("ie"):
        word = word[:-2] + "y"
    return word


def bases_of(word: str) -> Iterator[str]:
    """What a word may be a form of: `parking` and `parked` of `park`, `trying` of `try`."""
    yield word
    for ending, others in _FORMS.items():
        if not word.endswith(ending) or len(word) < len(ending) + _SHORTEST:
            continue
        base = word.removesuffix(ending)
        yield from (base + other for other in others)
        if base[-1] == base[-2]:
            yield base[:-1]


_SHORTEST = 2
"""Letters that are left of a word without its ending."""
_FORMS = {
    "s": ("",), "es": ("",), "ies": ("y",), "ing": ("", "e"), "ed": ("", "e"), "ied": ("y",),
    "er": ("", "e"), "ers": ("", "e"), "ly": ("",), "y": ("",), "iest": ("y",), "ier": ("y",),
    "est": ("", "e"),
}  # fmt: skip
"""Endings of words, each with what stands there in the word that they are forms of."""


def singular(word: str) -> str:
    """A word of the menu without its plural; what is none stays as it is."""
    return stem_of(word) if word.endswith("s") else word


class NumberWords:
    """Reads number words, so that "fifty", "twenty five" and "25" are one word each."""

    def __init__(self, units: Mapping[str, int], teens: Mapping[str, int], tens: Mapping[str, int]):
        self._units = units
        self._tens = tens
        self._simple = {**units, **teens, **tens}

    def value(self, word: str) -> int | None:
        """The number a single word stands for."""
        return self._simple.get(word)

    def read(self, tokens: list[str]) -> list[Word]:
        """Words with their numbers read."""
        words: list[Word] = []
        position = 0
        while position < len(tokens):
            taken, number = self._number_at(tokens, position)
            if number is None:
                text = tokens[position]
                words.append(_word(text))
            else:
                words.append(Word(str(number), str(number), number))
            position += taken
        return words

    def _number_at(self, tokens: list[str], position: int) -> tuple[int, int | None]:
        word = tokens[position]
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if word == "hundred":
            return 1, 100
        value = self._simple.get(word)
        if following == "thousand" and (word == "a" or value):
            more, rest = (
                self._number_at(tokens, position + 2) if len(tokens) > position + 2 else (0, 0)
            )
            rest = rest if rest is not None and rest < 1000 else None
            return (2 + more, 1000 * (value or 1) + rest) if rest else (2, 1000 * (value or 1))
        if following == "hundred" and (word == "a" or (value is not None and value < 10)):
            more, rest = self._beyond_hundred(tokens, position + 2)
            return 2 + more, 100 * (value or 1) + rest
        if value is None:
            return 1, None
        if word in self._tens and following in self._units:
            return 2, value + self._units[following]
        return 1, value

    def _beyond_hundred(self, tokens: list[str], position: int) -> tuple[int, int]:
        """ "One hundred (and) twenty five": how many words more, and what they add."""
        joined = int(tokens[position : position + 1] == ["and"])
        ahead = tokens[position + joined : position + joined + 1]
        if not ahead or ahead[0] not in self._tens:
            return 0, 0
        taken, rest = self._number_at(tokens, position + joined)
        return joined + taken, rest or 0


@lru_cache(maxsize=4096)
def _word(text: str) -> Word:
    if text.isascii() and text.isdigit() and len(text) < 7:
        return Word(text, text, int(text))
    return Word(text, stem_of(text))
