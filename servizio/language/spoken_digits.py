"""Telephone and order numbers as people say them.

"Five five five, double one, oh seven" and "555 110 7" are the same digits. "Twenty one" is 21,
"eight hundred" is 800, a plus before the country's code is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.phrasebook import Phrasebook

_BETWEEN = frozenset({"and", "um", "uh", "er", "then", ",", ".", "dash", "hyphen", "point", "its"})
"""Words that may stand within a number."""
_MOMENTS = (["second"], ["sec"], ["moment"], ["minute"])
_SEVERAL = 5
"""Digits after which "five, or three" is no choice between two numbers."""
NATIONAL = 10
INTERNATIONAL = 15
"""Digits of the longest telephone number (E.164)."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of an utterance that says digits."""

    start: int
    end: int
    digits: str
    plus: bool = False
    """Whether "plus" came first: an international number."""


def digit_runs(tokens: Sequence[str], book: Phrasebook) -> list[Run]:
    """All runs of digits, in order; `tokens` as from `words.split`, numbers not yet read."""
    runs: list[Run] = []
    place = 0
    while place < len(tokens):
        taken, digits = _digits_at(tokens, place, book, within=False)
        says_nothing = (
            _is_sigh(tokens, place) or _is_a_moment(tokens, place) or _is_a_thing(tokens, place)
        )
        if not taken or says_nothing or (runs and _counts_digits(tokens, place)):
            place += 1
            continue
        start = place
        plus = place > 0 and tokens[place - 1] == "plus"
        gathered = digits
        place += taken
        while place < len(tokens):
            gap = place
            while gap < len(tokens) and tokens[gap] in _BETWEEN and gap - place < 3:
                gap += 1
            taken, digits = _digits_at(tokens, gap, book, within=True)
            if not taken and len(gathered) >= _SEVERAL and _goes_on(tokens, gap, book):
                digits = book.amid_digits.get(tokens[gap], "")
                taken = len(digits)
            if not taken or _is_sigh(tokens, gap) or _is_a_moment(tokens, gap):
                break
            gathered += digits
            place = gap + taken
        if tokens[place : place + 1] != ["percent"]:
            runs.append(Run(start, place, gathered, plus))
    return runs


def _is_a_moment(tokens: Sequence[str], place: int) -> bool:
    """ "One second": somebody looks the rest up."""
    return tokens[place] == "one" and tokens[place + 1 : place + 2] in _MOMENTS


def _is_a_thing(tokens: Sequence[str], place: int) -> bool:
    """ "That's my old one": a number, and no digit of it."""
    return tokens[place] == "one" and not _BEFORE_A_THING.isdisjoint(tokens[place - 1 : place])


_BEFORE_A_THING = frozenset({"old", "new", "other", "wrong", "same", "which", "previous"})


def _counts_digits(tokens: Sequence[str], place: int) -> bool:
    """Whether a figure tells how many digits follow: "and the last four are"."""
    before, after = tokens[place - 1 : place], tokens[place + 1 : place + 2]
    return before == ["last"] and bool(after) and after[0] in {"are", "is", "digits", "numbers"}


def _is_sigh(tokens: Sequence[str], place: int) -> bool:
    """ "... three seven. Oh, no, wait": an "oh" that is no digit."""
    ahead = [word for word in tokens[place + 1 : place + 3] if word != ","]
    return tokens[place] == "oh" and bool(ahead) and ahead[0] in _AFTER_SIGHS


_AFTER_SIGHS = frozenset({"no", "wait", "sorry", "actually", "hang", "hold", "shoot", "oops", "my"})


def _digits_at(
    tokens: Sequence[str], place: int, book: Phrasebook, *, within: bool
) -> tuple[int, str]:
    """How many tokens say digits here, and which."""
    if place >= len(tokens):
        return 0, ""
    word = tokens[place]
    if word in book.repeats:
        taken, digits = _digits_at(tokens, place + 1, book, within=True)
        return (taken + 1, digits * book.repeats[word]) if len(digits) == 1 else (0, "")
    if word.isascii() and word.isdigit():
        return 1, word
    if word == "oh" and not within and place + 1 < len(tokens):
        return (1, "0") if _goes_on(tokens, place, book) else (0, "")
    if word in book.digits:
        means = within or book.digits[word] == "0" or _goes_on(tokens, place, book)
        return (1, book.digits[word]) if means else (0, "")
    return _number_at(tokens, place, book)


def _number_at(tokens: Sequence[str], place: int, book: Phrasebook) -> tuple[int, str]:
    """The same for number words of more than one digit: "twenty one", "eight hundred"."""
    value = book.numbers.value(tokens[place])
    if value is None:
        return 0, ""
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    unit = book.numbers.value(following)
    if value >= 20 and unit is not None and 0 < unit < 10:
        return 2, str(value + unit)
    zeros = {"hundred": "00", "thousand": "000"}.get(following)
    return (2, f"{value}{zeros}") if zeros else (1, str(value))


def _goes_on(tokens: Sequence[str], place: int, book: Phrasebook) -> bool:
    """Whether a number word follows at once: "for five five" may begin with a four."""
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    return following.isdigit() or book.numbers.value(following) is not None


def is_whole(run: Run) -> bool:
    """Whether the digits alone can be a whole telephone number."""
    count = len(run.digits)
    if run.plus:
        return 8 <= count <= INTERNATIONAL
    if run.digits.startswith("1"):
        return count == NATIONAL + 1
    if count == NATIONAL + 1 and not run.digits.startswith("0"):
        return False
    return NATIONAL <= count <= INTERNATIONAL
