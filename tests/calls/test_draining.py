"""A server that stops: no new calls, and those that there are get their time."""

from __future__ import annotations

import asyncio

import pytest

from servizio.calls.admission import Answer, NextStep
from servizio.calls.call import OUT_OF_TIME
from servizio.calls.expected import TOKEN_SECONDS
from servizio.calls.switchboard import OWED_SECONDS
from servizio.errors import TelephonyError
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


def test_a_draining_shop_takes_no_call_and_lets_live_ones_end() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            draining = asyncio.create_task(switchboard.drain(60.0))
            await asyncio.sleep(5.0)
            assert (await switchboard.ring(incoming("CA2"))).answer is Answer.UNAVAILABLE
            assert not draining.done()
            await call.line_closed("stop")
            await asyncio.wait_for(draining, 0.1)
            assert store.ends == [("CA2", "unavailable"), (SID, "hung_up")]

    run_virtually(story())


def test_calls_that_outlast_the_drain_are_ended_and_written() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            lines = [(await connect(switchboard, f"CA{number}"))[1] for number in range(3)]
            await switchboard.drain(2.0)
            assert sorted(store.ends) == [(f"CA{n}", "server_stopped") for n in range(3)]
            assert all(line.closed for line in lines)
            assert not switchboard.live_calls()

    run_virtually(story())


def test_a_server_that_stops_says_so_to_those_who_are_still_on_the_line() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(5.0)
            began = asyncio.get_running_loop().time()
            await it.switchboard.drain(30.0)
            assert it.said[-1] == OUT_OF_TIME
            assert it.outcomes == ["server_stopped"]
            assert asyncio.get_running_loop().time() - began <= 30.0

    run_virtually(story())


def test_a_call_that_rang_just_before_the_end_is_waited_for() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            admission = await switchboard.ring(incoming())
            draining = asyncio.create_task(switchboard.drain(120.0))
            await asyncio.sleep(20.0)
            line = StoryLine()
            call = await switchboard.connect(SID, admission.token, line)
            line.to(call.marked)
            await asyncio.sleep(5.0)
            assert store.turns, "the agent greets"
            assert not draining.done()
            await call.line_closed("stop")
            await asyncio.wait_for(draining, 0.1)
            assert store.ends == [(SID, "hung_up")]

    run_virtually(story())


def test_a_call_that_rang_just_before_the_end_and_comes_to_nothing_holds_nobody_up() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            await switchboard.ring(incoming("CA8"))
            await switchboard.ring(incoming("CA9"))
            draining = asyncio.create_task(switchboard.drain(300.0))
            await asyncio.sleep(1.0)
            await switchboard.call_status("CA8", "no-answer")
            await asyncio.sleep(TOKEN_SECONDS - 5.0)
            assert not draining.done(), "CA9 may still come"
            await asyncio.wait_for(draining, 5.0 + OWED_SECONDS)
        assert store.ends == [("CA8", "no_answer"), ("CA9", "no_stream")]

    run_virtually(story())


def test_a_stream_that_comes_when_there_is_no_time_left_to_talk_is_apologised_for() -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            admission = await switchboard.ring(incoming())
            draining = asyncio.create_task(switchboard.drain(30.0))
            await asyncio.sleep(25.0)
            with pytest.raises(TelephonyError):
                await switchboard.connect(SID, admission.token, StoryLine())
            after = switchboard.after(SID)
            assert after.step is NextStep.APOLOGISE
            assert after.sentence
            await asyncio.wait_for(draining, 5.1)

    run_virtually(story())
