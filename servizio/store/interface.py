"""The store as all other rooms see it.

What is behind it may be SQLite today and PostgreSQL later: no other room knows SQL. Every
method may raise `StoreError` (disk full, locked, damaged, ...), with a sentence and a hint
for staff. What a method returns has been committed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from servizio.shop.order import Order, OrderDraft, OrderStatus
from servizio.shop.report import DayFacts
from servizio.shop.reservation import BookingOutcome, ReservationRequest
from servizio.shop.today import Today, today_json
from servizio.store.outbox_interface import Outbox
from servizio.store.records import (
    Booking,
    BookingStep,
    CallRecord,
    ChangeOfToday,
    Direction,
    Erased,
    Event,
    EventKind,
    OrderText,
    Purged,
    Queue,
    Role,
    StoreHealth,
    Turn,
    WordedToday,
)
from servizio.store.voice_interface import VoiceMail


class OrderBook(Protocol):
    """Orders."""

    async def place_order(
        self, draft: OrderDraft, *, actor: str, text: OrderText | None = None
    ) -> Order:
        """Take an order and give it its number, or change the one of the same call.

        The same draft again gives the same order. Another draft from the same call changes
        that order and raises its revision; it comes back if the actor `customer` cancelled
        it. `text` words the confirmation, which is held while the call goes on
        (`start_call` .. `end_call`) and leaves at once where there is no such call. Raises
        `OrderError` where the order is ready or gone already, or was cancelled by staff.
        """
        ...

    async def place_order_once(self, draft: OrderDraft, key: str, *, actor: str) -> Order:
        """Take an order of no call, sent with a key that its sender made up.

        The same key again gives the same order, as it is by then, whatever the draft says.
        """
        ...

    async def order_of_key(self, key: str) -> Order | None:
        """The order that was taken with this key."""
        ...

    async def set_status(self, number: str, wanted: OrderStatus, *, actor: str) -> Order:
        """Move an order on, or one step back.

        `ready` queues its text once; a step back withdraws it if it has not left. Raises
        `UnknownOrderError` and `TransitionError`; of two that ask for the same step at the
        same time, one gets the latter.
        """
        ...

    async def cancel_order(self, number: str, *, actor: str) -> Order:
        """Cancel for the customer; cancelled already is well too.

        Raises `UnknownOrderError`, and `OrderError` once it is being made: that is for staff
        (`set_status`).
        """
        ...

    async def order(self, number: str) -> Order:
        """The newest order with this number. Raises `UnknownOrderError`."""
        ...

    async def orders(self, limit: int = 50) -> Sequence[Order]:
        """Orders in any status, newest first."""
        ...

    async def open_orders(self) -> Sequence[Order]:
        """Orders of any day that are neither picked up nor cancelled, oldest first."""
        ...

    async def orders_since(self, since: datetime, until: datetime | None = None) -> Sequence[Order]:
        """Orders taken from `since` to before `until`, oldest first."""
        ...

    async def orders_by_phone(self, phone: str, limit: int = 5) -> Sequence[Order]:
        """Orders for this number (E.164), newest first."""
        ...

    async def latest_order_of_call(self, call_sid: str) -> Order | None:
        """The order placed in this call, also where it was cancelled."""
        ...

    async def order_history(self, number: str) -> Sequence[Event]:
        """Who did what to an order, oldest first. Raises `UnknownOrderError`."""
        ...

    async def queue(self) -> Queue:
        """How much the shop has to make: from it comes the wait."""
        ...

    def export_orders(self, since: datetime, until: datetime | None = None) -> AsyncIterator[Order]:
        """As `orders_since`, some at a time, for any number of them."""
        ...


class CallLog(Protocol):
    """Calls and transcripts."""

    async def start_call(
        self,
        call_sid: str,
        *,
        direction: Direction = Direction.INBOUND,
        phone: str | None = None,
        status: str = "ringing",
    ) -> CallRecord:
        """Begin a call. Again for the same one: nothing changes."""
        ...

    async def update_call(
        self,
        call_sid: str,
        *,
        status: str | None = None,
        agent: str | None = None,
        phone: str | None = None,
        order_number: str | None = None,
    ) -> CallRecord:
        """Change what is given. `place_order` sets the order number by itself."""
        ...

    async def set_cart(self, call_sid: str, cart: object) -> None:
        """Keep the cart, as JSON values in the shape of the API."""
        ...

    async def add_turn(
        self,
        call_sid: str,
        role: Role,
        text: str,
        *,
        at: datetime | None = None,
        heard: bool = True,
    ) -> Turn:
        """Write what was said. Survives a crash; the newest may be lost in a power cut."""
        ...

    async def end_call(
        self,
        call_sid: str,
        *,
        outcome: str,
        status: str = "completed",
        latency_ms: Mapping[str, object] | None = None,
    ) -> CallRecord | None:
        """End a call and let its held texts go, in one step. Only the first end counts.

        `None` where the call was never begun; texts that it holds go all the same.
        """
        ...

    async def recover_calls(self) -> Sequence[CallRecord]:
        """End the calls that a dead process left open (`dropped`) and let their texts go.

        To be asked once, before the first call is taken.
        """
        ...

    async def call(self, call_sid: str) -> CallRecord | None:
        """One call with its transcript."""
        ...

    async def calls(self, limit: int = 50, *, search: str = "") -> Sequence[CallRecord]:
        """Calls without their transcripts, newest first.

        `search`: those in whose transcript it was said, whose number ends with these digits,
        or whose order has this number.
        """
        ...


class Bookings(Protocol):
    """Calls for a table elsewhere."""

    async def begin_booking(
        self, asked: str, wanted: ReservationRequest, phone: str
    ) -> Booking | None:
        """Write a request down; `None` where this number (E.164) is being rung already."""
        ...

    async def move_booking(
        self, booking_id: int, step: BookingStep, *, call_sid: str | None = None
    ) -> Booking:
        """The call got that far. One that is over stays so."""
        ...

    async def finish_booking(self, booking_id: int, outcome: BookingOutcome) -> Booking:
        """What came of it. Only the first end counts."""
        ...

    async def booking(self, booking_id: int) -> Booking | None:
        """One of them."""
        ...

    async def bookings(self, limit: int = 50) -> Sequence[Booking]:
        """Newest first."""
        ...

    async def bookings_of(self, call_sids: Sequence[str]) -> Sequence[Booking]:
        """Those that were made in these calls."""
        ...

    async def unfinished_bookings(self) -> Sequence[Booking]:
        """Those whose end nobody knows, oldest first."""
        ...


class Journal(Protocol):
    """Events."""

    async def append_event(
        self,
        kind: EventKind,
        payload: Mapping[str, object],
        *,
        order_number: str | None = None,
        call_sid: str | None = None,
        actor: str | None = None,
    ) -> Event:
        """Write an event that is about no order, call or menu: health."""
        ...

    async def events_after(
        self, event_id: int, *, limit: int = 500, kinds: Collection[EventKind] | None = None
    ) -> Sequence[Event]:
        """Events after this one, oldest first."""
        ...

    async def last_event_id(self) -> int:
        """Id of the newest event; 0 where there is none."""
        ...

    def listen(
        self, after: int | None = None, *, kinds: Collection[EventKind] | None = None
    ) -> AsyncIterator[Event]:
        """Every event after this id, then every new one as soon as it is committed.

        In the order of ids, nothing lost, nothing twice, whichever process wrote it. `after`
        is `None`: only new ones. So it is with an id that the journal has not reached, which
        a restored backup leaves with those who knew the lost one. Ends when the store is
        closed. Needs no closing itself.
        """
        ...


class ShopState(Protocol):
    """Small facts that change while the shop is open."""

    async def sold_out(self) -> frozenset[str]:
        """Ids of the items and modifiers that are sold out."""
        ...

    async def set_sold_out(self, menu_id: str, gone: bool, *, actor: str) -> frozenset[str]:
        """Mark an item or modifier as sold out or back; gives all that are sold out now."""
        ...

    async def today(self) -> Today:
        """What staff have set for now; a pause in it may be over already."""
        ...

    async def change_today(
        self, change: ChangeOfToday, *, actor: str, tell: WordedToday = today_json
    ) -> Today:
        """Change what staff have set for now; gives it as it is then.

        Where it is different afterwards it is told as `shop_changed`, in the words of
        `tell`, which hold what `today_json` has. Raises what `change` raises.
        """
        ...

    async def fact(self, key: str) -> object:
        """A fact as JSON values, such as whether the shop is paused; `None`: never set."""
        ...

    async def set_fact(self, key: str, value: object) -> None:
        """Keep a fact."""
        ...


class DayBook(Protocol):
    """What was done, looked at afterwards."""

    async def day_facts(self, since: datetime, until: datetime) -> DayFacts:
        """Orders and calls from `since` to before `until`."""
        ...


class Upkeep(Protocol):
    """The file itself."""

    async def health(self) -> StoreHealth:
        """Whether orders can be written now. Never raises."""
        ...

    async def check(self) -> Sequence[str]:
        """Every fault in the file; empty where it is whole. Takes a while for a large one."""
        ...

    async def backup(self, target: Path) -> None:
        """Write a consistent copy while work goes on; all of it or nothing."""
        ...

    async def purge(self, before: datetime) -> Purged:
        """Forget who the customers of finished orders and calls from before were."""
        ...

    async def customer(self, phone: str) -> Mapping[str, object]:
        """All that is kept of the customer with this number (E.164), as JSON values."""
        ...

    async def forget_customer(self, phone: str) -> Erased:
        """Forget who the customer with this number was, but for orders that are open."""
        ...

    async def close(self) -> None:
        """Finish what was asked for and let go of the file. May be called twice."""
        ...


class Store(
    OrderBook, CallLog, Bookings, VoiceMail, Journal, DayBook, ShopState, Outbox, Upkeep, Protocol
):
    """All of it."""
