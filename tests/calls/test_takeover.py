"""An agent fails in mid-call: the next one goes on with the same customer and the same cart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from decimal import Decimal

import pytest

from servizio.agents.protocol import (
    CustomerHeard,
    Spoken,
)
from servizio.calls.state import CallState
from servizio.errors import AgentError
from tests.calls.scene import APOLOGY, GREETED, GREETING, IN_TIME, Scene, ScriptedAgent, a_call, two
from tests.virtual_time import run_virtually


async def order_a_tea(it: Scene) -> None:
    """What the first agent has done when it fails."""
    await asyncio.sleep(GREETED)
    it.agent.hears("a taro milk tea with boba")
    await asyncio.sleep(0.1)
    tools = it.call.tools
    boba = [{"modifier": "boba"}]
    assert (await tools.call("add_to_cart", {"item": "taro-milk-tea", "modifiers": boba}))["ok"]
    assert (await tools.call("confirm_pending_to_cart", {}))["ok"]
    assert (await tools.call("save_phone_number", {"phone": "555-123-4567"}))["ok"]


@pytest.mark.parametrize("refusal", [AgentError("No account."), ZeroDivisionError("a bug")])
def test_an_agent_that_refuses_is_not_noticed_by_the_customer(refusal: Exception) -> None:
    async def story() -> None:
        first, second = two()
        first.refuses = refusal
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            assert it.said == [GREETING]
            assert second.brief is not None
            assert second.brief.apology is None
            assert it.store.took_over == ["second"]
            assert first.closed == 1

    run_virtually(story())


def test_an_agent_that_is_late_is_replaced_within_three_seconds() -> None:
    async def story() -> None:
        first, second = two()
        first.start_takes = 60.0
        async with a_call(first, second) as it:
            await asyncio.sleep(4.0)
            assert it.asked("play")[0] == pytest.approx(3.0, abs=0.1)
            assert it.call.history.agent == "second"

    run_virtually(story())


def test_the_next_agent_has_the_cart_the_number_and_what_was_said() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await order_a_tea(it)
            first.fails()
            await asyncio.sleep(0.1)
            brief = second.brief
            assert brief is not None
            assert brief.greeting is None
            assert brief.apology == APOLOGY
            assert brief.history == (
                Spoken("agent", GREETING),
                Spoken("customer", "a taro milk tea with boba"),
            )
            assert brief.tools is it.call.tools
            result = await brief.tools.call("checkout_order", {})
            assert result["ok"], result
            assert Decimal(result["total"]) == Decimal("6.25")
            assert it.store.kept is not None
            assert it.store.kept.draft.phone == "+15551234567"
            await asyncio.sleep(2.0)
            assert it.said[-1] == APOLOGY

    run_virtually(story())


Failing = Callable[[ScriptedAgent], None]
WAYS_TO_FAIL: dict[str, Failing] = {
    "says so": lambda agent: agent.fails(),
    "raises": lambda agent: agent.emit(AgentError("gone")),
    "crashes": lambda agent: agent.emit(ZeroDivisionError("a bug")),
    "stops telling": lambda agent: agent.emit(None),
    "crashes on sound": lambda agent: setattr(agent, "crash_on", "hear"),
}


async def _speaking(it: Scene) -> None:
    await asyncio.sleep(1.0)


async def _listening(it: Scene) -> None:
    await asyncio.sleep(GREETED)


async def _hearing(it: Scene) -> None:
    await asyncio.sleep(GREETED)
    it.agent.hears_begin()
    await asyncio.sleep(0.2)


async def _thinking(it: Scene) -> None:
    await asyncio.sleep(GREETED)
    it.agent.hears("hello")
    await asyncio.sleep(0.2)


MOMENTS = {
    CallState.SPEAKING: _speaking,
    CallState.LISTENING: _listening,
    CallState.HEARING: _hearing,
    CallState.THINKING: _thinking,
}


@pytest.mark.parametrize("state", MOMENTS)
@pytest.mark.parametrize("way", WAYS_TO_FAIL)
def test_whatever_the_call_was_doing_the_next_agent_speaks_in_time(
    state: CallState, way: str
) -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await MOMENTS[state](it)
            assert it.state is state
            loop = asyncio.get_running_loop()
            failed_at = loop.time()
            WAYS_TO_FAIL[way](first)
            await asyncio.sleep(IN_TIME)
            assert [at for at in it.asked("play") if at > failed_at]
            assert it.said[-1] == APOLOGY
            assert it.state is CallState.LISTENING
            assert first.closed == 1
            assert it.call.history.agents_failed == ["first"]

    run_virtually(story())


WORDS = b"\x21" * 16_000
"""Two seconds of somebody's words."""


