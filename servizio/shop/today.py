"""What staff have set for now: a pause, a longer wait, other hours for one day.

Pure values: the store keeps them, the server changes them, every call asks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import TypedDict

from servizio.shop.hours import DAY, OpeningHours, OpenRange, Ranges, spoken_time
from servizio.shop.order import Source
from servizio.shop.order_json import time_from_text, time_text

MOST_BUSY_MINUTES = 120
"""The most that staff can add to the quoted wait."""
_NEAR_DAYS = 6
"""So many days ahead a weekday says which day is meant."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


class PauseJson(TypedDict):
    """A pause as JSON."""

    since: str
    until: str | None
    message: str


class TodayJson(TypedDict):
    """Everything here as JSON: how the store keeps it and the API shows it."""

    paused: PauseJson | None
    busy_minutes: int
    hours_override: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Pause:
    """No orders by phone for a while."""

    since: datetime
    until: datetime | None
    """When it ends by itself; `None`: when staff end it."""
    message: str
    """What a customer who rings meanwhile is told."""


@dataclass(frozen=True, slots=True)
class HoursOverride:
    """Other hours than usual, on one day."""

    day: date
    """In the shop's time zone."""
    ranges: Ranges
    """Empty: closed."""


@dataclass(frozen=True, slots=True)
class Today:
    """What is different now. The default: nothing is."""

    pause: Pause | None = None
    busy_minutes: int = 0
    """Added to every quoted wait, 0 to `MOST_BUSY_MINUTES`."""
    override: HoursOverride | None = None

    def pause_at(self, now: datetime) -> Pause | None:
        """The pause that is in force at this instant."""
        pause = self.pause
        return None if pause is None or (pause.until and pause.until <= now) else pause

    def still_true(self, now: datetime, zone: tzinfo) -> Today:
        """Without what is over: a pause that has ended, the hours of a day that has."""
        override = self.override
        if override is not None and _is_over(override, now.astimezone(zone)):
            override = None
        return replace(self, pause=self.pause_at(now), override=override)

    def hours(self, usual: OpeningHours | None) -> OpeningHours:
        """When the shop is open, the override included."""
        hours = usual or OpeningHours(is_known=False)
        if self.override is None:
            return hours
        return replace(hours, dates={**hours.dates, self.override.day: self.override.ranges})


AS_USUAL = Today()


def _is_over(override: HoursOverride, here: datetime) -> bool:
    """Whether the day is past, and the night too in which its last range ends."""
    days = (here.date() - override.day).days
    if days <= 0:
        return False
    ends = max((span.end for span in override.ranges), default=0)
    return days * DAY + here.hour * 60 + here.minute >= ends


def today_json(today: Today) -> TodayJson:
    """Everything as JSON."""
    pause, override = today.pause, today.override
    return {
        "paused": None
        if pause is None
        else {
            "since": time_text(pause.since),
            "until": None if pause.until is None else time_text(pause.until),
            "message": pause.message,
        },
        "busy_minutes": today.busy_minutes,
        "hours_override": None
        if override is None
        else {"day": override.day.isoformat(), **ranges_json(override.ranges)},
    }


def ranges_json(ranges: Ranges) -> dict[str, object]:
    """`{"opens", "closes"}` from first to last, with `ranges` between; or `{"closed": true}`."""
    if not ranges:
        return {"closed": True}
    spans = sorted(ranges)
    return {
        "opens": clock_text(spans[0].start),
        "closes": clock_text(spans[-1].end),
        "ranges": [
            {"opens": clock_text(span.start), "closes": clock_text(span.end)} for span in spans
        ],
    }


def clock_text(minutes: int) -> str:
    """`600` -> `10:00`; past midnight it begins anew, `1440` is `24:00`."""
    hour, minute = divmod(minutes if minutes == DAY else minutes % DAY, 60)
    return f"{hour:02}:{minute:02}"


def today_from_json(value: object) -> Today:
    """Read what `today_json` wrote; what is missing is as usual. Other keys are passed over."""
    row = value if isinstance(value, Mapping) else {}
    paused, override, busy = row.get("paused"), row.get("hours_override"), row.get("busy_minutes")
    return Today(
        pause=_pause(paused) if isinstance(paused, Mapping) else None,
        busy_minutes=busy if isinstance(busy, int) else 0,
        override=_override(override) if isinstance(override, Mapping) else None,
    )


def _pause(row: Mapping[str, str | None]) -> Pause:
    until = row.get("until")
    return Pause(
        time_from_text(row["since"] or ""),
        None if until is None else time_from_text(until),
        row["message"] or "",
    )


def _override(row: Mapping[str, object]) -> HoursOverride:
    spans = row.get("ranges")
    ranges = tuple(_span(span) for span in spans) if isinstance(spans, list) else ()
    return HoursOverride(date.fromisoformat(str(row["day"])), ranges)


def _span(row: Mapping[str, str]) -> OpenRange:
    start, end = _minutes(row["opens"]), _minutes(row["closes"])
    return OpenRange(start, end if end > start else end + DAY)


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def pause_message(
    shop: str, until: datetime | None, zone: tzinfo, source: Source = Source.PHONE
) -> str:
    """What a customer hears during a pause where staff have worded nothing themselves."""
    way, again = ("voice", "come back") if source is Source.BROWSER else ("phone", "call again")
    start = f"{_thanks(shop, source)} We can't take orders by {way} right now. Please {again}"
    if until is None:
        return f"{start} later."
    # Rounded up to five minutes: nobody says 2:37.
    soon = until.astimezone(zone) + timedelta(minutes=4, seconds=59)
    minutes = soon.hour * 60 + soon.minute
    return f"{start} after {spoken_time(minutes - minutes % 5)}."


def closed_message(
    shop: str, hours: OpeningHours, now: datetime, source: Source = Source.PHONE
) -> str:
    """What a customer hears while the shop is closed: when it opens, where that is known."""
    start = f"{_thanks(shop, source)} We are closed right now."
    opens = hours.next_change(now)
    if opens is None or not hours.is_known:
        return f"{start} Goodbye."
    when = spoken_time(opens.hour * 60 + opens.minute)
    return f"{start} We open {_spoken_day(now.astimezone(hours.zone), opens)} at {when}. Goodbye."


def _thanks(shop: str, source: Source) -> str:
    return f"Thank you for {'visiting' if source is Source.BROWSER else 'calling'} {shop}."


def _spoken_day(now: datetime, then: datetime) -> str:
    days = (then.date() - now.date()).days
    if days <= 1:
        return "tomorrow" if days else "today"
    if days <= _NEAR_DAYS:
        return f"on {_DAYS[then.weekday()]}"
    return f"on {_MONTHS[then.month - 1]} {then.day}"
