"""SQL of the table `orders`."""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from servizio.shop.order import Fulfilment, Order, OrderDraft, OrderStatus, Source
from servizio.shop.order_json import lines_from_json, lines_json, time_from_text, time_text
from servizio.store.transaction import Transaction

COLUMNS = (
    "id, number, status, source, phone, name, call_sid, fulfilment, address, lines,"
    " subtotal, tax, total, created_at, updated_at, revision"
)
OPEN = "status NOT IN ('picked_up', 'cancelled')"


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order with its row: numbers come round again, rows do not."""

    id: int
    order: Order


def insert(tx: Transaction, order: Order) -> StoredOrder:
    """Write a new order."""
    row = tx.insert(
        "INSERT INTO orders (number, status, created_at, source, phone, name, call_sid,"
        " fulfilment, address, lines, subtotal, tax, total, updated_at, revision)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (order.number, order.status.value, time_text(order.created_at), *_changing(order)),
    )
    return StoredOrder(row, order)


def update(tx: Transaction, stored: StoredOrder) -> None:
    """Write an order that has changed. Its number and time of birth never do."""
    tx.connection.execute(
        "UPDATE orders SET status = ?, source = ?, phone = ?, name = ?, call_sid = ?,"
        " fulfilment = ?, address = ?, lines = ?, subtotal = ?, tax = ?, total = ?,"
        " updated_at = ?, revision = ? WHERE id = ?",
        (stored.order.status.value, *_changing(stored.order), stored.id),
    )


def by_number(connection: sqlite3.Connection, number: str) -> StoredOrder | None:
    """The newest order that had this number."""
    return _first(connection, "number = ? ORDER BY id DESC LIMIT 1", (number,))


def by_row(connection: sqlite3.Connection, row_id: int) -> StoredOrder | None:
    """The order in this row."""
    return _first(connection, "id = ?", (row_id,))


def of_call(connection: sqlite3.Connection, call_sid: str) -> StoredOrder | None:
    """The order that was placed in this call."""
    return _first(connection, "call_sid = ?", (call_sid,))


def newest(connection: sqlite3.Connection, limit: int) -> list[Order]:
    """Orders in any status, newest first."""
    return _orders(connection, "1 ORDER BY id DESC LIMIT ?", (limit,))


def still_open(connection: sqlite3.Connection) -> list[Order]:
    """Orders of any day that are neither picked up nor cancelled, oldest first."""
    return _orders(connection, f"{OPEN} ORDER BY id")


def of_phone(connection: sqlite3.Connection, phone: str, limit: int) -> list[Order]:
    """Orders for this phone number, newest first."""
    return _orders(connection, "phone = ? ORDER BY id DESC LIMIT ?", (phone, limit))


def between(
    connection: sqlite3.Connection,
    since: datetime,
    until: datetime | None,
    *,
    after_id: int = 0,
    limit: int = -1,
) -> list[StoredOrder]:
    """Orders taken in this time (`until` not included), oldest first."""
    end = "" if until is None else " AND created_at < ?"
    values: list[str | int] = [time_text(since)]
    if until is not None:
        values.append(time_text(until))
    return _stored(
        connection,
        f"created_at >= ?{end} AND id > ? ORDER BY id LIMIT ?",
        (*values, after_id, limit),
    )


def taken_numbers(connection: sqlite3.Connection, since: datetime) -> frozenset[str]:
    """Numbers of open orders, and of those that were touched since then."""
    # One row with all of them: rows are fetched one by one, and there may be thousands.
    row = connection.execute(
        f"SELECT group_concat(number) FROM (SELECT number FROM orders WHERE {OPEN} UNION"
        " SELECT number FROM orders WHERE updated_at >= ?)",
        (time_text(since),),
    ).fetchone()
    return frozenset((row[0] or "").split(",")) - {""}


def forget_people(tx: Transaction, before: datetime) -> int:
    """Remove phone number, name and address of finished orders; gives how many."""
    return tx.connection.execute(
        "UPDATE orders SET phone = NULL, name = NULL, address = NULL"
        f" WHERE NOT ({OPEN}) AND updated_at < ?"
        " AND (phone IS NOT NULL OR name IS NOT NULL OR address IS NOT NULL)",
        (time_text(before),),
    ).rowcount


def _changing(order: Order) -> tuple[str | int | None, ...]:
    draft = order.draft
    return (
        draft.source.value,
        draft.phone,
        draft.name,
        draft.call_sid,
        draft.fulfilment.value,
        draft.address,
        json.dumps(lines_json(draft.lines), ensure_ascii=False, separators=(",", ":")),
        str(draft.subtotal),
        str(draft.tax),
        str(draft.total),
        time_text(order.updated_at),
        order.revision,
    )


def _first(
    connection: sqlite3.Connection, where: str, values: Iterable[str | int]
) -> StoredOrder | None:
    found = _stored(connection, where, values)
    return found[0] if found else None


def _orders(
    connection: sqlite3.Connection, where: str, values: Iterable[str | int] = ()
) -> list[Order]:
    return [stored.order for stored in _stored(connection, where, values)]


def _stored(
    connection: sqlite3.Connection, where: str, values: Iterable[str | int]
) -> list[StoredOrder]:
    rows = connection.execute(f"SELECT {COLUMNS} FROM orders WHERE {where}", tuple(values))
    return [_stored_order(row) for row in rows]


def _stored_order(row: tuple[Any, ...]) -> StoredOrder:
    (
        row_id,
        number,
        status,
        source,
        phone,
        name,
        call_sid,
        fulfilment,
        address,
        lines,
        subtotal,
        tax,
        total,
        created_at,
        updated_at,
        revision,
    ) = row
    draft = OrderDraft(
        lines=lines_from_json(json.loads(lines)),
        subtotal=Decimal(subtotal),
        tax=Decimal(tax),
        total=Decimal(total),
        source=Source(source),
        phone=phone,
        name=name,
        call_sid=call_sid,
        fulfilment=Fulfilment(fulfilment),
        address=address,
    )
    order = Order(
        number=number,
        status=OrderStatus(status),
        draft=draft,
        created_at=time_from_text(created_at),
        updated_at=time_from_text(updated_at),
        revision=revision,
    )
    return StoredOrder(row_id, order)
