"""Orders in SQLite: `OrderBook`."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial

from servizio.shop.order import Order, OrderDraft, OrderStatus
from servizio.store import counter_keys, journal, order_desk, orders
from servizio.store.database import Database
from servizio.store.order_desk import HouseRules
from servizio.store.records import Event, OrderText, Queue
from servizio.store.transaction import Transaction

EXPORT_PAGE = 200
"""Orders read at a time for an export."""


class SqliteOrders:
    """The part of the store that keeps orders."""

    _database: Database
    _rules: HouseRules

    async def place_order(
        self, draft: OrderDraft, *, actor: str, text: OrderText | None = None
    ) -> Order:
        """See `OrderBook.place_order`."""

        def work(tx: Transaction) -> Order:
            return order_desk.place(tx, self._rules, draft, actor=actor, text=text)

        return await self._database.write(work)

    async def place_order_once(self, draft: OrderDraft, key: str, *, actor: str) -> Order:
        """See `OrderBook.place_order_once`."""

        def work(tx: Transaction) -> Order:
            return order_desk.place_once(tx, self._rules, draft, key, actor=actor)

        return await self._database.write(work)

    async def order_of_key(self, key: str) -> Order | None:
        """See `OrderBook.order_of_key`."""

        def work(connection: sqlite3.Connection) -> Order | None:
            row = counter_keys.order_of(connection, key)
            stored = None if row is None else orders.by_row(connection, row)
            return stored.order if stored else None

        return await self._database.read(work)

    async def set_status(self, number: str, wanted: OrderStatus, *, actor: str) -> Order:
        """See `OrderBook.set_status`."""

        def work(tx: Transaction) -> Order:
            return order_desk.move(tx, self._rules, number, wanted, actor=actor)

        return await self._database.write(work)

    async def cancel_order(self, number: str, *, actor: str) -> Order:
        """See `OrderBook.cancel_order`."""

        def work(tx: Transaction) -> Order:
            return order_desk.cancel_for_customer(tx, self._rules, number, actor=actor)

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
