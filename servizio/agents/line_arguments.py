"""Turns a tool's arguments into a line of an order, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servizio.errors import OrderError
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu


def line_of(menu: Menu, arguments: Mapping[str, Any], base: Line | None = None) -> Line:
    """The line that the arguments describe; what they leave out is as in `base`.

    `modifiers`, where given, are all that the line has. Raises `OrderError` for a modifier
    that the item cannot have.
    """
    item = arguments.get("item") or (base.item if base else "")
    quantity = arguments.get("quantity") or (base.quantity if base else 1)
    if "modifiers" in arguments:
        choices = choices_of(menu, item, arguments["modifiers"])
    elif base is not None:
        allowed = menu.item(item).modifier_groups
        choices = tuple(choice for choice in base.choices if choice.group in allowed)
    else:
        choices = ()
    return Line(item, quantity, choices)


def arguments_of(line: Line) -> dict[str, Any]:
    """The arguments that describe this line: what was said of it, as the tools take it."""
    return {
        "item": line.item,
        "quantity": line.quantity,
        "modifiers": [
            {
                "group": choice.group,
                "modifier": choice.modifier,
                "amount": choice.amount.value,
                "count": choice.count,
            }
            for choice in line.choices
        ],
    }


def choices_of(
    menu: Menu, item_id: str, modifiers: Iterable[Mapping[str, Any]]
) -> tuple[Choice, ...]:
    """The choices that a list of modifiers means for an item. Groups may be left out."""
    return tuple(_choice(menu, item_id, modifier) for modifier in modifiers)


def _choice(menu: Menu, item_id: str, modifier: Mapping[str, Any]) -> Choice:
    item = menu.item(item_id)
    wanted = modifier["modifier"]
    named = modifier.get("group")
    for group in menu.groups_of(item):
        for each in group.modifiers if named in {None, group.id} else ():
            if wanted in {each.id, each.name}:
                return Choice(
                    group=group.id,
                    modifier=each.id,
                    amount=Amount(modifier.get("amount", Amount.REGULAR)),
                    count=modifier.get("count", 1),
                )
    raise OrderError(f"I'm sorry, the {item.name} doesn't come that way.")
