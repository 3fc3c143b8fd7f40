"""The local agent at its door: sound and keys in, events out, in virtual time."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from servizio.agents.local.agent import LocalAgent
from servizio.agents.local.ears import BYTES_PER_MS
from servizio.agents.local.mind import Mind
from servizio.agents.local.pressed_keys import KEYS_REST
from servizio.agents.protocol import (
    AgentAudio,
    AgentEvent,
    AgentFailed,
    AgentSentence,
    AgentSpeechEnded,
    CallBrief,
    CustomerHeard,
    CustomerNoise,
    CustomerStarted,
    Spoken,
)
from servizio.agents.tools import Tools
from servizio.errors import AgentError, SpeechError
from servizio.store.records import Queue
from tests.agents.local.conversation import CALL_SID, Conversation, PaperOrders, understander_of
from tests.agents.local.listening import ToldSpeech, feed, feed_quiet, order, short_word
from tests.virtual_time import run_virtually

pytestmark = pytest.mark.voice

GREETING = "Servizio, hi! What can I get you?"


class SlowOrders(PaperOrders):
    """Orders whose queue takes a while to count, or cannot be counted."""

    takes = 0.0
    fault: Exception | None = None

    async def queue(self) -> Queue:
        await asyncio.sleep(self.takes)
        if self.fault is not None:
            raise self.fault
        return await super().queue()


class Talk:
    """An agent, what it says, and a call that plays its speech at the speed of speech."""

    def __init__(self, *, staff_phone: str = "") -> None:
        self.speech = ToldSpeech()
        self.orders = SlowOrders()
        self.scene = Conversation(self.orders, calling="+14155550123", staff_phone=staff_phone)
        self.desk = self.scene.desk
        self.tools = Tools(self.desk)
        self.minds: list[Mind] = []
        self.agent = LocalAgent(self.speech, self._make_mind, menu_phrases="menu")
        self.events: list[AgentEvent] = []

    @property
    def sentences(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, AgentSentence)]

    @property
    def heard(self) -> list[str]:
        """The turns that the agent understood."""
        return [e.text for e in self.events if isinstance(e, CustomerHeard) and e.final]

    def last(self, kind: type[AgentEvent]) -> AgentEvent:
        return next(event for event in reversed(self.events) if isinstance(event, kind))

    async def begin(self, *, greeting: str | None = GREETING) -> None:
        brief = CallBrief(CALL_SID, self.tools, greeting, None if greeting else "Sorry, I'm back.")
        await self.agent.start(brief)

    async def customer_says(self, text: str, mulaw: bytes | None = None) -> None:
        """Speak, and wait as long as a customer would."""
        self.speech.texts = (text,) if text else ()
        await feed(self.agent.hear, mulaw if mulaw is not None else short_word())
        await self.quiet(3.0)

    async def quiet(self, seconds: float) -> None:
        await feed_quiet(self.agent.hear, seconds)

    async def take_events(self) -> None:
        async for event in self.agent.events():
            self.events.append(event)

    def _make_mind(self, tools: Tools) -> Mind:
        mind = Mind(
            tools=tools,
            understander=understander_of("boba"),
            rng=random.Random(7),
            calling_number="+14155550123",
        )
        self.minds.append(mind)
        return mind


@asynccontextmanager
async def a_talk(*, greeted: bool = True, staff_phone: str = "") -> AsyncIterator[Talk]:
    talk = Talk(staff_phone=staff_phone)
    taking = asyncio.create_task(talk.take_events(), name="take events")
    try:
        if greeted:
            await talk.begin()
            await talk.quiet(1.0)
            talk.agent.played(1)
        yield talk
    finally:
        await talk.agent.close()
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)


def test_it_greets_in_one_speech_with_words_before_their_sound() -> None:
    async def story() -> None:
        async with a_talk() as it:
            assert it.events[0] == AgentSentence(1, GREETING)
            assert isinstance(it.events[1], AgentAudio)
            assert it.events[-1] == AgentSpeechEnded(1)

    run_virtually(story())


def test_it_takes_over_with_an_apology_and_without_a_greeting() -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            brief = CallBrief(
                CALL_SID, it.tools, None, "Sorry, I'm back.", (Spoken("agent", GREETING),)
            )
            await it.agent.start(brief)
            await it.quiet(1.0)
            assert it.sentences[0] == "Sorry, I'm back."
            assert GREETING not in it.sentences

    run_virtually(story())


def test_it_answers_what_was_said_and_the_words_come_before_what_they_cause() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            kinds = [type(event) for event in it.events[3:]]
            assert kinds.index(CustomerStarted) < kinds.index(CustomerHeard)
            assert it.heard == ["a taro milk tea with boba"]
            answer = it.events.index(it.last(AgentSentence))
            assert answer > it.events.index(it.last(CustomerHeard))
            assert "taro milk tea" in " ".join(it.sentences[1:])
            assert [line.item for line in it.desk.cart.pending] == ["taro-milk-tea"]

    run_virtually(story())


def test_a_whole_order_by_voice_and_keys_ends_with_its_number() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            await it.customer_says("yes")
            await it.customer_says("no that's all")
            for key in "5551234567":
                it.agent.press(key)
            await it.quiet(1.0)
            await it.customer_says("yes")
            placed = await it.scene.order()
            assert placed is not None
            assert placed.draft.phone == "+15551234567"
            assert str(placed.draft.total) == "6.25"
            assert it.desk.order_number == placed.number

    run_virtually(story())


def test_a_noise_is_told_and_not_answered() -> None:
    async def story() -> None:
        async with a_talk() as it:
            before = list(it.sentences)
            await it.customer_says("")
            assert it.heard == []
            assert isinstance(it.events[-1], CustomerNoise)
            assert it.sentences == before

    run_virtually(story())


def test_a_word_to_wait_is_heard_before_the_answer_that_is_late() -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.speech.known_by_heart = ("One moment, please.",)
            it.speech.renders_for = 6.0
            await it.customer_says("a taro milk tea", order())
            assert it.sentences == [GREETING]
            it.agent.say("One moment, please.")
            await it.quiet(16.0)
            assert it.sentences[1] == "One moment, please."
            assert "taro" in it.sentences[2]
            numbers = [e.speech for e in it.events if isinstance(e, AgentSpeechEnded)]
            assert numbers == [1, 2, 3]

    run_virtually(story())


def test_ten_keys_are_a_number_at_once() -> None:
    async def story() -> None:
        async with a_talk() as it:
            for key in "5551234567":
                it.agent.press(key)
            await asyncio.sleep(0.01)
            assert it.heard == ["5 5 5 1 2 3 4 5 6 7"]
            assert sum(isinstance(event, CustomerStarted) for event in it.events) == 1

    run_virtually(story())


def test_the_one_before_a_number_is_a_key_more() -> None:
    async def story() -> None:
        async with a_talk() as it:
            for key in "15551234567":
                it.agent.press(key)
            await asyncio.sleep(0.01)
            assert it.heard == ["1 5 5 5 1 2 3 4 5 6 7"]

    run_virtually(story())


def test_fewer_keys_wait_for_more_or_for_the_hash() -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.agent.press("4")
            await asyncio.sleep(KEYS_REST - 0.1)
            it.agent.press("2")
            await asyncio.sleep(KEYS_REST - 0.1)
            assert it.heard == []
            await asyncio.sleep(0.2)
            assert it.heard == ["4 2"]
            it.agent.press("7")
            it.agent.press("#")
            await asyncio.sleep(0.01)
            assert it.heard == ["4 2", "7"]

    run_virtually(story())


def test_zero_asks_for_a_person() -> None:
    async def story() -> None:
        async with a_talk(staff_phone="+14155550111") as it:
            it.agent.press("0")
            it.agent.press("#")
            await it.quiet(1.0)
            assert it.scene.control.handed_over is not None

    run_virtually(story())


def test_an_answer_that_was_not_begun_gives_way_to_a_customer_who_goes_on() -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.orders.takes = 2.0
            it.speech.texts = ("how long is the wait",)
            await feed(it.agent.hear, short_word())
            await it.quiet(1.0)
            assert it.heard == ["how long is the wait"]
            it.speech.texts = ("a taro milk tea with boba",)
            await feed(it.agent.hear, order())
            assert it.sentences == [GREETING]
            await it.quiet(3.0)
            assert it.heard[-1] == "a taro milk tea with boba"
            assert not any("about" in each for each in it.sentences)
            assert it.sentences[1:]

    run_virtually(story())


def test_two_turns_in_a_row_get_one_answer() -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.agent.press("7")
            it.agent.press("#")
            it.agent.press("0")
            it.agent.press("#")
            await it.quiet(2.0)
            assert len(it.heard) == 2
            replies = {e.speech for e in it.events if isinstance(e, AgentSentence)} - {1}
            assert len(replies) == 1

    run_virtually(story())


def test_it_does_not_talk_into_a_customer_who_is_speaking() -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.speech.texts = ()
            talking = asyncio.create_task(feed(it.agent.hear, order()))
            await asyncio.sleep(1.0)
            assert isinstance(it.events[-1], CustomerStarted)
            it.agent.say("One moment please.")
            await asyncio.sleep(0.5)
            assert "One moment please." not in it.sentences
            await talking
            await it.quiet(2.0)
            assert it.sentences[-1] == "One moment please."

    run_virtually(story())


def test_staff_can_put_in_a_sentence_and_the_question_stays_open() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            spoken = it.events.index(it.last(AgentSpeechEnded))
            it.agent.say("We close in ten minutes.")
            await it.quiet(1.0)
            assert it.events[spoken + 1] == AgentSentence(3, "We close in ten minutes.")
            it.agent.played(2)
            it.agent.played(3)
            await it.customer_says("yes")
            assert [line.item for line in it.desk.cart.lines] == ["taro-milk-tea"]

    run_virtually(story())


def test_a_yes_to_a_question_that_was_cut_off_does_not_count() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            it.agent.interrupted(2, "One", 250)
            await it.customer_says("yes")
            assert list(it.desk.cart.lines) == []
            it.agent.played(3)
            await it.customer_says("yes")
            assert [line.item for line in it.desk.cart.lines] == ["taro-milk-tea"]

    run_virtually(story())


def test_a_sentence_of_the_staff_that_is_cut_off_takes_nothing_from_the_question() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            it.agent.played(2)
            it.agent.say("We close in ten minutes.")
            await it.quiet(0.5)
            it.agent.interrupted(3, "We", 250)
            await it.customer_says("yes")
            assert [line.item for line in it.desk.cart.lines] == ["taro-milk-tea"]

    run_virtually(story())


def test_silence_is_asked_about_and_ends_the_call_at_the_third_time() -> None:
    async def story() -> None:
        async with a_talk() as it:
            for times in (1, 2, 3):
                before = len(it.sentences)
                it.agent.silence(times)
                await it.quiet(2.0)
                assert len(it.sentences) > before
            assert it.scene.control.closed == "completed"

    run_virtually(story())


def test_the_recogniser_is_told_what_the_agent_asked() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            await it.customer_says("yes")
            context = it.speech.contexts[-1]
            assert context.menu == "menu"
            assert context.expecting == "yes_no"

    run_virtually(story())


def test_models_that_do_not_get_ready_refuse_the_call() -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            it.speech.ready = False
            with pytest.raises(AgentError, match="loading"):
                await it.begin()

    run_virtually(story())


def test_a_recogniser_that_fails_is_the_end_of_the_agent() -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.speech.fault = SpeechError("The worker died.")
            await it.customer_says("yes")
            failed = it.events[-1]
            assert isinstance(failed, AgentFailed)
            assert failed.error.message == "The worker died."

    run_virtually(story())


def test_a_voice_that_fails_is_the_end_of_the_agent() -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.speech.mute = SpeechError("The voice is gone.")
            await it.customer_says("a taro milk tea", order())
            assert isinstance(it.events[-1], AgentFailed)

    run_virtually(story())


def test_a_mind_that_crashes_is_the_end_of_the_agent_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        async with a_talk() as it:
            it.orders.fault = ZeroDivisionError("a bug")
            await it.customer_says("how long is the wait")
            assert isinstance(it.events[-1], AgentFailed)

    with caplog.at_level(logging.ERROR):
        run_virtually(story())
    assert "mind_crashed" in caplog.text


@pytest.mark.parametrize("moment", ["speaking", "listening", "keys", "many speeches"])
def test_it_can_be_closed_at_any_time_and_leaves_nothing_behind(moment: str) -> None:
    async def story() -> None:
        async with a_talk(greeted=moment == "listening") as it:
            if moment != "listening":
                it.speech.renders_for = 5.0
                await it.begin()
            if moment == "keys":
                it.agent.press("5")
            if moment == "many speeches":
                for _ in range(3):
                    it.agent.say("Hello.")
            await it.quiet(0.5)
            await it.agent.close()
            await it.agent.close()
            count = len(it.events)
            it.agent.hear(order())
            await asyncio.sleep(10.0)
            assert len(it.events) == count

    run_virtually(story())


async def _speak_into(
    it: Talk, text: str, speech: int, heard: str, *, mulaw: bytes | None = None
) -> None:
    """The customer says this into a speech, of which so much was heard."""
    before = len(it.events)
    saying = asyncio.create_task(it.customer_says(text, mulaw), name="customer")
    for _ in range(100):
        if CustomerStarted() in it.events[before:]:
            break
        await asyncio.sleep(0.02)
    it.agent.interrupted(speech, heard, 400)
    await saying


@pytest.mark.parametrize("nod", ["Uh-huh.", "okay", "Right.", "mm", "yeah, I see"])
def test_a_nod_into_its_speech_lets_it_go_on(nod: str) -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            speech = it.last(AgentSpeechEnded)
            assert isinstance(speech, AgentSpeechEnded)
            said = list(it.sentences)
            await _speak_into(it, nod, speech.speech, "One")
            assert isinstance(it.last(CustomerNoise), CustomerNoise)
            assert it.heard == ["a taro milk tea with boba"]
            assert it.sentences == said
            assert not it.desk.cart.lines

    run_virtually(story())


def test_a_nod_heard_wrong_lets_the_greeting_go_on_and_a_no_to_a_read_back_does_not() -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            await it.begin()
            await _speak_into(it, "no no", 1, "Servizio,")
            for wrong in ("and and each and and", "bright", "you have", "no kate"):
                await _speak_into(it, wrong, 1, "Servizio,")
            assert it.heard == []
            it.agent.played(1)
            await it.customer_says("a taro milk tea with boba", order())
            speech = it.last(AgentSpeechEnded)
            assert isinstance(speech, AgentSpeechEnded)
            await _speak_into(it, "no", speech.speech, "OK, one")
            assert it.heard[-1] == "no"

    run_virtually(story())


@pytest.mark.parametrize(
    ("laugh", "milliseconds"),
    [
        ("that's it that's it that's it", 1200),
        ("sister sister sister", 1200),
        ("thank you", 800),
        ("success as a", 800),
    ],
)
def test_a_laugh_into_the_greeting_that_was_taken_for_words_is_no_turn(
    laugh: str, milliseconds: int
) -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            await it.begin()
            sound = order()[: milliseconds * BYTES_PER_MS]
            await _speak_into(it, laugh, 1, "Servizio,", mulaw=sound)
            assert it.heard == []
            assert isinstance(it.last(CustomerNoise), CustomerNoise)

    run_virtually(story())


def test_no_no_no_into_a_read_back_is_no_laugh() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            speech = it.last(AgentSpeechEnded)
            assert isinstance(speech, AgentSpeechEnded)
            sound = order()[: 1200 * BYTES_PER_MS]
            await _speak_into(it, "no no no", speech.speech, "OK, one", mulaw=sound)
            assert it.heard[-1] == "no no no"

    run_virtually(story())


def test_a_nod_once_the_question_was_heard_is_an_answer() -> None:
    async def story() -> None:
        async with a_talk() as it:
            await it.customer_says("a taro milk tea with boba", order())
            speech = it.last(AgentSpeechEnded)
            assert isinstance(speech, AgentSpeechEnded)
            words = " ".join(it.sentences[1:])
            await _speak_into(it, "okay", speech.speech, words)
            assert it.heard[-1] == "okay"
            assert len(it.desk.cart.lines) == 1

    run_virtually(story())


def test_an_order_into_its_greeting_is_no_nod() -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            await it.begin()
            await _speak_into(it, "okay a taro milk tea", 1, "Servizio,")
            assert it.heard == ["okay a taro milk tea"]

    run_virtually(story())


@pytest.mark.parametrize("heard", ["id like", "louis", "uh huh", "a tear or two"])
def test_an_order_into_its_greeting_of_which_little_was_heard_is_a_turn(heard: str) -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            await it.begin()
            await _speak_into(it, heard, 1, "Servizio,", mulaw=order())
            assert it.heard == [heard]
            assert len(it.sentences) > 1

    run_virtually(story())


def test_a_word_let_pass_is_heard_again_with_the_order_it_began() -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            await it.begin()
            it.speech.texts = ("two",)
            await feed(it.agent.hear, short_word())
            it.agent.interrupted(1, "Servizio,", 400)
            await it.quiet(1.0)
            assert isinstance(it.events[-1], CustomerNoise)
            it.speech.texts = ("two taro milk teas",)
            await feed(it.agent.hear, order())
            it.agent.interrupted(1, "Servizio, hi!", 900)
            await it.quiet(2.0)
            assert it.heard == ["two taro milk teas"]
            assert short_word()[2400:4000] in it.speech.given[-1]

    run_virtually(story())


def test_a_nod_lets_it_go_on_sooner_than_any_answer() -> None:
    async def story() -> None:
        async with a_talk(greeted=False) as it:
            await it.begin()
            it.speech.texts = ("uh huh",)
            await feed(it.agent.hear, short_word())
            it.agent.interrupted(1, "Servizio,", 400)
            spoke_until = asyncio.get_running_loop().time()
            while not isinstance(it.events[-1], CustomerNoise):
                await it.quiet(0.02)
            assert asyncio.get_running_loop().time() - spoke_until < 0.4

    run_virtually(story())
