"""Days as people say them: "tomorrow", "next Friday", "Saturday the 28th", "in two weeks"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from servizio.language.clock_words import number_at, ordinal_at

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3,
    "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_FEASTS = {
    ("christmas", "eve"): (12, 24), ("christmas", "day"): (12, 25),
    ("new", "years", "eve"): (12, 31), ("new", "years", "day"): (1, 1),
    ("new", "year", "eve"): (12, 31), ("valentines", "day"): (2, 14), ("valentines",): (2, 14),
}  # fmt: skip
_OTHER_WORDS = frozenset({"wed", "sat", "sun"})
"""Short for days, and words of their own."""
_TOMORROW = frozenset({"tomorrow", "tomorow", "tommorow", "tommorrow", "tmrw", "tomorrows"})
_MOST_YEARS = 8
"""How far ahead a day is looked for: a 29th of February comes within eight years."""


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day, and the words that say it: from `start` up to `end`."""

    day: date
    start: int
    end: int
    is_weekday: bool = False
    """Whether only the day of the week was said, so that today may be meant or a week later."""
    clash: str = ""
    """The weekday that was said along and is another one than that of the day."""


def day_in(words: Sequence[str], today: date) -> SaidDay | None:
    """The first day that is spoken of; a date counts for more than a weekday."""
    found = [each for at in range(len(words)) if (each := day_at(words, at, today)) is not None]
    certain = [each for each in found if not each.is_weekday]
    return next(iter(certain or found), None)


