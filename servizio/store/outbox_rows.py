"""Messages of the outbox as they stand, for reading only.

SQL of the tables `outbox` and `deliveries`.
"""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from servizio.shop.order_json import time_from_text, time_text
from servizio.store.records import Message, MessageKind, MessageState

COLUMNS = (
    "outbox.id, outbox.kind, outbox.key, outbox.recipient, outbox.body, outbox.state,"
    " outbox.attempts, outbox.next_attempt_at, outbox.created_at, outbox.updated_at,"
    " outbox.first_attempt_at, outbox.uncertain, outbox.recalled, outbox.provider_sid,"
    " deliveries.status,"
    " coalesce(deliveries.error_code, outbox.error_code), outbox.error_text,"
    " outbox.call_sid, outbox.order_number"
)
TABLES = "outbox LEFT JOIN deliveries ON deliveries.provider_sid = outbox.provider_sid"


def counts(connection: sqlite3.Connection) -> dict[tuple[MessageKind, MessageState], int]:
    """How many messages of each kind are in each state; nothing for none."""
    rows = connection.execute("SELECT kind, state, count(*) FROM outbox GROUP BY kind, state")
    return {(MessageKind(kind), MessageState(state)): count for kind, state, count in rows}


def newest(
    connection: sqlite3.Connection,
    limit: int,
    *,
    states: Collection[MessageState] | None = None,
    order_number: str | None = None,
) -> list[Message]:
    """Messages, newest first."""
    where, values = "1", list[str | int]()
    if states is not None:
        where += f" AND outbox.state IN ({','.join('?' * len(states))})"
        values += sorted(states)
    if order_number is not None:
        where += " AND outbox.order_number = ?"
        values.append(order_number)
    return rows_where(connection, where, values, f"outbox.id DESC LIMIT {int(limit)}")


def by_id(connection: sqlite3.Connection, message_id: int) -> Message | None:
    """One message."""
    found = rows_where(connection, "outbox.id = ?", (message_id,))
    return found[0] if found else None


def sent_sids(connection: sqlite3.Connection, to: str) -> frozenset[str]:
    """The provider's ids of the newest messages to this recipient."""
    rows = connection.execute(
        "SELECT provider_sid FROM outbox WHERE recipient = ? AND provider_sid IS NOT NULL"
        " ORDER BY id DESC LIMIT 200",
        (to,),
    )
    return frozenset(row[0] for row in rows)


def unsettled(
    connection: sqlite3.Connection, since: datetime, until: datetime, final: int
) -> list[Message]:
    """Texts that left in this time and of which nothing final is known."""
    return rows_where(
        connection,
        "outbox.kind = 'sms' AND outbox.state = 'sent' AND outbox.provider_sid IS NOT NULL"
        " AND outbox.updated_at >= ? AND outbox.updated_at < ?"
        " AND coalesce(deliveries.rank, 0) < ?",
        (time_text(since), time_text(until), final),
        "outbox.updated_at LIMIT 50",
    )


def told(message: Message) -> dict[str, object]:
    """A message in the journal: neither recipient nor words."""
    return {
        "id": message.id,
        "kind": message.kind.value,
        "state": message.state.value,
        "order_number": message.order_number,
        "call_sid": message.call_sid,
        "error_code": message.error_code,
        "error_text": message.error_text,
    }


def rows_where(
    connection: sqlite3.Connection,
    where: str,
    values: Sequence[str | int],
    order_by: str = "outbox.next_attempt_at, outbox.id",
) -> list[Message]:
    """Messages that fit this condition."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE {where} ORDER BY {order_by}", tuple(values)
    )
    return [_message(row) for row in rows]


def _message(row: tuple[Any, ...]) -> Message:
    (
        row_id,
        kind,
        key,
        recipient,
        body,
        state,
        attempts,
        next_attempt_at,
        created_at,
        updated_at,
        first_attempt_at,
        uncertain,
        recalled,
        *rest,
    ) = row
    return Message(
        row_id,
        MessageKind(kind),
        key,
        recipient,
        body,
        MessageState(state),
        attempts,
        time_from_text(next_attempt_at),
        time_from_text(created_at),
        time_from_text(updated_at),
        None if first_attempt_at is None else time_from_text(first_attempt_at),
        bool(uncertain),
        bool(recalled),
        *rest,
    )
