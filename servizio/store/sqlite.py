"""The store in one SQLite file: what a shop gets without installing anything."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from servizio.errors import StoreError
from servizio.shop.order import Order, OrderDraft, OrderStatus
from servizio.store import availability, calls, journal, order_desk, orders, outbox, upkeep
from servizio.store.database import Database
from servizio.store.feed import Subscription
from servizio.store.order_desk import Desk
from servizio.store.records import (
    WAITING,
    CallRecord,
    Clock,
    Direction,
    Event,
    EventKind,
    Message,
    MessageKind,
    MessageState,
    NumberPicker,
    OrderText,
    Purged,
    Queue,
    Role,
    StoreHealth,
    Turn,
)
from servizio.store.transaction import Transaction

EXPORT_PAGE = 200
"""Orders read at a time for an export."""


def any_free_number(taken: frozenset[str]) -> str:
    """A random order number that is not taken. Raises `StoreError` where all are."""
    free = [number for number in map(str, range(1000, 10000)) if number not in taken]
    if not free:
        raise StoreError("All order numbers are taken.", "Close orders that were picked up.")
    return random.choice(free)


class SqliteStore:
    """A `Store` in the file `path`. Use it as an async context manager.

    Several processes may have the same file open. `page_limit` bounds the file's size (in
    pages of 4096 bytes).
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        pick_number: NumberPicker = any_free_number,
        ready_text: OrderText | None = None,
        ready_text_delay: timedelta = timedelta(0),
        webhook_urls: Sequence[str] = (),
        page_limit: int | None = None,
    ) -> None:
        self._path = path
        self._clock = clock
        self._desk = Desk(pick_number, ready_text, ready_text_delay, tuple(webhook_urls))
        self._database = Database(path, clock, page_limit=page_limit)

    async def open(self) -> None:
        """Open the file; it is made where it is missing. Raises `StoreError`."""
        await self._database.open()

    async def close(self) -> None:
        """See `Upkeep.close`."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    # Orders

    async def place_order(
        self, draft: OrderDraft, *, actor: str, text: OrderText | None = None
    ) -> Order:
        """See `OrderBook.place_order`."""

        def work(tx: Transaction) -> Order:
            return order_desk.place(tx, self._desk, draft, actor=actor, text=text)

        return await self._database.write(work)

    async def set_status(self, number: str, wanted: OrderStatus, *, actor: str) -> Order:
        """See `OrderBook.set_status`."""

        def work(tx: Transaction) -> Order:
            return order_desk.move(tx, self._desk, number, wanted, actor=actor)

        return await self._database.write(work)

    async def cancel_order(self, number: str, *, actor: str) -> Order:
        """See `OrderBook.cancel_order`."""

        def work(tx: Transaction) -> Order:
            return order_desk.cancel_for_customer(tx, self._desk, number, actor=actor)

        return await self._database.write(work)

    async def order(self, number: str) -> Order:
        """See `OrderBook.order`."""
        stored = await self._database.read(partial(orders.by_number, number=number))
        if stored is None:
            raise order_desk.unknown_order(number)
        return stored.order

    async def orders(self, limit: int = 50) -> Sequence[Order]:
        """See `OrderBook.orders`."""
        return await self._database.read(partial(orders.newest, limit=limit))

    async def open_orders(self) -> Sequence[Order]:
        """See `OrderBook.open_orders`."""
        return await self._database.read(orders.still_open)

    async def orders_since(self, since: datetime, until: datetime | None = None) -> Sequence[Order]:
        """See `OrderBook.orders_since`."""
        found = await self._database.read(partial(orders.between, since=since, until=until))
        return [stored.order for stored in found]

    async def orders_by_phone(self, phone: str, limit: int = 5) -> Sequence[Order]:
        """See `OrderBook.orders_by_phone`."""
        return await self._database.read(partial(orders.of_phone, phone=phone, limit=limit))

    async def latest_order_of_call(self, call_sid: str) -> Order | None:
        """See `OrderBook.latest_order_of_call`."""
        stored = await self._database.read(partial(orders.of_call, call_sid=call_sid))
        return stored.order if stored else None

    async def order_history(self, number: str) -> Sequence[Event]:
        """See `OrderBook.order_history`."""

        def work(connection: sqlite3.Connection) -> list[Event]:
            stored = orders.by_number(connection, number)
            if stored is None:
                raise order_desk.unknown_order(number)
            return journal.events_of_order(connection, stored.id)

        return await self._database.read(work)

    async def queue(self) -> Queue:
        """See `OrderBook.queue`."""
        waiting = await self.open_orders()
        to_make = [order for order in waiting if order.status is not OrderStatus.READY]
        return Queue(
            orders=len(to_make),
            items=sum(line.quantity for order in to_make for line in order.draft.lines),
            ready=len(waiting) - len(to_make),
        )

    async def export_orders(
        self, since: datetime, until: datetime | None = None
    ) -> AsyncIterator[Order]:
        """See `OrderBook.export_orders`."""
        after = 0
        while page := await self._database.read(
            partial(orders.between, since=since, until=until, after_id=after, limit=EXPORT_PAGE)
        ):
            for stored in page:
                yield stored.order
            after = page[-1].id

    # Calls

    async def start_call(
        self,
        call_sid: str,
        *,
        direction: Direction = Direction.INBOUND,
        phone: str | None = None,
        status: str = "ringing",
    ) -> CallRecord:
        """See `CallLog.start_call`."""

        def work(tx: Transaction) -> CallRecord:
            return calls.start(tx, call_sid, direction=direction, phone=phone, status=status)

        return await self._database.write(work, durable=False)

    async def update_call(
        self,
        call_sid: str,
        *,
        status: str | None = None,
        agent: str | None = None,
        phone: str | None = None,
        order_number: str | None = None,
    ) -> CallRecord:
        """See `CallLog.update_call`."""

        def work(tx: Transaction) -> CallRecord:
            return calls.update(
                tx,
                call_sid,
                status=status,
                agent=agent,
                phone=phone,
                order_number=order_number,
            )

        return await self._database.write(work, durable=False)

    async def set_cart(self, call_sid: str, cart: object) -> None:
        """See `CallLog.set_cart`."""
        await self._database.write(
            partial(calls.set_cart, call_sid=call_sid, cart=cart), durable=False
        )

    async def add_turn(
        self,
        call_sid: str,
        role: Role,
        text: str,
        *,
        at: datetime | None = None,
        heard: bool = True,
    ) -> Turn:
        """See `CallLog.add_turn`."""

        def work(tx: Transaction) -> Turn:
            return calls.add_turn(tx, call_sid, role, text, at=at, heard=heard)

        return await self._database.write(work, durable=False)

    async def end_call(
        self,
        call_sid: str,
        *,
        outcome: str,
        status: str = "completed",
        latency_ms: Mapping[str, object] | None = None,
    ) -> CallRecord | None:
        """See `CallLog.end_call`."""

        def work(tx: Transaction) -> CallRecord | None:
            return calls.end(tx, call_sid, outcome=outcome, status=status, latency_ms=latency_ms)

        return await self._database.write(work)

    async def recover_calls(self) -> Sequence[CallRecord]:
        """See `CallLog.recover_calls`."""
        return await self._database.write(calls.recover)

    async def call(self, call_sid: str) -> CallRecord | None:
        """See `CallLog.call`."""
        return await self._database.read(partial(calls.with_transcript, call_sid=call_sid))

    async def calls(self, limit: int = 50) -> Sequence[CallRecord]:
        """See `CallLog.calls`."""
        return await self._database.read(partial(calls.newest, limit=limit))

    # Events

    async def append_event(
        self,
        kind: EventKind,
        payload: Mapping[str, object],
        *,
        order_number: str | None = None,
        call_sid: str | None = None,
        actor: str | None = None,
    ) -> Event:
        """See `Journal.append_event`."""

        def work(tx: Transaction) -> Event:
            return journal.append(
                tx, kind, payload, order_number=order_number, call_sid=call_sid, actor=actor
            )

        return await self._database.write(work, durable=False)

    async def events_after(
        self, event_id: int, *, limit: int = 500, kinds: Collection[EventKind] | None = None
    ) -> Sequence[Event]:
        """See `Journal.events_after`."""
        return await self._database.read(
            partial(journal.events_after, after=event_id, limit=limit, kinds=kinds)
        )

    async def last_event_id(self) -> int:
        """See `Journal.last_event_id`."""
        return await self._database.read(journal.last_id)

    def listen(
        self, after: int | None = None, *, kinds: Collection[EventKind] | None = None
    ) -> Subscription:
        """See `Journal.listen`."""
        feed = self._database.feed
        return Subscription(feed, feed.last_id if after is None else after, kinds)

    # The shop's state

    async def sold_out(self) -> frozenset[str]:
        """See `ShopState.sold_out`."""
        return await self._database.read(availability.sold_out)

    async def set_sold_out(self, menu_id: str, gone: bool, *, actor: str) -> frozenset[str]:
        """See `ShopState.set_sold_out`."""

        def work(tx: Transaction) -> frozenset[str]:
            return availability.set_sold_out(tx, menu_id, gone=gone, actor=actor)

        return await self._database.write(work)

    async def fact(self, key: str) -> object:
        """See `ShopState.fact`."""
        return await self._database.read(partial(availability.fact, key=key))

    async def set_fact(self, key: str, value: object) -> None:
        """See `ShopState.set_fact`."""
        await self._database.write(partial(availability.set_fact, key=key, value=value))

    # Messages

    async def queue_message(
        self,
        kind: MessageKind,
        key: str,
        *,
        to: str,
        body: str,
        call_sid: str | None = None,
        order_number: str | None = None,
    ) -> bool:
        """See `Outbox.queue_message`."""

        def work(tx: Transaction) -> bool:
            return outbox.queue(
                tx, kind, key, to=to, body=body, call_sid=call_sid, order_number=order_number
            )

        return await self._database.write(work)

    async def claim_messages(
        self, kinds: Collection[MessageKind], *, limit: int, lease: timedelta
    ) -> Sequence[Message]:
        """See `Outbox.claim_messages`."""
        return await self._database.write(
            partial(outbox.claim, kinds=kinds, limit=limit, lease=lease)
        )

    async def finish_message(
        self,
        message: Message,
        state: MessageState,
        *,
        provider_sid: str | None = None,
        next_attempt_at: datetime | None = None,
        uncertain: bool = False,
        error_code: str | None = None,
        error_text: str | None = None,
    ) -> bool:
        """See `Outbox.finish_message`."""

        def work(tx: Transaction) -> bool:
            return outbox.finish(
                tx,
                message,
                state,
                provider_sid=provider_sid,
                next_attempt_at=next_attempt_at,
                uncertain=uncertain,
                error_code=error_code,
                error_text=error_text,
            )

        return await self._database.write(work)

    async def next_message_due(self, kinds: Collection[MessageKind]) -> datetime | None:
        """See `Outbox.next_message_due`."""
        return await self._database.read(partial(outbox.next_due, kinds=kinds))

    async def outbox_beyond(self, version: int) -> int:
        """See `Outbox.outbox_beyond`."""
        await self._database.outbox.beyond(version)
        return self._database.outbox.version

    async def report_delivery(
        self, provider_sid: str, status: str, error_code: str | None = None
    ) -> bool:
        """See `Outbox.report_delivery`."""

        def work(tx: Transaction) -> bool:
            return outbox.report_delivery(tx, provider_sid, status, error_code)

        return await self._database.write(work)

    async def messages(
        self,
        limit: int = 50,
        *,
        states: Collection[MessageState] | None = None,
        order_number: str | None = None,
    ) -> Sequence[Message]:
        """See `Outbox.messages`."""
        return await self._database.read(
            partial(outbox.newest, limit=limit, states=states, order_number=order_number)
        )

    async def message_counts(self) -> Mapping[tuple[MessageKind, MessageState], int]:
        """See `Outbox.message_counts`."""
        return await self._database.read(outbox.counts)

    async def pending_messages(self) -> Mapping[MessageKind, int]:
        """See `Outbox.pending_messages`."""
        counts = await self.message_counts()
        return {
            kind: sum(counts.get((kind, state), 0) for state in WAITING) for kind in MessageKind
        }

    # The file

    async def health(self) -> StoreHealth:
        """See `Upkeep.health`."""
        free = await asyncio.to_thread(upkeep.free_bytes, self._path)
        try:
            await self._database.write(lambda _tx: None, durable=False)
        except StoreError as error:
            return StoreHealth(False, error.message, free)
        if free < upkeep.LOW_DISK:
            return StoreHealth(True, f"Only {free // 2**20} MB are left on the disk.", free)
        return StoreHealth(True, "Orders can be written.", free)

    async def check(self) -> Sequence[str]:
        """See `Upkeep.check`."""
        return await self._database.read(upkeep.faults)

    async def backup(self, target: Path) -> None:
        """See `Upkeep.backup`."""
        await asyncio.to_thread(upkeep.copy, self._path, target)

    async def purge(self, before: datetime) -> Purged:
        """See `Upkeep.purge`."""
        return await self._database.write(partial(upkeep.purge, before=before))
