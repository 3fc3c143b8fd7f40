"""The cart as tools answer with it and as screens show it: JSON, as the API describes it."""

from __future__ import annotations

from typing import Any

from servizio.shop.availability import item_instead
from servizio.shop.cart import Cart
from servizio.shop.line_rules import question_for
from servizio.shop.order_json import LineJson, lines_json
from servizio.shop.phone_number import last_digits, spoken_number
from servizio.shop.prices import order_lines, totals


def cart_view(cart: Cart) -> dict[str, Any]:
    """The cart as screens show it: an order's items and money, and the staged lines. Of the
    customer's number there are only the last digits."""
    amounts = totals(cart.menu, cart.lines)
    return {
        "items": lines_json(order_lines(cart.menu, cart.lines)),
        "pending": _pending(cart),
        "subtotal": str(amounts.subtotal),
        "tax": str(amounts.tax),
        "total": str(amounts.total),
        "fulfilment": cart.fulfilment.value,
        "phone_ends": "" if cart.phone is None else last_digits(cart.phone),
    }


def cart_result(cart: Cart) -> dict[str, Any]:
    """What a tool answers that has changed the cart: all of it, what has still to be asked, and
    the customer's number as it is spoken."""
    return {
        "ok": True,
        **cart_view(cart),
        "missing": _missing(cart),
        "phone": None if cart.phone is None else spoken_number(cart.phone),
    }


def pending_result(cart: Cart) -> dict[str, Any]:
    """What a tool answers that has changed a staged line: all of those, and what has still to be
    asked about them."""
    return {"ok": True, "pending": _pending(cart), "missing": _missing(cart)}


def ways_out(cart: Cart, item_id: str | None) -> dict[str, Any]:
    """After a refusal: what could be had instead of this item, where it is sold out."""
    menu, availability = cart.menu, cart.availability
    if item_id is None or not menu.has_item(item_id) or availability.has(item_id):
        return {}
    instead = item_instead(menu, availability, menu.item(item_id))
    return {} if instead is None else {"alternatives": [instead.id]}


def _pending(cart: Cart) -> list[LineJson]:
    return lines_json(order_lines(cart.menu, cart.pending))


def _missing(cart: Cart) -> list[dict[str, Any]]:
    return [
        {"index": index, "group": group.id, "prompt": question_for(group, cart.availability)}
        for index, line in enumerate(cart.pending, start=1)
        for group in cart.groups_to_ask(line)
    ]
