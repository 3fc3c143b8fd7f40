"""What the switchboard does with a call whose stream is over, or never came."""

from __future__ import annotations

import asyncio

import pytest

from servizio.calls.admission import NextStep
from servizio.calls.expected import TOKEN_SECONDS
from servizio.calls.state import CallState
from servizio.calls.switchboard import OWED_SECONDS
from servizio.errors import StoreError, TelephonyError
from tests.calls.paper_store import PaperStore
from tests.calls.scene import (
    SID,
    ScriptedAgent,
    StoryLine,
    a_call,
    connect,
    incoming,
    member,
    open_switchboard,
)
from tests.virtual_time import run_virtually


def test_an_end_that_could_not_be_written_is_written_as_soon_as_it_can_be() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            await asyncio.sleep(1.0)
            store.fault = StoreError("The disk is full.")
            await call.line_closed("stop")
            assert store.ends == []
            store.fault = None
            await asyncio.sleep(OWED_SECONDS + 1.0)
            assert store.ends == [(SID, "hung_up")]

    run_virtually(story())


def test_a_call_whose_stream_never_comes_is_ended() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            await switchboard.ring(incoming())
            await asyncio.sleep(TOKEN_SECONDS + OWED_SECONDS + 1.0)
            assert store.ends == [(SID, "no_stream")]

    run_virtually(story())


def test_a_final_status_ends_a_call_whose_stream_never_told() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            await it.switchboard.call_status(SID, "in-progress")
            assert it.state is CallState.SPEAKING
            await it.switchboard.call_status(SID, "completed")
            assert it.outcomes == ["hung_up"]

    run_virtually(story())


def test_a_final_status_before_the_stream_ends_the_call_and_its_token() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            admission = await switchboard.ring(incoming())
            await switchboard.call_status(SID, "no-answer")
            assert store.ends == [(SID, "no_answer")]
            with pytest.raises(TelephonyError):
                await switchboard.connect(SID, admission.token, StoryLine())

    run_virtually(story())


def test_a_final_status_that_could_not_be_written_is_written_as_soon_as_it_can_be() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            await switchboard.ring(incoming())
            store.fault = StoreError("The disk is read-only.")
            await switchboard.call_status(SID, "no-answer")
            store.fault = None
            await asyncio.sleep(OWED_SECONDS + 1.0)
            assert store.ends == [(SID, "no_answer")]

    run_virtually(story())


def test_after_an_ordinary_call_there_is_nothing_more_to_do() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            await it.call.line_closed("stop")
            assert it.switchboard.after(SID).step is NextStep.HANG_UP
            assert it.switchboard.after("CA-unknown").step is NextStep.HANG_UP

    run_virtually(story())


def test_a_stream_that_never_came_about_is_apologised_for() -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            await switchboard.ring(incoming())
            after = switchboard.after(SID)
            assert after.step is NextStep.APOLOGISE
            assert after.sentence

    run_virtually(story())


def test_a_customer_is_put_through_even_if_the_end_of_the_call_is_still_being_written() -> None:
    async def story() -> None:
        store = PaperStore()
        store.slowness = 1.0
        async with a_call(store=store) as it:
            await asyncio.sleep(1.0)
            it.call.history.staff_wanted = True
            await it.call.hang_up("no_agent")
            await asyncio.sleep(0.1)
            assert it.call in it.switchboard.live_calls()
            assert it.switchboard.after(SID).step is NextStep.DIAL_STAFF
            await it.ended()

    run_virtually(story())
