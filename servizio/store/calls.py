"""Calls and what was said in them.

SQL of the tables `calls` and `turns`, and their events.
"""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from servizio.errors import StoreError
from servizio.shop.order_json import time_from_text, time_text
from servizio.store import journal, outbox
from servizio.store.call_json import call_json, turn_json
from servizio.store.records import CallRecord, Direction, EventKind, Role, Turn
from servizio.store.transaction import Transaction

COLUMNS = (
    "call_sid, direction, status, started_at, ended_at, agent, phone, order_number, outcome,"
    " cart, latency"
)
DROPPED = "dropped"
"""Outcome of a call that was cut off by the death of this machine or process."""


def start(
    tx: Transaction, call_sid: str, *, direction: Direction, phone: str | None, status: str
) -> CallRecord:
    """Begin a call; one that has begun already stays as it is."""
    known = find(tx.connection, call_sid)
    if known is not None:
        return known
    tx.connection.execute(
        "INSERT INTO calls (call_sid, direction, status, phone, started_at) VALUES (?, ?, ?, ?, ?)",
        (call_sid, direction.value, status, phone, time_text(tx.now)),
    )
    return _tell(tx, EventKind.CALL_STARTED, call_sid)


def update(
    tx: Transaction,
    call_sid: str,
    *,
    status: str | None = None,
    agent: str | None = None,
    phone: str | None = None,
    order_number: str | None = None,
) -> CallRecord:
    """Change what is given; a call that is over keeps its status."""
    before = known(tx.connection, call_sid)
    tx.connection.execute(
        "UPDATE calls SET agent = coalesce(?, agent), phone = coalesce(?, phone),"
        " order_number = coalesce(?, order_number),"
        " status = CASE WHEN ended_at IS NULL THEN coalesce(?, status) ELSE status END"
        " WHERE call_sid = ?",
        (agent, phone, order_number, status, call_sid),
    )
    after = known(tx.connection, call_sid)
    return before if after == before else _tell(tx, EventKind.CALL_UPDATED, call_sid)


def end(
    tx: Transaction,
    call_sid: str,
    *,
    outcome: str,
    status: str,
    latency_ms: Mapping[str, object] | None,
) -> CallRecord | None:
    """End a call and let its held messages go. The first end counts, later ones change nothing.

    A call that was never begun only lets its messages go.
    """
    outbox.release(tx, call_sid)
    ended = tx.connection.execute(
        "UPDATE calls SET ended_at = ?, outcome = ?, status = ?, latency = ?"
        " WHERE call_sid = ? AND ended_at IS NULL",
        (
            time_text(tx.now),
            outcome,
            status,
            None if latency_ms is None else json.dumps(latency_ms),
            call_sid,
        ),
    ).rowcount
    if ended:
        return _tell(tx, EventKind.CALL_ENDED, call_sid)
    return find(tx.connection, call_sid)


def recover(tx: Transaction) -> list[CallRecord]:
    """End the calls that a dead process left open, and let every message go that they held."""
    rows = tx.connection.execute("SELECT call_sid FROM calls WHERE ended_at IS NULL").fetchall()
    ended = [
        end(tx, call_sid, outcome=DROPPED, status="completed", latency_ms=None)
        for (call_sid,) in rows
    ]
    for call_sid in outbox.calls_with_held(tx.connection):
        outbox.release(tx, call_sid)
    return [call for call in ended if call is not None]


def add_turn(
    tx: Transaction, call_sid: str, role: Role, text: str, *, at: datetime | None, heard: bool
) -> Turn:
    """Write what was said. `at`: when, if not now."""
    known(tx.connection, call_sid)
    turn = Turn(role, text, at or tx.now, heard)
    tx.connection.execute(
        "INSERT INTO turns (call_sid, role, text, heard, at) VALUES (?, ?, ?, ?, ?)",
        (call_sid, role.value, text, heard, time_text(turn.at)),
    )
    payload = {"call_sid": call_sid, **turn_json(turn), "final": True}
    journal.append(tx, EventKind.TRANSCRIPT, payload, call_sid=call_sid, actor=role.value)
    return turn


