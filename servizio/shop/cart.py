"""The cart of one call: lines that the customer agreed to, and staged ones not yet.

One object belongs to one call and is used from one task. It does no input or output.
Whatever is refused raises `OrderError` with a sentence an agent can say, and leaves the
cart exactly as it was. Lines are counted from 1, as people count.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from servizio.errors import OrderError
from servizio.shop.availability import EVERYTHING, Availability
from servizio.shop.line import Line
from servizio.shop.line_rules import (
    checked_line,
    groups_to_ask,
    missing_groups,
    question_for,
)
from servizio.shop.menu import Menu, ModifierGroup
from servizio.shop.order import Fulfilment, OrderDraft
from servizio.shop.phone_number import parse_phone_number

MAX_ADDRESS = 200
MAX_CUSTOMER_NAME = 80
_NOTHING_STAGED = "There is nothing to change yet. What can I get you?"
_NOTHING_ORDERED = "There is nothing in the order yet. What can I get you?"


class Cart:
    """Everything of an order that is not placed yet."""

    def __init__(
        self,
        menu: Menu,
        availability: Availability = EVERYTHING,
        *,
        max_items: int = 10,
        region: str = "US",
    ) -> None:
        self._menu = menu
        self._max_items = max_items
        self._region = region
        self._lines: tuple[Line, ...] = ()
        self._pending: tuple[Line, ...] = ()
        self._fulfilment: Fulfilment | None = None
        self._address: str | None = None
        self._phone: str | None = None
        self._name: str | None = None
        self.availability = availability
        """What is sold out; set again whenever that changes during the call."""

    @property
    def menu(self) -> Menu:
        """The menu that is ordered from; the same for the whole call."""
        return self._menu

    @property
    def max_items(self) -> int:
        """How many items one order may have, quantities counted."""
        return self._max_items

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the customer agreed to."""
        return self._lines

    @property
    def pending(self) -> tuple[Line, ...]:
        """What is staged: asked for, not yet agreed to."""
        return self._pending

    @property
    def item_count(self) -> int:
        """Items in the confirmed lines, quantities counted."""
        return _count(self._lines)

    @property
    def fulfilment(self) -> Fulfilment:
        """As the customer chose; before that the menu's first way."""
        return self._fulfilment or Fulfilment(self._menu.fulfilments[0])

    @property
    def fulfilment_is_chosen(self) -> bool:
        """Whether there is nothing to ask: the customer chose, or there is only one way."""
        return self._fulfilment is not None or len(self._menu.fulfilments) == 1

    @property
    def address(self) -> str | None:
        """Where to deliver; `None` for a pickup."""
        return self._address

    @property
    def phone(self) -> str | None:
        """E.164."""
        return self._phone

    @property
    def name(self) -> str | None:
        """The customer's name, in one line."""
        return self._name

    def stage(self, line: Line) -> Line:
        """Put a line beside the cart until the customer agrees; the line as it is kept."""
        checked = checked_line(self._menu, line, self.availability)
        self._check_room((*self._lines, *self._pending, checked))
        self._pending = (*self._pending, checked)
        return checked

    def update_pending(self, line: Line, index: int | None = None) -> Line:
        """Put `line` in the place of a staged one, by default the last."""
        place = self._place(index, self._pending, _NOTHING_STAGED)
        checked = checked_line(self._menu, line, self.availability)
        pending = _with(self._pending, place, checked)
        self._check_room((*self._lines, *pending))
        self._pending = pending
        return checked

    def clear_pending(self, index: int | None = None) -> tuple[Line, ...]:
        """Drop a staged line, or all of them; those that were dropped."""
        if index is None:
            dropped, self._pending = self._pending, ()
            return dropped
        place = self._place(index, self._pending, _NOTHING_STAGED)
        dropped = self._pending[place : place + 1]
        self._pending = (*self._pending[:place], *self._pending[place + 1 :])
        return dropped

    def confirm(self) -> tuple[Line, ...]:
        """Move all staged lines into the cart; equal lines become one. What was staged."""
        if not self._pending:
            raise OrderError("There is nothing to confirm yet.")
        for line in self._pending:
            self._check_complete(line)
        lines = self._lines
        for line in self._pending:
            lines = _merged(lines, line)
        self._check_room(lines)
        confirmed, self._pending = self._pending, ()
        self._lines = lines
        return confirmed

    def remove(self, index: int, quantity: int | None = None) -> Line:
        """Take a line out, or `quantity` of it; what was taken out."""
        place = self._place(index, self._lines, _NOTHING_ORDERED)
        line = self._lines[place]
        if quantity is not None and quantity < 1:
            raise OrderError(f"How many of the {self._menu.item(line.item).name} shall I take off?")
        if quantity is not None and quantity < line.quantity:
            rest = replace(line, quantity=line.quantity - quantity)
            self._lines = _with(self._lines, place, rest)
            return replace(line, quantity=quantity)
        self._lines = (*self._lines[:place], *self._lines[place + 1 :])
        return line

    def modify(self, index: int, line: Line) -> Line:
        """Put `line` in the place of a confirmed one; the line as it is kept."""
        place = self._place(index, self._lines, _NOTHING_ORDERED)
        checked = checked_line(self._menu, line, self.availability)
        self._check_complete(checked)
        lines = _with(self._lines, place, checked)
        self._check_room((*lines, *self._pending))
        self._lines = lines
        return checked

    def empty(self) -> None:
        """Take everything out, staged lines too; phone number, name and address stay."""
        self._lines = self._pending = ()

    def take_up(self, lines: tuple[Line, ...], order: OrderDraft) -> None:
        """Hold what was ordered before, as these lines, and how it reaches whom."""
        self._lines, self._pending = lines, ()
        self._fulfilment, self._address = order.fulfilment, order.address
        self._phone, self._name = order.phone, order.name

    def set_fulfilment(self, fulfilment: Fulfilment | str, address: str | None = None) -> None:
        """How the order reaches the customer. A delivery may get its address later."""
        known = self._menu.fulfilments
        if fulfilment not in known:
            raise OrderError(f"I'm sorry, we only do {' and '.join(known)}.")
        way = Fulfilment(fulfilment)
        place = _one_line(address) if address is not None else self._address
        if place is not None and len(place) > MAX_ADDRESS:
            raise OrderError("That address is too long for me. Could you say it more shortly?")
        self._fulfilment = way
        self._address = (place or None) if way is Fulfilment.DELIVERY else None

    def set_phone(self, text: str) -> str:
        """Keep a phone number in any way of writing or speaking it; the number as E.164."""
        self._phone = parse_phone_number(text, self._region)
        return self._phone

    def set_name(self, name: str | None) -> None:
        """Keep the customer's name; nothing but spaces is no name."""
        kept = _one_line(name or "")
        if len(kept) > MAX_CUSTOMER_NAME:
            raise OrderError("That name is too long for me. What may I call you?")
        self._name = kept or None

    def missing_groups(self, line: Line) -> tuple[ModifierGroup, ...]:
        """Compulsory groups of which a line has too few."""
        return missing_groups(self._menu, line, self.availability)

    def groups_to_ask(self, line: Line) -> tuple[ModifierGroup, ...]:
        """Groups worth a question, the compulsory ones included."""
        return groups_to_ask(self._menu, line, self.availability)

    def check_placeable(self, placed: Collection[Line] = ()) -> None:
        """Raise `OrderError` with what stands in the way of placing the order.

        Lines in `placed` were ordered earlier in this call: the shop has promised them, so
        they go through even if something of them is sold out since.
        """
        if self._pending:
            name = self._menu.item(self._pending[-1].item).name
            raise OrderError(
                f"I haven't added the {name} yet. Shall I add it?",
                "Confirm or clear the staged lines first.",
            )
        if not self._lines:
            raise OrderError(_NOTHING_ORDERED)
        for line in self._lines:
            if line not in placed:
                self._check_complete(line)
        if not self.fulfilment_is_chosen:
            raise OrderError("Is that for pickup or delivery?", "Call set_fulfilment first.")
        if self.fulfilment is Fulfilment.DELIVERY and self._address is None:
            raise OrderError("What is the address for the delivery?")

    def _check_complete(self, line: Line) -> None:
        for group in self.missing_groups(checked_line(self._menu, line, self.availability)):
            item = self._menu.item(line.item).name
            question = question_for(group, self.availability)
            raise OrderError(f"For the {item}: {question[:1].lower()}{question[1:]}")

    def _check_room(self, lines: Sequence[Line]) -> None:
        count = _count(lines)
        if count > self._max_items:
            raise OrderError(
                f"I'm sorry, I can take up to {self._max_items} items in one order, "
                f"and that would make {count}."
            )

    def _place(self, index: int | None, lines: Sequence[Line], nothing: str) -> int:
        if not lines:
            raise OrderError(nothing)
        if index is None:
            return len(lines) - 1
        if not 1 <= index <= len(lines):
            count = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
            raise OrderError(f"I can't find number {index}; I have {count} here.")
        return index - 1


def _count(lines: Sequence[Line]) -> int:
    return sum(line.quantity for line in lines)


def _with(lines: tuple[Line, ...], place: int, line: Line) -> tuple[Line, ...]:
    return (*lines[:place], line, *lines[place + 1 :])


def _merged(lines: tuple[Line, ...], line: Line) -> tuple[Line, ...]:
    for place, other in enumerate(lines):
        if (other.item, other.choices) == (line.item, line.choices):
            return _with(lines, place, replace(other, quantity=other.quantity + line.quantity))
    return (*lines, line)


def _one_line(text: str) -> str:
    """Text of a customer without line breaks, control characters and double spaces."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
