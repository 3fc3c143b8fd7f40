"""How long an agent is waited for, and what the customer hears meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from servizio.agents.cloud.sentences import FILLER
from servizio.agents.protocol import (
    AgentAudio,
    AgentSentence,
    AgentSpeechEnded,
)
from servizio.calls.state import CallState, Patience
from tests.calls.scene import APOLOGY, GREETED, IN_TIME, ScriptedAgent, a_call, two
from tests.virtual_time import run_virtually


def test_an_agent_that_stops_in_mid_speech_is_replaced() -> None:
    async def story() -> None:
        first, second = two()
        first.speaks_first = False
        async with a_call(first, second) as it:
            await asyncio.sleep(0.1)
            first.speak("Thank you for calling our little shop today.", complete=False, first=1.0)
            await asyncio.sleep(1.0 + 3.0 + 2.5)
            assert it.said[-1] == APOLOGY
            assert it.said[0].startswith("Thank you")
            assert it.said[0].endswith("...")

    run_virtually(story())


def test_an_agent_whose_sound_is_far_ahead_is_not_taken_for_stalled() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.hears("what do you have")
            number = first.speak(" ".join(["tea"] * 30), complete=False)
            await asyncio.sleep(7.0)
            assert it.call.history.agents_failed == []
            first.emit(AgentSpeechEnded(number))
            await asyncio.sleep(4.0)
            assert it.state is CallState.LISTENING

    run_virtually(story())


def test_an_agent_that_owes_an_answer_is_replaced() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.hears("a taro milk tea")
            await asyncio.sleep(6.0 + 2.5)
            assert it.said[-1] == APOLOGY

    run_virtually(story())


def test_an_agent_that_hears_speech_without_end_is_replaced() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second, patience=Patience(hearing=20.0)) as it:
            await asyncio.sleep(GREETED)
            first.hears_begin()
            await asyncio.sleep(20.0 + 2.5)
            assert it.said[-1] == APOLOGY

    run_virtually(story())


def test_a_late_answer_of_the_last_agent_is_waited_for() -> None:
    async def story() -> None:
        agent = ScriptedAgent()
        async with a_call(agent) as it:
            await asyncio.sleep(GREETED)
            agent.hears("a taro milk tea")
            await asyncio.sleep(10.0)
            assert it.call.history.agents_failed == []
            agent.speak("One taro milk tea.")
            await asyncio.sleep(3.0)
            assert it.said[-1] == "One taro milk tea."

    run_virtually(story())


def test_when_the_answer_of_the_last_agent_is_late_the_customer_is_asked_to_wait_once() -> None:
    async def story() -> None:
        agent = ScriptedAgent()
        async with a_call(agent) as it:
            await asyncio.sleep(GREETED)
            agent.hears("a taro milk tea")
            await asyncio.sleep(3.5)
            assert FILLER not in it.said
            await asyncio.sleep(3.0)
            assert it.said[-1] == FILLER
            assert it.state is CallState.THINKING
            await asyncio.sleep(4.0)
            assert it.said.count(FILLER) == 1
            agent.speak("One taro milk tea.")
            await asyncio.sleep(3.0)
            assert it.said[-1] == "One taro milk tea."
            assert it.state is CallState.LISTENING
            assert it.call.history.agents_failed == []

    run_virtually(story())


def test_a_word_to_wait_gives_the_last_agent_no_more_time() -> None:
    async def story() -> None:
        agent = ScriptedAgent()
        async with a_call(agent) as it:
            await asyncio.sleep(GREETED)
            agent.hears("a taro milk tea")
            over = await it.ended()
            assert over - GREETED == pytest.approx(15.0, abs=1.0)
            assert it.outcomes == ["no_agent"]

    run_virtually(story())


def test_an_agent_with_another_behind_it_is_not_waited_for_with_words() -> None:
    async def story() -> None:
        first, second = two()
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.hears("a taro milk tea")
            await asyncio.sleep(6.0 + 2.5)
            assert FILLER not in it.said
            assert it.said[-1] == APOLOGY

    run_virtually(story())


def test_an_agent_that_knows_its_words_may_take_a_while_for_their_sound() -> None:
    async def story() -> None:
        first, second = two()
        first.speaks_first = False
        async with a_call(first, second) as it:
            await asyncio.sleep(0.1)
            first.emit(AgentSentence(1, "Hello."))
            await asyncio.sleep(5.0)
            first.emit(AgentAudio(1, b"\x20" * 2400), AgentSpeechEnded(1))
            await asyncio.sleep(1.0)
            assert it.call.history.agents_failed == []
            assert it.said == ["Hello."]

    run_virtually(story())


def test_a_speech_without_any_sound_leaves_the_call_listening() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            it.agent.hears("hm")
            it.agent.emit(AgentSentence(2, "..."), AgentSpeechEnded(2))
            await asyncio.sleep(0.1)
            assert it.state is CallState.LISTENING

    run_virtually(story())


def test_the_last_agent_is_given_more_time_since_nobody_could_take_over() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            it.agent.hears("a taro milk tea")
            number = it.agent.speak("One taro milk tea.", complete=False, first=0.6)
            await asyncio.sleep(6.0)
            it.agent.emit(AgentAudio(number, b"\x20" * 4800), AgentSpeechEnded(number))
            await asyncio.sleep(2.0)
            assert it.said[-1] == "One taro milk tea."
            it.agent.hears("yes")
            it.agent.speak("Then that makes six.", complete=False, first=0.6)
            await it.ended()
            assert it.outcomes == ["no_agent"]

    run_virtually(story())


@pytest.mark.parametrize("fault", ["hangs", "crashes"])
def test_an_agent_that_cannot_even_be_closed_holds_nobody_up(fault: str) -> None:
    async def story() -> None:
        first, second = two()
        if fault == "hangs":
            first.close_takes = 1000.0
        else:
            first.crash_on = "close"
        async with a_call(first, second) as it:
            await asyncio.sleep(GREETED)
            first.fails()
            await asyncio.sleep(IN_TIME)
            assert it.said[-1] == APOLOGY
        assert it.outcomes == ["hung_up"]

    run_virtually(story())
