"""What the store gives and takes, besides orders: events, calls, messages and counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from servizio.shop.order import Order
from servizio.shop.reservation import BookingOutcome, ReservationRequest
from servizio.shop.today import Today

Clock = Callable[[], datetime]
"""Gives the time of day, with time zone UTC."""

OrderText = Callable[[Order], str]
"""Words a text to the customer once the order has its number. Must be pure and quick: it
runs inside the transaction."""

ChangeOfToday = Callable[[Today], Today]
"""Changes what staff have set for now. Runs inside the transaction, on what is true by then."""

WordedToday = Callable[[Today], Mapping[str, object]]
"""Words the event of such a change. Must be pure and quick, as an `OrderText`."""

NumberPicker = Callable[[frozenset[str]], str]
"""Gives a four-digit order number that is not among the taken ones."""


class EventKind(StrEnum):
    """What a row of the journal tells; also the name of the event on the wire."""

    ORDER_CREATED = "order_created"
    ORDER_UPDATED = "order_updated"
    ORDER_STATUS_CHANGED = "order_status_changed"
    ORDER_TICKED = "order_ticked"
    """Staff ticked a line off, or on again. No change of the order."""
    CALL_STARTED = "call_started"
    CALL_UPDATED = "call_updated"
    CALL_ENDED = "call_ended"
    TRANSCRIPT = "transcript"
    CART_CHANGED = "cart_changed"
    MENU_CHANGED = "menu_changed"
    SHOP_CHANGED = "shop_changed"
    CALLBACK_STARTED = "callback_started"
    """Staff ring a customer back."""
    BOOKING_CHANGED = "booking_changed"
    """A call for a table elsewhere went on, or is over."""
    OUTBOX_CHANGED = "outbox_changed"
    """A message could not be sent, or staff did something with one."""
    TEXT_RECEIVED = "text_received"
    """A customer wrote to the shop's number."""
    VOICE_MESSAGE = "voice_message"
    """A customer left a message, or staff are done with one."""
    HEALTH_CHANGED = "health_changed"


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the journal."""

    id: int
    """Grows by commit order and is never given twice: the id of the event on the wire."""
    kind: EventKind
    at: datetime
    data: str
    """The payload as JSON on one line, ready to be sent."""
    order_number: str | None = None
    call_sid: str | None = None
    actor: str | None = None
    """Who did it: `staff`, `customer`, `agent`, `system`, or more precise."""
    from_status: str | None = None
    to_status: str | None = None

    @property
    def payload(self) -> Mapping[str, object]:
        """The payload, parsed anew at each use."""
        return cast("Mapping[str, object]", json.loads(self.data))


class Role(StrEnum):
    """Who said something in a call."""

    CUSTOMER = "customer"
    AGENT = "agent"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of a call."""

    role: Role
    text: str
    at: datetime
    heard: bool = True
    """Whether the other side heard all of it."""


class Direction(StrEnum):
    """Who rang."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as the store keeps it."""

    call_sid: str
    direction: Direction
    status: str
    """In the words of the room `calls`; `completed` or what `end_call` was told at the end."""
    started_at: datetime
    ended_at: datetime | None = None
    agent: str | None = None
    phone: str | None = None
    """The customer's, E.164; `None` where it was withheld."""
    order_number: str | None = None
    outcome: str | None = None
    """How it ended; `dropped` where this machine died in mid-call."""
    cart: object = None
    """The cart as JSON values; `None` where there was none."""
    latency_ms: Mapping[str, object] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    """The transcript; only filled in where one call was asked for."""


class BookingStep(StrEnum):
    """How far a call for a table is."""

    ASKED = "asked"
    """Written down; the telephone company is being asked."""
    RINGING = "ringing"
    TALKING = "talking"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Booking:
    """A call for a table elsewhere."""

    id: int
    asked: str
    """The request in the words of whoever made it."""
    wanted: ReservationRequest
    phone: str
    """Whom to ring, E.164."""
    step: BookingStep
    created_at: datetime
    updated_at: datetime
    call_sid: str | None = None
    outcome: BookingOutcome | None = None
    """What came of it; `None` until it is over."""


class MessageKind(StrEnum):
    """By which road a message leaves."""

    SMS = "sms"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """Where a message is."""

    HELD = "held"
    """Waits for its call to end."""
    PENDING = "pending"
    """Leaves at `next_attempt_at`."""
    SENDING = "sending"
    """Being sent by a worker whose lease has not run out."""
    SENT = "sent"
    """Taken by the provider."""
    LOCAL = "local"
    """There is no provider: it is shown to staff here."""
    FAILED = "failed"
    """Given up; staff should know."""
    DISMISSED = "dismissed"
    """Could not be sent, and staff have seen it."""
    WITHDRAWN = "withdrawn"
    """Taken back before it left."""


class TextKind(StrEnum):
    """Which of the texts of an order's life."""

    RECEIVED = "received"
    READY = "ready"


WAITING = frozenset({MessageState.HELD, MessageState.PENDING, MessageState.SENDING})
"""States of a message that has yet to leave."""


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox."""

    id: int
    kind: MessageKind
    key: str
    """What it is about; never twice in the outbox."""
    to: str
    """A phone number (E.164) or the address of a webhook."""
    body: str
    state: MessageState
    attempts: int
    """How often it was claimed for sending."""
    next_attempt_at: datetime
    created_at: datetime
    updated_at: datetime
    first_attempt_at: datetime | None = None
    uncertain: bool = False
    """An earlier try may have reached the provider: look before sending again."""
    recalled: bool = False
    """No longer wanted, since it was being sent: not to be sent again if it did not leave."""
    provider_sid: str | None = None
    delivery: str | None = None
    """What the provider said later: `delivered`, `undelivered`, ..."""
    error_code: str | None = None
    error_text: str | None = None
    call_sid: str | None = None
    order_number: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingText:
    """What a customer wrote to the shop's number."""

    sid: str
    """The telephone company's id of it."""
    phone: str
    """The customer's, E.164."""
    body: str
    reply: str
    """What was answered; empty: nothing."""
    order_number: str | None
    """The order that it may be about."""
    at: datetime


@dataclass(frozen=True, slots=True)
class VoiceMessage:
    """What a customer said after the tone. Its sound is at the telephone company."""

    sid: str
    """The telephone company's id of the recording."""
    call_sid: str
    phone: str | None
    """The customer's, E.164; `None` where it was withheld."""
    seconds: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """What the shop still has to make."""

    orders: int
    """Received or being made."""
    items: int
    """Their quantities together."""
    ready: int
    """Made and not picked up."""


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Whether orders can be written."""

    ok: bool
    detail: str
    """One sentence for staff."""
    free_bytes: int
    """Left on the disk."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What the retention rules removed."""

    orders: int
    """Orders that lost phone number, name and address."""
    calls: int
    """Calls that lost phone number, cart and transcript."""
    messages: int
    """Messages that lost recipient and words."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was forgotten of one customer."""

    orders: int
    calls: int
    messages: int
    """Texts both ways, and what other programs were told."""
    still_open: tuple[str, ...]
    """Numbers of orders that were left alone, as they are not finished."""
