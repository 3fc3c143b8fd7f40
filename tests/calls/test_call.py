"""What a customer meets on a call: greeting, barge-in, silence, goodbye."""

from __future__ import annotations

import asyncio

import pytest

from servizio.agents.protocol import (
    AgentAudio,
    AgentSpeechEnded,
    CustomerHeard,
    CustomerStopped,
)
from servizio.calls.admission import AfterCall, NextStep
from servizio.calls.hand_over import HOLD_ON
from servizio.calls.playout import LEAD, PIECE
from servizio.calls.state import CallState, Patience
from servizio.errors import OrderError, StoreError
from servizio.shop.order import Source
from servizio.store.records import Role
from tests.calls.paper_store import PaperStore
from tests.calls.scene import (
    BROWSER_GREETING,
    GREETED,
    GREETING,
    SID,
    ScriptedAgent,
    a_call,
    connect,
    member,
    open_switchboard,
)
from tests.virtual_time import run_virtually


def test_the_greeting_is_heard_at_once_and_then_the_call_listens() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(0.05)
            assert it.asked("play")[0] == pytest.approx(0.0, abs=0.01)
            await asyncio.sleep(GREETED)
            assert it.said == [GREETING]
            assert it.agent.told == ["played 1"]
            assert it.state is CallState.LISTENING

    run_virtually(story())


def test_who_comes_by_a_browser_is_not_thanked_for_a_call() -> None:
    async def story() -> None:
        async with a_call(source=Source.BROWSER) as it:
            await asyncio.sleep(GREETED)
            assert it.said == [BROWSER_GREETING]

    run_virtually(story())


def test_the_customer_is_heard_while_the_agent_speaks() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            assert it.state is CallState.SPEAKING
            assert len(it.agent.sound) >= 0.9 * 8000

    run_virtually(story())


def test_a_barge_in_silences_the_agent_and_only_heard_words_are_written() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.55)
            it.agent.hears_begin()
            await asyncio.sleep(0.01)
            cut = len(it.line.heard)
            assert it.asked("clear")
            assert it.asked("play")[-1] <= it.asked("clear")[0]
            assert it.state is CallState.HEARING
            await asyncio.sleep(1.0)
            assert len(it.line.heard) == cut
            it.agent.emit(CustomerHeard("a taro milk tea", final=True))
            await asyncio.sleep(0.1)
            assert it.said == ["Thank you for calling Servizio...."]
            assert it.store.turns[-1] == (Role.CUSTOMER, "a taro milk tea", True)
            assert it.agent.told == ["interrupted 1 after 'Thank you for calling Servizio.'"]
            assert it.agent.heard_ms == len(it.line.heard) // 8 // 160 * 160
            assert it.state is CallState.THINKING

    run_virtually(story())


def test_words_that_come_after_the_end_of_the_turn_are_written_and_change_nothing() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.55)
            it.agent.hears_begin()
            it.agent.emit(CustomerStopped())
            await asyncio.sleep(0.1)
            assert it.state is CallState.THINKING
            assert it.said == ["Thank you for calling Servizio...."]
            it.agent.speak("One taro milk tea.")
            it.agent.emit(CustomerHeard("a taro milk tea", final=True, late=True))
            await asyncio.sleep(0.1)
            assert it.state is CallState.SPEAKING
            assert it.store.turns[-1] == (Role.CUSTOMER, "a taro milk tea", True)
            await asyncio.sleep(7.0)
            assert it.state is CallState.LISTENING
            assert it.said[-1] == "One taro milk tea."

    run_virtually(story())


def test_after_a_mere_noise_the_agent_says_the_rest_and_the_transcript_has_it_whole() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.5)
            it.agent.hears_begin()
            await asyncio.sleep(0.4)
            it.agent.hears_noise()
            await asyncio.sleep(GREETED)
            assert it.said == [GREETING]
            spoken = len(GREETING.split()) * 2400
            assert spoken <= len(it.line.heard) <= spoken + LEAD * 8000 + PIECE
            assert it.agent.told[-1] == "played 1"

    run_virtually(story())


def test_what_was_to_follow_a_sentence_that_is_cut_off_is_never_said() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(0.1)
            it.agent.speak("And this comes after.")
            unfinished = it.agent.speak("This is still being made.", complete=False, first=0.5)
            await asyncio.sleep(1.0)
            it.agent.hears("a taro milk tea")
            await asyncio.sleep(0.1)
            late = it.agent.speak("One taro milk tea.")
            it.agent.emit(AgentAudio(unfinished, b"\x33" * 8000), AgentSpeechEnded(unfinished))
            await asyncio.sleep(4.0)
            assert it.said[1:] == ["One taro milk tea."]
            assert b"\x33" not in it.line.heard
            assert it.agent.told[-1] == f"played {late}"

    run_virtually(story())


def test_a_noise_while_the_answer_is_on_its_way_does_not_make_the_call_ask_too_early() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            it.agent.hears("a taro milk tea")
            it.agent.hears_begin()
            it.agent.hears_noise()
            await asyncio.sleep(0.1)
            it.agent.speak(" ".join(["word"] * 40))
            await asyncio.sleep(11.0)
            assert it.state is CallState.SPEAKING
            assert "silence 1" not in it.agent.told
            await asyncio.sleep(2.0)
            assert it.state is CallState.LISTENING

    run_virtually(story())


