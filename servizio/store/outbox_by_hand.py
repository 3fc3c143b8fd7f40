"""What staff do with messages: send again, try again, let go. Each is in the audit trail."""

from __future__ import annotations

import sqlite3

from servizio.errors import MessageError
from servizio.shop.order import Order, OrderStatus
from servizio.shop.order_json import time_text
from servizio.store import incoming, journal, outbox, outbox_rows
from servizio.store.order_desk import HouseRules, known
from servizio.store.records import (
    EventKind,
    Message,
    MessageKind,
    MessageState,
    OrderText,
    TextKind,
)
from servizio.store.transaction import Transaction

_OPEN_STATUSES = frozenset({OrderStatus.RECEIVED, OrderStatus.MAKING})
_MAY_RETRY = frozenset(
    {
        MessageState.PENDING,
        MessageState.LOCAL,
        MessageState.FAILED,
        MessageState.DISMISSED,
    }
)
_NOT_DELIVERED = frozenset({"undelivered", "failed"})


def retry(tx: Transaction, message_id: int, *, actor: str) -> Message | None:
    """Try a message again now, as often as a new one. `None`: there is no such message.

    Where an earlier try may have reached the provider it is looked for first. Raises
    `MessageError` for one that has left or is just being sent.
    """
    message = outbox_rows.by_id(tx.connection, message_id)
    if message is None:
        return None
    if message.state not in _MAY_RETRY and not _came_back(message):
        raise MessageError(f"This message is {message.state.value}; it cannot be tried again.")
    tx.outbox_changed = True
    tx.connection.execute(
        "UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = ?, recalled = 0,"
        " provider_sid = NULL, error_code = NULL, error_text = NULL, updated_at = ? WHERE id = ?",
        (time_text(tx.now), time_text(tx.now), message_id),
    )
    return _tell(tx, message_id, actor)


def dismiss(tx: Transaction, message_id: int, *, actor: str) -> Message | None:
    """Let a message go: nobody needs to look at it again. `None`: there is no such message.

    One that waits is not sent. Raises `MessageError` for one that has left or is just being sent.
    """
    message = outbox_rows.by_id(tx.connection, message_id)
    if message is None:
        return None
    waits = message.state in {MessageState.PENDING, MessageState.HELD}
    if not (waits or message.state in _MAY_RETRY or _came_back(message)):
        raise MessageError(f"This message is {message.state.value}; it cannot be dismissed.")
    state = MessageState.WITHDRAWN if waits else MessageState.DISMISSED
    tx.outbox_changed = True
    tx.connection.execute(
        "UPDATE outbox SET state = ?, updated_at = ? WHERE id = ?",
        (state.value, time_text(tx.now), message_id),
    )
    return _tell(tx, message_id, actor)


def send_again(
    tx: Transaction, rules: HouseRules, number: str, *, actor: str, received: OrderText
) -> TextKind:
    """Queue once more the text that fits an order's status.

    Raises `UnknownOrderError`, and `MessageError` where no text fits, there is no number, it
    has opted out, or this very text is still waiting to leave.
    """
    stored = known(tx, number)
    order, phone = stored.order, stored.order.draft.phone
    if phone is None:
        raise MessageError(f"Order {number} has no phone number.")
    kind, body = _fitting(rules, order, received)
    if incoming.opted_out(tx.connection, phone):
        raise MessageError(
            "This number has opted out of texts.", "Its owner has to write START to our number."
        )
    prefix = f"order:{stored.id}:{kind.value}"
    states = _states(tx.connection, prefix)
    if any(state in {"held", "pending", "sending"} for state in states):
        raise MessageError("This text has not left yet: it is still in the outbox.")
    outbox.queue(
        tx,
        MessageKind.SMS,
        f"{prefix}:again:{len(states)}",
        to=phone,
        body=body,
        call_sid=order.draft.call_sid,
        order_id=stored.id,
        order_number=number,
    )
    row = tx.connection.execute("SELECT max(id) FROM outbox").fetchone()
    _tell(tx, int(row[0]), actor)
    return kind


def _fitting(rules: HouseRules, order: Order, received: OrderText) -> tuple[TextKind, str]:
    if order.status in _OPEN_STATUSES:
        return TextKind.RECEIVED, received(order)
    if order.status is OrderStatus.READY and rules.ready_text is not None:
        return TextKind.READY, rules.ready_text(order)
    raise MessageError(
        f"There is no text for an order that is {order.status.value.replace('_', ' ')}."
    )


def _states(connection: sqlite3.Connection, prefix: str) -> list[str]:
    """States of the texts of one order and kind."""
    rows = connection.execute(
        "SELECT state FROM outbox WHERE key = ? OR key GLOB ?", (prefix, f"{prefix}:*")
    )
    return [row[0] for row in rows]


def _came_back(message: Message) -> bool:
    """Whether the provider took it and could not deliver it."""
    return message.state is MessageState.SENT and message.delivery in _NOT_DELIVERED


def _tell(tx: Transaction, message_id: int, actor: str) -> Message | None:
    """Write into the journal what became of a message, without recipient and words."""
    message = outbox_rows.by_id(tx.connection, message_id)
    if message is not None:
        journal.append(
            tx,
            EventKind.OUTBOX_CHANGED,
            {"message": outbox_rows.told(message)},
            order_number=message.order_number,
            call_sid=message.call_sid,
            actor=actor,
        )
    return message
