"""What the stories of this room are made of: a clock that stands still, drafts, a sender."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from servizio.shop.line import Amount
from servizio.shop.order import (
    Fulfilment,
    Order,
    OrderDraft,
    OrderedLine,
    OrderedModifier,
    Source,
)
from servizio.store.records import Message, MessageState
from servizio.store.sending import SendKind, SendOutcome
from servizio.store.sqlite import SqliteStore

PHONE = "+14155550100"
SENT = SendOutcome(SendKind.SENT, sid="SM1")
RETRY = SendOutcome(SendKind.RETRY, reason="Too many at once.")
UNKNOWN = SendOutcome(SendKind.UNKNOWN, reason="No answer came.")


class StandingClock:
    """Time passes when the story says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 7, 18, 2, 11, 123456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


def counting_numbers() -> Callable[[frozenset[str]], str]:
    """Order numbers from 1001 on, the lowest free one first."""
    return lambda taken: next(str(n) for n in range(1001, 9999) if str(n) not in taken)


def line(quantity: int = 1, *, boba: bool = True) -> OrderedLine:
    topping = OrderedModifier("topping", "boba", "boba", Amount.EXTRA, 2, Decimal("0.75"))
    return OrderedLine(
        item="taro-milk-tea",
        name="taro milk tea",
        quantity=quantity,
        modifiers=(topping,) if boba else (),
        price=Decimal("7.00") * quantity,
    )


def draft(
    call_sid: str | None = "CA1", *, quantity: int = 1, phone: str | None = PHONE
) -> OrderDraft:
    total = Decimal("7.00") * quantity
    return OrderDraft(
        lines=(line(quantity),),
        subtotal=total,
        tax=Decimal("0.00"),
        total=total,
        source=Source.PHONE if call_sid else Source.COUNTER,
        phone=phone,
        name="Zoë <b>O'Hara</b>",
        call_sid=call_sid,
        fulfilment=Fulfilment.DELIVERY,
        address='1 Main St; DROP TABLE orders; --"',
    )


def received_text(order: Order) -> str:
    return f"Order {order.number} is received: {order.draft.total}."


def ready_text(order: Order) -> str:
    return f"Order {order.number} is ready."


async def states(store: SqliteStore, number: str | None = None) -> dict[str, MessageState]:
    """Where each message is, by what it is about."""
    found = await store.messages(order_number=number)
    return {message.key.split(":", 2)[2]: message.state for message in found}


async def bodies(store: SqliteStore, *wanted: MessageState) -> list[str]:
    found: Sequence[Message] = await store.messages(states=wanted or None)
    return [message.body for message in found]


@dataclass
class Provider:
    """A telephone company that answers as told, and knows what reached it."""

    answers: list[SendOutcome] = field(default_factory=list)
    """Of the next tries; when there are none left, everything is taken."""
    looks: list[SendOutcome | None] = field(default_factory=list)
    """Of the next searches; when there are none left, the truth."""
    tries: list[str] = field(default_factory=list)
    searches: list[datetime] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    gate: asyncio.Event | None = None
    """Where there is one, a try takes until it opens."""
    trying: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: str, body: str) -> SendOutcome:
        self.tries.append(body)
        self.numbers.add(to)
        self.trying.set()
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else SENT
        if answer.kind is SendKind.SENT:
            self.taken.append(body)
        return answer

    async def find_recent(
        self, to: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> SendOutcome | None:
        del known
        self.searches.append(since)
        self.numbers.add(to)
        if self.looks:
            return self.looks.pop(0)
        return SENT if body in self.taken else None
