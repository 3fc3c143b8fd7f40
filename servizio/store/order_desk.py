"""What happens to an order: placed, changed, moved on, cancelled.

Each function is one transaction's worth: the order, its row in the journal and its texts
are written together, so that none of them can be there without the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from servizio.errors import OrderError, StoreError, UnknownOrderError
from servizio.shop.order import Order, OrderDraft, OrderStatus, check_transition
from servizio.shop.order_json import order_json
from servizio.store import calls, counter_keys, journal, order_hooks, orders, outbox
from servizio.store.orders import StoredOrder
from servizio.store.records import EventKind, MessageKind, NumberPicker, OrderText
from servizio.store.transaction import Transaction

CUSTOMER = "customer"
"""The actor where an order is cancelled because its customer says so."""

NUMBER_REST = timedelta(hours=24)
"""How long a number is not given again after its order was last touched."""


@dataclass(frozen=True, slots=True)
class HouseRules:
    """How this shop numbers its orders and whom it tells of them."""

    pick_number: NumberPicker
    ready_text: OrderText | None = None
    """Words the text that goes out when an order is ready; `None`: there is none."""
    ready_text_delay: timedelta = timedelta(0)
    """How long staff can take a mistaken `ready` back before its text leaves."""
    webhook_urls: tuple[str, ...] = ()
    """Each is told of orders; see `order_hooks`."""


def place_once(
    tx: Transaction, rules: HouseRules, draft: OrderDraft, key: str, *, actor: str
) -> Order:
    """Take an order that was sent with a key; the one taken before under this key again."""
    row = counter_keys.order_of(tx.connection, key)
    stored = None if row is None else orders.by_row(tx.connection, row)
    if stored is None:
        stored = _create(tx, rules, draft, actor=actor, text=None)
        counter_keys.keep(tx, key, stored.id)
    return stored.order


def place(
    tx: Transaction, rules: HouseRules, draft: OrderDraft, *, actor: str, text: OrderText | None
) -> Order:
    """Take an order, or change the one that was taken in the same call.

    The same content again gives the same order, untouched. An order that was cancelled in
    its call by the customer comes back under its number. Raises `OrderError` where it is too
    late to change, and where staff have cancelled it.
    """
    stored = orders.of_call(tx.connection, draft.call_sid) if draft.call_sid else None
    if stored is None:
        return _create(tx, rules, draft, actor=actor, text=text).order
    status = stored.order.status
    if status is OrderStatus.CANCELLED:
        if journal.actor_of_status(tx.connection, stored.id) != CUSTOMER:
            raise OrderError(
                "I'm sorry, the shop has cancelled that order."
                " Please call again if you would like something else.",
                "Staff can take it back.",
            )
    else:
        if stored.order.draft == draft:
            return stored.order
        if status in {OrderStatus.READY, OrderStatus.PICKED_UP}:
            raise OrderError(
                f"Order {stored.order.number} is {_said(status)} already and cannot be changed.",
                "Take a new order at the counter or in a new call.",
            )
    return _revise(tx, rules, stored, draft, actor=actor, text=text)


def move(
    tx: Transaction, rules: HouseRules, number: str, wanted: OrderStatus, *, actor: str
) -> Order:
    """Move an order on, or one step back.

    Raises `UnknownOrderError`, and `TransitionError` where the step is not allowed.
    """
    stored = known(tx, number)
    before = journal.status_before(tx.connection, stored.id)
    check_transition(stored.order.status, wanted, before)
    return _move(tx, rules, stored, wanted, actor=actor)


def cancel_for_customer(tx: Transaction, rules: HouseRules, number: str, *, actor: str) -> Order:
    """Cancel an order because its customer says so; one that is cancelled stays so.

    Raises `OrderError` once the shop has begun to make it: then staff decide.
    """
    stored = known(tx, number)
    status = stored.order.status
    if status is OrderStatus.CANCELLED:
        return stored.order
    if status is not OrderStatus.RECEIVED:
        raise OrderError(
            f"Order {number} is {_said(status)} already and cannot be cancelled by phone.",
            "Staff can cancel it.",
        )
    return _move(tx, rules, stored, OrderStatus.CANCELLED, actor=actor)


def known(tx: Transaction, number: str) -> StoredOrder:
    """The newest order with this number. Raises `UnknownOrderError`."""
    stored = orders.by_number(tx.connection, number)
    if stored is None:
        raise unknown_order(number)
    return stored


def unknown_order(number: str) -> UnknownOrderError:
    """Say that there is no such order; the number comes from outside and is cut short."""
    return UnknownOrderError(f"There is no order {number[:12]!r}.", "Check the number.")


def _create(
    tx: Transaction, rules: HouseRules, draft: OrderDraft, *, actor: str, text: OrderText | None
) -> StoredOrder:
    taken = orders.taken_numbers(tx.connection, tx.now - NUMBER_REST)
    number = rules.pick_number(taken)
    if number in taken or len(number) != 4 or not number.isdecimal():
        raise StoreError(f"The order number {number!r} cannot be given.", "See the log file.")
    stored = orders.insert(tx, Order(number, OrderStatus.RECEIVED, draft, tx.now, tx.now, 1))
    _tell(tx, rules, EventKind.ORDER_CREATED, stored, actor=actor)
    _confirm(tx, stored, text)
    if draft.call_sid and calls.find(tx.connection, draft.call_sid):
        calls.update(tx, draft.call_sid, order_number=number)
    return stored


def _revise(
    tx: Transaction,
    rules: HouseRules,
    stored: StoredOrder,
    draft: OrderDraft,
    *,
    actor: str,
    text: OrderText | None,
) -> Order:
    before = stored.order.status
    revived = before is OrderStatus.CANCELLED
    changed = replace(
        stored.order,
        status=OrderStatus.RECEIVED if revived else before,
        draft=draft,
        updated_at=tx.now,
        revision=stored.order.revision + 1,
    )
    stored = StoredOrder(stored.id, changed)
    orders.update(tx, stored)
    _tell(tx, rules, EventKind.ORDER_UPDATED, stored, actor=actor)
    if revived:
        _tell(tx, rules, EventKind.ORDER_STATUS_CHANGED, stored, actor=actor, came_from=before)
    _confirm(tx, stored, text)
    return stored.order


def _move(
    tx: Transaction, rules: HouseRules, stored: StoredOrder, wanted: OrderStatus, *, actor: str
) -> Order:
    before = stored.order.status
    stored = StoredOrder(stored.id, replace(stored.order, status=wanted, updated_at=tx.now))
    orders.update(tx, stored)
    _tell(tx, rules, EventKind.ORDER_STATUS_CHANGED, stored, actor=actor, came_from=before)
    received, ready = _received_key(stored), _ready_key(stored)
    if wanted is OrderStatus.CANCELLED:
        outbox.withdraw(tx, (received, _revised_key(stored), ready))
        return stored.order
    if before is OrderStatus.CANCELLED:
        for key in (received, _revised_key(stored)):
            outbox.restore(tx, key, held=calls.is_open(tx.connection, stored.order.draft.call_sid))
    if wanted is OrderStatus.READY:
        _say_ready(tx, rules, stored)
    elif before is OrderStatus.READY and wanted is not OrderStatus.PICKED_UP:
        outbox.withdraw(tx, (ready,))
    return stored.order


def _tell(
    tx: Transaction,
    rules: HouseRules,
    kind: EventKind,
    stored: StoredOrder,
    *,
    actor: str,
    came_from: OrderStatus | None = None,
) -> None:
    """Write the event, and a webhook message for everybody who is to be told."""
    order = stored.order
    created = kind is EventKind.ORDER_CREATED
    payload = {"order": order_json(order)}
    event = journal.append(
        tx,
        kind,
        payload,
        order_id=stored.id,
        order_number=order.number,
        call_sid=order.draft.call_sid,
        actor=actor,
        from_status=came_from,
        to_status=order.status if created or came_from is not None else None,
    )
    order_hooks.tell_others(tx, rules.webhook_urls, kind, stored, event.id)


def _confirm(tx: Transaction, stored: StoredOrder, text: OrderText | None) -> None:
    """Queue the text that the order was received. It is held while its call goes on."""
    order = stored.order
    if text is None or order.draft.phone is None:
        outbox.withdraw(tx, (_received_key(stored), _revised_key(stored)))
        return
    body, to = text(order), order.draft.phone
    held = calls.is_open(tx.connection, order.draft.call_sid)
    for key in (_received_key(stored), _revised_key(stored)):
        if outbox.state_of(tx.connection, key) is None:
            _queue(tx, stored, key, to, body, held=held)
            return
        if outbox.reword(tx, key, to=to, body=body, held=held):
            return


def _say_ready(tx: Transaction, rules: HouseRules, stored: StoredOrder) -> None:
    """Queue the text that the order is ready. What has left is never said twice."""
    order, key = stored.order, _ready_key(stored)
    if rules.ready_text is None or order.draft.phone is None:
        return
    body, to, delay = rules.ready_text(order), order.draft.phone, rules.ready_text_delay
    if outbox.state_of(tx.connection, key) is None:
        _queue(tx, stored, key, to, body, delay=delay)
    elif not outbox.reword(tx, key, to=to, body=body, held=False, delay=delay):
        outbox.restore(tx, key, held=False)


def _queue(
    tx: Transaction,
    stored: StoredOrder,
    key: str,
    to: str,
    body: str,
    *,
    held: bool = False,
    delay: timedelta = timedelta(0),
) -> None:
    order = stored.order
    outbox.queue(
        tx,
        MessageKind.SMS,
        key,
        to=to,
        body=body,
        call_sid=order.draft.call_sid,
        order_id=stored.id,
        order_number=order.number,
        held=held,
        delay=delay,
    )


def _received_key(stored: StoredOrder) -> str:
    return f"order:{stored.id}:received"


def _revised_key(stored: StoredOrder) -> str:
    """For words that come after the first text has left."""
    return f"order:{stored.id}:received:{stored.order.revision}"


def _ready_key(stored: StoredOrder) -> str:
    return f"order:{stored.id}:ready"


def _said(status: OrderStatus) -> str:
    return {OrderStatus.MAKING: "being made"}.get(status, status.value.replace("_", " "))
