"""The order of one call, and what may be done to it.

The tools act on this; nothing else does. It keeps the cart, knows whether the order has
been placed, and is the only way from an agent to the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from servizio.agents.cart_views import cart_view
from servizio.agents.line_arguments import choices_of, line_of
from servizio.errors import OrderError
from servizio.shop.availability import Availability, item_instead
from servizio.shop.cart import Cart
from servizio.shop.hours import OpeningHours
from servizio.shop.line import Choice, Line
from servizio.shop.menu import Menu
from servizio.shop.order import Order, OrderDraft, OrderStatus, Source
from servizio.shop.order_texts import received_text
from servizio.shop.prices import draft
from servizio.shop.profile import ShopProfile
from servizio.shop.today import AS_USUAL, Today
from servizio.shop.wait import quoted_minutes
from servizio.store.interface import OrderBook

ACTOR = "agent"
"""Who changes the order, in the audit trail."""


class CallControl(Protocol):
    """What an agent can do to the call itself."""

    def close_after_speech(self, outcome: str) -> None:
        """Hang up once the agent's last words have been heard."""
        ...

    def hand_to_staff_after_speech(self, reason: str) -> None:
        """Hand over to a person once the agent's last words have been heard."""
        ...

    def cart_changed(self, cart: dict[str, Any]) -> None:
        """The cart or its staged lines are different now."""
        ...

    def tool_used(self, name: str, *, ok: bool) -> None:
        """A tool was used: for the transcript."""
        ...


