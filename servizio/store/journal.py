"""The journal: who did what when. It is the audit trail and the source of every event.

SQL of the table `journal`. Ids are given under SQLite's one write lock and become visible
in that order, so reading on from an id misses nothing.
"""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from servizio.shop.order import OrderStatus
from servizio.shop.order_json import time_from_text, time_text
from servizio.store.records import Event, EventKind
from servizio.store.transaction import Transaction

COLUMNS = "id, kind, at, payload, order_number, call_sid, actor, from_status, to_status"


def append(
    tx: Transaction,
    kind: EventKind,
    payload: Mapping[str, object],
    *,
    order_id: int | None = None,
    order_number: str | None = None,
    call_sid: str | None = None,
    actor: str | None = None,
    from_status: OrderStatus | None = None,
    to_status: OrderStatus | None = None,
) -> Event:
    """Write an event. It is told to listeners when the transaction has been committed."""
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    row = tx.insert(
        "INSERT INTO journal (kind, at, payload, order_id, order_number, call_sid, actor,"
        " from_status, to_status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            kind.value,
            time_text(tx.now),
            data,
            order_id,
            order_number,
            call_sid,
            actor,
            from_status,
            to_status,
        ),
    )
    tx.journal_changed = True
    return Event(row, kind, tx.now, data, order_number, call_sid, actor, from_status, to_status)


def events_after(
    connection: sqlite3.Connection,
    after: int,
    *,
    limit: int,
    kinds: Collection[EventKind] | None = None,
) -> list[Event]:
    """Events after this id, oldest first. Those whose payload retention removed are left out."""
    wanted = sorted(kinds) if kinds is not None else []
    filtered = f" AND kind IN ({','.join('?' * len(wanted))})" if kinds is not None else ""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM journal"
        f" WHERE id > ? AND payload IS NOT NULL{filtered} ORDER BY id LIMIT ?",
        (after, *wanted, limit),
    )
    return [_event(row) for row in rows]


def events_of_order(connection: sqlite3.Connection, order_id: int) -> list[Event]:
    """The audit trail of one order, oldest first; without payload where retention removed it."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM journal WHERE order_id = ? ORDER BY id", (order_id,)
    )
    return [_event(row) for row in rows]


def last_id(connection: sqlite3.Connection) -> int:
    """Id of the newest event; 0 where there is none."""
    row = connection.execute("SELECT max(id) FROM journal").fetchone()
    return int(row[0] or 0)


def status_before(connection: sqlite3.Connection, order_id: int) -> OrderStatus | None:
    """The status that an order had before its present one."""
    row = connection.execute(
        "SELECT from_status FROM journal WHERE order_id = ? AND to_status IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        (order_id,),
    ).fetchone()
    return OrderStatus(row[0]) if row and row[0] else None


def actor_of_status(connection: sqlite3.Connection, order_id: int) -> str | None:
    """Who gave an order its present status."""
    row = connection.execute(
        "SELECT actor FROM journal WHERE order_id = ? AND to_status IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        (order_id,),
    ).fetchone()
    return row[0] if row else None


def forget_payloads(tx: Transaction, before: str) -> None:
    """Remove the payloads of old events and keep who, when, from and to."""
    tx.connection.execute(
        "UPDATE journal SET payload = NULL WHERE at < ? AND payload IS NOT NULL", (before,)
    )


def _event(row: tuple[Any, ...]) -> Event:
    row_id, kind, at, payload, *rest = row
    return Event(row_id, EventKind(kind), time_from_text(at), payload or "{}", *rest)
