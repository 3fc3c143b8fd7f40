"""A telephone number put right the way people do it: "no, the last two are four nine".

Read from the words themselves, as the place of a digit is nothing that a menu knows of. What
comes of it is always read back, so a likely guess is better than asking for all ten again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from servizio.language.phrasebook import Phrasebook, load_phrasebook
from servizio.language.spoken_digits import digit_runs

WHOLE_NUMBER = 10
"""Digits of a telephone number with its area code."""

_GROUP = 4
"""Digits of the last group."""
_END = frozenset({"end", "ends", "ending", "last", "final", "finishes"})
_START = frozenset({"area", "start", "starts", "begins", "beginning", "front"})
_MIDDLE = frozenset({"middle", "exchange"})
_ORDINALS = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "seventh": 6,
    "eighth": 7, "ninth": 8, "tenth": 9,
}  # fmt: skip
_COUNTED = frozenset({"is", "are", "was", "should", "digit", "digits", "number", "numbers", "one"})
"""Words after "the last two" and "the first three": the figure counts digits and is none."""
_TIMES = {"two": 2, "double": 2, "three": 3, "triple": 3, "four": 4}
_SEVERAL = re.compile(
    rf"\b({'|'.join(_TIMES)}) "
    r"(ohs|zeros|ones|twos|threes|fours|fives|sixes|sevens|eights|nines)\b"
)
_NOT = frozenset({"not", "isnt", "instead", "without"})
_SHOULD = frozenset({"should", "supposed"})
_AGREES = frozenset({"yes", "yeah", "yep", "right", "correct", "exactly", "perfect"})
_WRONG = frozenset({"wrong", "digit", "digits", "except", "but", "backwards", "missed", "missing"})


@dataclass(frozen=True, slots=True)
class _Figure:
    """Digits that were said, and where among the words."""

    start: int
    end: int
    digits: str


def is_about_digits(text: str) -> bool:
    """Whether a place in the number is spoken of, or that some of it is wrong."""
    words = set(_words(text))
    return not words.isdisjoint(_END | _START | _MIDDLE | _WRONG | _NOT)


def digits_in(text: str) -> str:
    """All digits of a text, whatever else it says."""
    return "".join(run.digits for run in digit_runs(_words(text), _book()))


def mended(known: str, text: str) -> str | None:
    """The number `known` put right by what was said; `None` where it is not clear how."""
    words = _words(text)
    if len(known) != WHOLE_NUMBER:
        return None
    wrong, right = _wrong_and_right(words)
    if right is None or len(right.digits) >= WHOLE_NUMBER:
        return None
    if wrong is not None and len(wrong.digits) == len(right.digits):
        return _exchanged(known, wrong.digits, right.digits)
    found = _at_its_place(known, words, right)
    return found if found != known else None


def agrees(known: str, text: str) -> bool | None:
    """Whether digits told of the number are there, at their place if one is told: "yes, with
    the three at the end". `None`: no digits are told, or one that may count something."""
    words = _words(text)
    _, right = _wrong_and_right(words)
    if right is None or len(right.digits) >= WHOLE_NUMBER:
        return None
    if right.digits == "0" and "oh" in words:
        # It is a sigh as well.
        return None
    return _are_there(known, words, right.digits)


def _are_there(known: str, words: list[str], digits: str) -> bool | None:
    said = set(words)
    nth = [_ORDINALS[word] for word in words if word in _ORDINALS]
    if said & _END:
        return known.endswith(digits)
    if said & _START:
        return known.startswith(digits)
    if said & _MIDDLE:
        return known[3:6] == digits
    if nth and len(digits) == 1:
        return known[nth[0]] == digits
    agreed = not _AGREES.isdisjoint(said)
    there = (agreed and digits in (known[:3], known[3:6])) or (
        known.endswith(digits) and (agreed or len(digits) > 1)
    )
    if there:
        return True
    # A part of it said anew may be the beginning of the whole.
    return None if len(digits) == 1 or digits in (known[:3], known[3:6]) else False


def corrected_in_one_breath(text: str) -> str | None:
    """A whole number that was put right as soon as it was said: "..., oh one six two, hang on,
    oh one two six"."""
    words = _words(text)
    number = ""
    for figure in _figures(words):
        number += figure.digits
        bare = number[1:] if len(number) > WHOLE_NUMBER and number.startswith("1") else number
        if len(bare) == WHOLE_NUMBER:
            return mended(bare, " ".join(words[figure.end :]))
    return None


def mended_by_digits(known: str, digits: str) -> str | None:
    """The number with some digits said again put right, where no place was named.

    Three are the three that they are most like; of more, those at the end, or those at the
    start where that changes fewer of them.
    """
    count = len(digits)
    if len(known) != WHOLE_NUMBER or not 2 <= count < WHOLE_NUMBER:
        return None
    if count == 2:
        return known[:-2] + digits if digits != known[-2:] else None
    if count == 3:
        return group_mended(known, digits)
    at_end, at_start = known[:-count] + digits, digits + known[count:]
    found = at_start if _differences(known, at_start) < _differences(known, at_end) else at_end
    return found if found != known else None


