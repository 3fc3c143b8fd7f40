"""An order as a printed ticket: plain text, as wide as a receipt printer prints."""

from __future__ import annotations

import textwrap
from datetime import tzinfo

from servizio.shop.line import Amount
from servizio.shop.order import Fulfilment, Order, OrderedLine, OrderedModifier, OrderStatus
from servizio.shop.phone_number import last_digits

WIDTH = 42
"""Signs in a line of 80 mm paper in the usual font."""
_AMOUNTS = {
    Amount.NONE: "NO ",
    Amount.LIGHT: "LIGHT ",
    Amount.REGULAR: "",
    Amount.EXTRA: "EXTRA ",
}


def ticket(shop: str, order: Order, zone: tzinfo, *, width: int = WIDTH) -> str:
    """The order for the bar: number, what to make, for whom. `zone` is the shop's.

    Of the phone number only the last digits: a ticket lies about.
    """
    draft = order.draft
    rule = "-" * width
    at = order.created_at.astimezone(zone)
    head = [
        shop[:width].center(width).rstrip(),
        _sides(f"ORDER {order.number}", draft.fulfilment.value.upper(), width),
        _sides(f"{at:%Y-%m-%d %H:%M}", draft.source.value, width),
    ]
    if order.status is OrderStatus.CANCELLED:
        head.append("*** CANCELLED ***".center(width).rstrip())
    elif order.revision > 1:
        head.append(f"*** CHANGED, {order.revision - 1} x ***".center(width).rstrip())
    tail = [
        _sides("Subtotal", str(draft.subtotal), width),
        _sides("Tax", str(draft.tax), width),
        _sides("TOTAL", str(draft.total), width),
    ]
    items = [text for line in draft.lines for text in _line(line, width)]
    return "\n".join([*head, *_customer(order, width), rule, *items, rule, *tail, ""])


def _customer(order: Order, width: int) -> list[str]:
    draft = order.draft
    lines = []
    if draft.name:
        lines += _wrapped(f"For {draft.name}", width)
    if draft.phone:
        lines.append(f"Phone ...{last_digits(draft.phone)}")
    if draft.fulfilment is Fulfilment.DELIVERY and draft.address:
        lines += _wrapped(f"To {draft.address}", width)
    return lines


def _line(line: OrderedLine, width: int) -> list[str]:
    price = str(line.price)
    first, *more = _wrapped(f"{line.quantity} x {line.name}", width - len(price) - 1)
    names = [name for each in line.modifiers for name in _wrapped(_modifier(each), width - 4)]
    return [
        _sides(first, price, width),
        *(f"    {each}" for each in more),
        *(f"    {each}" for each in names),
    ]


def _modifier(modifier: OrderedModifier) -> str:
    count = f"{modifier.count} x " if modifier.count != 1 else ""
    return f"{_AMOUNTS[modifier.amount]}{count}{modifier.name}"


def _sides(left: str, right: str, width: int) -> str:
    """One at the left, one at the right, at least one space between."""
    return f"{left[: width - len(right) - 1]:<{width - len(right)}}{right}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(10, width)) or [""]
