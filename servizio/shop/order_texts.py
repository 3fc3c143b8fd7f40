"""The two texts of an order's life.

Plain signs only and short, so that each fits one text message, and none of the words that
mean "never write to me again" to the telephone company (STOP, END, CANCEL, QUIT ...).
"""

from __future__ import annotations

from servizio.shop.order import Fulfilment, Order

ONE_TEXT = 160
"""Signs of the GSM alphabet in one text message."""


def received_text(shop: str, order: Order) -> str:
    """Says that an order was taken, with its number, what is in it and what it costs."""
    draft = order.draft
    lines = ", ".join(f"{line.quantity} {line.name}" for line in draft.lines)
    start = f"{shop}: we have your order {order.number}"
    price = f"Total {draft.total}."
    end = "We will text you when it is ready."
    whole = f"{start}: {lines}. {price} {end}"
    return whole if len(whole) <= ONE_TEXT else f"{start}. {price} {end}"


def ready_text(shop: str, order: Order) -> str:
    """Tells the customer to come, or that the order is on its way."""
    if order.draft.fulfilment is Fulfilment.DELIVERY:
        return f"{shop}: order {order.number} is ready and on its way to you."
    return f"{shop}: order {order.number} is ready for pickup. See you soon!"