class Desk:
    """Where one call's order is written down. Lives on the event loop."""

    def __init__(
        self,
        *,
        shop: ShopProfile,
        orders: OrderBook,
        control: CallControl,
        call_sid: str,
        calling_number: str | None,
        source: Source,
        availability: Availability,
        now: Callable[[], datetime],
        today: Today = AS_USUAL,
    ) -> None:
        self.shop = shop
        self.today = today
        """What staff have set for now; it changes while the call goes on."""
        self.orders = orders
        self.call_sid = call_sid
        self.calling_number = calling_number
        """E.164; `None` where it was withheld."""
        self.now = now
        self.cart = Cart(shop.menu, availability, max_items=shop.max_items, region=shop.region)
        self.control = control
        """The call that it belongs to; another one where a customer comes back from staff."""
        self.offers: dict[int, str] = {}
        """Where we rang as something is sold out: places of lines (from 1), and what to have
        instead."""
        self._source = source
        self._placed: Order | None = None
        self._placing: asyncio.Task[Order] | None = None
        self._placed_lines: tuple[Line, ...] = ()

    @property
    def menu(self) -> Menu:
        """What can be ordered."""
        return self.shop.menu

    @property
    def hours(self) -> OpeningHours:
        """When the shop is open, with what staff have set for today."""
        return self.today.hours(self.shop.hours)

    @property
    def order_number(self) -> str | None:
        """Of the order placed in this call; `None` before, and after it was cancelled."""
        placed = self._placed
        if placed is None or placed.status is OrderStatus.CANCELLED:
            return None
        return placed.number

    @property
    def phone(self) -> str | None:
        """The customer's number for texts, E.164."""
        return self.cart.phone

    @property
    def can_transfer(self) -> bool:
        """Whether there is a person to put the customer through to, and a telephone to do it by."""
        return bool(self.shop.staff_phone) and self._source is Source.PHONE

    def take_up(self, order: Order) -> None:
        """This call is about an order of before: what is agreed to changes that one.

        Raises `OrderError` where an item of it is not on the menu any more.
        """
        lines = tuple(
            Line(
                self.menu.item(line.item).id,
                line.quantity,
                tuple(Choice(m.group, m.modifier, m.amount, m.count) for m in line.modifiers),
            )
            for line in order.draft.lines
        )
        self.cart.take_up(lines, order.draft)
        self._placed, self._placed_lines = order, lines
        self.offers = {
            place: instead.id
            for place, line in enumerate(lines, start=1)
            if not self.cart.availability.has(line.item)
            and (
                instead := item_instead(
                    self.menu, self.cart.availability, self.menu.item(line.item)
                )
            )
        }

    # Lines

    def stage(self, arguments: Mapping[str, Any]) -> None:
        """Stage a line. Raises `OrderError`, as everything here does."""
        self.cart.stage(line_of(self.menu, arguments))
        self._changed()

    def update_pending(self, arguments: Mapping[str, Any]) -> None:
        """Change a staged line, by default the last."""
        index = arguments.get("index")
        base = self._line(self.cart.pending, index)
        self.cart.update_pending(line_of(self.menu, arguments, base), index)
        self._changed()

    def confirm_pending(self) -> None:
        """Move the staged lines into the cart."""
        self.cart.confirm()
        self._changed()

    def clear_pending(self, index: int | None) -> None:
        """Drop a staged line, or all."""
        self.cart.clear_pending(index)
        self._changed()

    def remove(self, index: int, quantity: int | None) -> None:
        """Take a line of the cart out, or some of it."""
        self.cart.remove(index, quantity)
        self._changed()

    def modify(self, arguments: Mapping[str, Any]) -> None:
        """Change a line of the cart."""
        index = arguments["index"]
        base = self._line(self.cart.lines, index)
        self.cart.modify(index, line_of(self.menu, arguments, base))
        self._changed()

    def set_levels(self, index: int | None, levels: Mapping[str, str]) -> None:
        """Set sweetness or ice of a staged line or, where none is staged, of one in the cart."""
        staged = bool(self.cart.pending)
        lines = self.cart.pending if staged else self.cart.lines
        base = self._line(lines, index)
        changed = base
        for group, level in levels.items():
            (choice,) = choices_of(self.menu, base.item, [{"group": group, "modifier": level}])
            kept = tuple(one for one in changed.choices if one.group != group)
            changed = replace(changed, choices=(*kept, choice))
        if staged:
            self.cart.update_pending(changed, index)
        else:
            self.cart.modify(index or len(lines), changed)
        self._changed()

    def cart_now(self) -> Cart:
        """The cart as it stands, to be put back where a change was not meant."""
        return copy(self.cart)

    def put_back(self, cart: Cart) -> None:
        """Take up the cart as it stood. An order that was placed stays placed."""
        cart.availability = self.cart.availability
        self.cart = cart
        self._changed()

    # The customer

    def set_fulfilment(self, fulfilment: str, address: str | None) -> None:
        """How the order reaches the customer."""
        self.cart.set_fulfilment(fulfilment, address)
        self._changed()

    def save_phone(self, phone: str | None) -> str:
        """Keep the customer's number, `None` for the calling one. Returns it as E.164."""
        number = phone or self.calling_number
        if number is None:
            raise OrderError("I can't see the number you are calling from. What is it, please?")
        return self.cart.set_phone(number)

    # The order

    async def check_out(self, phone: str | None, name: str | None) -> Order:
        """Place the cart, or change the order that this call has placed."""
        if phone:
            self.save_phone(phone)
        if name:
            self.cart.set_name(name)
        self.cart.check_placeable(self._placed_lines)
        await self._placing_done()
        # An agent that is dismissed in mid-order must not leave one that nobody knows of.
        self._placing = asyncio.create_task(self._place(), name=f"place {self.call_sid}")
        return await asyncio.shield(self._placing)

    async def _place(self) -> Order:
        lines = self.cart.lines
        order = await self.orders.place_order(
            self._draft(), actor=ACTOR, text=lambda order: received_text(self.shop.name, order)
        )
        self._placed, self._placed_lines = order, lines
        return order

    async def _placing_done(self) -> None:
        """Wait for an order that is being placed for an agent who has gone since."""
        if self._placing is not None:
            await asyncio.wait([self._placing])

    async def look_up_order(self) -> str | None:
        """The number of this call's order as the store has it: staff may have cancelled it."""
        await self._placing_done()
        if self._placed is not None:
            self._placed = await self.orders.order(self._placed.number)
        return self.order_number

    async def cancel(self) -> str | None:
        """Cancel this call's order. Returns its number; `None` where it was not placed yet."""
        await self._placing_done()
        number = self.order_number
        if number is not None:
            self._placed = await self.orders.cancel_order(number, actor="customer")
        self._placed_lines = ()
        self.cart.empty()
        self._changed()
        return number

    async def quoted_wait(self) -> int:
        """Minutes until an order placed now would be ready."""
        queue = await self.orders.queue()
        ordered = 0 if self._placed is not None else max(1, self.cart.item_count)
        return quoted_minutes(queue.items, ordered, extra_minutes=self.today.busy_minutes)

    # The call

    def transfer(self, reason: str) -> None:
        """Put the customer through to a person. Raises `OrderError` where there is none."""
        if not self.can_transfer:
            raise OrderError("I'm sorry, nobody can come to the phone right now.")
        self.control.hand_to_staff_after_speech(reason)

    def end_call(self) -> None:
        """Hang up after the last words."""
        self.control.close_after_speech("completed")

    def note_tool(self, name: str, *, ok: bool) -> None:
        """Write down that a tool was used."""
        self.control.tool_used(name, ok=ok)

    # Steps of the deeds above

    def _line(self, lines: tuple[Line, ...], index: int | None) -> Line:
        if not lines:
            raise OrderError("There is nothing in the order yet. What can I get you?")
        if index is not None and index > len(lines):
            raise OrderError(f"I can't find number {index}; I have {len(lines)} here.")
        return lines[-1 if index is None else index - 1]

    def _draft(self) -> OrderDraft:
        return draft(self.menu, self.cart, source=self._source, call_sid=self.call_sid)

    def _changed(self) -> None:
        self.control.cart_changed(cart_view(self.cart))
