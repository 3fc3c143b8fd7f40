"""A telephone conversation in text: what the customer says, and the order that comes of it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from servizio.agents.desk import Desk
from servizio.agents.local.mind import Mind, Reply
from servizio.agents.tools import Tools
from servizio.errors import UnknownOrderError
from servizio.language.meaning import Act, Expecting, Meaning
from servizio.language.understand import Understander
from servizio.shop.availability import Availability
from servizio.shop.line import Choice, Line
from servizio.shop.menu import Menu
from servizio.shop.menu_file import load_menu
from servizio.shop.order import Order, OrderDraft, OrderStatus, Source
from servizio.shop.profile import ShopProfile
from servizio.store.interface import OrderBook
from servizio.store.records import Queue
from servizio.store.sqlite import SqliteStore

CALL_SID = "CA0001"
CALLING = "+14155550123"
NOW = datetime(2026, 9, 7, 18, 2, tzinfo=UTC)


@cache
def menu_named(name: str) -> Menu:
    return load_menu(name)


@cache
def understander_of(name: str) -> Understander:
    return Understander(menu_named(name))


@dataclass
class Control:
    """The call, as far as an agent can touch it."""

    closed: str | None = None
    handed_over: str | None = None
    tools: list[tuple[str, bool]] = field(default_factory=list)

    def close_after_speech(self, outcome: str) -> None:
        self.closed = outcome

    def hand_to_staff_after_speech(self, reason: str) -> None:
        self.handed_over = reason

    def cart_changed(self, cart: dict[str, Any]) -> None:
        pass

    def tool_used(self, name: str, *, ok: bool) -> None:
        self.tools.append((name, ok))


class PaperOrders:
    """Orders kept in memory: for stories by the hundred, where a database would be slow."""

    def __init__(self) -> None:
        self.kept: Order | None = None

    async def place_order(self, draft: OrderDraft, **_given: object) -> Order:
        if self.kept is None:
            self.kept = Order("4782", OrderStatus.RECEIVED, draft, NOW, NOW, 1)
        else:
            revision = self.kept.revision + 1
            self.kept = Order("4782", OrderStatus.RECEIVED, draft, NOW, NOW, revision)
        return self.kept

    async def cancel_order(self, number: str, **_given: object) -> Order:
        order = await self.order(number)
        self.kept = replace(order, status=OrderStatus.CANCELLED)
        return self.kept

    async def order(self, number: str) -> Order:
        if self.kept is None or self.kept.number != number:
            raise UnknownOrderError("There is no such order.")
        return self.kept

    async def orders_by_phone(self, phone: str, limit: int = 5) -> list[Order]:
        del limit
        return [self.kept] if self.kept is not None and self.kept.draft.phone == phone else []

    async def latest_order_of_call(self, call_sid: str) -> Order | None:
        del call_sid
        return self.kept

    async def queue(self) -> Queue:
        return Queue(orders=0, items=0, ready=0)


class Conversation:
    """One call with the mind, over the real menu, tools, desk and store."""

    def __init__(
        self,
        store: SqliteStore | PaperOrders,
        *,
        menu: str = "boba",
        calling: str | None = None,
        staff_phone: str = "",
        sold_out: Sequence[str] = (),
        seed: int = 7,
    ) -> None:
        self.store = store
        self.control = Control()
        self.menu = menu_named(menu)
        self.desk = Desk(
            shop=ShopProfile(name="Servizio", menu=self.menu, staff_phone=staff_phone),
            orders=cast("OrderBook", store),
            control=self.control,
            call_sid=CALL_SID,
            calling_number=calling,
            source=Source.PHONE,
            availability=Availability(frozenset(sold_out)),
            now=lambda: NOW,
        )
        self.mind = Mind(
            tools=Tools(self.desk),
            understander=understander_of(menu),
            rng=random.Random(seed),
            calling_number=calling,
        )
        self.reply: Reply = self.mind.greet("Servizio, hi! What can I get you?")
        self.transcript: list[str] = []

    @property
    def answer(self) -> str:
        """What the agent said last, in lower case."""
        return " ".join(self.reply.sentences).lower()

    @property
    def ended(self) -> bool:
        return self.reply.ends is not None

    async def say(self, *utterances: str) -> str:
        for text in utterances:
            self._note("C", text)
            self.reply = await self.mind.answer([text])
            self._note("A", self.answer)
        return self.answer

    async def mean(self, *acts: Act, confidence: float = 1.0, text: str = "") -> str:
        """Go past the understander with acts of one utterance."""
        self._note("C", repr(acts))
        self.reply = await self.mind.respond(Meaning(text, acts, confidence))
        self._note("A", self.answer)
        return self.answer

    async def press(self, keys: str) -> str:
        self.reply = await self.mind.keys(keys)
        return self.answer

    async def be_silent(self, times: int) -> str:
        self.reply = await self.mind.silent(times)
        return self.answer

    def agreed(self) -> list[Line]:
        """What is in the cart now, with the customer's yes to it."""
        return list(self.desk.cart.lines)

    def expects(self, expecting: Expecting) -> bool:
        """Whether the agent's last words lead to such an answer."""
        return self.reply.expecting is expecting

    async def order(self) -> Order | None:
        """What the store has of this call."""
        return await self.store.latest_order_of_call(CALL_SID)

    async def lines(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """The order in the store: how many, of what, with what that was said."""
        order = await self.order()
        assert order is not None, "\n".join(self.transcript)
        return [
            (
                line.quantity,
                line.item,
                tuple(
                    one.modifier if one.amount == "regular" else f"{one.amount} {one.modifier}"
                    for one in line.modifiers
                    if one.modifier not in DEFAULTS
                ),
            )
            for line in order.draft.lines
        ]

    def _note(self, who: str, text: str) -> None:
        self.transcript.append(f"{who}: {text}")


DEFAULTS = frozenset({"50%", "regular-ice"})
"""What goes without saying on the default menu; left out of what a story compares."""


@asynccontextmanager
async def open_store(path: Path) -> AsyncIterator[SqliteStore]:
    numbers = iter(range(4782, 9999))
    async with SqliteStore(
        path / "servizio.db",
        clock=lambda: NOW,
        pick_number=lambda taken: next(str(n) for n in numbers if str(n) not in taken),
    ) as store:
        yield store


def line(item: str, *modifiers: str, quantity: int = 1) -> Line:
    """A line of the default menu."""
    menu = menu_named("boba")
    groups = {one.id: group.id for group in menu.modifier_groups for one in group.modifiers}
    return Line(item, quantity, tuple(Choice(groups[one], one) for one in modifiers))
