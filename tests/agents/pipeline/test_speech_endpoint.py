"""A voice behind a speech endpoint: heard as it is, cut off at once, and replaced when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.agents.cloud.shop_on_the_line import (
    GREETING,
    ShopOnTheLine,
    origin_of,
    silence_after,
    until,
)
from tests.agents.local.listening import short_word
from tests.agents.pipeline.parts_on_the_line import PretendedSpeech, pipeline_on_the_line
from tests.standins.chat_server import KEY, ChatServer, chat_server
from tests.standins.deepgram_scenario import Step, Turn
from tests.standins.speech_server import SpeechServer, speech_server

HELLO = (Turn("Hello.", (Step(say="What can I get you?"),)), Turn("No.", (Step(say="Goodbye."),)))


@asynccontextmanager
async def shop_at(
    folder: Path, chat: ChatServer, voice: SpeechServer, ears: PretendedSpeech, model: str = "any"
) -> AsyncIterator[ShopOnTheLine]:
    parts = {
        "stt": "local",
        "tts": "openai",
        "speech_url": voice.url,
        "speech_api_key": KEY,
        "speech_model": model,
    }
    async with pipeline_on_the_line(folder, chat.url, ears, pipeline=parts) as shop:
        yield shop


@pytest.mark.parametrize(
    ("model", "rate", "told"),
    [("gpt-4o-mini-tts", 24_000, 0), ("canopylabs/orpheus-v1-english", 24_000, 0xFFFFFFFF),
     ("canopylabs/orpheus-v1-english", 48_000, 0)],
)  # fmt: skip
async def test_the_voice_is_heard_for_as_long_as_it_speaks(
    tmp_path: Path, model: str, rate: int, told: int
) -> None:
    ears = PretendedSpeech()
    async with (
        chat_server(HELLO) as chat,
        speech_server() as voice,
        shop_at(tmp_path, chat, voice, ears, model) as shop,
        shop.phone().call() as line,
    ):
        voice.rate, voice.told = rate, told
        await ears.says_to(line, "hello")
        await line.hear_reply(0.5, 10.0)
        assert voice.spoken == [GREETING, "What can I get you?"]
        assert (await shop.said(line.call_sid))[-1] == "What can I get you?"
        letters = len(GREETING + voice.spoken[1])
        heard = sum(span.end - span.start for span in line.agent_spans)
        assert heard == pytest.approx(letters * 0.045, abs=0.3)
        assert shop.handovers == []


async def test_a_customer_who_interrupts_cuts_the_voice_off(tmp_path: Path) -> None:
    long = "A tale of tea and milk and sugar and ice and all that there is to be had of them here"
    turns = (Turn("Tell.", (Step(say=f"{long}."),)), *HELLO)
    ears = PretendedSpeech()
    async with (
        chat_server(turns) as chat,
        speech_server() as voice,
        shop_at(tmp_path, chat, voice, ears) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.35, 10.0)
        voice.fault = "stall"
        ears.says = "tell me"
        await line.speak(short_word())
        await line.agent_speaks(10.0)
        voice.fault = ""
        ears.says = "stop it"
        await line.speak(short_word())
        await until(lambda: "What can I get you?" in voice.spoken)
        assert voice.dropped == 1
        assert shop.handovers == []


async def a_voice_that_breaks(folder: Path, fault: str) -> str:
    """What went wrong; empty where nothing did."""
    ears = PretendedSpeech()
    async with (
        chat_server(HELLO) as chat,
        speech_server() as voice,
        shop_at(folder, chat, voice, ears) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.35, 10.0)
        voice.fault = fault
        ears.says = "hello"
        await line.speak(short_word())
        await until(lambda: bool(shop.next_agents))
        await shop.next_agents[0].finished.wait()
        await until(lambda: line.heard.count(1) > 11_900)
        silence = silence_after(line, voice.broken_at - origin_of(line))
        exact = len(await shop.orders()) == 1
        return "" if silence < 3.4 and exact else f"{silence}"


async def test_a_voice_that_breaks_is_followed_by_the_next_agent(tmp_path: Path) -> None:
    faults = ("status 500", "status 400", "json", "html", "hang", "stall", "abort")
    outcomes = await asyncio.gather(
        *(a_voice_that_breaks(tmp_path / each, each) for each in faults)
    )
    assert {each: found for each, found in zip(faults, outcomes, strict=True) if found} == {}
