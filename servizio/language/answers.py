"""Answers that are not about the menu: numbers, names, addresses.

They are found in the raw words and cut out, so that a house number is never taken for a
quantity; what remains is read as an order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from servizio.language.meaning import (
    Act,
    Delivery,
    Expecting,
    Name,
    OrderNumber,
    PhoneNumber,
    UseCallingNumber,
)
from servizio.language.phrasebook import Phrasebook
from servizio.language.sound import likeness, sounds_of
from servizio.language.spoken_digits import NATIONAL, Run, digit_runs, is_whole
from servizio.language.words import PUNCTUATION

ORDER_DIGITS = 4
"""Digits of an order number."""
AREA_CODE = 3
"""Digits of an area code in North America."""
_BEGINNING = 6
"""Digits in a row that are the beginning of a telephone number, whatever was asked."""
_ANNOUNCE_A_NUMBER = frozenset({"code", "phone", "cell", "mobile", "number"})
_LONGEST_NAME = 3
_LONGEST_ADDRESS = 14
_ECHOES = frozenset({"yeah", "yes", "right", "so", "thats", "yep", "ending", "ends"})
"""Before digits of a number that were just said."""
_FEWEST_PUT_RIGHT = 2
"""Digits from which those said after a whole number, and some words, put its end right."""
_CORRECTIONS = frozenset({"no", "sorry", "actually", "correction", "mean", "make", "oops"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of an utterance understood without the menu."""

    start: int
    end: int
    act: Act
    unfinished: bool = False


def find_answers(tokens: Sequence[str], expecting: Expecting, book: Phrasebook) -> list[Answer]:
    """Numbers, names and addresses in an utterance, in order, not overlapping.

    `tokens` are as from `words.split`, numbers not yet read.
    """
    found: list[Answer] = []
    for search in (_address, _number, _calling_number, _name):
        answer = search(tokens, expecting, book)
        if answer is not None and all(
            answer.end <= other.start or answer.start >= other.end for other in found
        ):
            found.append(answer)
    return sorted(found, key=lambda answer: answer.start)


def _number(tokens: Sequence[str], expecting: Expecting, book: Phrasebook) -> Answer | None:
    runs = digit_runs(tokens, book)
    if not runs:
        return None
    if expecting is Expecting.ORDER_NUMBER:
        return _order_number(runs)
    if expecting is Expecting.PHONE_NUMBER:
        return _expected_phone(tokens, runs, book)
    for run in runs:
        before = tokens[max(0, run.start - 2) : run.start]
        if len(run.digits) == ORDER_DIGITS and ("order" in before or "number" in before):
            return Answer(run.start, run.end, OrderNumber(run.digits))
    longest = max(runs, key=lambda run: len(run.digits))
    announced = _ANNOUNCE_A_NUMBER & set(tokens[max(0, longest.start - 3) : longest.start])
    needed = AREA_CODE if announced else _BEGINNING
    if len(longest.digits) < needed and not _is_doubled_digit(tokens, longest, book):
        return None
    return _phone(longest)


def _is_doubled_digit(tokens: Sequence[str], run: Run, book: Phrasebook) -> bool:
    """Whether it is digits as telephones have them, "double two", and nothing comes after that
    could be counted by them: "double, two sugars"."""
    follows = tokens[run.end] if run.end < len(tokens) else "."
    alone = follows in book.fillers or follows in PUNCTUATION
    return alone and any(token in book.repeats for token in tokens[run.start : run.end])


def _order_number(runs: Sequence[Run]) -> Answer | None:
    whole = [run for run in runs if len(run.digits) == ORDER_DIGITS]
    if whole:
        return Answer(whole[-1].start, whole[-1].end, OrderNumber(whole[-1].digits))
    longest = max(runs, key=lambda run: len(run.digits))
    if len(longest.digits) < ORDER_DIGITS and longest.start == 0:
        return Answer(longest.start, longest.end, OrderNumber(longest.digits), unfinished=True)
    return None


def _expected_phone(tokens: Sequence[str], runs: Sequence[Run], book: Phrasebook) -> Answer | None:
    last = joined = runs[0]
    for run in runs[1:]:
        between = tokens[joined.end : run.start]
        corrects = bool(_CORRECTIONS & set(between)) or (
            is_whole(joined) and len(run.digits) >= _FEWEST_PUT_RIGHT
        )
        echoes = bool(_ECHOES & set(between)) and joined.digits.endswith(run.digits)
        if echoes or (corrects and len(run.digits) < len(joined.digits) and is_whole(joined)):
            # "Oh one three six, yeah, three six at the end" says no digit twice, and "no, sorry,
            # two three at the end" is said of the number that is whole.
            joined = last = Run(joined.start, run.end, joined.digits, joined.plus)
            continue
        last = run
        digits = _put_right(joined.digits, run.digits) if corrects else joined.digits + run.digits
        if len(digits) > NATIONAL + 1:
            joined = run
        else:
            joined = Run(joined.start, run.end, digits, joined.plus)
    best = max((joined, last), key=lambda run: len(run.digits))
    others = [
        token
        for place, token in enumerate(tokens)
        if not best.start <= place < best.end
        and token not in book.fillers
        and token not in PUNCTUATION
    ]
    pointed = best.start > 0 and tokens[best.start - 1] in _POINTING
    if len(best.digits) < 3 and (others or pointed):
        return None
    return _phone(best)


