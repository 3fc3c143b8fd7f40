"""What the barista does to orders: one step on, one step back, each exactly once.

A press names an order by key. While its change is on the way, more presses on the same
order are ignored; a change that somebody else made first is told, not repeated. Knows no
widget: it returns a `Notice` for the screen to show.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum

from servizio.errors import ApiError
from servizio.shop.order import OrderStatus
from servizio.tui.api import ShopApi
from servizio.tui.key_names import KeyNames
from servizio.tui.order_book import Lane, OrderBook, Ticket, steps_back

CONFLICT = frozenset({400, 409, 422})
"""Answers by which a server says that an order cannot go that way."""


class Weight(StrEnum):
    """How much a notice matters; the words are Textual's severities."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell the barista."""

    message: str
    weight: Weight = Weight.INFORMATION
    brought_back: str = ""
    """Key of the order that is in the queue again, where there is one."""


def spoken(status: OrderStatus) -> str:
    """Say a status in words that go with "is"."""
    return "being made" if status is OrderStatus.MAKING else status.replace("_", " ")


class Desk:
    """The barista's hands on the orders of one server."""

    def __init__(self, api: ShopApi, book: OrderBook, key_names: KeyNames) -> None:
        self._api = api
        self._key_names = key_names
        self._book = book
        self._done: list[tuple[str, OrderStatus]] = []
        self._ticking = asyncio.Lock()

    async def move(self, key: str, status: OrderStatus) -> Notice | None:
        """Bring an order to a status; `None` where there is nothing to tell."""
        ticket = self._book.get(key)
        if ticket is None or ticket.is_sending:
            return None
        number = ticket.order.number
        if ticket.order.status is status:
            return Notice(f"{number} is {spoken(status)} already")
        if status is OrderStatus.PICKED_UP and ticket.lane in {Lane.RECEIVED, Lane.MAKING}:
            return Notice(f"{number} is not ready yet: first ready, then picked up", Weight.WARNING)
        problem = await self._send(ticket, (status,))
        if problem is not None:
            return problem
        self._done.append((key, status))
        undo = self._key_names("queue.undo")
        return Notice(f"{number} is {spoken(status)}   ({undo} takes it back)")

    async def tick(self, key: str, position: int) -> Notice | None:
        """Tick a line off on every screen, or on again; `None` where there is nothing to tell.

        It is shown here at once, and taken back where the server does not take it.
        """
        ticket = self._book.get(key)
        if ticket is None or ticket.lane is None:
            return None
        order = ticket.order
        if position >= len(order.lines):
            lines = "only one line" if len(order.lines) == 1 else f"{len(order.lines)} lines"
            return Notice(f"{order.number} has {lines}", Weight.WARNING)
        done = position not in ticket.ticked
        self._book.want_tick(key, position, done=done)
        try:
            async with self._ticking:
                after = await self._api.tick(order, position, done=done)
        except ApiError as error:
            self._book.drop_tick(key, position, done=done)
            return Notice(f"{order.number} was NOT ticked. {error.message}", Weight.ERROR)
        self._book.drop_tick(key, position, done=done)
        self._book.show_ticks(key, after.revision, after.ticked or frozenset())
        return None

    async def undo(self) -> Notice:
        """Take back the last thing done at this screen; again for the one before."""
        while self._done:
            key, status = self._done.pop()
            ticket = self._book.get(key)
            if ticket is None or ticket.order.status is not status:
                continue
            notice = await self._back(ticket)
            if notice.brought_back and any(each == key for each, _ in self._done):
                # Servers take no second step back: better said now than at the next press.
                self._done = [each for each in self._done if each[0] != key]
                return replace(notice, message=f"{notice.message}, and cannot go back further")
            return notice
        return Notice("Nothing to take back", Weight.WARNING)

    async def recall(self, key: str | None = None) -> Notice:
        """Bring back that order, or the one that was finished last."""
        ticket = self._book.get(key) if key else self._book.last_finished()
        if ticket is None or not steps_back(ticket):
            return Notice("No finished order to bring back", Weight.WARNING)
        return await self._back(ticket)

    async def _back(self, ticket: Ticket) -> Notice:
        problem = await self._send(ticket, steps_back(ticket))
        if problem is not None:
            return problem
        after = self._book.get(ticket.key)
        status = after.order.status if after else ticket.order.status
        said = f"{ticket.order.number} is {spoken(status)} again"
        return Notice(said, brought_back=ticket.key)

    async def _send(self, ticket: Ticket, wanted: tuple[OrderStatus, ...]) -> Notice | None:
        """Ask for the first of these that the server allows; the problem where it allows none."""
        key, number = ticket.key, ticket.order.number
        cancels = OrderStatus.CANCELLED in wanted
        self._book.sending(key, is_sending=True, is_cancel=cancels)
        try:
            for position, status in enumerate(wanted, 1):
                try:
                    self._book.put(await self._api.set_status(number, status))
                except ApiError as error:
                    if error.status not in CONFLICT or position == len(wanted):
                        raise
                else:
                    return None
        except ApiError as error:
            if error.status in CONFLICT:
                return Notice(f"{number}: {error.message}", Weight.WARNING)
            return Notice(f"{number} was NOT changed. {error.message}", Weight.ERROR)
        finally:
            self._book.sending(key, is_sending=False)
        return None
