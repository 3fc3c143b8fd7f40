"""A table to be reserved elsewhere: what is wanted, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

ROOM = timedelta(hours=1)
"""How far another time may be from the wanted one, where the request does not say."""
LARGEST_PARTY = 40
"""People; beyond that a restaurant wants to talk to a person."""


class Seating(StrEnum):
    """Where a table stands."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """A table as somebody wants it."""

    place: str
    """Name of the restaurant, as in the address book."""
    party: int
    """People, 1 to 40."""
    day: date
    """Where the restaurant is."""
    at: time
    """The wanted time, without a zone: the restaurant's own clock."""
    name: str
    """Under which it is to be reserved, as it is spoken."""
    earliest: time
    """From here to `latest` another time may be taken."""
    latest: time
    seatings: frozenset[Seating] = frozenset({Seating.INSIDE})
    """Where the table may be."""
    needs: tuple[str, ...] = ()
    """What the restaurant should know: "a high chair", "one of us has a nut allergy"."""

    def has_room_for(self, other: time) -> bool:
        """Whether this time may be taken instead."""
        return self.earliest <= other <= self.latest


class BookingResult(StrEnum):
    """How a call for a table ended."""

    CONFIRMED = "confirmed"
    """The restaurant said yes, with or without a number."""
    FULL = "full"
    """No table in the wanted time."""
    CLOSED = "closed"
    """The restaurant is closed then."""
    DECLINED = "declined"
    """What was offered was not wanted, or they take no reservation."""
    NO_ANSWER = "no_answer"
    """Nobody took the call, or the line was busy."""
    VOICEMAIL = "voicemail"
    """A machine took it."""
    FAILED = "failed"
    """The call broke off, or no clear answer could be got."""


@dataclass(frozen=True, slots=True)
class BookingOutcome:
    """What came of a request, for whoever asked for it."""

    result: BookingResult
    sentence: str
    """One plain sentence that tells it."""
    day: date
    at: time | None = None
    """The time that was agreed on; `None` where none was."""
    party: int = 0
    name: str = ""
    confirmation: str = ""
    """The restaurant's number; empty where it gave none."""
    offered: tuple[time, ...] = ()
    """Times that the restaurant had and that were not wanted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody in the address book."""

    name: str
    phone: str
    """E.164."""


def room_around(at: time, room: timedelta = ROOM) -> tuple[time, time]:
    """From when to when, within the same day."""
    moment = datetime.combine(date.min + timedelta(days=1), at)
    day = moment.date()
    first, last = moment - room, moment + room
    return (
        first.time() if first.date() == day else time.min,
        last.time() if last.date() == day else time(23, 59),
    )


def named(names: Sequence[str]) -> str:
    """ "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
