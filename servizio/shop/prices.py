"""What lines cost: exact decimals, no floats anywhere.

A price for a line is its quantity times the item and each modifier times its count. What is
left out (`none`) costs nothing; light and extra cost as much as a regular portion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from servizio.shop.cart import Cart
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.line_rules import effective_choices
from servizio.shop.menu import Menu
from servizio.shop.money import rounded
from servizio.shop.order import OrderDraft, OrderedLine, OrderedModifier, Source


@dataclass(frozen=True, slots=True)
class Totals:
    """What an order comes to, each amount with all decimals of its currency."""

    subtotal: Decimal
    tax: Decimal
    total: Decimal


def unit_price(menu: Menu, line: Line) -> Decimal:
    """One of the line's items with all its modifiers; defaults that cost are in it."""
    extras = sum(
        (_choice_price(menu, choice) for choice in effective_choices(menu, line)), Decimal(0)
    )
    return rounded(menu.item(line.item).price + extras, menu.currency)


def line_price(menu: Menu, line: Line) -> Decimal:
    """The whole line, quantity included."""
    return line.quantity * unit_price(menu, line)


def totals(menu: Menu, lines: Sequence[Line], tax_rate: Decimal | None = None) -> Totals:
    """Subtotal, tax and total. `tax_rate` is a share; by default it is the menu's.

    Tax is taken from the subtotal, once, and rounded half up to the smallest coin.
    """
    subtotal = rounded(sum((line_price(menu, line) for line in lines), Decimal(0)), menu.currency)
    rate = menu.tax_rate if tax_rate is None else tax_rate
    tax = rounded(subtotal * rate, menu.currency)
    return Totals(subtotal, tax, subtotal + tax)


def order_lines(menu: Menu, lines: Sequence[Line]) -> tuple[OrderedLine, ...]:
    """Lines with the names and prices of the day.

    They hold what the customer said. A default is written in only if it costs something, so
    that each line adds up to its price.
    """
    return tuple(_ordered_line(menu, line) for line in lines)


def draft(
    menu: Menu,
    cart: Cart,
    *,
    source: Source,
    call_sid: str | None = None,
    tax_rate: Decimal | None = None,
) -> OrderDraft:
    """The cart's confirmed lines as an order. `Cart.check_placeable` says if it may be placed."""
    amounts = totals(menu, cart.lines, tax_rate)
    return OrderDraft(
        lines=order_lines(menu, cart.lines),
        subtotal=amounts.subtotal,
        tax=amounts.tax,
        total=amounts.total,
        source=source,
        phone=cart.phone,
        name=cart.name,
        call_sid=call_sid,
        fulfilment=cart.fulfilment,
        address=cart.address,
    )


def _choice_price(menu: Menu, choice: Choice) -> Decimal:
    if choice.amount is Amount.NONE:
        return Decimal(0)
    return choice.count * menu.group(choice.group).modifier(choice.modifier).price


def _ordered_line(menu: Menu, line: Line) -> OrderedLine:
    written = [
        choice
        for choice in effective_choices(menu, line)
        if choice in line.choices or _choice_price(menu, choice)
    ]
    return OrderedLine(
        item=line.item,
        name=menu.item(line.item).name,
        quantity=line.quantity,
        modifiers=tuple(_ordered_modifier(menu, choice) for choice in written),
        price=line_price(menu, line),
    )


def _ordered_modifier(menu: Menu, choice: Choice) -> OrderedModifier:
    modifier = menu.group(choice.group).modifier(choice.modifier)
    return OrderedModifier(
        group=choice.group,
        modifier=choice.modifier,
        name=modifier.name,
        amount=choice.amount,
        count=choice.count,
        price=rounded(modifier.price, menu.currency),
    )