def _put_right(before: str, after: str) -> str:
    """Digits of which the last were taken back and said anew: a whole number is ten."""
    whole = len(before) + len(after) > NATIONAL
    kept = (NATIONAL if whole else len(before)) - len(after)
    return before[: max(0, kept)] + after


_POINTING = frozenset({"this", "that", "same", "the", "other", "which"})
"""Before a "one" that is a thing and no digit."""


def _phone(run: Run) -> Answer:
    whole = is_whole(run)
    return Answer(run.start, run.end, PhoneNumber(run.digits, whole), unfinished=not whole)


def _calling_number(
    tokens: Sequence[str], expecting: Expecting, _book: Phrasebook
) -> Answer | None:
    """ "With the one I am quarreling from": the number the call is from, as it sounds."""
    if expecting is not Expecting.PHONE_NUMBER or _REFUSALS & set(tokens):
        return None
    likest, window = 0.0, (0, 0)
    for size in range(3, 6):
        for start in range(len(tokens) - size + 1):
            sounds = sounds_of(" ".join(tokens[start : start + size]))
            like = max(likeness(sounds, known) for known in _CALLING_FROM)
            if like > likest:
                likest, window = like, (start, start + size)
    return Answer(*window, UseCallingNumber()) if likest >= _SOUNDS_LIKE else None


_REFUSALS = frozenset({"not", "no", "dont", "isnt", "different", "other", "another", "never"})
_CALLING_FROM = tuple(
    sounds_of(words) for words in ("one im calling from", "number im calling from")
)
_SOUNDS_LIKE = 0.82


def _name(tokens: Sequence[str], expecting: Expecting, book: Phrasebook) -> Answer | None:
    asked = expecting is Expecting.NAME
    opened = _after_opener(tokens, book.openers["name" if asked else "stated_name"])
    if opened is None:
        if not asked or not tokens:
            return None
        opened = (0, 0)
    opener, start = opened
    while start < len(tokens) and (tokens[start] in PUNCTUATION or tokens[start] in _HESITATIONS):
        start += 1
    end = start
    while end < len(tokens) and end - start < _LONGEST_NAME and _can_be_name(tokens, end, book):
        end += 1
    if end < len(tokens) and end > start and len(tokens[start]) == 1:
        while end < len(tokens) and len(tokens[end]) == 1 and tokens[end].isalpha():
            end += 1
    parts = tokens[start:end]
    if not parts:
        return None
    if len(parts) > 2 and all(len(part) == 1 for part in parts):
        parts = ["".join(parts)]
    return Answer(opener, end, Name(" ".join(part.capitalize() for part in parts)))


_HESITATIONS = frozenset(
    {"um", "uh", "er", "yeah", "yes", "okay", "ok", "oh", "sure", "well", "the", "hi"}
)


def _can_be_name(tokens: Sequence[str], place: int, book: Phrasebook) -> bool:
    token = tokens[place]
    if not token.isalpha():
        return False
    return token not in book.nameless and book.numbers.value(token) is None


def _address(tokens: Sequence[str], expecting: Expecting, book: Phrasebook) -> Answer | None:
    opened = _after_opener(tokens, book.openers["address"])
    asked = expecting is Expecting.ADDRESS
    if opened is None:
        if not asked:
            return None
        opened = (0, 0)
    opener, start = opened
    while start < len(tokens) and tokens[start] in _HESITATIONS | _LEADING:
        start += 1
    end = start
    while end < len(tokens) and end - start < _LONGEST_ADDRESS and _can_be_address(tokens, end):
        end += 1
    parts = [word.text for word in book.numbers.read(list(tokens[start:end])) if word.text != ","]
    numbered = any(part[:1].isdigit() for part in parts)
    street = any(part in book.streets for part in parts)
    if not (numbered and len(parts) > 1) and not street and not (asked and _is_place(parts, book)):
        return None
    return Answer(opener, end, Delivery(" ".join(part.capitalize() for part in parts)))


def _is_place(parts: Sequence[str], book: Phrasebook) -> bool:
    return sum(part not in book.nameless for part in parts) >= 2


def _can_be_address(tokens: Sequence[str], place: int) -> bool:
    said = tokens[place]
    if said == ",":
        return True
    if said == "." and place + 1 < len(tokens):
        return len(tokens[place - 1]) <= 3
    return said not in PUNCTUATION and said not in _ENDS_ADDRESS


_LEADING = frozenset({"its", "at", "is", "to", "that", "would", "be", "thats", ",", "im", "were"})
"""Words before an address."""
_ENDS_ADDRESS = frozenset(
    {
        "please",
        "thanks",
        "thank",
        "and",
        "my",
        "i",
        "id",
        "ill",
        "im",
        "can",
        "could",
        "name",
        "under",
        "its",
        "that",
        "thats",
        "for",
        "with",
    }
)


def _after_opener(
    tokens: Sequence[str], openers: Mapping[str, tuple[tuple[str, ...], ...]]
) -> tuple[int, int] | None:
    """Where the first of the openers begins, and where what it opens begins."""
    for place, token in enumerate(tokens):
        for opener in openers.get(token, ()):
            if tuple(tokens[place : place + len(opener)]) == opener:
                return place, place + len(opener)
    return None
