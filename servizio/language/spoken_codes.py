"""A number of digits and letters as it is read out: "double four oh nine", "R as in Romeo 6"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from servizio.language.clock_words import number_at

LONGEST = 12
_DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3}
_BETWEEN = frozenset({"and", "then", "um", "uh", "dash", "-", ",", "hyphen", ":", "is", "its"})


def code_at(words: Sequence[str], at: int) -> tuple[str, int]:
    """The digits and letters from this word on, and where they end; perhaps none."""
    code, times = "", 1
    end = at
    while at < len(words) and len(code) < LONGEST:
        word = words[at]
        if word in _BETWEEN:
            at += 1
            continue
        if word in _TIMES:
            times, at = _TIMES[word], at + 1
            continue
        piece, after = _piece(words, at)
        if not piece:
            break
        code, times = code + piece * (times if len(piece) == 1 else 1), 1
        at = end = _after_spelling(words, after)
    return code[:LONGEST], end


def common_beginning(codes: Sequence[str]) -> str:
    """What all of these begin with."""
    same = takewhile(lambda signs: len(set(signs)) == 1, zip(*codes, strict=False))
    return "".join(signs[0] for signs in same)


def _piece(words: Sequence[str], at: int) -> tuple[str, int]:
    word = words[at]
    if word in _DIGITS:
        return _DIGITS[word], at + 1
    if word.isdecimal() and len(word) <= LONGEST:
        return word, at + 1
    if len(word) == 1 and word.isalpha() and word.isascii():
        return word.upper(), at + 1
    if word.isalnum() and word.isascii() and any(sign.isdigit() for sign in word):
        return word.upper(), at + 1
    found = number_at(words, at)
    return (str(found[0]), found[1]) if found is not None else ("", at)


def _after_spelling(words: Sequence[str], at: int) -> int:
    """Behind "as in Romeo", "like Romeo" or "for Romeo"."""
    if list(words[at : at + 2]) == ["as", "in"]:
        return min(at + 3, len(words))
    is_word = at + 1 < len(words) and words[at] in {"like", "for"} and len(words[at + 1]) > 3
    return at + 2 if is_word and words[at + 1] not in _DIGITS else at
