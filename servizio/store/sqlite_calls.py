"""Calls in SQLite: `CallLog`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from servizio.store import calls
from servizio.store.database import Database
from servizio.store.records import CallRecord, Direction, Role, Turn
from servizio.store.transaction import Transaction


class SqliteCalls:
    """The part of the store that keeps calls.

    A commit here is not waited for by the disk, except where a call ends: what was said may
    be lost in a power cut, an order and its texts never.
    """

    _database: Database

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

    async def calls(self, limit: int = 50, *, search: str = "") -> Sequence[CallRecord]:
        """See `CallLog.calls`."""
        if search.strip():
            return await self._database.read(partial(calls.found, wanted=search, limit=limit))
        return await self._database.read(partial(calls.newest, limit=limit))
