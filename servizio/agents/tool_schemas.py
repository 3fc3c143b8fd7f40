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
    """The catalogue for a menu (contract, section 5)."""
    line = _line_properties(menu)
    index = {"type": "integer", "minimum": 1, "description": "place in the cart, from 1"}
    return (
        ToolSpec("menu_summary", "What is on the menu, with prices and what is sold out.",
                 _object({"category": {"type": "string"}})),
        ToolSpec("get_business_info", "A fact about the shop.",
                 _object({"topic": {"type": "string", "enum": list(BUSINESS_TOPICS)},
                          "day": {"type": "string", "description": "For hours: monday to sunday, "
                                  "today, tomorrow, now, weekend, holiday, the name of one "
                                  "(christmas, easter), or a date such as 2026-12-25."}},
                         "topic")),
        ToolSpec("add_to_cart",
                 "Stage one line. Nothing is in the cart before confirm_pending_to_cart: read "
                 "the staged lines back to the customer and wait for a yes.",
                 _object(line, "item"), changes_order=True),
        ToolSpec("update_pending_item", "Change a staged line, by default the last one.",
                 _object({"index": index} | line), changes_order=True),
        ToolSpec("confirm_pending_to_cart", "The customer agreed to all staged lines.",
                 _object({}), changes_order=True),
        ToolSpec("clear_pending_item", "Drop a staged line; without index all of them.",
                 _object({"index": index}), changes_order=True),
        ToolSpec("get_cart", "The cart with staged lines, prices and what is still missing.",
                 _object({})),
        ToolSpec("remove_from_cart", "Take a line, or some of it, out of the cart.",
                 _object({"index": index, "quantity": _count()}, "index"), changes_order=True),
        ToolSpec("modify_cart_item", "Change a line of the cart.",
                 _object({"index": index} | line, "index"), changes_order=True),
        ToolSpec("set_sweetness_ice",
                 "Set sweetness or ice of a line; without index of the last one.",
                 _object({"index": index, "sweetness": {"type": "string"},
                          "ice": {"type": "string"}}), changes_order=True),
        ToolSpec("set_fulfilment", "How the order reaches the customer.",
                 _object({"fulfilment": {"type": "string", "enum": list(menu.fulfilments)},
                          "address": {"type": "string", "maxLength": 200}}, "fulfilment"),
                 changes_order=True),
        ToolSpec("save_phone_number",
                 "Keep the customer's number; without `phone` the one the customer calls from.",
                 _object({"phone": {"type": "string", "maxLength": 40}}), changes_order=True),
        ToolSpec("checkout_order",
                 "Place the confirmed cart, or the changes made since it was placed. Say the "
                 "order number only after this succeeded.",
                 _object({"phone": {"type": "string", "maxLength": 40},
                          "name": {"type": "string", "maxLength": 80}}), changes_order=True),
        ToolSpec("order_is_placed", "Whether this call's order is placed, and its number.",
                 _object({})),
        ToolSpec("order_status", "Where an order is.",
                 _object({"phone": {"type": "string"}, "order_number": {"type": "string"}})),
        ToolSpec("cancel_order", "Cancel this call's order, placed or not.",
                 _object({}), changes_order=True),
        ToolSpec("transfer_to_staff", "Hand the call to a person, after your last sentence.",
                 _object({"reason": {"type": "string", "maxLength": 200}}, "reason"),
                 changes_order=True),
        ToolSpec("end_call", "Hang up after your goodbye has been heard.", _object({}),
                 changes_order=True),
    )  # fmt: skip


def _object(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _count() -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": 99}


def _line_properties(menu: Menu) -> Schema:
    modifier = _object(
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
