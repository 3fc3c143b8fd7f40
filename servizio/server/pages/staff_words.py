"""What the staff page says of orders and calls. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from servizio.shop.line import Amount
from servizio.shop.money import money_text
from servizio.shop.order import Fulfilment, Order, OrderedModifier, OrderStatus
from servizio.shop.phone_number import last_digits
from servizio.store.records import CallRecord, Role

FINISHED_FOR = timedelta(minutes=30)
"""How long what left the queue can still be taken back here."""
TURNS_SHOWN = 30
"""Of a call, the newest."""
OPEN = frozenset({OrderStatus.RECEIVED, OrderStatus.MAKING, OrderStatus.READY})

_ACTIONS: Mapping[OrderStatus, tuple[tuple[str, str], ...]] = {
    OrderStatus.RECEIVED: (("ready", "Done"), ("making", "Making")),
    OrderStatus.MAKING: (("ready", "Done"), ("undo", "Undo")),
    OrderStatus.READY: (("picked_up", "Picked up"), ("undo", "Undo")),
    OrderStatus.PICKED_UP: (("undo", "Undo"),),
    OrderStatus.CANCELLED: (("undo", "Undo"),),
}
_AMOUNTS = {Amount.NONE: "NO ", Amount.LIGHT: "light ", Amount.REGULAR: "", Amount.EXTRA: "EXTRA "}


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line of a ticket."""

    quantity: int
    name: str
    modifiers: tuple[str, ...]
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class TicketWords:
    """An order as it hangs over the bar."""

    number: str
    status: str
    age: str
    wait: str
    """`waiting` or `late`; empty: neither."""
    source: str
    name: str
    phone: str
    """All of it where it was asked for, else empty."""
    phone_ends: str
    """Its last digits; empty where there is none."""
    delivery: str
    """The address to deliver to; empty: pickup."""
    lines: tuple[LineWords, ...]
    total: str
    revision: int
    is_open: bool
    """Whether its lines can be ticked off."""
    is_changed: bool
    actions: tuple[tuple[str, str], ...]
    """What can be done: the value that is sent, and its words. The likeliest first."""
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class TicketLists:
    """The queue in its three parts."""

    making: tuple[TicketWords, ...]
    ready: tuple[TicketWords, ...]
    finished: tuple[TicketWords, ...]


@dataclass(frozen=True, slots=True)
class CallWords:
    """A call in progress."""

    sid: str
    since: str
    by: str
    """Last digits of the telephone, or by which door it came."""
    agent: str
    turns: tuple[tuple[str, str], ...]
    """Who, and what."""
    cart: tuple[LineWords, ...]


@dataclass(frozen=True, slots=True)
class Patience:
    """After how long an order has waited long, and too long: the same on every screen."""

    warn: timedelta
    late: timedelta

    def judge(self, age: timedelta) -> str:
        """`waiting`, `late`, or nothing yet."""
        return "late" if age >= self.late else "waiting" if age >= self.warn else ""


def ticket_lists(
    open_orders: Sequence[Order],
    recent: Sequence[Order],
    ticks: Mapping[str, Sequence[int]],
    *,
    now: datetime,
    currency: str,
    patience: Patience,
    revealed: str = "",
) -> TicketLists:
    """Open orders oldest first, finished ones newest first. `revealed`: whose number is shown."""

    def words(order: Order) -> TicketWords:
        shown = order.number == revealed
        waits = order.status in {OrderStatus.RECEIVED, OrderStatus.MAKING}
        return ticket_words(
            order,
            ticks.get(order.number, ()),
            now,
            currency,
            wait=patience.judge(now - order.created_at) if waits else "",
            reveal=shown,
        )

    finished = [
        order
        for order in sorted(recent, key=lambda each: each.updated_at, reverse=True)
        if order.status in {OrderStatus.PICKED_UP, OrderStatus.CANCELLED}
        and now - order.updated_at < FINISHED_FOR
    ]
    return TicketLists(
        making=tuple(words(each) for each in open_orders if each.status is not OrderStatus.READY),
        ready=tuple(words(each) for each in open_orders if each.status is OrderStatus.READY),
        finished=tuple(words(each) for each in finished[:6]),
    )


def ticket_words(
    order: Order,
    ticked: Sequence[int],
    now: datetime,
    currency: str,
    *,
    wait: str,
    reveal: bool,
) -> TicketWords:
    """One order."""
    draft = order.draft
    return TicketWords(
        number=order.number,
        status=order.status.value.replace("_", " "),
        age=age_words(now - order.created_at),
        wait=wait,
        source=draft.source.value,
        name=draft.name or "",
        phone=draft.phone if reveal and draft.phone else "",
        phone_ends=last_digits(draft.phone) if draft.phone else "",
        delivery=draft.address or "" if draft.fulfilment is Fulfilment.DELIVERY else "",
        lines=tuple(
            LineWords(
                line.quantity,
                line.name,
                tuple(_modifier_words(each) for each in line.modifiers),
                place in ticked,
            )
            for place, line in enumerate(draft.lines)
        ),
        total=money_text(draft.total, currency),
        revision=order.revision,
        is_open=order.status in OPEN,
        is_changed=order.revision > 1,
        actions=_ACTIONS[order.status],
        can_cancel=order.status in OPEN,
    )


def _modifier_words(modifier: OrderedModifier) -> str:
    count = f"{modifier.count} × " if modifier.count > 1 else ""
    return f"{_AMOUNTS[modifier.amount]}{count}{modifier.name}"


def age_words(age: timedelta) -> str:
    """How long ago: `just now`, `12 min`, `3 h 5 min`, `2 d`."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 24 else f"{hours // 24} d"


def call_words(record: CallRecord, live: Mapping[str, object], now: datetime) -> CallWords:
    """One call: what is stored of it, and what the live call knows better."""
    by = f"…{last_digits(record.phone)}" if record.phone else "no number"
    return CallWords(
        sid=record.call_sid,
        since=age_words(now - record.started_at),
        by="browser" if record.call_sid.startswith("BR") else by,
        agent=str(live.get("agent") or record.agent or "nobody yet"),
        turns=tuple(
            ("customer" if turn.role is Role.CUSTOMER else "agent", turn.text)
            for turn in record.turns
            if turn.role is not Role.TOOL
        )[-TURNS_SHOWN:],
        cart=_cart_words(live.get("cart")),
    )


def _cart_words(cart: object) -> tuple[LineWords, ...]:
    items = cart.get("items") if isinstance(cart, Mapping) else None
    rows = items if isinstance(items, list) else []
    return tuple(
        LineWords(
            int(row.get("quantity", 1)),
            str(row.get("name", "")),
            tuple(str(each.get("name", "")) for each in row.get("modifiers", ())),
            is_ticked=False,
        )
        for row in rows
        if isinstance(row, Mapping)
    )
