"""The words that telephone numbers are said in, and the digits that they are.

The recogniser writes what it hears as English sentences: a spoken "oh" becomes "o", "or" or
"of", a "two" becomes "to". Among digits these can be nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from servizio.agents.local.number_words import TENS, UNDER_TWENTY

_ONES: Final = UNDER_TWENTY[:10]
_TEENS: Final = UNDER_TWENTY[10:]
_ZEROS: Final[Mapping[str, str]] = {"hundred": "00", "thousand": "000"}
_TIMES: Final[Mapping[str, int]] = {"double": 2, "triple": 3}
_WRITTEN: Final[Mapping[str, str]] = {
    "o": "oh", "owe": "oh", "ow": "oh", "or": "oh", "of": "oh", "ah": "oh", "a": "oh", "won": "one",
    "to": "two", "too": "two", "for": "four", "ate": "eight",
}  # fmt: skip
"""What the recogniser writes for a digit, and the digit."""
_VALUES: Final[Mapping[str, str]] = {
    "oh": "0",
    **{word: str(value) for value, word in enumerate(_ONES)},
    **{word: str(value) for value, word in enumerate(_TEENS, 10)},
    **{word: str(value) for value, word in zip(range(20, 100, 10), TENS, strict=True)},
}

DIGITS: Final = ("oh", *_ONES, *_TIMES)
NUMBER_WORDS: Final = (*DIGITS, *_TEENS, *TENS, *_ZEROS, *_WRITTEN)
"""Any number of these, in any order, can be a telephone number as the recogniser writes one."""


def as_said(text: str) -> str:
    """Words known to say a number, with each digit written as what it is."""
    return " ".join(_WRITTEN.get(word, word) for word in text.split())


def digits_of(text: str) -> str:
    """All digits that these words say: "double seven" is 77, "seventy eight" is 78."""
    words = text.split()
    digits, at = "", 0
    while at < len(words):
        taken, said = _digits_at(words, at)
        digits += said
        at += taken
    return digits


def _digits_at(words: Sequence[str], at: int) -> tuple[int, str]:
    """How many words stand for one number here, and its digits; none for any other word."""
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word in _TIMES and after in (*_ONES, "oh"):
        return 2, _VALUES[after] * _TIMES[word]
    value = _VALUES.get(word, "")
    if word in TENS and after in _ONES[1:]:
        return 2, value[0] + _VALUES[after]
    if value and after in _ZEROS:
        return 2, value + _ZEROS[after]
    return 1, value