def test_a_silent_customer_is_asked_three_times_and_then_the_call_ends() -> None:
    async def story() -> None:
        async with a_call() as it:
            await it.ended()
            assert [each for each in it.agent.told if each.startswith("silence")] == [
                "silence 1", "silence 2", "silence 3",
            ]  # fmt: skip
            assert it.said[1:] == ["Are you still there?"] * 3
            assert it.outcomes == ["silent"]

    run_virtually(story())


def test_the_pause_before_somebody_types_is_no_silence() -> None:
    async def story() -> None:
        async with a_call(is_typed=True, patience=Patience(whole_call=120)) as it:
            await asyncio.sleep(100.0)
            assert not [each for each in it.agent.told if each.startswith("silence")]
            assert it.state is CallState.LISTENING
            await it.ended()
            assert it.outcomes == ["too_long"]

    run_virtually(story())


def test_a_customer_who_speaks_or_presses_a_key_is_asked_from_the_beginning_again() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED + 6.5)
            assert it.agent.told[-1] == "silence 1"
            it.agent.hears("wait a moment")
            it.agent.speak("Take your time.")
            await asyncio.sleep(11.0)
            it.call.press("5")
            await asyncio.sleep(11.0)
            asked = [each for each in it.agent.told if each.startswith("silence")]
            assert asked == ["silence 1", "silence 1", "silence 1"]

    run_virtually(story())


def test_a_telephone_that_sends_no_silence_is_heard_as_silent() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            it.talking = False
            before = len(it.agent.sound)
            await asyncio.sleep(4.0)
            filled = it.agent.sound[before:]
            assert set(filled) == {0xFF}
            assert 3.0 * 8000 <= len(filled) <= 4.25 * 8000

    run_virtually(story())


def test_a_telephone_that_sends_no_silence_is_no_dead_line_while_the_agent_is_heard() -> None:
    async def story() -> None:
        async with a_call() as it:
            it.talking = False
            it.agent.speak(" ".join(["word"] * 60))
            await asyncio.sleep(20.0)
            assert it.state is CallState.SPEAKING
            assert not it.outcomes

    run_virtually(story())


def test_a_dead_line_is_given_up() -> None:
    async def story() -> None:
        async with a_call(patience=Patience(listening=3600)) as it:
            await asyncio.sleep(GREETED)
            it.talking = False
            over = await it.ended()
            assert GREETED + 9.0 < over < GREETED + 11.0
            assert it.outcomes == ["dropped"]

    run_virtually(story())


def test_keys_reach_the_agent() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(0.1)
            for digit in "42#":
                it.call.press(digit)
            assert it.agent.told == ["pressed 4", "pressed 2", "pressed #"]

    run_virtually(story())


def test_staff_can_have_the_agent_say_something() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            long = " ".join(["please wait"] * 20)
            await it.call.say(long)
            await asyncio.sleep(14.0)
            assert it.said[1:] == [long]
            assert "silence 1" not in it.agent.told

    run_virtually(story())


def test_staff_can_take_the_call_over() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            await it.call.transfer("staff took over")
            await it.ended()
            assert it.switchboard.after("CA1") == AfterCall(NextStep.DIAL_STAFF, HOLD_ON)

    run_virtually(story())


def test_a_disk_that_is_full_does_not_end_the_conversation() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(1.0)
            it.store.fault = StoreError("The disk is full.")
            await asyncio.sleep(GREETED)
            it.agent.hears("a taro milk tea")
            it.agent.speak("One taro milk tea.")
            await asyncio.sleep(3.0)
            assert it.state is CallState.LISTENING
            await it.call.line_closed("stop")
            assert not it.switchboard.live_calls()

    run_virtually(story())


def test_staff_cannot_send_a_customer_to_a_telephone_that_is_not_there() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent()), staff_phone="") as switchboard:
            call, line = await connect(switchboard)
            with pytest.raises(OrderError):
                await call.transfer("staff took over")
            assert not line.closed
            await call.line_closed("stop")
            assert store.ends == [(SID, "hung_up")]

    run_virtually(story())


def test_the_wait_for_an_answer_is_measured_from_the_customers_last_word() -> None:
    async def story() -> None:
        async with a_call() as it:
            await asyncio.sleep(GREETED)
            now = asyncio.get_running_loop().time()
            it.agent.emit(CustomerHeard("a taro milk tea", final=True, ended_at=now - 0.4))
            await asyncio.sleep(0.3)
            it.agent.speak("One taro milk tea.")
            await asyncio.sleep(0.1)
            assert it.call.view()["latency_ms"] == {"last": 700, "median": 700, "p95": 700}

    run_virtually(story())


def test_a_line_that_loses_the_marks_does_not_leave_the_call_speaking_for_ever() -> None:
    async def story() -> None:
        async with a_call() as it:
            it.line.loses_marks = True
            await asyncio.sleep(GREETED + 2.0)
            assert it.said == [GREETING]
            assert it.state is CallState.LISTENING
            it.agent.hears("bye")
            await asyncio.sleep(0.1)
            await it.call.tools.call("end_call", {})
            it.agent.speak("Goodbye.")
            await it.ended()
            assert it.outcomes == ["completed"]

    run_virtually(story())
