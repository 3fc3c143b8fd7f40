"""What happened on one day, for the report. SQL over several tables, for reading only."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from servizio.shop.order_json import time_from_text, time_text
from servizio.shop.report import CallFact, DayFacts
from servizio.store import orders

NOT_UNDERSTOOD = "not_understood"
"""What the transcript has as a tool's turn where an agent could make nothing of a turn."""
IN_PROGRESS = "in_progress"
"""Outcome of a call that goes on."""


def day_facts(connection: sqlite3.Connection, since: datetime, until: datetime) -> DayFacts:
    """Orders and calls from `since` to before `until`."""
    span = (time_text(since), time_text(until))
    return DayFacts(
        orders=[stored.order for stored in orders.between(connection, since, until)],
        ready_seconds=_ready_seconds(connection, span),
        calls=_calls(connection, span),
        not_understood=_not_understood(connection, span),
    )


def _ready_seconds(connection: sqlite3.Connection, span: tuple[str, str]) -> list[float]:
    """How long each order took that is ready by now; the last time counts, as after an undo.

    A picked-up order that was recalled was ready before: its way back does not count.
    """
    rows = connection.execute(
        "SELECT orders.created_at, max(journal.at) FROM orders"
        " JOIN journal ON journal.order_id = orders.id"
        " WHERE orders.created_at >= ? AND orders.created_at < ?"
        " AND orders.status IN ('ready', 'picked_up') AND journal.to_status = 'ready'"
        " AND journal.from_status IN ('received', 'making') GROUP BY orders.id",
        span,
    )
    return [
        max(0.0, (time_from_text(ready) - time_from_text(taken)).total_seconds())
        for taken, ready in rows
    ]


def _calls(connection: sqlite3.Connection, span: tuple[str, str]) -> list[CallFact]:
    rows = connection.execute(
        "SELECT outcome, started_at, ended_at FROM calls"
        " WHERE started_at >= ? AND started_at < ? AND direction = 'inbound'",
        span,
    )
    return [CallFact(outcome or IN_PROGRESS, _seconds(start, end)) for outcome, start, end in rows]


def _seconds(start: str, end: str | None) -> float | None:
    if end is None:
        return None
    return (time_from_text(end) - time_from_text(start)).total_seconds()


def _not_understood(connection: sqlite3.Connection, span: tuple[str, str]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM turns JOIN calls ON calls.call_sid = turns.call_sid"
        " WHERE calls.started_at >= ? AND calls.started_at < ?"
        " AND turns.role = 'tool' AND turns.text = ?",
        (*span, NOT_UNDERSTOOD),
    ).fetchone()
    return int(row[0])
