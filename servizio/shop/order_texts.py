"""The two texts of an order's life.

Plain signs only and short, so that each fits one text message, and none of the words that
mean "never write to me again" to the telephone company (STOP, END, CANCEL, QUIT ...).
"""

from __future__ import annotations

from servizio.shop.one_text import one_text
from servizio.shop.order import Fulfilment, Order


def received_text(shop: str, order: Order) -> str:
    """Says that an order was taken, with its number, what is in it and what it costs."""
    draft = order.draft
    lines = ", ".join(f"{line.quantity} {line.name}" for line in draft.lines)
    start = f"we have your order {order.number}"
    price = f"Total {draft.total}."
    end = "We will text you when it is ready."
    return one_text(shop, f"{start}: {lines}. {price} {end}", f"{start}. {price} {end}")


def ready_text(shop: str, order: Order) -> str:
    """Tells the customer to come, or that the order is on its way."""
    if order.draft.fulfilment is Fulfilment.DELIVERY:
        return one_text(shop, f"order {order.number} is ready and on its way to you.")
    return one_text(shop, f"order {order.number} is ready for pickup. See you soon!")
