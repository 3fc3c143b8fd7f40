"""When the customer's turn is over: real sound of speech, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from servizio.agents.local.ears import LONGEST_MS, Ears, EarsEvents, Utterance
from servizio.agents.local.endpoint import EndpointSettings, silence_needed
from servizio.agents.local.hypothesis import RecognitionContext
from servizio.errors import SpeechError
from servizio.language.meaning import Expecting, Meaning
from tests.agents.local.conversation import understander_of
from tests.agents.local.listening import (
    ToldRecogniser,
    feed,
    feed_quiet,
    order,
    short_word,
    spoken,
)
from tests.virtual_time import run_virtually

pytestmark = pytest.mark.voice

WAITS = EndpointSettings()
LATE = 0.4
"""Seconds that recognition, chunks and the end of a recording may add to a wait."""


class Listener:
    """Ears, and what they told."""

    def __init__(self, recogniser: ToldRecogniser) -> None:
        self.recogniser = recogniser
        self.expecting = Expecting.ORDER
        self.told: list[str] = []
        self.turns: list[tuple[float, str]] = []
        """When each turn was over, and its words."""
        self.ended: list[float] = []
        """When the last word of each turn ended, as the ears say."""
        loop = asyncio.get_running_loop()
        self.now = loop.time
        self.ears = Ears(
            recogniser,
            events=EarsEvents(
                started=lambda: self.told.append("started"),
                noise=lambda: self.told.append("noise"),
                partial=lambda text: self.told.append(f"partial {text}"),
                turn=self._turn,
                failed=lambda error: self.told.append(f"failed {error.message}"),
            ),
            context=lambda: RecognitionContext(menu="menu", expecting=self.expecting),
            understand=self._understand,
            clock=loop.time,
        )

    async def hear(self, mulaw: bytes) -> float:
        """Let something be heard; when it ended."""
        await feed(self.ears.feed, mulaw)
        return self.now()

    async def quiet(self, seconds: float) -> None:
        await feed_quiet(self.ears.feed, seconds)

    def _turn(self, said: Utterance) -> None:
        assert said.texts
        self.turns.append((self.now(), said.text))
        self.ended.append(said.ended_at)
        self.told.append(f"{'passed' if said.passes else 'turn'} {said.text}")

    def _understand(self, texts: Sequence[str]) -> Meaning:
        return understander_of("boba").understand(texts, expecting=self.expecting)


@asynccontextmanager
async def listener(*texts: str) -> AsyncIterator[Listener]:
    made = Listener(ToldRecogniser(*texts))
    await made.quiet(0.5)
    try:
        yield made
    finally:
        made.ears.close()
        await asyncio.sleep(0)


def test_a_sentence_is_a_turn_soon_after_its_last_word() -> None:
    async def story() -> None:
        async with listener("a taro milk tea with boba") as it:
            stopped = await it.hear(order())
            await it.quiet(2.0)
            assert it.told[0] == "started"
            assert it.told[-1] == "turn a taro milk tea with boba"
            ((over, _),) = it.turns
            assert over - stopped <= WAITS.complete / 1000 + LATE
            assert it.ended[0] == pytest.approx(stopped, abs=0.3)

    run_virtually(story())


def test_the_same_sound_always_gives_the_same_turn() -> None:
    async def story() -> tuple[list[str], list[tuple[float, str]]]:
        async with listener("a taro milk tea") as it:
            await it.hear(order())
            await it.quiet(2.0)
            return it.told, it.turns

    assert run_virtually(story()) == run_virtually(story())


def test_the_recogniser_gets_the_soft_beginning_of_the_first_word() -> None:
    async def story() -> None:
        async with listener("a taro milk tea") as it:
            await it.hear(order())
            await it.quiet(1.0)
            assert order()[:800] in it.recogniser.given[-1]

    run_virtually(story())


def test_the_recogniser_is_told_what_was_asked() -> None:
    async def story() -> None:
        async with listener("yes") as it:
            it.expecting = Expecting.YES_NO
            await it.hear(short_word())
            await it.quiet(1.0)
            assert it.recogniser.contexts[-1].expecting is Expecting.YES_NO

    run_virtually(story())


def test_a_sound_without_words_is_a_noise_and_no_turn() -> None:
    async def story() -> None:
        async with listener() as it:
            stopped = await it.hear(short_word())
            await it.quiet(2.0)
            assert it.told == ["started", "noise"]
            assert it.now() > stopped

    run_virtually(story())


def test_speech_of_which_only_the_beginning_was_understood_is_no_noise() -> None:
    async def story() -> None:
        async with listener("a taro milk tea with") as it:
            await it.hear(order())
            await it.quiet(0.4)
            it.recogniser.texts = ()
            await it.hear(order())
            await it.quiet(3.0)
            assert it.told[-1] == "turn a taro milk tea with"

    run_virtually(story())


def test_a_click_is_not_even_a_beginning() -> None:
    async def story() -> None:
        async with listener("yes") as it:
            await it.hear(b"\x80\x00" * 120)
            await it.quiet(1.5)
            assert it.told == []
            assert it.recogniser.given == []

    run_virtually(story())


def test_a_short_answer_is_over_sooner_than_an_order() -> None:
    async def waited(text: str) -> float:
        async with listener(text) as it:
            it.expecting = Expecting.YES_NO
            stopped = await it.hear(short_word())
            await it.quiet(3.0)
            return it.turns[0][0] - stopped

    yes = run_virtually(waited("yes"))
    unfinished = run_virtually(waited("yes and um"))
    assert yes <= WAITS.answer / 1000 + LATE
    assert unfinished >= 1.2
    assert yes + 0.7 < unfinished


def test_an_unfinished_sentence_waits_and_becomes_one_turn_with_what_follows() -> None:
    async def story() -> None:
        async with listener("a taro milk tea and") as it:
            await it.hear(order())
            await it.quiet(1.0)
            assert it.turns == []
            it.recogniser.texts = ("a taro milk tea and a black milk tea",)
            await it.hear(spoken("bill", 1))
            await it.quiet(2.0)
            assert [text for _, text in it.turns] == ["a taro milk tea and a black milk tea"]
            assert order()[4000:8000] in it.recogniser.given[-1]
            assert it.told.count("started") == 1

    run_virtually(story())


def test_a_phone_number_in_parts_is_one_turn() -> None:
    async def story() -> None:
        async with listener("five five five") as it:
            it.expecting = Expecting.PHONE_NUMBER
            await it.hear(short_word())
            await it.quiet(1.2)
            it.recogniser.texts = ("five five five one two three",)
            await it.hear(short_word())
            await it.quiet(1.2)
            assert it.turns == []
            it.recogniser.texts = ("five five five one two three four five six seven",)
            stopped = await it.hear(short_word())
            await it.quiet(2.5)
            ((over, text),) = it.turns
            assert text == "five five five one two three four five six seven"
            assert over - stopped < 1.0

    run_virtually(story())


def test_words_that_mean_nothing_are_a_turn_in_the_end() -> None:
    async def story() -> None:
        async with listener("purple monkey dishwasher") as it:
            stopped = await it.hear(short_word())
            await it.quiet(3.0)
            assert it.turns[0][0] - stopped <= WAITS.ceiling / 1000 + LATE

    run_virtually(story())


def test_a_customer_who_never_pauses_is_answered_all_the_same() -> None:
    async def story() -> None:
        async with listener("a taro milk tea") as it:
            speech = order()[1600:-3200]
            await it.hear(speech * round(30 * 8000 / len(speech)))
            assert it.turns
            assert it.turns[0][0] <= LONGEST_MS / 1000 + 2.0

    run_virtually(story())


def test_endless_noise_is_told_as_noise_so_that_the_agent_can_go_on() -> None:
    async def story() -> None:
        async with listener() as it:
            speech = order()[1600:-3200]
            await it.hear(speech * round(30 * 8000 / len(speech)))
            assert "noise" in it.told
            assert it.turns == []

    run_virtually(story())


def test_a_slow_recogniser_loses_no_words_and_no_noise() -> None:
    async def story() -> None:
        async with listener("a taro milk tea") as it:
            it.recogniser.takes = 3.5
            await it.hear(order())
            await it.quiet(6.0)
            assert [text for _, text in it.turns] == ["a taro milk tea"]
            it.recogniser.texts = ()
            await it.hear(order())
            await it.quiet(6.0)
            assert it.told[-1] == "noise"

    run_virtually(story())


def test_a_customer_who_goes_on_while_a_slow_recogniser_works_is_heard_whole() -> None:
    async def story() -> None:
        async with listener("a taro milk tea") as it:
            it.recogniser.takes = 5.0
            await it.hear(order())
            await it.quiet(3.0)
            it.recogniser.takes = 0.1
            await it.hear(short_word())
            await it.quiet(2.0)
            assert order()[4000:8000] in it.recogniser.given[-1]
            assert len(it.turns) == 1

    run_virtually(story())


def test_what_was_said_before_is_not_heard_again() -> None:
    async def story() -> None:
        async with listener("a taro milk tea") as it:
            await it.hear(order())
            await it.quiet(1.0)
            await it.hear(short_word())
            await it.quiet(1.0)
            assert len(it.turns) == 2
            assert len(it.recogniser.given[-1]) < len(order())

    run_virtually(story())


def test_silence_takes_no_memory() -> None:
    async def story() -> None:
        async with listener("yes") as it:
            await it.quiet(60.0)
            await it.hear(short_word())
            await it.quiet(1.0)
            assert len(it.recogniser.given[-1]) < 4 * 8000

    run_virtually(story())


def test_a_recogniser_that_fails_is_told() -> None:
    async def story() -> None:
        async with listener("yes") as it:
            it.recogniser.fault = SpeechError("The worker died.")
            await it.hear(short_word())
            await it.quiet(1.0)
            assert it.told == ["started", "failed The worker died."]

    run_virtually(story())


def test_closed_ears_leave_no_work_behind() -> None:
    async def story() -> None:
        async with listener("yes") as it:
            it.recogniser.takes = 60.0
            await it.hear(short_word())
            await it.quiet(0.4)
            assert it.recogniser.given
            it.ears.close()
            await asyncio.sleep(0)
            assert it.turns == []

    run_virtually(story())


def test_understanding_that_crashes_is_told_instead_of_leaving_the_customer_unanswered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        async with listener("yes") as it:
            it.recogniser.fault = ZeroDivisionError("a bug")
            await it.hear(short_word())
            await it.quiet(1.0)
            assert it.told[-1].startswith("failed")

    run_virtually(story())
    assert "ears_crashed" in caplog.text


@pytest.mark.parametrize(
    ("expecting", "text", "waited"),
    [
        (Expecting.ORDER, "hi i'd like a taro milk tea", WAITS.certain),
        (Expecting.ORDER, "no that's all thank you", WAITS.answer),
        (Expecting.ANYTHING, "great thank you bye bye", WAITS.answer),
        (Expecting.FULFILMENT, "pickup please", WAITS.answer),
        (Expecting.FULFILMENT, "delivery please", WAITS.certain),
        (Expecting.ORDER, "hello", WAITS.uncertain),
        (Expecting.ORDER, "hello bye", WAITS.uncertain),
        (Expecting.ORDER, "um let me see", WAITS.unfinished),
        (Expecting.ORDER, "do you have a banana split", WAITS.uncertain),
    ],
)
def test_courtesies_make_a_whole_answer_no_less_whole(
    expecting: Expecting, text: str, waited: int
) -> None:
    meaning = understander_of("boba").understand([text], expecting=expecting)
    assert silence_needed(meaning, expecting, WAITS, certain=True) == waited


@pytest.mark.parametrize(
    ("expecting", "text", "waited"),
    [
        (Expecting.ORDER, "one taro milk tea with egg", WAITS.uncertain),
        (Expecting.ORDER, "one taro milk tea with pudding", WAITS.certain),
    ],
)
def test_who_stops_amid_a_name_is_waited_for(expecting: Expecting, text: str, waited: int) -> None:
    meaning = understander_of("boba").understand([text], expecting=expecting, groups=("topping",))
    assert silence_needed(meaning, expecting, WAITS, certain=True) == waited
