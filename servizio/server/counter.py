"""An order taken at the counter: from JSON to a draft, by the same rules as on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servizio.errors import OrderError
from servizio.server.answers import RequestError
from servizio.shop.availability import Availability
from servizio.shop.cart import Cart
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item, Menu
from servizio.shop.order import Fulfilment, OrderDraft, Source
from servizio.shop.order_json import lines_json
from servizio.shop.phone_number import written_phone_number
from servizio.shop.prices import draft, order_lines, totals

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class LineFault:
    """Why the shop does not sell it like that."""

    line: int | None
    """Place in `items` from 0; `None`: it is about the whole order."""
    error: OrderError


@dataclass(frozen=True, slots=True)
class CounterOrder:
    """A request at the counter: what can be sold of it, and what stands in the way."""

    menu: Menu
    cart: Cart
    faults: tuple[LineFault, ...]

    def draft(self) -> OrderDraft:
        """The order, checked and priced.

        Raises `OrderError`: the first fault; `RequestError` where nothing was ordered.
        """
        if self.faults:
            raise self.faults[0].error
        if not self.cart.lines:
            raise RequestError(400, "items should be a list of what was ordered.")
        self.cart.check_placeable()
        return draft(self.menu, self.cart, source=Source.COUNTER)

    def quote(self) -> dict[str, object]:
        """What can be sold as JSON, with its prices, and the faults in sentences."""
        amounts = totals(self.menu, self.cart.lines)
        return {
            "items": lines_json(order_lines(self.menu, self.cart.lines)),
            "subtotal": str(amounts.subtotal),
            "tax": str(amounts.tax),
            "total": str(amounts.total),
            "faults": [
                {"line": fault.line, "message": fault.error.message} for fault in self.faults
            ],
        }


def counter_order(
    body: Mapping[str, object], menu: Menu, *, sold_out: frozenset[str], max_items: int, region: str
) -> CounterOrder:
    """The order in a request.

    `{"items": [{"item": ID, "quantity": 1, "modifiers": [{"group": ID, "modifier": ID,
    "amount": "regular", "count": 1}]}], "name", "phone", "fulfilment", "address"}`; `group`,
    `amount` and `count` may be left out. `region` (ISO 3166) tells what a phone number without
    a country code means. Raises `RequestError` for what is no such object.
    """
    cart = Cart(menu, Availability(sold_out), max_items=max_items, region=region)
    rows = body.get("items")
    if not isinstance(rows, list) or len(rows) > MOST_LINES:
        raise RequestError(400, "items should be a list of what was ordered.")
    faults: list[LineFault] = []
    for place, row in enumerate(rows):
        try:
            cart.stage(_line(row, menu))
            cart.confirm()
        except OrderError as error:
            cart.clear_pending()
            faults.append(LineFault(place, error))
    try:
        _fill_in(cart, body, menu, region)
    except OrderError as error:
        faults.append(LineFault(None, error))
    return CounterOrder(menu, cart, tuple(faults))


def _fill_in(cart: Cart, body: Mapping[str, object], menu: Menu, region: str) -> None:
    """Put the customer into the cart."""
    if phone := _text(body, "phone"):
        cart.set_phone(written_phone_number(phone, region))
    cart.set_name(_text(body, "name"))
    fulfilment, address = _text(body, "fulfilment"), _text(body, "address")
    if fulfilment not in {"", *Fulfilment}:
        raise RequestError(400, f"fulfilment should be one of: {', '.join(Fulfilment)}.")
    if fulfilment or address:
        cart.set_fulfilment(fulfilment or cart.fulfilment, address or None)
    elif not cart.fulfilment_is_chosen:
        cart.set_fulfilment(menu.fulfilments[0])


def _line(row: object, menu: Menu) -> Line:
    if not isinstance(row, dict):
        raise RequestError(400, "Each of items should be an object.")
    if "item" not in row:
        raise RequestError(400, "Each of items should name its item.")
    item_id = _text(row, "item")
    if not menu.has_item(item_id):
        raise OrderError(f"There is no item {item_id[:60]!r} on the menu.", "See GET /api/menu.")
    item = menu.item(item_id)
    said = row.get("modifiers", [])
    if not isinstance(said, list):
        raise RequestError(400, "modifiers should be a list.")
    choices = tuple(_choice(each, item, menu) for each in said)
    return Line(item.id, _number(row, "quantity"), choices)


def _choice(row: object, item: Item, menu: Menu) -> Choice:
    if not isinstance(row, dict):
        raise RequestError(400, "Each of modifiers should be an object.")
    modifier, group_id = _text(row, "modifier"), _text(row, "group")
    amount = _text(row, "amount") or Amount.REGULAR.value
    if amount not in list(Amount):
        raise RequestError(400, f"amount should be one of: {', '.join(Amount)}.")
    for group in menu.groups_of(item):
        known = {each.id for each in group.modifiers}
        if modifier in known and group_id in {"", group.id}:
            return Choice(group.id, modifier, Amount(amount), _number(row, "count"))
    raise OrderError(f"There is no {modifier[:60]!r} for the {item.name}.", "See GET /api/menu.")


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RequestError(400, f"{name} should be text.")
    return value.strip()


def _number(row: Mapping[str, object], name: str) -> int:
    value = row.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RequestError(400, f"{name} should be a whole number.")
    return value
