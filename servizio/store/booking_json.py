"""A call for a table as JSON: the shape that the database, the API and the events share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from servizio.shop.order_json import time_text
from servizio.shop.reservation import (
    BookingOutcome,
    BookingResult,
    ReservationRequest,
    Seating,
)
from servizio.store.records import Booking


def booking_json(booking: Booking) -> dict[str, object]:
    """The booking, whole: with names and telephone number. Not for the public."""
    return {
        "id": booking.id,
        "call_sid": booking.call_sid,
        "step": booking.step.value,
        "request": booking.asked,
        "phone": booking.phone,
        "wanted": wanted_json(booking.wanted),
        "outcome": None if booking.outcome is None else outcome_json(booking.outcome),
        "created_at": time_text(booking.created_at),
        "updated_at": time_text(booking.updated_at),
    }


def wanted_json(wanted: ReservationRequest) -> dict[str, object]:
    """A request: days as `2026-01-31`, times of day as `19:00`."""
    return {
        "place": wanted.place,
        "party": wanted.party,
        "day": wanted.day.isoformat(),
        "at": _clock(wanted.at),
        "name": wanted.name,
        "earliest": _clock(wanted.earliest),
        "latest": _clock(wanted.latest),
        "seatings": sorted(seating.value for seating in wanted.seatings),
        "needs": list(wanted.needs),
    }


def wanted_from(given: Mapping[str, Any]) -> ReservationRequest:
    """The request of `wanted_json`."""
    return ReservationRequest(
        place=given["place"],
        party=given["party"],
        day=date.fromisoformat(given["day"]),
        at=time.fromisoformat(given["at"]),
        name=given["name"],
        earliest=time.fromisoformat(given["earliest"]),
        latest=time.fromisoformat(given["latest"]),
        seatings=frozenset(Seating(each) for each in given["seatings"]),
        needs=tuple(given["needs"]),
    )


def outcome_json(outcome: BookingOutcome) -> dict[str, object]:
    """What came of a request."""
    return {
        "result": outcome.result.value,
        "sentence": outcome.sentence,
        "day": outcome.day.isoformat(),
        "at": None if outcome.at is None else _clock(outcome.at),
        "party": outcome.party,
        "name": outcome.name,
        "confirmation": outcome.confirmation,
        "offered": [_clock(each) for each in outcome.offered],
    }


def outcome_from(given: Mapping[str, Any]) -> BookingOutcome:
    """The outcome of `outcome_json`."""
    return BookingOutcome(
        result=BookingResult(given["result"]),
        sentence=given["sentence"],
        day=date.fromisoformat(given["day"]),
        at=None if given["at"] is None else time.fromisoformat(given["at"]),
        party=given["party"],
        name=given["name"],
        confirmation=given["confirmation"],
        offered=tuple(time.fromisoformat(each) for each in given["offered"]),
    )


def _clock(at: time) -> str:
    return at.isoformat("minutes")
