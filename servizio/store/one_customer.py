"""All that is kept of one customer, by telephone number: to hand it over, or to erase it.

A customer is found by the number that rang and by the number that was given for an order;
what one call or order of theirs says of the other is theirs too.
"""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import sqlite3

from servizio.shop.order_json import order_json, time_text
from servizio.store import bookings, calls, incoming, orders, voice_messages
from servizio.store.call_json import call_json
from servizio.store.orders import OPEN
from servizio.store.outbox_rows import rows_where
from servizio.store.records import Erased
from servizio.store.transaction import Transaction

_WAITS = "state IN ('held', 'pending', 'sending')"


def everything_of(connection: sqlite3.Connection, phone: str) -> dict[str, object]:
    """What is kept of this number (E.164), as JSON values in the shapes of the API."""
    order_ids, call_sids = _theirs(connection, phone)
    kept_orders = [orders.by_row(connection, row) for row in order_ids]
    kept_calls = [calls.with_transcript(connection, sid) for sid in call_sids]
    messages = rows_where(
        connection, "outbox.recipient = ? AND outbox.kind = 'sms'", (phone,), "outbox.id"
    )
    told = rows_where(
        connection,
        f"outbox.kind = 'webhook' AND outbox.order_id IN ({_marks(order_ids)})",
        tuple(order_ids),
        "outbox.id",
    )
    return {
        "phone": phone,
        "orders": [order_json(each.order) for each in kept_orders if each is not None],
        "calls": [call_json(each) for each in kept_calls if each is not None],
        "voice_messages": [
            voice_messages.message_json(each)
            for each in voice_messages.of_customer(connection, phone, call_sids)
        ],
        "texts_from": [incoming.text_json(text) for text in incoming.of_phone(connection, phone)],
        "texts_to": [
            {
                "body": message.body,
                "state": message.state.value,
                "delivery": message.delivery,
                "at": time_text(message.created_at),
            }
            for message in messages
        ],
        "told_to_other_programs": len(told),
        "wants_no_texts": incoming.opted_out(connection, phone),
    }


def erase(tx: Transaction, phone: str) -> Erased:
    """Forget who this customer was, and all that was said. What was sold and when stays.

    Open orders and calls in progress are left alone and named: the shop needs them. That a
    number wants no texts stays known, as forgetting it would break the wish.
    """
    order_ids, call_sids = _theirs(tx.connection, phone)
    still_open = dict(
        tx.connection.execute(
            f"SELECT id, number FROM orders WHERE id IN ({_marks(order_ids)}) AND {OPEN}",
            order_ids,
        ).fetchall()
    )
    live = {
        row[0]
        for row in tx.connection.execute(
            f"SELECT call_sid FROM calls WHERE call_sid IN ({_marks(call_sids)})"
            " AND ended_at IS NULL",
            call_sids,
        )
    }
    order_ids = [row_id for row_id in order_ids if row_id not in still_open]
    call_sids = [sid for sid in call_sids if sid not in live]
    _erase_orders(tx, order_ids)
    _erase_calls(tx, call_sids)
    voice_messages.forget_customer(tx, phone, call_sids)
    texts = _erase_messages(tx, phone, order_ids, keep_number=bool(still_open))
    bookings.forget_number(tx, phone)
    _erase_events(tx, phone, order_ids, call_sids)
    return Erased(len(order_ids), len(call_sids), texts, tuple(sorted(still_open.values())))


def _theirs(connection: sqlite3.Connection, phone: str) -> tuple[list[int], list[str]]:
    """Rows of orders and ids of calls: of this number, and those that belong to them."""
    order_ids = connection.execute(
        "SELECT id FROM orders WHERE phone = ? OR call_sid IN"
        " (SELECT call_sid FROM calls WHERE phone = ?) ORDER BY id",
        (phone, phone),
    )
    call_sids = connection.execute(
        "SELECT call_sid FROM calls WHERE phone = ? OR call_sid IN"
        " (SELECT call_sid FROM orders WHERE phone = ?) ORDER BY started_at",
        (phone, phone),
    )
    return [row[0] for row in order_ids], [row[0] for row in call_sids]


def _erase_orders(tx: Transaction, order_ids: list[int]) -> None:
    tx.connection.execute(
        "UPDATE orders SET phone = NULL, name = NULL, address = NULL"
        f" WHERE id IN ({_marks(order_ids)})",
        order_ids,
    )


def _erase_calls(tx: Transaction, call_sids: list[str]) -> None:
    among = f"call_sid IN ({_marks(call_sids)})"
    tx.connection.execute(f"DELETE FROM turns WHERE {among}", call_sids)
    tx.connection.execute(f"UPDATE calls SET phone = NULL, cart = NULL WHERE {among}", call_sids)


def _erase_messages(tx: Transaction, phone: str, order_ids: list[int], *, keep_number: bool) -> int:
    """Texts and webhooks of these orders, and all texts to and from the number."""
    theirs = f"order_id IN ({_marks(order_ids)})"
    if not keep_number:
        theirs += " OR (recipient = ? AND order_id IS NULL)"
    values = [*order_ids, *([] if keep_number else [phone])]
    # What waits is for somebody who shall not be known any more.
    tx.connection.execute(
        f"UPDATE outbox SET state = 'withdrawn' WHERE state IN ('held', 'pending') AND ({theirs})",
        values,
    )
    tx.outbox_changed = True
    emptied = tx.connection.execute(
        f"UPDATE outbox SET recipient = '', body = '', updated_at = ?"
        f" WHERE NOT ({_WAITS}) AND ({theirs})",
        [time_text(tx.now), *values],
    ).rowcount
    came = tx.connection.execute("DELETE FROM incoming_texts WHERE phone = ?", (phone,)).rowcount
    return emptied + came


def _erase_events(tx: Transaction, phone: str, order_ids: list[int], call_sids: list[str]) -> None:
    """Payloads of their events, and of any other in which the number stands."""
    tx.connection.execute(
        "UPDATE journal SET payload = NULL WHERE payload IS NOT NULL AND"
        f" (order_id IN ({_marks(order_ids)}) OR (call_sid IN ({_marks(call_sids)})"
        f" AND order_id IS NULL) OR (kind IN ('text_received', 'voice_message')"
        " AND instr(payload, ?)))",
        [*order_ids, *call_sids, f'"{phone}"'],
    )


def _marks(values: list[int] | list[str]) -> str:
    return ",".join("?" * len(values))
