"""Calls for a table elsewhere are written down before anybody is rung, and end once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from servizio.shop.reservation import BookingResult, ReservationRequest, Seating
from servizio.shop.reservation_texts import outcome
from servizio.store.booking_json import booking_json
from servizio.store.records import BookingStep, EventKind
from servizio.store.sqlite import SqliteStore
from tests.store.scene import StandingClock

MakeStore = Callable[..., SqliteStore]
PHONE = "+14155550150"
WANTED = ReservationRequest(
    place="Demo Restaurant",
    party=4,
    day=date(2026, 9, 8),
    at=time(19),
    name="Rossi",
    earliest=time(18),
    latest=time(20),
    seatings=frozenset({Seating.INSIDE, Seating.OUTSIDE}),
    needs=("a high chair",),
)
CONFIRMED = outcome(WANTED, BookingResult.CONFIRMED, at=time(19, 30), confirmation="4821")


async def test_a_call_for_a_table_is_kept_with_all_that_was_wanted_and_came_of_it(
    make_store: MakeStore,
) -> None:
    async with make_store() as store:
        begun = await store.begin_booking("a table for four", WANTED, PHONE)
        assert begun is not None
        await store.move_booking(begun.id, BookingStep.RINGING, call_sid="CA1")
        await store.move_booking(begun.id, BookingStep.TALKING)
        await store.finish_booking(begun.id, CONFIRMED)
    async with make_store() as store:
        kept = await store.booking(begun.id)
        assert kept is not None
        assert (kept.wanted, kept.outcome) == (WANTED, CONFIRMED)
        assert (kept.step, kept.call_sid, kept.phone) == (BookingStep.OVER, "CA1", PHONE)
        assert kept.asked == "a table for four"
        assert await store.bookings() == [kept]
        assert await store.bookings_of(["CA1", "CA2"]) == [kept]


async def test_every_step_is_an_event_with_the_whole_booking(store: SqliteStore) -> None:
    begun = await store.begin_booking("a table", WANTED, PHONE)
    assert begun is not None
    await store.move_booking(begun.id, BookingStep.RINGING, call_sid="CA1")
    await store.move_booking(begun.id, BookingStep.RINGING, call_sid="CA1")
    over = await store.finish_booking(begun.id, CONFIRMED)
    events = await store.events_after(0, kinds={EventKind.BOOKING_CHANGED})
    told = [event.payload["booking"] for event in events]
    assert [each["step"] for each in told] == ["asked", "ringing", "over"]  # type: ignore[index]
    assert told[-1] == booking_json(over)
    assert booking_json(over)["outcome"]["confirmation"] == "4821"  # type: ignore[index]


async def test_nobody_is_rung_twice_at_the_same_time(store: SqliteStore) -> None:
    first = await store.begin_booking("a table", WANTED, PHONE)
    assert first is not None
    assert await store.begin_booking("a table", WANTED, PHONE) is None
    assert await store.begin_booking("a table", WANTED, "+14155550151") is not None
    await store.finish_booking(first.id, CONFIRMED)
    assert await store.begin_booking("another", WANTED, PHONE) is not None


async def test_only_the_first_end_counts(store: SqliteStore) -> None:
    begun = await store.begin_booking("a table", WANTED, PHONE)
    assert begun is not None
    first = await store.finish_booking(begun.id, CONFIRMED)
    again = await store.finish_booking(begun.id, outcome(WANTED, BookingResult.FAILED))
    assert again == first
    assert await store.move_booking(begun.id, BookingStep.TALKING) == first


async def test_what_a_dead_process_left_open_is_found(make_store: MakeStore) -> None:
    async with make_store() as store:
        one = await store.begin_booking("a table", WANTED, PHONE)
        two = await store.begin_booking("a table", replace(WANTED, place="B"), "+14155550151")
        assert one is not None
        assert two is not None
        await store.finish_booking(two.id, CONFIRMED)
    async with make_store() as store:
        assert await store.unfinished_bookings() == [one]


async def test_old_calls_for_a_table_are_forgotten_but_not_those_in_progress(
    store: SqliteStore, clock: StandingClock
) -> None:
    done = await store.begin_booking("a table", WANTED, PHONE)
    assert done is not None
    await store.finish_booking(done.id, CONFIRMED)
    going_on = await store.begin_booking("a table", WANTED, PHONE)
    await store.purge(datetime(2027, 1, 1, tzinfo=UTC))
    assert await store.bookings() == [going_on]
    assert await store.events_after(0, kinds={EventKind.BOOKING_CHANGED}) == []


async def test_a_number_that_is_forgotten_takes_its_bookings_along(store: SqliteStore) -> None:
    done = await store.begin_booking("a table", WANTED, PHONE)
    assert done is not None
    await store.finish_booking(done.id, CONFIRMED)
    await store.forget_customer(PHONE)
    assert await store.bookings() == []
