"""How a call ends: whoever ends it, once, with all that was said written down."""

from __future__ import annotations

import asyncio

import pytest

from servizio.calls.admission import AfterCall, NextStep
from servizio.calls.call import OUT_OF_TIME
from servizio.calls.state import CallState, Patience
from tests.calls.paper_store import PaperStore
from tests.calls.scene import (
    GREETED,
    Scene,
    ScriptedAgent,
    a_call,
)
from tests.virtual_time import run_virtually


def test_a_call_that_goes_on_for_too_long_is_told_so_before_it_is_ended() -> None:
    async def story() -> None:
        async with a_call(patience=Patience(whole_call=30.0)) as it:
            await asyncio.sleep(29.0)
            it.agent.hears("I have not finished")
            it.agent.speak("I see.")
            over = await it.ended()
            assert it.said[-1] == OUT_OF_TIME
            assert it.outcomes == ["too_long"]
            assert over < 30.0 + 12.0 + 1.0

    run_virtually(story())


def test_a_customer_who_never_stops_cannot_keep_a_call_open_for_ever() -> None:
    async def story() -> None:
        async with a_call(patience=Patience(whole_call=30.0)) as it:
            for _ in range(60):
                await asyncio.sleep(1.0)
                it.agent.hears("and another thing")
                it.agent.speak("Yes.")
            assert it.outcomes == ["too_long"]
            assert it.asked("close")[0] < 30.0 + 12.0 + 1.0

    run_virtually(story())


def test_the_goodbye_is_heard_to_its_end_before_the_line_is_closed() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            it.agent.hears("bye")
            await asyncio.sleep(0.1)
            await it.call.tools.call("end_call", {})
            goodbye = "Thank you for calling, see you soon and goodbye."
            it.agent.speak(goodbye)
            await it.ended()
            assert it.said[-1] == goodbye
            whole = round(len(goodbye.split()) * 2400)
            assert bytes(it.line.heard).count(2) == whole
            assert it.outcomes == ["completed"]

    run_virtually(story())


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_goodbye_to_somebody_who_says_nothing_and_has_no_order_is_a_silent_call(
    *, hangs_up: bool
) -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED + 6.5)
            assert it.agent.told[-1] == "silence 1"
            await it.call.tools.call("end_call", {})
            it.agent.speak("I can't hear you, and your order isn't placed yet. Goodbye!")
            if hangs_up:
                await asyncio.sleep(0.5)
                await it.call.line_closed("stop")
            else:
                await it.ended()
            assert it.outcomes == ["silent"]

    run_virtually(story())


def test_an_agent_that_closes_without_a_word_is_hung_up_all_the_same() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            it.agent.hears("bye")
            await asyncio.sleep(0.1)
            await it.call.tools.call("end_call", {})
            over = await it.ended()
            assert over < GREETED + 3.0
            assert it.outcomes == ["completed"]

    run_virtually(story())


def test_a_goodbye_without_end_is_cut_off() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            it.agent.hears("bye")
            await asyncio.sleep(0.1)
            await it.call.tools.call("end_call", {})
            it.agent.speak(" ".join(["bye"] * 400))
            over = await it.ended()
            assert over < GREETED + 13.0
            assert it.outcomes == ["completed"]
            assert it.said[-1].endswith("...")

    run_virtually(story())


def test_a_customer_who_goes_on_after_the_goodbye_keeps_the_call() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            await it.call.tools.call("end_call", {})
            it.agent.speak("Goodbye then, have a nice day.")
            await asyncio.sleep(0.5)
            it.agent.hears("oh wait, one more thing")
            it.agent.speak("Yes?")
            await asyncio.sleep(3.0)
            assert it.state is CallState.LISTENING
            assert not it.outcomes

    run_virtually(story())


def test_a_word_of_thanks_does_not_call_off_the_person_who_was_asked_for() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            it.agent.hears("a person please")
            await asyncio.sleep(0.1)
            await it.call.tools.call("transfer_to_staff", {"reason": "asked for a person"})
            it.agent.speak("One moment, I'll put you through.")
            await asyncio.sleep(0.5)
            it.agent.hears("thank you")
            it.agent.speak("You are welcome.")
            await it.ended()
            assert it.switchboard.after("CA1") == AfterCall(NextStep.DIAL_STAFF, "")

    run_virtually(story())