def without_more(digits: str) -> str | None:
    """The number in more digits than one has; `None` where it is not clear which is in them.

    An "um" was heard as an "oh" before it; or its end is said once more, with one digit put
    right, and what stood between ("no, sorry") was heard as digits too; or the recogniser fell
    into a loop, and wrote a part of it over and over; or its end was told before it.
    """
    if digits.startswith("0") and len(digits) == WHOLE_NUMBER + 1:
        return digits[1:]
    told, last = digits[:-WHOLE_NUMBER], digits[-WHOLE_NUMBER:]
    if 1 < len(told) <= _GROUP and last.endswith(told) and last[:1] not in {"0", "1"}:
        return last
    number, rest = digits[:WHOLE_NUMBER], digits[WHOLE_NUMBER:]
    if number[:1] in {"0", "1"}:
        return None
    loops = len(rest) > _GROUP and rest[: _GROUP + 1] in number
    if len(rest) > 1 and (number.endswith(rest) or loops):
        return number
    if len(rest) < _GROUP or _differences(number[-_GROUP:], rest[-_GROUP:]) > 1:
        return None
    return number[:-_GROUP] + rest[-_GROUP:]


def group_mended(known: str, digits: str) -> str | None:
    """The number, or its first six digits, with these three in the place of the three, at the
    start, after the area code or at the end, that they are most like."""
    starts = (0, 3) if len(known) < WHOLE_NUMBER else (0, 3, WHOLE_NUMBER - 3)
    away = {at: _differences(known[at : at + 3], digits) for at in starts}
    nearest = [at for at in starts if away[at] == min(away.values())]
    if len(nearest) > 1 or not away[nearest[0]]:
        return None
    return known[: nearest[0]] + digits + known[nearest[0] + 3 :]


def _at_its_place(known: str, words: list[str], right: _Figure) -> str | None:
    digits, count = right.digits, len(right.digits)
    said = set(words)
    nth = [_ORDINALS[word] for word in words if word in _ORDINALS]
    if count == 1 and nth and "to" in said and "last" in said:
        return _put(known, WHOLE_NUMBER - 1 - nth[0], digits)
    if said & _END:
        if count > _GROUP and digits[:_GROUP].endswith(digits[_GROUP:]):
            # "Oh one two six, two six at the end": the end is said twice.
            digits = digits[:_GROUP]
        elif count > _GROUP and digits[-_GROUP:].endswith(digits[:-_GROUP]):
            # "It ends four seven, oh one four seven".
            digits = digits[-_GROUP:]
        return known[: -len(digits)] + digits
    if said & _START or (count > 1 and "first" in said):
        return digits + known[count:]
    if said & _MIDDLE:
        return known[:3] + digits + known[6:] if count == 3 else None
    if count == 1:
        return _put(known, nth[0], digits) if nth else None
    return mended_by_digits(known, digits)


def _put(known: str, place: int, digit: str) -> str:
    return known[:place] + digit + known[place + 1 :]


def _wrong_and_right(words: list[str]) -> tuple[_Figure | None, _Figure | None]:
    """The digits called wrong, and those to be there: "nine, not eight", "the two is a three"."""
    figures = list(_figures(words))
    wrong = [one for one in figures if _is_negated(words, one)]
    right = [one for one in figures if one not in wrong]
    if not wrong and len(right) == 2 and _SHOULD & set(words[right[0].end : right[1].start]):
        wrong, right = right[:1], right[1:]
    return (wrong[-1] if wrong else None), (right[-1] if right else None)


def _is_negated(words: list[str], figure: _Figure) -> bool:
    before = words[max(0, figure.start - 3) : figure.start]
    return not _NOT.isdisjoint(before[-2:]) or before[-2:] == ["instead", "of"]


def _figures(words: list[str]) -> Iterable[_Figure]:
    """What is said in digits, without the counts of "the last two digits"."""
    for run in digit_runs(words, _book()):
        before = words[run.start - 1] if run.start else ""
        after = words[run.end] if run.end < len(words) else ""
        counts = before == "last" or before in _ORDINALS
        if counts and len(run.digits) == 1 and after in _COUNTED:
            continue
        if counts and len(run.digits) > 1 and int(run.digits[0]) == len(run.digits) - 1:
            yield _Figure(run.start + 1, run.end, run.digits[1:])
            continue
        half = len(run.digits) // 2
        first, second = run.digits[:half], run.digits[half:]
        if before in _NOT and half > 1 and first != second and sorted(first) == sorted(second):
            # "Not four eight, eight four".
            yield _Figure(run.start, run.start + half, first)
            yield _Figure(run.start + half, run.end, second)
            continue
        yield _Figure(run.start, run.end, run.digits)


def _exchanged(known: str, wrong: str, right: str) -> str | None:
    """Digits exchanged for others, where they are in the number only once."""
    places = [at for at in range(len(known)) if known.startswith(wrong, at)]
    if len(places) != 1:
        return None
    return known[: places[0]] + right + known[places[0] + len(wrong) :]


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _words(text: str) -> list[str]:
    words = text.lower().replace("'", "").replace(",", " ").replace(".", " ").split()
    return _SEVERAL.sub(_one_by_one, " ".join(words)).split()


def _one_by_one(found: re.Match[str]) -> str:
    """ "Two eights" are "eight eight"."""
    digit = found[2].removesuffix("es") if found[2] == "sixes" else found[2].removesuffix("s")
    return " ".join([digit] * _TIMES[found[1]])


@cache
def _book() -> Phrasebook:
    """The words of digits, read once: they are part of the program."""
    return load_phrasebook()
