"""What an agent can say about the shop, in sentences that can be spoken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from servizio.agents.desk import Desk
from servizio.errors import OrderError, UnknownOrderError
from servizio.shop.availability import items_there
from servizio.shop.order import Fulfilment, Order
from servizio.shop.phone_number import parse_phone_number
from servizio.shop.wait import spoken_wait

STAFF_CAN_TELL = "Our staff can tell you."
"""What an answer ends with that is none."""
RECENT = timedelta(days=1)
"""Orders older than this are not told by phone number alone."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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
    """A sentence about one of `tool_schemas.BUSINESS_TOPICS`; hours also of one `day`:
    `monday` ... `sunday`, `today`, `tomorrow`, `now` or a date (2026-12-25)."""
    if topic == "hours" and day:
        return _hours_of(desk, day.strip().lower())
    if topic == "wait":
        return f"It takes {spoken_wait(await desk.quoted_wait())}."
    answer = _ANSWERS.get(topic)
    return answer(desk) if answer is not None else _do_not_know("that")


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


def _hours(desk: Desk) -> str:
    hours, now = desk.hours, desk.now()
    today = now.astimezone(hours.zone).date()
    if not hours.is_known and today not in hours.dates:
        return _do_not_know("our hours")
    week = f" {hours.spoken_week()}." if hours.is_known else ""
    return f"{_open_now(desk)} Today: {hours.spoken_day(today)}.{week}"


def _hours_of(desk: Desk, day: str) -> str:
    """Of one day, holidays and what staff have set for it included."""
    hours, now = desk.hours, desk.now()
    today = now.astimezone(hours.zone).date()
    if day == "now" and hours.is_known:
        return f"{_open_now(desk)} Today: {hours.spoken_day(today)}."
    meant = _date_of(day, today)
    if meant is None:
        return _hours(desk)
    if not hours.is_known and meant not in hours.dates:
        return _do_not_know("our hours")
    name = day.capitalize() if day in {"today", "tomorrow"} else f"On {meant:%A}"
    if day[:1].isdigit():
        name = f"On {meant:%A}, {meant:%B} {meant.day}"
    spoken = hours.spoken_day(meant)
    return f"{name} we're {f'open {spoken}' if spoken.startswith('from') else spoken}."


def _open_now(desk: Desk) -> str:
    return "We're open now." if desk.hours.is_open(desk.now()) else "We're closed right now."


def _date_of(day: str, today: date) -> date | None:
    """The next such day, today included; `None`: not known."""
    if day in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS.index(day) - today.weekday()) % 7)
    if day in {"today", "tomorrow"}:
        return today + timedelta(days=int(day == "tomorrow"))
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def _menu(desk: Desk) -> str:
    there = items_there(desk.menu, desk.cart.availability)
    names = [item.name for item in there[:6]]
    more = " and more" if len(there) > len(names) else ""
    return f"We have {', '.join(names)}{more}."


def _location(desk: Desk) -> str:
    address = desk.shop.address
    return f"We are at {address}." if address else _do_not_know("our address")


def _delivery(desk: Desk) -> str:
    return "Yes, we deliver." if _delivers(desk) else "We only do pickup at the moment."


def _payment(desk: Desk) -> str:
    return "You pay when you get your order." if _delivers(desk) else "You pay when you pick it up."


def _delivers(desk: Desk) -> bool:
    return Fulfilment.DELIVERY in desk.menu.fulfilments


def _allergens(_desk: Desk) -> str:
    return f"I can't promise that anything is free of allergens. {STAFF_CAN_TELL}"


def _do_not_know(what: str) -> str:
    return f"I'm sorry, I don't know {what}. {STAFF_CAN_TELL}"


_ANSWERS: Mapping[str, Callable[[Desk], str]] = {
    "hours": _hours,
    "location": _location,
    "delivery": _delivery,
    "payment": _payment,
    "allergens": _allergens,
    "menu": _menu,
    "prices": _menu,
}