def test_staff_can_hang_up_and_nothing_said_meanwhile_changes_how_it_ended() -> None:
    async def story() -> None:
        store = PaperStore()
        async with a_call(store=store) as it:
            await asyncio.sleep(1.0)
            it.agent.hears("one more")
            await it.call.hang_up()
            await it.ended()
            assert it.outcomes == ["ended_by_staff"]

    run_virtually(story())


@pytest.mark.parametrize(
    "state",
    [
        CallState.STARTING,
        CallState.SPEAKING,
        CallState.LISTENING,
        CallState.HEARING,
        CallState.THINKING,
        CallState.CLOSING,
    ],
)
@pytest.mark.parametrize(
    ("how", "outcome"), [("stop", "hung_up"), ("closed", "dropped"), ("error", "error")]
)
def test_a_hang_up_in_any_state_ends_the_call_once(
    state: CallState, how: str, outcome: str
) -> None:
    async def story() -> None:
        agent = ScriptedAgent(start_takes=1.0)
        async with a_call(agent) as it:
            await _bring_to(it, state)
            assert it.state is state
            await it.call.line_closed(how)
            expected = "completed" if state is CallState.CLOSING else outcome
            assert it.outcomes == [expected]
            assert agent.closed == 1
            assert it.call.state is CallState.OVER
            assert not it.switchboard.live_calls()

    run_virtually(story())


async def _bring_to(it: Scene, state: CallState) -> None:
    match state:
        case CallState.STARTING:
            await asyncio.sleep(0.5)
        case CallState.SPEAKING:
            await asyncio.sleep(2.0)
        case CallState.LISTENING:
            await asyncio.sleep(GREETED + 1.0)
        case CallState.HEARING:
            await asyncio.sleep(2.0)
            it.agent.hears_begin()
            await asyncio.sleep(0.1)
        case CallState.THINKING:
            await asyncio.sleep(2.0)
            it.agent.hears("two black milk teas")
            await asyncio.sleep(0.1)
        case CallState.CLOSING:
            await asyncio.sleep(GREETED)
            await it.call.tools.call("end_call", {})
            await asyncio.sleep(0.1)
        case CallState.OVER:
            pass


def test_two_ends_at_the_same_time_are_one_and_both_wait_until_it_is_written() -> None:
    async def story() -> None:
        store = PaperStore()
        store.slowness = 0.5
        async with a_call(store=store) as it:
            await asyncio.sleep(1.0)
            await asyncio.gather(
                it.call.line_closed("stop"),
                it.call.line_closed("error"),
                it.switchboard.call_status("CA1", "completed"),
            )
            assert it.outcomes == ["hung_up"]
            assert it.agent.closed == 1
            assert not it.switchboard.live_calls()

    run_virtually(story())


def test_an_end_that_is_cancelled_while_it_is_written_is_written_all_the_same() -> None:
    async def story() -> None:
        store = PaperStore()
        store.slowness = 0.5
        async with a_call(store=store) as it:
            await asyncio.sleep(1.0)
            ending = asyncio.create_task(it.call.line_closed("stop"))
            await asyncio.sleep(0.1)
            ending.cancel()
            await asyncio.gather(ending, return_exceptions=True)
            await it.ended()
            assert it.outcomes == ["hung_up"]

    run_virtually(story())


def test_what_was_heard_of_a_sentence_is_written_when_the_customer_hangs_up_into_it() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.55)
            await it.call.line_closed("stop")
            assert it.said == ["Thank you for calling Servizio...."]

    run_virtually(story())


def test_a_line_that_breaks_while_the_agent_speaks_ends_without_an_error() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            it.line.break_down()
            it.agent.hears("hello")
            await asyncio.sleep(0.5)
            await it.call.line_closed("error")
            assert it.outcomes == ["dropped"]
            assert it.agent.closed == 1

    run_virtually(story())


def test_a_call_that_nobody_can_hear_any_more_does_not_go_on() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            it.line.break_down()
            it.agent.speak("Anything else?")
            await asyncio.sleep(1.0)
            assert it.state is CallState.OVER
            assert it.call.history.outcome == "dropped"

    run_virtually(story())
