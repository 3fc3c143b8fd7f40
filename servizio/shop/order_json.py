"""An order as JSON: the one shape that the API, the events, the exports and the store share.

Money is text (`"5.50"`), times are ISO 8601 in UTC. `order_json` writes it, `lines_from_json`
reads the lines back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypedDict

from servizio.shop.line import Amount
from servizio.shop.order import Order, OrderedLine, OrderedModifier


class ModifierJson(TypedDict):
    """A modifier of a line."""

    group: str
    modifier: str
    name: str
    amount: str
    count: int
    price: str


class LineJson(TypedDict):
    """A line of an order; `price` is for the whole line."""

    item: str
    name: str
    quantity: int
    modifiers: list[ModifierJson]
    price: str


class OrderJson(TypedDict):
    """A whole order, as staff see it."""

    order_number: str
    status: str
    phone: str | None
    name: str | None
    source: str
    call_sid: str | None
    items: list[LineJson]
    subtotal: str
    tax: str
    total: str
    fulfilment: str
    address: str | None
    created_at: str
    updated_at: str
    revision: int


def time_text(at: datetime) -> str:
    """A time as ISO 8601 in UTC, always of the same length, so that text sorts as time does.

    Raises `ValueError` for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def time_from_text(text: str) -> datetime:
    """Read what `time_text` wrote."""
    return datetime.fromisoformat(text)


def order_json(order: Order) -> OrderJson:
    """The order, whole: with phone number, name and items. Not for the public."""
    draft = order.draft
    return {
        "order_number": order.number,
        "status": order.status.value,
        "phone": draft.phone,
        "name": draft.name,
        "source": draft.source.value,
        "call_sid": draft.call_sid,
        "items": lines_json(draft.lines),
        "subtotal": str(draft.subtotal),
        "tax": str(draft.tax),
        "total": str(draft.total),
        "fulfilment": draft.fulfilment.value,
        "address": draft.address,
        "created_at": time_text(order.created_at),
        "updated_at": time_text(order.updated_at),
        "revision": order.revision,
    }


def lines_json(lines: Iterable[OrderedLine]) -> list[LineJson]:
    """The lines of an order."""
    return [
        {
            "item": line.item,
            "name": line.name,
            "quantity": line.quantity,
            "modifiers": [_modifier_json(modifier) for modifier in line.modifiers],
            "price": str(line.price),
        }
        for line in lines
    ]


def lines_from_json(lines: Iterable[LineJson]) -> tuple[OrderedLine, ...]:
    """Read what `lines_json` wrote."""
    return tuple(
        OrderedLine(
            item=line["item"],
            name=line["name"],
            quantity=line["quantity"],
            modifiers=tuple(_modifier(modifier) for modifier in line["modifiers"]),
            price=Decimal(line["price"]),
        )
        for line in lines
    )


def board_json(order: Order) -> Mapping[str, str]:
    """What the public may know of an order: number, status and times."""
    return {
        "order_number": order.number,
        "status": order.status.value,
        "created_at": time_text(order.created_at),
        "updated_at": time_text(order.updated_at),
    }


def _modifier_json(modifier: OrderedModifier) -> ModifierJson:
    return {
        "group": modifier.group,
        "modifier": modifier.modifier,
        "name": modifier.name,
        "amount": modifier.amount.value,
        "count": modifier.count,
        "price": str(modifier.price),
    }


def _modifier(modifier: ModifierJson) -> OrderedModifier:
    return OrderedModifier(
        group=modifier["group"],
        modifier=modifier["modifier"],
        name=modifier["name"],
        amount=Amount(modifier["amount"]),
        count=modifier["count"],
        price=Decimal(modifier["price"]),
    )
