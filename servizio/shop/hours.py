"""When the shop is open: by weekday, with exceptions by date, also past midnight.

Times are wall-clock times of the shop. Every answer goes through instants, so the days on
which clocks change come out right: a time that does not exist moves on by the change, one
that exists twice closes the second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = 24 * 60
"""Minutes of a day on the wall clock."""
_LOOK_AHEAD_DAYS = 400
"""Further than a year's holidays: a shop that does not change state until then never does."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, order=True)
class OpenRange:
    """From opening to closing, in minutes after midnight of the day it belongs to."""

    start: int
    """0 to 1439."""
    end: int
    """More than `start`; more than 1440 where the shop closes after midnight."""

    def spoken(self) -> str:
        """`10 AM to 9:30 PM`."""
        return f"{spoken_time(self.start)} to {spoken_time(self.end)}"


Ranges = tuple[OpenRange, ...]
ALL_DAY: Ranges = (OpenRange(0, DAY),)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A shop's hours. Without any it is always open."""

    zone: tzinfo = UTC
    weekly: tuple[Ranges, ...] = (ALL_DAY,) * 7
    """Seven days from Monday; an empty day is closed."""
    dates: dict[date, Ranges] = field(default_factory=dict)
    """Days that are different from their weekday."""
    yearly: dict[tuple[int, int], Ranges] = field(default_factory=dict)
    """Month and day of holidays that come every year; a full date wins over them."""
    is_known: bool = True
    """Whether the owner gave weekdays; if not, an agent should not speak of hours."""

    def hours_on(self, day: date) -> Ranges:
        """The ranges that begin on this day; empty: closed."""
        if day in self.dates:
            return self.dates[day]
        return self.yearly.get((day.month, day.day), self.weekly[day.weekday()])

    def is_open(self, at: datetime) -> bool:
        """Whether the shop is open at this instant (any time zone, but with one)."""
        today = at.astimezone(self.zone).date()
        return any(
            start <= at < end for start, end in self._instants(today - timedelta(days=1), today)
        )

    def next_change(self, at: datetime) -> datetime | None:
        """When it next opens or closes after `at`, in the shop's time zone; `None`: never."""
        today = at.astimezone(self.zone).date()
        until = today + timedelta(days=_LOOK_AHEAD_DAYS)
        closes: datetime | None = None
        for start, end in self._instants(today - timedelta(days=1), until):
            if end <= at:
                continue
            if closes is None:
                if start > at:
                    return start.astimezone(self.zone)
                closes = end
            elif start > closes:
                break
            else:
                closes = max(closes, end)
        if closes is None or closes.astimezone(self.zone).date() >= until:
            return None
        return closes.astimezone(self.zone)

    def spoken_day(self, day: date) -> str:
        """`from 10 AM to 2 PM and from 5 PM to 9 PM`, `closed`, or `open all day`."""
        return _spoken_ranges(self.hours_on(day))

    def spoken_week(self) -> str:
        """`Monday to Friday from 10 AM to 9 PM, Saturday and Sunday closed`."""
        parts: list[tuple[int, int, str]] = []
        for weekday, ranges in enumerate(self.weekly):
            said = _spoken_ranges(ranges)
            if parts and parts[-1][2] == said:
                parts[-1] = (parts[-1][0], weekday, said)
            else:
                parts.append((weekday, weekday, said))
        return ", ".join(f"{_spoken_days(first, last)} {said}" for first, last, said in parts)

    def _instants(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing instants (UTC) of the ranges of these days, by opening."""
        day = first
        while day <= last:
            for span in sorted(self.hours_on(day)):
                start = _instant(day, span.start, self.zone, fold=0)
                end = max(_instant(day, span.end, self.zone, fold=fold) for fold in (0, 1))
                if start < end:
                    yield start, end
            day += timedelta(days=1)


def spoken_time(minutes: int) -> str:
    """`600` -> `10 AM`, `1290` -> `9:30 PM`, `720` -> `noon`, `1440` -> `midnight`."""
    hour, minute = divmod(minutes % DAY, 60)
    if minute == 0 and hour in {0, 12}:
        return "noon" if hour else "midnight"
    half = "AM" if hour < 12 else "PM"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {half}"


def _instant(day: date, minutes: int, zone: tzinfo, *, fold: int) -> datetime:
    days, rest = divmod(minutes, DAY)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60, fold=fold))
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _spoken_ranges(ranges: Ranges) -> str:
    if not ranges:
        return "closed"
    if ranges == ALL_DAY:
        return "open all day"
    return " and ".join(f"from {span.spoken()}" for span in sorted(ranges))


def _spoken_days(first: int, last: int) -> str:
    if first == last:
        return _WEEKDAYS[first]
    if (first, last) == (0, 6):
        return "every day"
    joint = "and" if last == first + 1 else "to"
    return f"{_WEEKDAYS[first]} {joint} {_WEEKDAYS[last]}"
