"""What somebody is told who had a table reserved: one plain sentence for each end of a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

from servizio.shop.reservation import (
    BookingOutcome,
    BookingResult,
    ReservationRequest,
    named,
)

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def outcome(
    request: ReservationRequest,
    result: BookingResult,
    *,
    at: time | None = None,
    confirmation: str = "",
    offered: Sequence[time] = (),
    seen: str = "",
) -> BookingOutcome:
    """What came of the request, with its sentence.

    `at` is the agreed time of what was confirmed; `offered` what was turned down; `seen` says
    in a few words why a call failed or was declined, such as "they hung up".
    """
    is_confirmed = result is BookingResult.CONFIRMED
    told = BookingOutcome(
        result=result,
        sentence="",
        day=request.day,
        at=(at or request.at) if is_confirmed else None,
        party=request.party if is_confirmed else 0,
        name=request.name if is_confirmed else "",
        confirmation=confirmation if is_confirmed else "",
        offered=tuple(offered),
    )
    return replace(told, sentence=_sentence(request, told, seen))


def table_text(request: ReservationRequest, at: time | None = None) -> str:
    """The wanted table: "a table for 4 on Sunday, November 22 at 7 pm"."""
    when = f"{day_text(request.day)} at {time_text(at or request.at)}"
    return f"a table for {request.party} on {when}"


def day_text(day: date) -> str:
    """ "Sunday, November 22"; never in the machine's own language."""
    return f"{_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}"


def time_text(at: time) -> str:
    """ "7 pm", "7:30 pm", "noon"."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'am' if at.hour < 12 else 'pm'}"


def _sentence(request: ReservationRequest, outcome: BookingOutcome, seen: str) -> str:
    place, wanted = request.place, table_text(request)
    because = f": {seen}" if seen else ""
    others = named([time_text(each) for each in outcome.offered])
    only = f"; they offered {others}" if others else ""
    return {
        BookingResult.CONFIRMED: _confirmed(request, outcome),
        BookingResult.FULL: f"{place} has no {wanted.removeprefix('a ')}{only}.",
        BookingResult.CLOSED: f"{place} is closed on {day_text(request.day)} at "
        f"{time_text(request.at)}.",
        BookingResult.DECLINED: f"{place} could not give you {wanted}{because}{only}.",
        BookingResult.NO_ANSWER: f"Nobody at {place} took the call{because}.",
        BookingResult.VOICEMAIL: f"A machine took the call at {place}{because}; nothing is "
        "reserved.",
        BookingResult.FAILED: f"The call to {place} came to no result{because}; nothing is known "
        "to be reserved.",
    }[outcome.result]


def _confirmed(request: ReservationRequest, outcome: BookingOutcome) -> str:
    moved = f" (you asked for {time_text(request.at)})" if outcome.at != request.at else ""
    number = (
        f"The confirmation number is {outcome.confirmation}."
        if outcome.confirmation
        else "They gave no number."
    )
    table = table_text(request, outcome.at)
    return f"{request.place} has {table}{moved}, under {request.name}. {number}"
