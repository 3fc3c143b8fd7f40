"""Times of day as people say and write them: "half past seven", "7.30 pm", "nineteen thirty".

A time keeps whether its half of the day was said. "At seven" is the evening in a restaurant
and "eight thirty" near nine o'clock is near it: whoever reads decides by what the time is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from servizio.language.words import LONGEST_TEXT, plain

_TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[:.]\d{2}(?![\d.])|\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+|[,.?!;/-]"
)
_HALVES = re.compile(r"\b([ap])\.?\s?m\b\.?")
_O_CLOCK = re.compile(r"\bo\s?clock\b")
_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_PARTS = {
    "morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm",
}  # fmt: skip
_PAST = frozenset({"past", "after"})
_TO = frozenset({"to", "till", "til", "before", "of"})
_LAST_MORNING_HOUR = 11
"""Where nobody said which half of the day: from here on to noon it is the morning's."""


@dataclass(frozen=True, slots=True)
class SaidTime:
    """A time of day as it was said, and where: the words from `start` up to `end`."""

    hour: int
    """0 to 23; up to 12 where `half` is empty."""
    minute: int
    half: str
    """`am` or `pm`; `24`: the hour says it; empty: not said."""
    start: int
    end: int
    is_marked: bool
    """Whether these words can be nothing but a time; "seven" alone can."""

    def plainly(self, part: str = "") -> time:
        """The time where nothing is known but perhaps the part of the day, `am` or `pm`."""
        half = self.half or part
        if half == "24":
            return time(self.hour % 24, self.minute)
        if not half:
            half = "am" if self.hour == _LAST_MORNING_HOUR else "pm"
        return time(self.hour % 12 + (12 if half == "pm" else 0), self.minute)

    def near(self, other: time, part: str = "") -> time:
        """The time, by which half of the day is nearer to another time."""
        if self.half or part:
            return self.plainly(part)
        both = [time(self.hour % 12 + add, self.minute) for add in (12, 0)]
        return min(both, key=lambda each: abs(minutes_of(each) - minutes_of(other)))


def minutes_of(moment: time) -> int:
    """Minutes since midnight."""
    return moment.hour * 60 + moment.minute


def words_of(text: str) -> list[str]:
    """The words of a text, small and plain; numbers and clock times as they were written."""
    bare = plain(text[:LONGEST_TEXT])
    bare = _O_CLOCK.sub("oclock", _HALVES.sub(r"\1m ", bare))
    return _TOKEN.findall(bare)


