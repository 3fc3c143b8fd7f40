"""Opening hours out of the settings.

[shop.hours]
mon-fri = "10:00-14:00, 17:00-22:00"
"sat,sun" = "11:00-02:00"           # closes after midnight
"12-25" = "closed"                  # every year
"2026-11-26..2026-11-27" = "12:00-16:00"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, timedelta, tzinfo
from difflib import get_close_matches
from itertools import pairwise
from typing import TypeVar

from servizio.errors import SettingsError
from servizio.shop.hours import ALL_DAY, DAY, OpeningHours, OpenRange, Ranges

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OTHER = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_WEEKDAY = (
    {name: place for place, name in enumerate(_DAYS)}
    | {name: place for place, name in enumerate(_FULL)}
    | _OTHER
)
_MANY = {
    "daily": range(7), "every day": range(7), "everyday": range(7),
    "weekdays": range(5), "weekend": range(5, 7), "weekends": range(5, 7),
}  # fmt: skip
_CLOSED = frozenset({"closed", "close", "none", ""})
_ALL_DAY = frozenset({"open", "24 hours", "24h", "24/7", "all day"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?(?:m\.?)?")
EITHER_WAY = "may end by day or at night"
"""Stands in what is said of `9-5`, which is not the night."""
_Key = TypeVar("_Key")
_LONGEST_NIGHT = 20 * 60
"""Minutes; `10:00-9:00` is more likely a forgotten PM than a shop open for 23 hours."""
_LONGEST_CLOSURE = 366
"""Days in one range of dates."""


def parse_hours(table: Mapping[str, str | Sequence[str]], zone: tzinfo = UTC) -> OpeningHours:
    """Hours from the setting `shop.hours`; an empty table is a shop that is always open.

    Where only dates are given, all other days are open all day; where any weekday is given,
    the weekdays that are not are closed. Raises `SettingsError` that names every wrong key.
    """
    if not table:
        return OpeningHours(zone=zone, is_known=False)
    reading = _Reading()
    for key, value in table.items():
        reading.take(key, value)
    reading.check_overlaps()
    if reading.faults:
        raise SettingsError("; ".join(reading.faults) + ".", 'As in: mon-fri = "10:00-21:00".')
    weekly = tuple(reading.weekly.get(day, ()) for day in range(7))
    return OpeningHours(
        zone=zone,
        weekly=weekly if reading.weekly else (ALL_DAY,) * 7,
        dates=reading.dates,
        yearly=reading.yearly,
        is_known=bool(reading.weekly),
    )


def hours_table(typed: str) -> dict[str, str]:
    """`mon-fri 09:00-18:00, sat 10:00-16:00` as a table of days. Raises `SettingsError`."""
    table: dict[str, str] = {}
    for part in filter(None, map(str.strip, typed.replace(";", ",").split(","))):
        days, _, times = part.partition(" ")
        if not times.strip():
            days, times = "mon-sun", days
        if days.lower() in table:
            raise SettingsError(f"{days} stands there twice.")
        table[days.lower().rstrip(":")] = times.strip()
    return table


class _Reading:
    """One reading of the table, with the faults found so far."""

    def __init__(self) -> None:
        self.weekly: dict[int, Ranges] = {}
        self.dates: dict[date, Ranges] = {}
        self.yearly: dict[tuple[int, int], Ranges] = {}
        self.faults: list[str] = []

    def take(self, key: str, value: str | Sequence[str]) -> None:
        """Note the ranges of one line of the table."""
        try:
            ranges = _ranges(value)
            for part in key.strip().lower().split(","):
                self._take_days(part.strip(), ranges)
        except ValueError as error:
            self.faults.append(f"shop.hours.{key}: {error}")

    def check_overlaps(self) -> None:
        """Fault ranges of one weekday that run into each other or into the next day's."""
        for day in sorted(self.weekly):
            ranges = sorted(self.weekly[day])
            following = sorted(self.weekly.get((day + 1) % 7, ()))
            if ranges and following and ranges[-1].end - DAY > following[0].start:
                self.faults.append(
                    f"shop.hours.{_DAYS[day]}: closes after {_DAYS[(day + 1) % 7]} has opened"
                )

    def _take_days(self, part: str, ranges: Ranges) -> None:
        if _DATE.match(part):
            for day in _dates(part):
                self._once(self.dates, day, ranges, day.isoformat())
        elif found := _YEARLY.fullmatch(part):
            month, day_of_month = int(found[1]), int(found[2])
            # 2024 is a leap year, so that 02-29 is a date.
            _date(f"2024-{found[1]}-{found[2]}", part)
            self._once(self.yearly, (month, day_of_month), ranges, part)
        else:
            for weekday in _weekdays(part):
                self._once(self.weekly, weekday, ranges, _DAYS[weekday])

    def _once(self, days: dict[_Key, Ranges], day: _Key, ranges: Ranges, name: str) -> None:
        if day in days:
            raise ValueError(f"{name} is there twice; write its times in one line, with a comma")
        days[day] = ranges