def day_at(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    """The day of which these words speak, from this one on."""
    for read in (_near, _after_days, _feast, _written, _weekday, _of_month):
        found = read(words, at, today)
        if found is not None:
            return found
    return None


def weekday_of(word: str) -> int | None:
    """0 for Monday; `None`: it is none. Plurals are ("Saturdays")."""
    bare = word.removesuffix("s") if word[:-1] in WEEKDAYS else word
    return WEEKDAYS.index(bare) if bare in WEEKDAYS else _SHORT.get(word)


def _near(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    word = words[at]
    if tuple(words[at : at + 3]) == ("day", "after", "tomorrow"):
        return SaidDay(today + timedelta(days=2), at, at + 3)
    if tuple(words[max(0, at - 2) : at]) in {("day", "after"), ("week", "from")}:
        return None
    if word in _TOMORROW:
        return SaidDay(today + timedelta(days=1), at, at + 1)
    if word in {"today", "tonight", "tonite"}:
        return SaidDay(today, at, at + 1)
    is_now = word == "this" and words[at + 1 : at + 2] in (["evening"], ["afternoon"], ["morning"])
    return SaidDay(today, at, at + 2) if is_now else None


def _after_days(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    """ "In three days", "in a week", "a week from Saturday"."""
    begins = words[at] == "in"
    count_at = at + 1 if begins else at
    count: tuple[int, int] | None
    if words[count_at : count_at + 1] in (["a"], ["one"]):
        count = 1, count_at + 1
    else:
        count = number_at(words, count_at)
    unit = words[count[1]] if count is not None and count[1] < len(words) else ""
    days = {"day": 1, "days": 1, "week": 7, "weeks": 7}.get(unit, 0)
    if count is None or not days:
        return None
    span, end = timedelta(days=days * count[0]), count[1] + 1
    if words[end : end + 1] == ["from"]:
        base = _base(words, end + 1, today)
        return None if base is None else SaidDay(base.day + span, at, base.end)
    return SaidDay(today + span, at, end) if begins else None


def _base(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    word = words[at] if at < len(words) else ""
    if word in {"now", "today", "tomorrow"}:
        return SaidDay(today + timedelta(days=word == "tomorrow"), at, at + 1)
    return _weekday(words, at, today) if word else None


def _feast(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    for names, (month, day) in _FEASTS.items():
        if tuple(words[at : at + len(names)]) == names:
            return SaidDay(_coming(today, month, day), at, at + len(names))
    return None


def _written(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    """ "2026-11-28", "11/28", "11/28/2026"."""
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", words[at]):
        year, month, day = (int(each) for each in words[at].split("-"))
        made = _made(year, month, day)
        return None if made is None else SaidDay(made, at, at + 1)
    parts = words[at : at + 5 : 2]
    slashes = words[at + 1 : at + 4 : 2]
    if len(parts) < 2 or slashes[:1] != ["/"] or not all(each.isdecimal() for each in parts[:2]):
        return None
    month, day = int(parts[0][:4]), int(parts[1][:4])
    if month > 12:
        month, day = day, month
    if slashes == ["/", "/"] and len(parts) == 3 and parts[2].isdecimal() and len(parts[2]) <= 4:
        year = int(parts[2]) + (2000 if len(parts[2]) == 2 else 0)
        made = _made(year, month, day)
        return None if made is None else SaidDay(made, at, at + 5)
    coming = _next(today, lambda each: (each.month, each.day) == (month, day))
    return None if coming is None else SaidDay(coming, at, at + 3)


def _weekday(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    """ "Friday", "next Friday", "Saturday the 28th", "Sunday week"."""
    start, ahead = at, words[at]
    if ahead in {"next", "this", "coming"}:
        at += 1
    number = weekday_of(words[at]) if at < len(words) else None
    if number is None or (words[at] in _OTHER_WORDS and not _is_a_day(words, at)):
        return None
    dated = _dated(words, at + 1, today)
    if dated is not None:
        return _with_date(number, dated, start, today)
    day = today + timedelta(days=(number - today.weekday()) % 7)
    if ahead == "next":
        # The one in the week after this one, weeks beginning on Monday.
        monday = today - timedelta(days=today.weekday())
        day = monday + timedelta(days=7 + number)
    if words[at + 1 : at + 2] == ["week"]:
        return SaidDay(day + timedelta(days=7), start, at + 2)
    return SaidDay(day, start, at + 1, is_weekday=ahead != "next")


def _is_a_day(words: Sequence[str], at: int) -> bool:
    """Whether "wed" is the day and not what is left of "we'd", "sat" not a verb."""
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    return before in {"on", "this", "next", "coming", "for"} or (
        after in {"the", "at", "night", "evening", "lunch"} or number_at(words, at + 1) is not None
    )


def _dated(words: Sequence[str], at: int, today: date) -> SaidDay | None:
    while words[at : at + 1] and words[at] in {",", "the", "on"}:
        at += 1
    return _of_month(words, at, today, with_weekday=True) if at < len(words) else None


def _with_date(number: int, dated: SaidDay, start: int, today: date) -> SaidDay:
    """A weekday and a date: the next such date that is such a weekday, within half a year."""
    if dated.day.weekday() == number:
        return SaidDay(dated.day, start, dated.end)
    if dated.is_weekday:
        wanted = dated.day.day
        match = _next(today, lambda each: (each.day, each.weekday()) == (wanted, number))
        if match is not None and match - today < timedelta(days=62):
            return SaidDay(match, start, dated.end)
    return SaidDay(dated.day, start, dated.end, clash=WEEKDAYS[number].capitalize())


def _of_month(
    words: Sequence[str], at: int, today: date, *, with_weekday: bool = False
) -> SaidDay | None:
    """ "November 28", "28 November", "the 28th of November", "the 28th".

    Where no month was said, `is_weekday` is set for a weekday that stands before it.
    """
    month = _month(words, at)
    if month is not None:
        found = ordinal_at(words, at + 1) or number_at(words, at + 1)
        if found is None or not 1 <= found[0] <= 31:
            return None
        return _in_month(words, month, found, at, today)
    start = at
    found = ordinal_at(words, at)
    is_ordinal = found is not None
    found = found or number_at(words, at)
    if found is None or not 1 <= found[0] <= 31:
        return None
    after = found[1] + (words[found[1] : found[1] + 1] == ["of"])
    month = _month(words, after)
    if month is not None:
        return _in_month(words, month, (found[0], after + 1), start, today)
    before = words[at - 1] if at else ""
    if not is_ordinal or not (with_weekday or before in {"the", "on", "for"}):
        return None
    wanted = found[0]
    day = _next(today, lambda each: each.day == wanted)
    return None if day is None else SaidDay(day, start, found[1], is_weekday=with_weekday)


def _in_month(
    words: Sequence[str], month: int, found: tuple[int, int], start: int, today: date
) -> SaidDay | None:
    number, end = found
    year = words[end] if end < len(words) else ""
    if year.isdecimal() and len(year) == 4:
        made = _made(int(year), month, number)
        return None if made is None else SaidDay(made, start, end + 1)
    coming = _next(today, lambda each: (each.month, each.day) == (month, number))
    return None if coming is None else SaidDay(coming, start, end)


def _month(words: Sequence[str], at: int) -> int | None:
    word = words[at] if at < len(words) else ""
    for number, name in enumerate(MONTHS, start=1):
        if word == name or (word in {name[:3], name[:4]} and word not in {"may", "mar", "marc"}):
            return number
    return None


def _coming(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _next(today: date, fits: Callable[[date], bool]) -> date | None:
    """The first day from today on that fits."""
    last = min(today.toordinal() + 366 * _MOST_YEARS, date.max.toordinal())
    for ordinal in range(today.toordinal(), last):
        each = date.fromordinal(ordinal)
        if fits(each):
            return each
    return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
