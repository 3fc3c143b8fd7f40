"""The book of the simulated restaurant: its tables, and who has reserved them.

A small SQLite file, so that anybody can look up what a call has brought about.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

SEATS = (2, 2, 2, 4, 4, 4, 6, 8, 12)
"""How many people each table takes."""
SITTING = timedelta(hours=2)
"""How long a party stays."""
OPENS = time(11, 30)
LAST_SEATING = time(21, 30)
_STEP = timedelta(minutes=15)
_TABLES = """
CREATE TABLE IF NOT EXISTS reservations (
    number TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    party INTEGER NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    seat INTEGER NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Reservation:
    """One line of the book."""

    number: str
    """The confirmation number: four digits."""
    day: date
    at: time
    party: int
    name: str
    """As it was heard."""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes."""

    party: int
    name: str
    """As it was heard."""
    phone: str = ""


class RestaurantBook:
    """Who sits where. Any thread may use it: each statement opens the file by itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as book:
            book.execute(_TABLES)

    def reservations(self) -> tuple[Reservation, ...]:
        """All lines, in the order in which people come."""
        with self._open() as book:
            rows = book.execute(
                "SELECT number, day, at, party, name, phone FROM reservations ORDER BY day, at"
            ).fetchall()
        return tuple(
            Reservation(number, date.fromisoformat(day), time.fromisoformat(at), party, name, phone)
            for number, day, at, party, name, phone in rows
        )

    def free_seat(self, day: date, at: time, party: int) -> int | None:
        """Which table is free for so many people then; `None`: none is, or nobody is there."""
        if not OPENS <= at <= LAST_SEATING:
            return None
        with self._open() as book:
            rows = book.execute(
                "SELECT at, seat FROM reservations WHERE day = ?", (day.isoformat(),)
            ).fetchall()
        taken = {seat for other, seat in rows if _overlaps(at, time.fromisoformat(other))}
        fitting = [
            (size, place)
            for place, size in enumerate(SEATS)
            if size >= party and place not in taken
        ]
        return min(fitting)[1] if fitting else None

    def nearest(self, day: date, at: time, party: int, within: tuple[time, time]) -> time | None:
        """The free time next to the wanted one, in quarters of an hour, within these."""
        start = datetime.combine(day, OPENS)
        times = (start + _STEP * count for count in range(1 + 10 * 4))
        free = [
            each.time()
            for each in times
            if within[0] <= each.time() <= within[1]
            and each.time() != at
            and self.free_seat(day, each.time(), party) is not None
        ]
        return min(free, key=lambda each: _apart(each, at), default=None)

    def reserve(self, guest: Guest, day: date, at: time, rng: Random) -> Reservation:
        """Write it down under a new number. The table must be free."""
        seat = self.free_seat(day, at, guest.party)
        line = (guest.party, guest.name, guest.phone)
        with self._open() as book:
            known = {number for (number,) in book.execute("SELECT number FROM reservations")}
            number = next(
                each
                for each in iter(lambda: f"{rng.randrange(1000, 10_000)}", "")
                if each not in known
            )
            book.execute(
                "INSERT INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, day.isoformat(), f"{at:%H:%M}", *line, seat or 0),
            )
        return Reservation(number, day, at, guest.party, guest.name, guest.phone)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5.0)) as book, book:
            yield book


def _overlaps(one: time, other: time) -> bool:
    return _apart(one, other) < SITTING


def _apart(one: time, other: time) -> timedelta:
    day = date(2000, 1, 1)
    return abs(datetime.combine(day, one) - datetime.combine(day, other))