def _weekdays(part: str) -> Iterator[int]:
    if part in _MANY:
        yield from _MANY[part]
        return
    first, dash, last = (side.strip() for side in part.partition("-"))
    start = _weekday(first)
    end = _weekday(last) if dash else start
    # `fri-mon` runs over the end of the week.
    for step in range((end - start) % 7 + 1):
        yield (start + step) % 7


def _weekday(name: str) -> int:
    if name in _WEEKDAY:
        return _WEEKDAY[name]
    known = [*_WEEKDAY, *_MANY]
    close = get_close_matches(name, known, n=1)
    hint = f', did you mean "{close[0]}"?' if close else "; days are mon, tue, ... or 2026-12-25"
    raise ValueError(f'"{name[:20]}" is no day{hint}')


def _dates(part: str) -> Iterator[date]:
    first, dots, last = (side.strip() for side in part.partition(".."))
    start = _date(first, first)
    end = _date(last, last) if dots else start
    if end < start:
        raise ValueError(f"{end} is before {start}")
    if (end - start).days >= _LONGEST_CLOSURE:
        raise ValueError(f"{start} to {end} is more than a year")
    for step in range((end - start).days + 1):
        yield start + timedelta(days=step)


def _date(text: str, shown: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f'"{shown[:20]}" is no date; dates are written 2026-12-25') from error


def _ranges(value: str | Sequence[str]) -> Ranges:
    texts = value.split(",") if isinstance(value, str) else list(value)
    texts = [text.strip().lower() for text in texts]
    if len(texts) == 1 and texts[0] in _ALL_DAY:
        return ALL_DAY
    if not texts or (len(texts) == 1 and texts[0] in _CLOSED):
        return ()
    ranges = tuple(sorted(parse_range(text) for text in texts))
    for before, after in pairwise(ranges):
        if after.start < before.end:
            raise ValueError(f"{before.spoken()} and {after.spoken()} overlap")
    return ranges


def parse_range(text: str) -> OpenRange:
    """`10:00-21:00`, `9 am to 5 pm`, `17:00-02:00`. Raises `ValueError` that says what is wrong.

    `9-5` is refused: whoever writes it means the afternoon, and would be open all night.
    """
    first, _, last = (side.strip() for side in re.sub(r"\bto\b|[–—]", "-", text).partition("-"))
    start, end = _minutes(first), _minutes(last)
    if start is None or end is None:
        raise ValueError(f'"{text[:30]}" should be two times such as 10:00-21:00, or "closed"')
    start %= DAY
    if start == end:
        raise ValueError(f'"{text[:30]}" begins when it ends; open all day is "24 hours"')
    if end < start and end + DAY - start > _LONGEST_NIGHT:
        raise ValueError(f'"{text[:30]}" lasts until the next day; 9 PM is 21:00')
    is_sure = _names_its_half(first) and (start > 12 * 60 or _names_its_half(last))
    if end < start and not is_sure:
        raise ValueError(_asked_about(text, last, start, end))
    return OpenRange(start, end if end > start else end + DAY)


def _names_its_half(text: str) -> bool:
    """Whether a time says which half of the day is meant: `9 pm`, `09:00`, `17`; not `9`."""
    found = _TIME.fullmatch(text)
    if found is None or found[3]:
        return True
    return int(found[1]) > 12 or (len(found[1]) == 2 and found[2] is not None)


def _asked_about(text: str, last: str, start: int, end: int) -> str:
    """What is said of hours that may be meant either way, in the person's own times."""
    if _names_its_half(last):
        return f'"{text[:30]}" {EITHER_WAY}: write 9 am to 5 pm, or 09:00-17:00'
    closes = end + DAY // 2
    usual = f"{_brief(start)}-{_brief(closes)} or {_clock(start)}-{_clock(closes)}"
    night = f", or {_clock(start)}-{_clock(end)} if you close in the morning"
    return f'"{text[:30]}" {EITHER_WAY}: write {usual}{night if end < 10 * 60 else ""}'


def _brief(minutes: int) -> str:
    """`540` -> `9am`, `1050` -> `5:30pm`."""
    hour, minute = divmod(minutes, 60)
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(text: str) -> int | None:
    """`10:00`, `22.30`, `9`, `9 pm`, `noon`, `24:00` -> minutes after midnight."""
    if text in {"noon", "midnight"}:
        return 12 * 60 if text == "noon" else DAY
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 24 or (hour == 24 and (minute or half)):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute
