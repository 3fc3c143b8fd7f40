"""The shop, its menu, its day and its health as JSON Schema."""

from __future__ import annotations

from typing import Final

from servizio.server.description.parts import (
    CLOCK_TIME,
    DAY,
    MONEY,
    TIME,
    Schema,
    always,
    flag,
    many,
    maybe,
    number,
    one_of,
    record,
    ref,
    table,
    text,
    whole,
)
from servizio.server.shop_api import LONGEST_MESSAGE, LONGEST_PAUSE
from servizio.shop.order import Fulfilment, Source
from servizio.shop.today import MOST_BUSY_MINUTES

_SPAN: Final = {"opens": CLOCK_TIME, "closes": CLOCK_TIME}
_SECONDS: Final = maybe(number())

_MENU: Final = {
    "name": text(),
    "currency": text("ISO 4217."),
    "tax_rate": MONEY | {"description": "Share of the subtotal."},
    "fulfilments": many(one_of(Fulfilment)),
    "items": many(ref("MenuItem")),
    "modifier_groups": many(ref("ModifierGroup")),
    "rules": many(record({"modifier": text(), "requires": text()})),
}

_SHOP: Final = {
    "name": text(),
    "menu_name": text(),
    "timezone": text("IANA name."),
    "currency": text("ISO 4217."),
    "open_now": flag(),
    "orders_when_closed": flag(),
    "hours_known": flag(),
    "hours_today": maybe(ref("DayHours")),
    "paused": maybe(
        record(
            {"since": TIME, "until": maybe(TIME, "null: until staff resume."), "message": text()}
        )
    ),
    "busy_minutes": whole(0, MOST_BUSY_MINUTES, "Added to every quoted wait."),
    "hours_override": maybe(ref("HoursOverride")),
    "quoted_wait_minutes": whole(),
    "public_url": text(),
    "phone_number": text("E.164; empty: none."),
    "can_text": flag("Whether texts leave; else they are kept for staff to see."),
    "can_ring": flag("Whether there is a telephone to ring customers with."),
    "staff_phone": text("E.164; empty: none."),
    "staff_page": maybe(text()),
}

_OPENING: Final[Schema] = {
    "type": "object",
    "properties": _SPAN | {"ranges": many(record(_SPAN)), "closed": always(value=True)},
    "oneOf": [{"required": ["closed"]}, {"required": ["opens", "closes", "ranges"]}],
}

_CHECK: Final = {
    "status": one_of(("ok", "warning", "failed")),
    "detail": text(),
    "reasons": table(text(), "Why agents are broken, by name; staff alone are told."),
}

_HEALTH: Final = {
    "status": one_of(("ok", "degraded")),
    "service": always("servizio"),
    "version": text(),
    "uptime": number("Seconds."),
    "timestamp": TIME,
    "checks": table(ref("Check")),
}

SHOP_SHAPES: Final[dict[str, Schema]] = {
    "MenuItem": record(
        {
            "id": text(),
            "name": text(),
            "aliases": many(text()),
            "category": text(),
            "price": MONEY,
            "modifier_groups": many(text(), "Ids."),
            "description": text(),
        }
    ),
    "Modifier": record({"id": text(), "name": text(), "aliases": many(text()), "price": MONEY}),
    "ModifierGroup": record(
        {
            "id": text(),
            "name": text(),
            "prompt": maybe(text(), "Asked when the customer named none."),
            "min": whole(),
            "max": maybe(whole()),
            "amounts": flag("Whether light and extra make sense here."),
            "default": maybe(text()),
            "modifiers": many(ref("Modifier")),
        }
    ),
    "Menu": record(_MENU | {"sold_out": many(text(), "Ids of items and modifiers.")}),
    "MenuChange": record(
        {
            "sold_out": {"anyOf": [many(text()), table(flag())]},
            "back": many(text()),
        },
        optional=("sold_out", "back"),
    )
    | {"minProperties": 1},
    "DayHours": _OPENING,
    "HoursOverride": _OPENING
    | {"properties": {"day": DAY} | _OPENING["properties"], "required": ["day"]},
    "Shop": record(_SHOP),
    "ShopChange": record(
        {
            "pause": maybe(
                record(
                    {
                        "minutes": maybe(whole(1, LONGEST_PAUSE), "null: until resumed."),
                        "message": maybe(text("Customers hear it.", longest=LONGEST_MESSAGE)),
                    },
                    optional=("minutes", "message"),
                ),
                "null: take orders again.",
            ),
            "busy_minutes": whole(0, MOST_BUSY_MINUTES),
            "hours_today": {
                "anyOf": [
                    record(_SPAN),
                    record({"closed": always(value=True)}),
                    {"type": "null"},
                ],
                "description": "null: the usual hours.",
            },
        },
        optional=("pause", "busy_minutes", "hours_today"),
    )
    | {"minProperties": 1, "additionalProperties": False},
    "Report": record(
        {
            "day": DAY,
            "currency": text(),
            "orders": whole(),
            "cancelled": whole(),
            "items": whole(),
            "revenue": MONEY,
            "tax": MONEY,
            "total": MONEY,
            "average_order": MONEY,
            "seconds_to_ready": maybe(record({"average": number(), "p90": number()})),
            "by_hour": many(record({"hour": whole(0, 23), "orders": whole(), "revenue": MONEY})),
            "by_item": many(
                record({"item": text(), "name": text(), "quantity": whole(), "revenue": MONEY})
            ),
            "by_source": {
                "type": "object",
                "propertyNames": one_of(Source),
                "additionalProperties": whole(),
            },
            "calls": record(
                {
                    "total": whole(),
                    "declined": whole(),
                    "by_outcome": table(whole()),
                    "average_seconds": _SECONDS,
                }
            ),
            "not_understood": whole(),
            "handed_over": whole(),
        }
    ),
    "Check": record(_CHECK, optional=("reasons",)),
    "Health": record(_HEALTH),
}
