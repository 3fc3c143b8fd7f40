"""Calls for a table in SQLite: `Bookings`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from servizio.shop.reservation import BookingOutcome, ReservationRequest
from servizio.store import bookings
from servizio.store.database import Database
from servizio.store.records import Booking, BookingStep
from servizio.store.transaction import Transaction


class SqliteBookings:
    """The part of the store that keeps calls for a table."""

    _database: Database

    async def begin_booking(
        self, asked: str, wanted: ReservationRequest, phone: str
    ) -> Booking | None:
        """See `Bookings.begin_booking`."""

        def work(tx: Transaction) -> Booking | None:
            return bookings.begin(tx, asked, wanted, phone)

        return await self._database.write(work)

    async def move_booking(
        self, booking_id: int, step: BookingStep, *, call_sid: str | None = None
    ) -> Booking:
        """See `Bookings.move_booking`."""

        def work(tx: Transaction) -> Booking:
            return bookings.move(tx, booking_id, step, call_sid)

        return await self._database.write(work)

    async def finish_booking(self, booking_id: int, outcome: BookingOutcome) -> Booking:
        """See `Bookings.finish_booking`."""

        def work(tx: Transaction) -> Booking:
            return bookings.finish(tx, booking_id, outcome)

        return await self._database.write(work)

    async def booking(self, booking_id: int) -> Booking | None:
        """See `Bookings.booking`."""
        return await self._database.read(partial(bookings.find, row=booking_id))

    async def bookings(self, limit: int = 50) -> Sequence[Booking]:
        """See `Bookings.bookings`."""
        return await self._database.read(partial(bookings.newest, limit=limit))

    async def bookings_of(self, call_sids: Sequence[str]) -> Sequence[Booking]:
        """See `Bookings.bookings_of`."""
        return await self._database.read(partial(bookings.of_calls, call_sids=list(call_sids)))

    async def unfinished_bookings(self) -> Sequence[Booking]:
        """See `Bookings.unfinished_bookings`."""
        return await self._database.read(bookings.unfinished)
