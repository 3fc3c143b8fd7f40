"""Answers to questions about opening hours: now, today, a weekday, a holiday, a date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from servizio.shop.hours import OpeningHours

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SOON = timedelta(days=60)
"""How far ahead days with other hours than usual are told of."""
_MOST_DAYS = 3


def hours_answer(hours: OpeningHours, now: datetime, day: str = "") -> str | None:
    """A sentence or two; `None` where the hours are not known.

    `day`: `monday` ... `sunday`, `today`, `tomorrow`, `now`, `weekend`, `holiday`, the name of
    a holiday, or a date (2026-12-25); anything else, and nothing: today and the whole week.
    """
    today = now.astimezone(hours.zone).date()
    said = day.strip().lower()
    if said == "holiday":
        return _holidays(hours, today)
    if said == "weekend":
        ahead = (_WEEKDAYS.index("saturday") - today.weekday()) % 7
        return _of_days(hours, [today + timedelta(days=ahead), today + timedelta(days=ahead + 1)])
    if said in _HOLIDAYS:
        return _of_holiday(hours, said, today)
    meant = _date_of(said, today)
    if meant is None:
        return _all(hours, now, short=said == "now")
    name = said.capitalize() if said in {"today", "tomorrow"} else ""
    return _of_days(hours, [meant], name=name, dated=said[:1].isdigit())


def _all(hours: OpeningHours, now: datetime, *, short: bool) -> str | None:
    today = now.astimezone(hours.zone).date()
    if not hours.is_known and today not in hours.dates:
        return None
    state = "We're open now." if hours.is_open(now) else "We're closed right now."
    week = f" {_week(hours)}" if hours.is_known and not short else ""
    return f"{state} Today: {hours.spoken_day(today)}.{week}"


def _week(hours: OpeningHours) -> str:
    said = hours.spoken_week()
    return f"{said[0].upper()}{said[1:]}."


def _of_days(
    hours: OpeningHours, days: list[date], *, name: str = "", dated: bool = False
) -> str | None:
    if any(not hours.is_known and day not in hours.dates for day in days):
        return None
    said = []
    for day in days:
        spoken = hours.spoken_day(day)
        named = name or (f"On {_dated(day)}" if dated else f"On {day:%A}")
        said.append(f"{named} we're {f'open {spoken}' if spoken.startswith('from') else spoken}.")
    return " ".join(said)


def _of_holiday(hours: OpeningHours, name: str, today: date) -> str | None:
    day = _HOLIDAYS[name](today.year)
    if day < today:
        day = _HOLIDAYS[name](today.year + 1)
    told = _of_days(hours, [day], dated=True)
    if told is None or day in hours.dates:
        return told
    return f"We have no other hours than usual for that day. {told}"


def _holidays(hours: OpeningHours, today: date) -> str | None:
    """The days ahead on which it is different; where none is known, the usual week."""
    ahead = sorted(day for day in hours.dates if today <= day <= today + _SOON)[:_MOST_DAYS]
    if ahead:
        return _of_days(hours, ahead, dated=True)
    if not hours.is_known:
        return None
    return f"We know of no days with other hours. {_week(hours)}"


def _dated(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}"


def _date_of(day: str, today: date) -> date | None:
    """The next such day, today included; `None`: not known."""
    if day in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS.index(day) - today.weekday()) % 7)
    if day in {"today", "tomorrow"}:
        return today + timedelta(days=int(day == "tomorrow"))
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def _easter(year: int) -> date:
    """Easter Sunday (Gregorian calendar, the algorithm of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def _thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(_WEEKDAYS.index("thursday") - first.weekday()) % 7 + 21)


_HOLIDAYS: Mapping[str, Callable[[int], date]] = {
    "christmas": lambda year: date(year, 12, 25),
    "christmas eve": lambda year: date(year, 12, 24),
    "new year": lambda year: date(year, 1, 1),
    "new year's eve": lambda year: date(year, 12, 31),
    "halloween": lambda year: date(year, 10, 31),
    "easter": _easter,
    "thanksgiving": _thanksgiving,
}
"""When a holiday is in a year."""
