"""Other programs are told of orders: which messages, when, and in which words.

An order that is taken in a call is told once, when the call is over, as it is by then: what
the customer changes in mid-call is no news to anybody else, and what they take back never
happened. The form is that of Standard Webhooks: `type`, `timestamp`, `data`, and an id that
stays the same however often it is tried.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from servizio.shop.order import OrderStatus
from servizio.shop.order_json import order_json, time_text
from servizio.store import calls, outbox
from servizio.store.orders import StoredOrder
from servizio.store.records import EventKind, MessageKind, MessageState
from servizio.store.transaction import Transaction

TYPES = {
    EventKind.ORDER_CREATED: "order.created",
    EventKind.ORDER_UPDATED: "order.updated",
    EventKind.ORDER_STATUS_CHANGED: "order.status_changed",
}
_NOT_GONE = frozenset({MessageState.HELD, MessageState.WITHDRAWN})


def tell_others(
    tx: Transaction, urls: Sequence[str], kind: EventKind, stored: StoredOrder, event_id: int
) -> None:
    """Queue what each of these addresses is to be told of an event of an order."""
    call_sid = stored.order.draft.call_sid
    held = calls.is_open(tx.connection, call_sid)
    for place, url in enumerate(urls):
        created = f"hook:{stored.id}:created:{place}"
        if kind is not EventKind.ORDER_CREATED and (
            outbox.state_of(tx.connection, created) in _NOT_GONE
        ):
            if stored.order.status is OrderStatus.CANCELLED:
                outbox.withdraw(tx, (created,))
            else:
                body = _body(tx, EventKind.ORDER_CREATED, stored)
                outbox.reword(tx, created, to=url, body=body, held=held)
            continue
        is_new = kind is EventKind.ORDER_CREATED
        outbox.queue(
            tx,
            MessageKind.WEBHOOK,
            created if is_new else f"hook:{stored.id}:event:{event_id}:{place}",
            to=url,
            body=_body(tx, kind, stored),
            call_sid=call_sid,
            order_id=stored.id,
            order_number=stored.order.number,
            held=held,
        )


def _body(tx: Transaction, kind: EventKind, stored: StoredOrder) -> str:
    told = {
        "id": f"msg_{secrets.token_hex(12)}",
        "type": TYPES[kind],
        "timestamp": time_text(tx.now),
        "data": order_json(stored.order),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