async def _speak(it: Scene, mulaw: bytes) -> None:
    """The customer speaks; the telephone sends nothing else meanwhile."""
    it.talking = False
    for start in range(0, len(mulaw), 160):
        it.call.hear(mulaw[start : start + 160])
        await asyncio.sleep(0.02)
    it.talking = True


def test_what_the_customer_was_saying_when_the_agent_was_lost_is_heard_by_the_next() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.hears_begin()
            await _speak(it, WORDS)
            await _speak(it, WORDS)
            first.fails()
            await asyncio.sleep(IN_TIME)
            assert second.sound.count(WORDS[:1]) == 2 * len(WORDS)

    run_virtually(story())


def test_what_is_said_while_the_next_agent_gets_ready_is_not_lost() -> None:
    async def story() -> None:
        first, second = two()
        second.start_takes = 1.5
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.fails()
            await asyncio.sleep(0.2)
            await _speak(it, WORDS[:8000])
            it.call.press("5")
            await asyncio.sleep(IN_TIME)
            assert second.sound.count(WORDS[:1]) == 8000
            assert second.told == ["pressed 5", "played 1"]

    run_virtually(story())


def test_what_the_agent_that_was_lost_had_understood_is_not_heard_again() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.hears_begin()
            await _speak(it, WORDS)
            first.emit(CustomerHeard("a taro milk tea", final=True))
            await asyncio.sleep(0.5)
            first.fails()
            await asyncio.sleep(IN_TIME)
            assert WORDS[:1] not in second.sound

    run_virtually(story())


def test_sound_reaches_the_next_agent_in_order_and_without_gaps() -> None:
    async def story() -> None:
        first, second = two()
        second.start_takes = 0.5
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.hears_begin()
            numbered = b"".join(bytes((n,)) * 160 for n in range(1, 120))
            speaking = asyncio.create_task(_speak(it, numbered))
            await asyncio.sleep(0.8)
            first.fails()
            await speaking
            await asyncio.sleep(1.0)
            assert numbered in second.sound

    run_virtually(story())


def test_an_agent_that_cannot_be_closed_does_not_hold_up_the_end_of_the_call() -> None:
    async def story() -> None:
        agent = ScriptedAgent(close_takes=1000.0)
        loop = asyncio.get_running_loop()
        async with a_call(agent) as it:
            await asyncio.sleep(1.0)
            await it.call.line_closed("stop")
            assert loop.time() < 3.0
            assert it.outcomes == ["hung_up"]

    run_virtually(story())


@pytest.mark.parametrize("crash_on", ["press", "interrupted", "played", "silence", "say"])
def test_a_crash_of_the_agent_never_reaches_the_line(crash_on: str) -> None:
    async def story() -> None:
        first, second = two()
        first.crash_on = crash_on
        async with a_call(first, second) as it:
            await asyncio.sleep(1.0)
            it.call.press("5")
            if crash_on == "say":
                await it.call.say("One moment please.")
            first.hears_begin()
            first.hears_noise()
            await asyncio.sleep(GREETED + 9.0)
            assert it.call.history.agents_failed == ["first"]
            assert APOLOGY in it.said

    run_virtually(story())


def test_words_of_an_agent_that_is_gone_are_not_said_by_the_next() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(1.0)
            first.fails()
            await asyncio.sleep(0.2)
            first.speak("I am back from the dead.")
            await asyncio.sleep(4.0)
            assert not any("dead" in each for each in it.said)

    run_virtually(story())


def test_when_nobody_is_left_the_staff_are_wanted() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.fails()
            second.refuses = AgentError("No account.")
            over = await it.ended()
            assert over < GREETED + 3.0
            assert it.outcomes == ["no_agent"]
            assert it.switchboard.after("CA1").step == "dial_staff"
            assert it.call.history.agents_failed == ["first", "second"]

    run_virtually(story())


def test_an_agent_that_fails_after_its_goodbye_ends_the_call_instead_of_starting_anew() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            await it.call.tools.call("end_call", {})
            first.speak("Goodbye.")
            await asyncio.sleep(0.1)
            first.fails()
            await it.ended()
            assert second.brief is None
            assert it.said[-1] == "Goodbye."
            assert it.outcomes == ["completed"]

    run_virtually(story())


def test_staff_who_speak_while_nobody_holds_the_call_are_told_so() -> None:
    async def story() -> None:
        agent = ScriptedAgent(start_takes=1.0)
        async with a_call(agent) as it:
            with pytest.raises(AgentError):
                await it.call.say("Hello?")

    run_virtually(story())


def test_the_log_says_which_agent_failed_and_holds_nothing_of_what_was_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await order_a_tea(it)
            first.fails()
            await asyncio.sleep(2.0)

    with caplog.at_level(logging.INFO):
        run_virtually(story())
    assert "agent_failed call=CA1 agent=first" in caplog.text
    assert "5551234567" not in caplog.text
    assert "taro" not in caplog.text