def set_cart(tx: Transaction, call_sid: str, cart: object) -> None:
    """Write the cart of a call, as JSON values; nothing happens where it is the same."""
    known(tx.connection, call_sid)
    text = json.dumps(cart, ensure_ascii=False)
    changed = tx.connection.execute(
        "UPDATE calls SET cart = ? WHERE call_sid = ? AND cart IS NOT ?", (text, call_sid, text)
    ).rowcount
    if changed:
        payload = {"call_sid": call_sid, "cart": cart}
        journal.append(tx, EventKind.CART_CHANGED, payload, call_sid=call_sid)


def is_open(connection: sqlite3.Connection, call_sid: str | None) -> bool:
    """Whether this call is going on."""
    query = "SELECT 1 FROM calls WHERE call_sid = ? AND ended_at IS NULL"
    return connection.execute(query, (call_sid,)).fetchone() is not None


def find(connection: sqlite3.Connection, call_sid: str) -> CallRecord | None:
    """A call without its transcript."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM calls WHERE call_sid = ?", (call_sid,)
    ).fetchone()
    return _call(row) if row else None


def known(connection: sqlite3.Connection, call_sid: str) -> CallRecord:
    """A call without its transcript. Raises `StoreError` where there is none."""
    call = find(connection, call_sid)
    if call is None:
        raise StoreError("This call was never begun.", "Begin it with `start_call`.")
    return call


def transcript(connection: sqlite3.Connection, call_sid: str) -> tuple[Turn, ...]:
    """What was said, in order."""
    rows = connection.execute(
        "SELECT role, text, at, heard FROM turns WHERE call_sid = ? ORDER BY id", (call_sid,)
    )
    return tuple(
        Turn(Role(role), text, time_from_text(at), bool(heard)) for role, text, at, heard in rows
    )


def with_transcript(connection: sqlite3.Connection, call_sid: str) -> CallRecord | None:
    """A call with what was said in it."""
    call = find(connection, call_sid)
    return None if call is None else replace(call, turns=transcript(connection, call_sid))


def newest(connection: sqlite3.Connection, limit: int) -> list[CallRecord]:
    """Calls without their transcripts, newest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM calls ORDER BY started_at DESC, rowid DESC LIMIT ?", (limit,)
    )
    return [_call(row) for row in rows]


def found(connection: sqlite3.Connection, wanted: str, limit: int) -> list[CallRecord]:
    """Calls in which this was said, or whose number ends so, or of this order, newest first."""
    words = wanted.strip()
    said = "call_sid IN (SELECT call_sid FROM turns WHERE text LIKE ? ESCAPE '\\')"
    values = [f"%{_literally(words)}%"]
    digits = "".join(sign for sign in words if sign.isdigit() and sign.isascii())
    if digits and not any(sign.isalpha() for sign in words):
        said += " OR phone LIKE ? OR order_number = ?"
        values += [f"%{digits}", digits]
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM calls WHERE {said} ORDER BY started_at DESC, rowid DESC LIMIT ?",
        (*values, limit),
    )
    return [_call(row) for row in rows]


def _literally(text: str) -> str:
    """Text in which LIKE takes no sign for a wildcard."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def forget_people(tx: Transaction, before: datetime) -> int:
    """Remove phone number, cart and transcript of calls that ended before; gives how many."""
    limit = time_text(before)
    tx.connection.execute(
        "DELETE FROM turns WHERE call_sid IN (SELECT call_sid FROM calls WHERE ended_at < ?)",
        (limit,),
    )
    return tx.connection.execute(
        "UPDATE calls SET phone = NULL, cart = NULL WHERE ended_at < ?"
        " AND (phone IS NOT NULL OR cart IS NOT NULL)",
        (limit,),
    ).rowcount


def _tell(tx: Transaction, kind: EventKind, call_sid: str) -> CallRecord:
    call = known(tx.connection, call_sid)
    journal.append(
        tx, kind, {"call": call_json(call)}, call_sid=call_sid, order_number=call.order_number
    )
    return call


def _call(row: tuple[Any, ...]) -> CallRecord:
    (
        call_sid,
        direction,
        status,
        started_at,
        ended_at,
        agent,
        phone,
        order_number,
        outcome,
        cart,
        latency,
    ) = row
    return CallRecord(
        call_sid=call_sid,
        direction=Direction(direction),
        status=status,
        started_at=time_from_text(started_at),
        ended_at=None if ended_at is None else time_from_text(ended_at),
        agent=agent,
        phone=phone,
        order_number=order_number,
        outcome=outcome,
        cart=None if cart is None else json.loads(cart),
        latency_ms={} if latency is None else json.loads(latency),
    )
