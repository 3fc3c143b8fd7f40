"""No call is taken during a pause or outside the hours, and each that is not is counted."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from servizio.calls.admission import Answer, IncomingCall
from servizio.calls.doorkeeper import STAFF_INSTEAD
from servizio.errors import StoreError
from servizio.shop.hours_text import parse_hours
from servizio.shop.order import Source
from servizio.shop.today import HoursOverride, Pause, Today, pause_message
from tests.calls.paper_store import PaperStore
from tests.calls.scene import (
    ScriptedAgent,
    clock,
    connect,
    incoming,
    member,
    open_switchboard,
)
from tests.virtual_time import run_virtually

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
PAUSED = pause_message("Servizio", None, UTC)
SHUT_TODAY = Today(override=HoursOverride(date(2026, 9, 7), ()))
OPEN_TODAY = parse_hours({"mon": "10:00-21:00"})
CLOSED_TODAY = parse_hours({"tue": "10:00-21:00"})


def test_during_a_pause_customers_are_told_and_put_through_to_staff() -> None:
    async def story() -> None:
        store = PaperStore()
        store.as_set = Today(Pause(clock(), None, "Back soon."))
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            admission = await switchboard.ring(incoming())
            assert admission.answer is Answer.PAUSED
            assert admission.sentence == f"Back soon. {STAFF_INSTEAD}"
            assert store.ends == [("CA1", "paused")]

    run_virtually(story())


def test_without_staff_nobody_is_promised() -> None:
    async def story() -> None:
        store = PaperStore()
        store.as_set = Today(Pause(clock(), None, "Back soon."))
        async with open_switchboard(store, member(ScriptedAgent()), staff_phone="") as switchboard:
            assert (await switchboard.ring(incoming())).sentence == "Back soon."

    run_virtually(story())


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (Today(Pause(NOON, None, PAUSED)), "Thank you for visiting Servizio. We can't"),
        (Today(Pause(NOON, None, "Back soon.")), "Back soon."),
        (SHUT_TODAY, "Thank you for visiting Servizio. We are closed right now. Goodbye."),
    ],
)
def test_a_browser_s_customer_is_not_thanked_for_calling(today: Today, said: str) -> None:
    async def story() -> None:
        store = PaperStore()
        store.as_set = today
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            came = IncomingCall("BR1", None, "", source=Source.BROWSER)
            told = (await switchboard.ring(came)).sentence
            assert told.startswith(said)
            assert STAFF_INSTEAD not in told

    run_virtually(story())


def test_a_pause_begins_at_once_and_ends_by_itself() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            store.set_today(Today(Pause(clock(), clock() + timedelta(minutes=10), "Later.")))
            await asyncio.sleep(0.1)
            assert (await switchboard.ring(incoming("CA1"))).answer is Answer.PAUSED
            await asyncio.sleep(601)
            assert (await switchboard.ring(incoming("CA2"))).answer is Answer.TALK

    run_virtually(story())


def test_a_call_in_progress_goes_on_during_a_pause_and_knows_the_longer_wait() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            before = await call.tools.desk.quoted_wait()
            store.set_today(Today(Pause(clock(), None, "Later."), busy_minutes=20))
            await asyncio.sleep(1.0)
            assert switchboard.live_calls() == (call,)
            assert await call.tools.desk.quoted_wait() == before + 20

    run_virtually(story())


def test_a_call_that_comes_after_the_change_quotes_the_longer_wait_too() -> None:
    async def story() -> None:
        store = PaperStore()
        store.as_set = Today(busy_minutes=20)
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            assert await call.tools.desk.quoted_wait() == 25

    run_virtually(story())


def test_a_closed_shop_says_when_it_opens() -> None:
    async def story() -> None:
        store = PaperStore()
        agent = member(ScriptedAgent())
        async with open_switchboard(store, agent, hours=CLOSED_TODAY) as switchboard:
            admission = await switchboard.ring(incoming())
            assert admission.answer is Answer.CLOSED
            assert "We open tomorrow at 10 AM." in admission.sentence
            assert store.ends == [("CA1", "closed")]

    run_virtually(story())


def test_a_shop_may_take_orders_while_it_is_closed() -> None:
    async def story() -> None:
        async with open_switchboard(
            PaperStore(),
            member(ScriptedAgent()),
            hours=CLOSED_TODAY,
            takes_orders_when_closed=True,
        ) as switchboard:
            assert (await switchboard.ring(incoming())).answer is Answer.TALK

    run_virtually(story())


def test_staff_close_for_today_and_the_agents_say_so() -> None:
    async def story() -> None:
        store = PaperStore()
        agent = member(ScriptedAgent())
        async with open_switchboard(store, agent, hours=OPEN_TODAY) as switchboard:
            call, _ = await connect(switchboard)
            store.set_today(SHUT_TODAY)
            await asyncio.sleep(0.1)
            said = await call.tools.call("get_business_info", {"topic": "hours"})
            assert "We're closed right now. Today: closed." in str(said)
            assert (await switchboard.ring(incoming("CA2"))).answer is Answer.CLOSED

    run_virtually(story())


@pytest.mark.parametrize("fault", [None, StoreError("The disk is full.")])
def test_a_declined_call_is_told_the_same_again_and_counted_once(fault: StoreError | None) -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent()), max_calls=1) as switchboard:
            await connect(switchboard)
            store.fault = fault
            first = await switchboard.ring(incoming("CA2"))
            assert first.answer is Answer.BUSY
            assert await switchboard.ring(incoming("CA2")) == first
            assert store.ends == ([] if fault else [("CA2", "busy")])
            store.fault = None

    run_virtually(story())


def test_a_call_in_progress_that_rings_again_is_not_ended_by_that() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            assert (await switchboard.ring(incoming())).answer is Answer.UNAVAILABLE
            assert (store.ends, switchboard.live_calls()) == ([], (call,))

    run_virtually(story())
