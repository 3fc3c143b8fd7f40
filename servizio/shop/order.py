"""An order that was taken, and what may happen to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from servizio.errors import TransitionError
from servizio.shop.line import Amount


class OrderStatus(StrEnum):
    """Where an order is between the call and the customer's hand."""

    RECEIVED = "received"
    MAKING = "making"
    READY = "ready"
    PICKED_UP = "picked_up"
    CANCELLED = "cancelled"


class Source(StrEnum):
    """The door an order came in by."""

    PHONE = "phone"
    BROWSER = "browser"
    COUNTER = "counter"


class Fulfilment(StrEnum):
    """How an order reaches the customer."""

    PICKUP = "pickup"
    DELIVERY = "delivery"


FORWARD: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.RECEIVED: frozenset(
        {OrderStatus.MAKING, OrderStatus.READY, OrderStatus.CANCELLED},
    ),
    OrderStatus.MAKING: frozenset({OrderStatus.READY, OrderStatus.CANCELLED}),
    OrderStatus.READY: frozenset({OrderStatus.PICKED_UP, OrderStatus.CANCELLED}),
    OrderStatus.PICKED_UP: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}
"""Where an order can go on to. A small shop marks a drink ready without `making` first."""


def check_transition(now: OrderStatus, wanted: OrderStatus, before: OrderStatus | None) -> None:
    """Allow a step forward, or one step back to where the order came from (undo).

    `before` is the status that the order had before its present one; `None` where it never
    had another. Raises `TransitionError` for anything else, also for no step at all.
    """
    if wanted in FORWARD[now] or (before is not None and wanted is before and wanted is not now):
        return
    said, want = now.replace("_", " "), wanted.replace("_", " ")
    if wanted is now:
        raise TransitionError(f"The order is {said} already.", "Nothing needs to be done.")
    steps = sorted(FORWARD[now] | ({before} if before else set()))
    raise TransitionError(
        f"An order that is {said} cannot become {want}.",
        f"Possible now: {', '.join(steps) or 'nothing'}.",
    )


@dataclass(frozen=True, slots=True)
class OrderedModifier:
    """A modifier of an ordered line, with the name and price of the day."""

    group: str
    modifier: str
    name: str
    amount: Amount
    count: int
    price: Decimal
    """For one portion."""


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line of an order, with the name and price of the day."""

    item: str
    name: str
    quantity: int
    modifiers: tuple[OrderedModifier, ...]
    price: Decimal
    """For the whole line: quantity times item and modifiers."""


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """Everything of an order that its number, status and times are added to."""

    lines: tuple[OrderedLine, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    source: Source
    phone: str | None = None
    """E.164, or `None` where the customer gave none."""
    name: str | None = None
    call_sid: str | None = None
    fulfilment: Fulfilment = Fulfilment.PICKUP
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the store keeps it."""

    number: str
    """Four digits."""
    status: OrderStatus
    draft: OrderDraft
    created_at: datetime
    """With time zone UTC, as every time in Servizio."""
    updated_at: datetime
    revision: int
    """From 1; one more with each change of what was ordered."""
