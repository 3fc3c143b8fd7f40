"""How words sound, roughly: enough to tell what a recogniser may have confused.

A word becomes a string of sounds, one letter each. Two strings are compared by what it costs
to turn one into the other, where sounds that a telephone line blurs (p and b, m and n, one
vowel and another) cost little and others cost a whole step. The rules are for English
spelling and know no exceptions; menu words are as often foreign as not.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

_RULES: tuple[tuple[str, str], ...] = (
    (r"^kn", "n"),
    (r"^wr", "r"),
    (r"^ps", "s"),
    (r"^x", "z"),
    (r"^wh", "w"),
    (r"tch", "C"),
    (r"sch", "sk"),
    (r"ch(?=[lr])", "k"),
    (r"ch", "C"),
    (r"sh", "S"),
    (r"[tcs]i(?=[oa]n)", "S"),
    (r"th", "T"),
    (r"ph", "f"),
    (r"ough", "o"),
    (r"igh", "i"),
    (r"gh", "g"),
    (r"ck", "k"),
    (r"cc(?=[ei])", "C"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"dg(?=e)", "J"),
    (r"g(?=[eiy])", "J"),
    (r"qu", "kw"),
    (r"q", "k"),
    (r"x", "ks"),
    (r"j", "J"),
    (r"(?<=[aeiou])h$", ""),
    (r"(?<=[a-z])mb$", "m"),
    (r"a(?=[bcdfgklmnpstvz]e$)", "ay"),
    (r"(?<=[^aeiou])e$", ""),
    (r"(?<=[^aeiou])es$", "s"),
    (r"([abcdf-np-zA-Z])\1+", r"\1"),
    (r"ee|ea|ie|ei|ey|y$", "i"),
    (r"oo|ou|ow|ew|ue|eu", "u"),
    (r"ai|ay|ae", "e"),
    (r"au|aw|oa|oe", "o"),
    (r"y", "i"),
)
_COMPILED = tuple((re.compile(pattern), sound) for pattern, sound in _RULES)

_VOWELS = frozenset("aeiou")
_WEAK = frozenset("aeiouhrwl")
"""Sounds that come and go: an `r` or `l` after a vowel, a breath, a slack vowel."""
_NEAR = (
    frozenset("pb"),
    frozenset("td"),
    frozenset("kg"),
    frozenset("fv"),
    frozenset("sz"),
    frozenset("mn"),
    frozenset("CJS"),
    frozenset("Tft"),
    frozenset("Tsd"),
    frozenset("rlw"),
    frozenset("szC"),
    frozenset("bv"),
    frozenset("gJ"),
    frozenset("Ck"),
)


def sounds_of(words: str) -> str:
    """The sounds of one or more words, run together."""
    return "".join(_sounds_of_word(word) for word in words.split())


@lru_cache(maxsize=4096)
def _sounds_of_word(word: str) -> str:
    for pattern, sound in _COMPILED:
        word = pattern.sub(sound, word)
    return word


def outline(sounds: str) -> str:
    """The sounds that survive a bad line, blurred: for finding candidates quickly."""
    return sounds.translate(_OUTLINE)


_OUTLINE = str.maketrans(
    {
        "b": "p",
        "d": "t",
        "T": "t",
        "g": "k",
        "v": "f",
        "z": "s",
        "n": "m",
        "J": "C",
        "S": "C",
        "i": "e",
        "u": "o",
        "h": "",
    }
)


def _swap(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return 0.35
    if any(one in near and other in near for near in _NEAR):
        return 0.35
    if one in _WEAK and other in _WEAK:
        return 0.6
    return 1.0


_CHEAPEST_SLIP = 0.5
_ROUNDING = 1e-9
_ALPHABET = "abcdefghijklmnopqrstuvwxyzCJST"
_SLIPS = {sound: _CHEAPEST_SLIP if sound in _WEAK else 0.9 for sound in _ALPHABET}
_SWAPS = {one: {other: _swap(one, other) for other in _ALPHABET} for one in _ALPHABET}


@lru_cache(maxsize=8192)
def distance(heard: str, meant: str, most: float = math.inf) -> float:
    """What it costs to turn one string of sounds into another; a clean mistake costs 1.

    Where that is more than `most`, the answer is something above it.
    """
    if _CHEAPEST_SLIP * abs(len(heard) - len(meant)) > most:
        return math.inf
    inserts = [_SLIPS.get(sound, 1.0) for sound in meant]
    before = [0.0]
    for insert in inserts:
        before.append(before[-1] + insert)
    for one in heard:
        drop = _SLIPS.get(one, 1.0)
        swaps = _SWAPS.get(one, {})
        diagonal = before[0]
        last = diagonal + drop
        row = [last]
        # Written out, as `min` would take half of the time of a whole understanding.
        for other, insert, above in zip(meant, inserts, before[1:], strict=True):
            swapped = diagonal + swaps.get(other, 1.0)
            dropped = above + drop
            last += insert
            if dropped < last:  # noqa: PLR1730
                last = dropped
            if swapped < last:  # noqa: PLR1730
                last = swapped
            row.append(last)
            diagonal = above
        if min(row) > most:
            return math.inf
        before = row
    return before[-1]


def likeness(heard: str, meant: str, at_least: float = 0.0) -> float:
    """How alike two strings of sounds are, 0 to 1; the first sound counts double.

    What is less alike than `at_least` may be told to be 0, which is quicker to find out.
    """
    if not heard or not meant:
        return 0.0
    first = 0.5 * _swap(heard[0], meant[0]) if heard[0] != meant[0] else 0.0
    longest = max(len(heard), len(meant))
    most = (1 - at_least) * longest - first + _ROUNDING
    return max(0.0, 1 - (distance(heard, meant, most) + first) / longest)
