"""Orders as JSON Schema, as `shop.order_json` writes them, and what is asked about them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from servizio.server.counter import MOST_LINES
from servizio.server.description.parts import (
    CALL_SID,
    MONEY,
    ORDER_NUMBER,
    PHONE,
    TIME,
    Schema,
    flag,
    many,
    maybe,
    one_of,
    record,
    ref,
    text,
    whole,
)
from servizio.shop.line import Amount
from servizio.shop.order import Fulfilment, OrderStatus, Source

STATUS: Final = one_of(OrderStatus, "One step on at a time; one step back is an undo.")

_LINE: Final = {
    "item": text("Id on the menu."),
    "name": text("As it is called on a ticket."),
    "quantity": whole(1),
    "modifiers": many(ref("OrderedModifier")),
    "price": MONEY | {"description": "Of the whole line."},
}

_WHOLE_ORDER: Final = {
    "order_number": ORDER_NUMBER,
    "status": STATUS,
    "phone": maybe(PHONE),
    "name": maybe(text()),
    "source": one_of(Source),
    "call_sid": maybe(CALL_SID, "The call it was taken in."),
    "items": many(ref("OrderLine")),
    "subtotal": MONEY,
    "tax": MONEY,
    "total": MONEY,
    "fulfilment": one_of(Fulfilment),
    "address": maybe(text(), "Where to deliver to."),
    "created_at": TIME,
    "updated_at": TIME,
    "revision": whole(1, about="Grows when the customer changes the order."),
}

_TICKED: Final = many(whole(), "Places of the lines that staff have ticked off, from 0.")

AN_ORDER: Final = MappingProxyType(
    {
        "order_number": "4782",
        "status": "received",
        "phone": "+12025550143",
        "name": "Ada",
        "source": "counter",
        "call_sid": None,
        "items": [
            {
                "item": "taro-milk-tea",
                "name": "taro milk tea",
                "quantity": 1,
                "modifiers": [
                    {
                        "group": "topping",
                        "modifier": "boba",
                        "name": "boba",
                        "amount": "regular",
                        "count": 1,
                        "price": "0.75",
                    }
                ],
                "price": "6.25",
            }
        ],
        "subtotal": "6.25",
        "tax": "0.00",
        "total": "6.25",
        "fulfilment": "pickup",
        "address": None,
        "created_at": "2026-11-20T18:05:00.000000Z",
        "updated_at": "2026-11-20T18:05:00.000000Z",
        "revision": 1,
    }
)

ORDER_SHAPES: Final[dict[str, Schema]] = {
    "OrderedModifier": record(
        {
            "group": text("Id of the modifier group."),
            "modifier": text("Id of the modifier."),
            "name": text(),
            "amount": one_of(Amount),
            "count": whole(1),
            "price": MONEY,
        }
    ),
    "OrderLine": record(_LINE),
    "Order": record(_WHOLE_ORDER) | {"examples": [dict(AN_ORDER)]},
    "OrderWithTicks": record(_WHOLE_ORDER | {"ticked": _TICKED}),
    "BoardOrder": record(
        {
            "order_number": ORDER_NUMBER,
            "status": STATUS,
            "created_at": TIME,
            "updated_at": TIME,
        }
    )
    | {"description": "All that the public may know of an order: never a name, number or items."},
    "Board": record(
        {
            "shop": text("The shop's name."),
            "timezone": text("The shop's, an IANA name."),
            "orders": many(ref("BoardOrder")),
        }
    ),
    "NewModifier": record(
        {
            "group": text("Id; may be left out where the modifier is in one group alone."),
            "modifier": text("Id on the menu."),
            "amount": one_of(("", *Amount), "Empty: regular."),
            "count": {"type": "integer", "default": 1},
        },
        optional=("group", "amount", "count"),
    ),
    "NewLine": record(
        {
            "item": text("Id on the menu."),
            "quantity": {"type": "integer", "default": 1},
            "modifiers": many(ref("NewModifier")),
        },
        optional=("quantity", "modifiers"),
    ),
    "NewOrder": record(
        {
            "items": many(ref("NewLine"), most=MOST_LINES),
            "name": maybe(text()),
            "phone": maybe(text("As it is written in the shop's country, or E.164.")),
            "fulfilment": maybe(one_of(("", *Fulfilment)), "Without it: the menu's first."),
            "address": maybe(text()),
        },
        optional=("name", "phone", "fulfilment", "address"),
    ),
    "Quote": record(
        {
            "items": many(ref("OrderLine"), "What can be sold of it."),
            "subtotal": MONEY,
            "tax": MONEY,
            "total": MONEY,
            "faults": many(
                record(
                    {
                        "line": maybe(whole(), "Place in `items`; null: about the whole order."),
                        "message": text(),
                    }
                )
            ),
        }
    ),
    "StatusChange": record({"status": STATUS}),
    "Tick": record(
        {
            "line": whole(0, 9999, "Place of the line, from 0."),
            "done": flag(),
            "revision": whole(0, 9999, "Refused where the order is at another; 0: any."),
        },
        optional=("revision",),
    ),
    "OrderPhone": record({"order_number": ORDER_NUMBER, "phone": maybe(PHONE)}),
}