def number_at(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """A whole number up to 999 that begins here, and where it ends."""
    if at >= len(words):
        return None
    word = words[at]
    if word.isdecimal() and len(word) <= 3:
        return int(word), at + 1
    if word in _UNITS:
        return _UNITS[word], at + 1
    if word not in _TENS:
        return None
    after = at + 2 if words[at + 1 : at + 2] == ["-"] else at + 1
    unit = _UNITS.get(words[after], 0) if after < len(words) else 0
    return (_TENS[word] + unit, after + 1) if 0 < unit < 10 else (_TENS[word], at + 1)


def ordinal_at(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """A place in a row, "twenty eighth" or "28th", and where it ends."""
    if at >= len(words):
        return None
    word = words[at]
    if word[:-2].isdecimal() and word[-2:] in {"st", "nd", "rd", "th"}:
        return int(word[:-2]), at + 1
    if word in _ORDINALS:
        return _ORDINALS[word], at + 1
    if word not in _TENS:
        return None
    after = at + 2 if words[at + 1 : at + 2] == ["-"] else at + 1
    unit = _ORDINALS.get(words[after], 0) if after < len(words) else 0
    return (_TENS[word] + unit, after + 1) if 0 < unit < 10 else None


def time_at(words: Sequence[str], at: int) -> SaidTime | None:
    """The time that begins at this word."""
    if at >= len(words):
        return None
    if words[at] in {"noon", "midday"}:
        return SaidTime(12, 0, "24", at, at + 1, is_marked=True)
    if words[at] == "midnight":
        return SaidTime(0, 0, "24", at, at + 1, is_marked=True)
    return _past_or_to(words, at) or _written(words, at) or _hour_first(words, at)


def times_in(words: Sequence[str]) -> list[SaidTime]:
    """Every stretch that may be a time, in order, none within another."""
    found: list[SaidTime] = []
    at = 0
    while at < len(words):
        said = time_at(words, at)
        if said is not None:
            found.append(said)
        at = said.end if said is not None else at + 1
    return found


def part_of_day(words: Sequence[str]) -> str:
    """`am` or `pm` where a part of the day or a meal is named; else empty."""
    for word in words:
        if word in _PARTS:
            return _PARTS[word]
        if word in {"breakfast", "brunch"}:
            return "am"
        if word in {"dinner", "supper"}:
            return "pm"
    return ""


def _past_or_to(words: Sequence[str], at: int) -> SaidTime | None:
    start = at
    if words[at] == "a" and words[at + 1 : at + 2] == ["quarter"]:
        at += 1
    if words[at] in {"half", "quarter"}:
        minutes, after = (30 if words[at] == "half" else 15), at + 1
    else:
        count = number_at(words, at)
        if count is None or not 0 < count[0] < 60:
            return None
        minutes, after = count
        if words[after : after + 1] in (["minutes"], ["minute"]):
            after += 1
    joint = words[after] if after < len(words) else ""
    if joint in _PAST or (joint in _TO and not (joint == "of" and words[at] != "quarter")):
        hour = _hour(words, after + 1)
    elif words[at] == "half":
        hour, joint = _hour(words, after), "past"
    else:
        return None
    if hour is None or (joint in _TO and words[at] not in {"half", "quarter"} and minutes % 5):
        return None
    value, end = hour
    # "Six to eight" is from six to eight; "ten to eight" is a time.
    if joint in _TO and minutes not in {5, 10, 15, 20, 25}:
        return None
    if joint in _TO:
        value, minutes = (value - 1) or 12, 60 - minutes
    half, end = _half_after(words, end)
    return SaidTime(value, minutes, half, start, end, is_marked=True)


def _hour(words: Sequence[str], at: int) -> tuple[int, int] | None:
    found = number_at(words, at)
    if found is None or not 1 <= found[0] <= 12:
        return None
    return found[0], found[1] + (words[found[1] : found[1] + 1] == ["oclock"])


def _written(words: Sequence[str], at: int) -> SaidTime | None:
    if not re.fullmatch(r"\d{1,2}[:.]\d{2}", words[at]):
        return None
    hour, minute = (int(each) for each in re.split(r"[:.]", words[at]))
    if hour > 24 or minute > 59:
        return None
    half, end = _half_after(words, at + 1)
    return _made(hour, minute, half, at, end, is_marked=True)


def _hour_first(words: Sequence[str], at: int) -> SaidTime | None:
    found = number_at(words, at)
    if found is None or found[0] > 24:
        return None
    hour, end = found
    minute, is_marked = 0, False
    after = words[end] if end < len(words) else ""
    if after == "oclock" or (after == "hundred" and hour >= 10):
        end, is_marked = end + 1, True
    elif (minutes := _minutes(words, end)) is not None and hour:
        minute, end = minutes
        is_marked = True
    half, end = _half_after(words, end)
    if not half and not is_marked and not 1 <= hour <= 12:
        return None
    return _made(hour, minute, half, at, end, is_marked=is_marked or bool(half))


def _minutes(words: Sequence[str], at: int) -> tuple[int, int] | None:
    if words[at : at + 1] in (["oh"], ["o"], ["zero"]):
        unit = number_at(words, at + 1)
        return (unit[0], unit[1]) if unit is not None and 0 < unit[0] < 10 else None
    found = number_at(words, at)
    if found is None or not 10 <= found[0] <= 59 or found[0] % 5:
        return None
    return found


def _made(hour: int, minute: int, half: str, start: int, end: int, *, is_marked: bool) -> SaidTime:
    if hour > 12 or hour == 0:
        return SaidTime(hour % 24, minute, "24", start, end, is_marked=True)
    return SaidTime(hour, minute, half, start, end, is_marked=is_marked)


def _half_after(words: Sequence[str], at: int) -> tuple[str, int]:
    """The half of the day that is named here, and where its words end."""
    word = words[at] if at < len(words) else ""
    if word in {"am", "pm"}:
        return word, at + 1
    for length, opening in ((2, ("in", "the")), (1, ("at",))):
        part = words[at + length] if at + length < len(words) else ""
        if tuple(words[at : at + length]) == opening and part in _PARTS:
            return _PARTS[part], at + length + 1
    return "", at
