"""The store in one SQLite file: what a shop gets without installing anything."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from servizio.shop.order_number import choose_order_number
from servizio.shop.report import DayFacts
from servizio.shop.today import Today, today_json
from servizio.store import availability, journal, one_customer, upkeep
from servizio.store.database import Database
from servizio.store.day_facts import day_facts
from servizio.store.feed import Subscription
from servizio.store.order_desk import HouseRules
from servizio.store.records import (
    ChangeOfToday,
    Clock,
    Erased,
    Event,
    EventKind,
    NumberPicker,
    OrderText,
    Purged,
    StoreHealth,
    WordedToday,
)
from servizio.store.sqlite_bookings import SqliteBookings
from servizio.store.sqlite_calls import SqliteCalls
from servizio.store.sqlite_orders import SqliteOrders
from servizio.store.sqlite_outbox import SqliteOutbox
from servizio.store.sqlite_voice_mail import SqliteVoiceMail
from servizio.store.transaction import Transaction


def any_free_number(taken: frozenset[str]) -> str:
    """A random order number that is not taken; see `choose_order_number`."""
    return choose_order_number(taken, random.SystemRandom())


class SqliteStore(SqliteOrders, SqliteCalls, SqliteBookings, SqliteVoiceMail, SqliteOutbox):
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
        self._rules = HouseRules(pick_number, ready_text, ready_text_delay, tuple(webhook_urls))
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

    async def day_facts(self, since: datetime, until: datetime) -> DayFacts:
        """See `DayBook.day_facts`."""
        return await self._database.read(partial(day_facts, since=since, until=until))

    # The shop's state

    async def sold_out(self) -> frozenset[str]:
        """See `ShopState.sold_out`."""
        return await self._database.read(availability.sold_out)

    async def set_sold_out(self, menu_id: str, gone: bool, *, actor: str) -> frozenset[str]:
        """See `ShopState.set_sold_out`."""

        def work(tx: Transaction) -> frozenset[str]:
            return availability.set_sold_out(tx, menu_id, gone=gone, actor=actor)

        return await self._database.write(work)

    async def today(self) -> Today:
        """See `ShopState.today`."""
        return await self._database.read(availability.today)

    async def change_today(
        self, change: ChangeOfToday, *, actor: str, tell: WordedToday = today_json
    ) -> Today:
        """See `ShopState.change_today`."""

        def work(tx: Transaction) -> Today:
            return availability.change_today(tx, change, actor=actor, tell=tell)

        return await self._database.write(work)

    async def fact(self, key: str) -> object:
        """See `ShopState.fact`."""
        return await self._database.read(partial(availability.fact, key=key))

    async def set_fact(self, key: str, value: object) -> None:
        """See `ShopState.set_fact`."""
        await self._database.write(partial(availability.set_fact, key=key, value=value))

    # The file

    async def health(self) -> StoreHealth:
        """See `Upkeep.health`."""
        free = await asyncio.to_thread(upkeep.free_bytes, self._path)
        if (fault := await self._database.fault()) is not None:
            return StoreHealth(False, f"{fault.message} {fault.hint}".strip(), free)
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
        purged = await self._database.write(partial(upkeep.purge, before=before))
        await self._database.read(upkeep.empty_log)
        return purged

    async def customer(self, phone: str) -> Mapping[str, object]:
        """See `Upkeep.customer`."""
        return await self._database.read(partial(one_customer.everything_of, phone=phone))

    async def forget_customer(self, phone: str) -> Erased:
        """See `Upkeep.forget_customer`."""
        erased = await self._database.write(partial(one_customer.erase, phone=phone))
        await self._database.read(upkeep.empty_log)
        return erased
