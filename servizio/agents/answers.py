"""What an agent can say about the shop, in sentences that can be spoken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from servizio.agents.desk import Desk
from servizio.errors import OrderError, UnknownOrderError
from servizio.shop.availability import items_there
from servizio.shop.business import ShopFacts, shop_fact
from servizio.shop.order import Order
from servizio.shop.phone_number import parse_phone_number

RECENT = timedelta(days=1)
"""Orders older than this are not told by phone number alone."""


def menu_summary(desk: Desk, category: str | None) -> dict[str, Any]:
    """Items with prices, by category, and what is sold out."""
    there = items_there(desk.menu, desk.cart.availability)
    wanted = [item for item in there if category in {None, "", item.category}]
    return {
        "currency": desk.menu.currency,
        "items": [
            {
                "id": item.id,
                "name": item.name,
                "price": str(item.price),
                "category": item.category,
                "description": item.description,
            }
            for item in wanted or there
        ],
        "modifiers": {
            group.name: [
                {"id": each.id, "name": each.name, "price": str(each.price)}
                for each in group.modifiers
                if desk.cart.availability.has(each.id)
            ]
            for group in desk.menu.modifier_groups
        },
        "sold_out": sorted(desk.cart.availability.sold_out),
    }


async def business_info(desk: Desk, topic: str, day: str = "") -> str:
    """A sentence about one of `tool_schemas.BUSINESS_TOPICS`; hours also of one `day`."""
    facts = ShopFacts(
        shop=desk.shop,
        hours=desk.hours,
        now=desk.now(),
        wait_minutes=await desk.quoted_wait() if topic == "wait" else 0,
        availability=desk.cart.availability,
    )
    return shop_fact(facts, topic, day)


async def order_status(desk: Desk, number: str | None, phone: str | None) -> dict[str, Any]:
    """Where an order is: by number, by phone number, of this call, or of the calling number."""
    found = await _orders(desk, number, phone)
    if not found:
        return {"ok": False, "error": "I'm sorry, I can't find that order."}
    return {
        "ok": True,
        "orders": [{"order_number": each.number, "status": each.status.value} for each in found],
    }


async def _orders(desk: Desk, number: str | None, phone: str | None) -> list[Order]:
    if number is None and phone is None:
        number = desk.order_number
        phone = None if number is not None else desk.calling_number
    if number is not None:
        try:
            return [await desk.orders.order(number)]
        except UnknownOrderError:
            return []
    if phone is None:
        raise OrderError("What is your order number?")
    e164 = parse_phone_number(phone, desk.shop.region)
    recent = await desk.orders.orders_by_phone(e164)
    return [order for order in recent if desk.now() - order.created_at < RECENT]
