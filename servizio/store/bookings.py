"""Calls for a table elsewhere, and what came of them.

SQL of the table `bookings`. What was wanted and what came of it are always read and written
as a whole; place, number and result stand beside them for whoever looks into the file.
"""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from servizio.errors import StoreError
from servizio.shop.order_json import time_from_text, time_text
from servizio.shop.reservation import BookingOutcome, ReservationRequest
from servizio.store import journal
from servizio.store.booking_json import (
    booking_json,
    outcome_from,
    outcome_json,
    wanted_from,
    wanted_json,
)
from servizio.store.records import Booking, BookingStep, EventKind
from servizio.store.transaction import Transaction

COLUMNS = "id, asked, phone, wanted, step, call_sid, outcome, created_at, updated_at"


def begin(tx: Transaction, asked: str, wanted: ReservationRequest, phone: str) -> Booking | None:
    """Write a request down before anybody is rung; `None` while this number is being rung."""
    ringing = tx.connection.execute(
        "SELECT 1 FROM bookings WHERE phone = ? AND step <> 'over'", (phone,)
    ).fetchone()
    if ringing is not None:
        return None
    now = time_text(tx.now)
    row = tx.insert(
        "INSERT INTO bookings (asked, place, phone, wanted, step, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            asked,
            wanted.place,
            phone,
            json.dumps(wanted_json(wanted), ensure_ascii=False),
            BookingStep.ASKED.value,
            now,
            now,
        ),
    )
    return _tell(tx, row)


def move(tx: Transaction, row: int, step: BookingStep, call_sid: str | None) -> Booking:
    """The call got that far. One that is over stays so."""
    before = known(tx.connection, row)
    if before.step is BookingStep.OVER or (
        before.step is step and call_sid in {None, before.call_sid}
    ):
        return before
    tx.connection.execute(
        "UPDATE bookings SET step = ?, call_sid = coalesce(?, call_sid), updated_at = ?"
        " WHERE id = ?",
        (step.value, call_sid, time_text(tx.now), row),
    )
    return _tell(tx, row)


def finish(tx: Transaction, row: int, outcome: BookingOutcome) -> Booking:
    """Write down what came of it. Only the first end counts."""
    before = known(tx.connection, row)
    if before.step is BookingStep.OVER:
        return before
    tx.connection.execute(
        "UPDATE bookings SET step = 'over', result = ?, confirmation = ?, outcome = ?,"
        " updated_at = ? WHERE id = ?",
        (
            outcome.result.value,
            outcome.confirmation,
            json.dumps(outcome_json(outcome), ensure_ascii=False),
            time_text(tx.now),
            row,
        ),
    )
    return _tell(tx, row)


def unfinished(connection: sqlite3.Connection) -> list[Booking]:
    """Those of which the end is not known, oldest first."""
    return _bookings(connection, "WHERE step <> 'over' ORDER BY id", ())


def newest(connection: sqlite3.Connection, limit: int) -> list[Booking]:
    """The newest first."""
    return _bookings(connection, "ORDER BY id DESC LIMIT ?", (limit,))


def of_calls(connection: sqlite3.Connection, call_sids: list[str]) -> list[Booking]:
    """Those that were made in these calls."""
    marks = ",".join("?" * len(call_sids))
    return _bookings(connection, f"WHERE call_sid IN ({marks})", tuple(call_sids))


def find(connection: sqlite3.Connection, row: int) -> Booking | None:
    """One of them."""
    found = _bookings(connection, "WHERE id = ?", (row,))
    return found[0] if found else None


def known(connection: sqlite3.Connection, row: int) -> Booking:
    """One of them. Raises `StoreError` where there is none."""
    booking = find(connection, row)
    if booking is None:
        raise StoreError("This call for a table was never begun.", "Begin it again.")
    return booking


def forget_people(tx: Transaction, before: datetime) -> None:
    """Remove those that were over before: all of one is about a person."""
    tx.connection.execute(
        "DELETE FROM bookings WHERE step = 'over' AND updated_at < ?", (time_text(before),)
    )


def forget_number(tx: Transaction, phone: str) -> None:
    """Remove those of this number that are over."""
    tx.connection.execute("DELETE FROM bookings WHERE step = 'over' AND phone = ?", (phone,))


def _tell(tx: Transaction, row: int) -> Booking:
    booking = known(tx.connection, row)
    journal.append(
        tx,
        EventKind.BOOKING_CHANGED,
        {"booking": booking_json(booking)},
        call_sid=booking.call_sid,
    )
    return booking


def _bookings(
    connection: sqlite3.Connection, where: str, values: tuple[str | int, ...]
) -> list[Booking]:
    rows = connection.execute(f"SELECT {COLUMNS} FROM bookings {where}", values)
    return [_booking(row) for row in rows]


def _booking(row: tuple[Any, ...]) -> Booking:
    row_id, asked, phone, wanted, step, call_sid, outcome, created_at, updated_at = row
    return Booking(
        id=row_id,
        asked=asked,
        phone=phone,
        wanted=wanted_from(json.loads(wanted)),
        step=BookingStep(step),
        call_sid=call_sid,
        outcome=None if outcome is None else outcome_from(json.loads(outcome)),
        created_at=time_from_text(created_at),
        updated_at=time_from_text(updated_at),
    )
