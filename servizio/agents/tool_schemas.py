"""What the tools take, as JSON Schema, made from the menu.

The same schemas go to a cloud model and check what any agent sends back. Ids of the menu
are enumerated, so that a model cannot order what does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from servizio.shop.line import Amount
from servizio.shop.menu import Menu

Schema = dict[str, Any]

BUSINESS_TOPICS = (
    "hours", "location", "parking", "delivery", "payment", "menu", "prices", "allergens", "wait",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool, as a model is told of it."""

    name: str
    description: str
    parameters: Schema
    changes_order: bool = False
    """Whether the order is at stake: a cloud agent must not call it before the turn is over."""


def tool_specs(menu: Menu) -> tuple[ToolSpec, ...]:
    """The catalogue for a menu."""
    line = _line_properties(menu)
    index = {"type": "integer", "minimum": 1, "description": "place in the cart, from 1"}
    return (
        ToolSpec("menu_summary", "What is on the menu, with prices and what is sold out.",
                 object_of({"category": {"type": "string"}})),
        ToolSpec("get_business_info", "A fact about the shop.",
                 object_of({"topic": {"type": "string", "enum": list(BUSINESS_TOPICS)},
                          "day": {"type": "string", "description": "For hours: monday to sunday, "
                                  "today, tomorrow, now, weekend, holiday, the name of one "
                                  "(christmas, easter), or a date such as 2026-12-25."}},
                         "topic")),
        ToolSpec("add_to_cart",
                 "Stage one line. Nothing is in the cart before confirm_pending_to_cart: read "
                 "the staged lines back to the customer and wait for a yes.",
                 object_of(line, "item"), changes_order=True),
        ToolSpec("update_pending_item", "Change a staged line, by default the last one.",
                 object_of({"index": index} | line), changes_order=True),
        ToolSpec("confirm_pending_to_cart", "The customer agreed to all staged lines.",
                 object_of({}), changes_order=True),
        ToolSpec("clear_pending_item", "Drop a staged line; without index all of them.",
                 object_of({"index": index}), changes_order=True),
        ToolSpec("get_cart", "The cart with staged lines, prices and what is still missing.",
                 object_of({})),
        ToolSpec("remove_from_cart", "Take a line, or some of it, out of the cart.",
                 object_of({"index": index, "quantity": _count()}, "index"), changes_order=True),
        ToolSpec("modify_cart_item", "Change a line of the cart.",
                 object_of({"index": index} | line, "index"), changes_order=True),
        ToolSpec("set_sweetness_ice",
                 "Set sweetness or ice of a line; without index of the last one.",
                 object_of({"index": index, "sweetness": {"type": "string"},
                          "ice": {"type": "string"}}), changes_order=True),
        ToolSpec("set_fulfilment", "How the order reaches the customer.",
                 object_of({"fulfilment": {"type": "string", "enum": list(menu.fulfilments)},
                          "address": {"type": "string", "maxLength": 200}}, "fulfilment"),
                 changes_order=True),
        ToolSpec("save_phone_number",
                 "Keep the customer's number; without `phone` the one the customer calls from.",
                 object_of({"phone": {"type": "string", "maxLength": 40}}), changes_order=True),
        ToolSpec("checkout_order",
                 "Place the confirmed cart, or the changes made since it was placed. Say the "
                 "order number only after this succeeded.",
                 object_of({"phone": {"type": "string", "maxLength": 40},
                          "name": {"type": "string", "maxLength": 80}}), changes_order=True),
        ToolSpec("order_is_placed", "Whether this call's order is placed, and its number.",
                 object_of({})),
        ToolSpec("order_status", "Where an order is.",
                 object_of({"phone": {"type": "string"}, "order_number": {"type": "string"}})),
        ToolSpec("cancel_order", "Cancel this call's order, placed or not.",
                 object_of({}), changes_order=True),
        ToolSpec("transfer_to_staff", "Hand the call to a person, after your last sentence.",
                 object_of({"reason": {"type": "string", "maxLength": 200}}, "reason"),
                 changes_order=True),
        ToolSpec("end_call", "Hang up after your goodbye has been heard.", object_of({}),
                 changes_order=True),
    )  # fmt: skip


def object_of(properties: Schema, *required: str) -> Schema:
    """The schema of an object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _count() -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": 99}


def _line_properties(menu: Menu) -> Schema:
    modifier = object_of(
        {
            "group": {"type": "string", "enum": [group.id for group in menu.modifier_groups]},
            "modifier": {
                "type": "string",
                "enum": sorted({m.id for group in menu.modifier_groups for m in group.modifiers}),
            },
            "amount": {"type": "string", "enum": [amount.value for amount in Amount]},
            "count": _count(),
        },
        "modifier",
    )
    return {
        "item": {"type": "string", "enum": [item.id for item in menu.items]},
        "quantity": _count(),
        "modifiers": {"type": "array", "items": modifier, "maxItems": 40},
    }
