"""Ears and mouth at Deepgram: whole calls through them, and what happens when one of them fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from servizio.demo.phone import PlacedCall
from tests.agents.cloud.shop_on_the_line import (
    GREETING,
    WORDS,
    ShopOnTheLine,
    origin_of,
    silence_after,
    until,
)
from tests.agents.pipeline.parts_on_the_line import pipeline_on_the_line
from tests.standins.chat_server import ChatServer, chat_server
from tests.standins.deepgram_agent import KEY
from tests.standins.deepgram_listen import ListenStandIn, listen_stand_in
from tests.standins.deepgram_scenario import Step, Turn, scenario
from tests.standins.deepgram_session import speech
from tests.standins.deepgram_speak import LATE, SpeakStandIn, speak_stand_in

pytestmark = pytest.mark.slow

TARO = scenario("taro")
LONGEST_SILENCE = 3.4
AT_ONCE = 4
"""Calls at the same time: telephone, shop and far ends are all in this process."""


@dataclass(frozen=True, slots=True)
class Far:
    """The three far ends of a pipeline."""

    chat: ChatServer
    ears: ListenStandIn
    mouth: SpeakStandIn

    @property
    def violations(self) -> list[str]:
        return self.chat.violations + self.ears.violations + self.mouth.violations

    async def says(self, line: PlacedCall, text: str) -> None:
        """The customer says this once the agent has finished."""
        await line.hear_reply(0.35, 15.0)
        self.ears.says = text
        await line.speak(WORDS)


@asynccontextmanager
async def far_ends(turns: tuple[Turn, ...]) -> AsyncIterator[Far]:
    async with chat_server(turns) as chat, listen_stand_in() as ears, speak_stand_in() as mouth:
        yield Far(chat, ears, mouth)


@asynccontextmanager
async def shop_at(
    folder: Path, far: Far, model: str = "flux-general-en"
) -> AsyncIterator[ShopOnTheLine]:
    deepgram = {
        "api_key": KEY,
        "listen_url": far.ears.url,
        "speak_url": far.mouth.url,
        "listen_model": model,
    }
    parts = {"stt": "deepgram", "tts": "deepgram"}
    async with pipeline_on_the_line(
        folder, far.chat.url, deepgram=deepgram, pipeline=parts
    ) as shop:
        yield shop


@pytest.mark.parametrize("model", ["flux-general-en", "nova-3"])
async def test_the_sample_conversation_is_one_exact_order(tmp_path: Path, model: str) -> None:
    async with (
        far_ends(TARO) as far,
        shop_at(tmp_path, far, model) as shop,
        shop.phone().call() as line,
    ):
        for turn in TARO:
            await far.says(line, turn.hears)
        await line.wait_ended(15.0)
        assert far.violations == []
        (order,) = await shop.orders()
        assert [(each.item, each.quantity) for each in order.draft.lines] == [("taro-milk-tea", 1)]
        assert await shop.texts() == 1
        assert await shop.said(line.call_sid, "customer") == [turn.hears for turn in TARO]
        said = await shop.said(line.call_sid)
        assert said[0] == GREETING
        assert said[-1] == "Thank you. Goodbye."
        assert speech("Thank you. Goodbye.") in line.heard
        assert WORDS in bytes(far.ears.sound)
        assert shop.handovers == []
        await until(lambda: far.mouth.open_sockets == 0)


@pytest.mark.parametrize("fault", ["", "no Cleared"])
async def test_a_customer_who_interrupts_hears_nothing_more_of_it(
    tmp_path: Path, fault: str
) -> None:
    story = "Once upon a time there was a shop, and it was full of tea. " * 6
    turns = (
        Turn("Tell me.", (Step(say=story),)),
        Turn("Stop.", (Step(say="What can I get you?"),)),
    )
    async with (
        far_ends(turns) as far,
        shop_at(tmp_path, far) as shop,
        shop.phone().call() as line,
    ):
        far.chat.pace = 0.05
        far.mouth.fault = fault
        await far.says(line, "Tell me.")
        await line.agent_speaks(10.0)
        await asyncio.sleep(0.6)
        far.ears.says = "Stop."
        await line.speak(WORDS)
        await until(lambda: speech("What can I get you?") in line.heard)
        assert LATE not in line.heard
        assert far.chat.dropped == 1
        assert far.mouth.sockets == (2 if fault else 1)
        said = await shop.said(line.call_sid)
        assert 0 < len(said[1]) < len(story) / 3
        assert shop.handovers == []
        assert far.violations == []


async def a_part_that_breaks(folder: Path, part: str, fault: str) -> str:
    """What went wrong when it broke after the first turn. Empty where nothing did."""
    async with (
        far_ends(TARO) as far,
        shop_at(folder, far) as shop,
        shop.phone().call() as line,
    ):
        await far.says(line, TARO[0].hears)
        await line.hear_reply(0.35, 15.0)
        broken = far.ears if part == "ears" else far.mouth
        broken.fault = fault
        far.ears.says = TARO[1].hears
        await line.speak(WORDS)
        await until(lambda: bool(shop.next_agents), 20.0)
        await shop.next_agents[0].finished.wait()
        await until(lambda: line.heard.count(1) > 11_900)
        silence = silence_after(line, broken.broken_at - origin_of(line))
        (order,) = await shop.orders()
        exact = [(each.item, each.quantity) for each in order.draft.lines] == [("taro-milk-tea", 1)]
        quick = silence < LONGEST_SILENCE
        return "" if exact and quick and not far.violations else f"{silence} {far.violations}"


async def test_an_ear_or_a_mouth_that_breaks_costs_neither_order_nor_customer(
    tmp_path: Path,
) -> None:
    cases = [
        *(("ears", fault) for fault in ("deaf", "close", "abort", "error")),
        *(("mouth", fault) for fault in ("mute", "close", "abort", "stall")),
    ]
    room = asyncio.Semaphore(AT_ONCE)

    async def outcome_of(part: str, fault: str) -> str:
        async with room:
            return await a_part_that_breaks(tmp_path / f"{part}-{fault}", part, fault)

    outcomes = await asyncio.gather(*(outcome_of(*case) for case in cases))
    assert {case: found for case, found in zip(cases, outcomes, strict=True) if found} == {}


@pytest.mark.parametrize("part", ["ears", "mouth"])
@pytest.mark.parametrize("fault", ["401", "503", "hang"])
async def test_a_part_that_does_not_begin_is_not_noticed(
    tmp_path: Path, part: str, fault: str
) -> None:
    async with far_ends(TARO) as far:
        broken = far.ears if part == "ears" else far.mouth
        broken.fault = fault
        async with shop_at(tmp_path, far) as shop, shop.phone().call() as line:
            await line.hear_reply(0.4, 10.0)
            assert line.measures.first_audio is not None
            assert shop.handovers == [("pipeline", "local")]


async def test_an_answer_is_thought_of_before_the_turn_is_over_and_given_after_it(
    tmp_path: Path,
) -> None:
    turn = Turn("Hi", (Step(say="What can I get you?"),))
    async with (
        far_ends((turn,)) as far,
        shop_at(tmp_path, far) as shop,
        shop.phone().call() as line,
    ):
        far.ears.early, far.ears.early_for = ("Hello there",), 1.5
        await far.says(line, "Hello there")
        await until(lambda: speech("What can I get you?") in line.heard)
        (asked_at,), (over_at,) = far.chat.asked_at, far.ears.over_at
        assert asked_at < over_at
        assert line.agent_spans[-1].start > over_at - origin_of(line)
        assert len(far.chat.requests) == 1
        assert await shop.said(line.call_sid, "customer") == ["Hello there"]
        assert shop.handovers == []


async def test_what_the_customer_goes_on_to_say_undoes_the_answer_that_was_thought_of(
    tmp_path: Path,
) -> None:
    async with (
        far_ends(TARO) as far,
        shop_at(tmp_path, far) as shop,
        shop.phone().call() as line,
    ):
        far.ears.early = ("A taro", "A taro milk tea")
        await far.says(line, TARO[0].hears)
        await line.hear_reply(0.35, 15.0)
        for turn in TARO[1:]:
            far.ears.early = (turn.hears,)
            await far.says(line, turn.hears)
        await line.wait_ended(15.0)
        (order,) = await shop.orders()
        assert [(each.item, each.quantity) for each in order.draft.lines] == [("taro-milk-tea", 1)]
        assert await shop.said(line.call_sid, "customer") == [turn.hears for turn in TARO]
        told = [each["content"] for each in far.chat.requests[-1]["messages"]
                if each["role"] == "user"]  # fmt: skip
        assert told == [turn.hears for turn in TARO]
        assert far.violations == []
        assert shop.handovers == []


async def test_a_turn_whose_end_is_not_told_ends_all_the_same(tmp_path: Path) -> None:
    async with (
        far_ends((Turn("Hi", (Step(say="What can I get you?"),)),)) as far,
        shop_at(tmp_path, far) as shop,
        shop.phone().call() as line,
    ):
        far.ears.fault = "no end"
        await far.says(line, "Hello there")
        # Deepgram goes on telling the words of a turn that it takes for open.
        await until(lambda: speech("What can I get you?") in line.heard, 20.0)
        assert shop.handovers == []
        assert await shop.said(line.call_sid, "customer") == ["Hello there"]


async def test_speech_that_was_not_understood_is_asked_for_again(tmp_path: Path) -> None:
    async with (
        far_ends(()) as far,
        shop_at(tmp_path, far) as shop,
        shop.phone().call() as line,
    ):
        far.ears.fault = "no words"
        await far.says(line, "Hello there")
        await until(lambda: speech("I'm sorry, I didn't catch that. Could you say it again?")
                    in line.heard)  # fmt: skip
        assert shop.handovers == []


async def test_ears_that_say_nothing_while_nobody_speaks_are_not_taken_for_deaf(
    tmp_path: Path,
) -> None:
    async with far_ends((Turn("Hi", (Step(say="What can I get you?"),)),)) as far:
        far.ears.is_terse = True
        async with shop_at(tmp_path, far) as shop, shop.phone().call() as line:
            await until(lambda: len(far.ears.sound) > 3.2 * 8000)
            await far.says(line, "Hello there")
            await until(lambda: speech("What can I get you?") in line.heard)
            assert shop.handovers == []
            assert await shop.said(line.call_sid, "customer") == ["Hello there"]


async def test_ears_that_say_nothing_to_what_is_repeated_are_deaf(tmp_path: Path) -> None:
    async with far_ends(()) as far:
        far.ears.is_terse, far.ears.fault = True, "no words"
        async with shop_at(tmp_path, far) as shop, shop.phone().call() as line:
            await far.says(line, "Hello there")
            asked = speech("I'm sorry, I didn't catch that. Could you say it again?")
            await until(lambda: asked in line.heard)
            assert shop.handovers == []
            await far.says(line, "Hello there")
            await until(lambda: len(shop.handovers) == 1)
