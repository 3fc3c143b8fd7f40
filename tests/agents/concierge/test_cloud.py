"""Cloud agents ring a restaurant: stand-ins of the providers think, the tools are real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from servizio.agents.pipeline.local_parts import LocalAccess, LocalSpeech
from servizio.agents.pipeline.member import pipeline_member
from servizio.agents.protocol import (
    Agent,
    AgentFailed,
    AgentSentence,
    AgentSpeechEnded,
    CallBrief,
    CustomerNoise,
)
from servizio.server.agent_table import KINDS, Employer
from servizio.server.opening import clock
from servizio.settings import Settings
from servizio.shop.menu_file import load_menu
from servizio.shop.profile import ShopProfile
from servizio.shop.reservation import BookingResult
from tests.agents.cloud.shop_on_the_line import WORDS
from tests.agents.concierge.desk import Concierge
from tests.agents.local.listening import short_word
from tests.agents.pipeline.parts_on_the_line import PretendedSpeech, understander
from tests.standins.chat_server import KEY as CHAT_KEY
from tests.standins.chat_server import chat_server
from tests.standins.deepgram_agent import KEY, deepgram
from tests.standins.deepgram_scenario import Step, Turn
from tests.standins.openai_realtime import openai_realtime

FRAME = b"\xff" * 160
TURNS = (
    Turn("Demo Restaurant, good evening.", (Step(say="A table for four tomorrow, please."),)),
    Turn(
        "We are full at seven, but I have eight.",
        (Step(call="accept_offer", arguments={"time": "20:00"}), Step(say="Eight is fine.")),
    ),
    Turn(
        "Booked. Your confirmation number is 4821.",
        (
            Step(
                call="report_outcome",
                arguments={"result": "confirmed", "time": "20:00", "confirmation": "4821"},
            ),
            Step(call="end_call"),
            Step(say="Four eight two one. Thank you, goodbye."),
        ),
    ),
)


@dataclass
class Conversation:
    """One call without a telephone: the restaurant makes a sound whenever we have finished."""

    agent: Agent
    concierge: Concierge
    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    noises: int = 0
    our_turn: asyncio.Event = field(default_factory=asyncio.Event)
    words: bytes = WORDS
    """The restaurant's voice."""
    _to_say: bytes = b""

    async def listen(self) -> None:
        async for event in self.agent.events():
            match event:
                case AgentSentence(text=text):
                    self.said.append(text)
                case AgentSpeechEnded(speech=speech):
                    self.agent.played(speech)
                    self.our_turn.set()
                case AgentFailed(error=error):
                    self.failed.append(error.message)
                case CustomerNoise():
                    self.noises += 1
                case _:
                    pass

    async def sound(self) -> None:
        """The line: loud for a while where the restaurant speaks, else silent."""
        while True:
            frame, self._to_say = self._to_say[: len(FRAME)], self._to_say[len(FRAME) :]
            self.agent.hear(frame or FRAME)
            await asyncio.sleep(0.02)

    async def restaurant_speaks(self) -> None:
        """It says its next words, and we answer."""
        self.our_turn.clear()
        self._to_say = self.words
        async with asyncio.timeout(20):
            await self.our_turn.wait()


@asynccontextmanager
async def conversation(agent: Agent) -> AsyncIterator[Conversation]:
    """The agent takes the call of a concierge; the restaurant has not spoken yet."""
    concierge = Concierge()
    call = Conversation(agent, concierge)
    await agent.start(CallBrief("CA1", concierge.tools, ""))
    tasks = [asyncio.create_task(call.listen()), asyncio.create_task(call.sound())]
    try:
        yield call
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await agent.close()


@asynccontextmanager
async def employed(kind: str, stack: AsyncExitStack) -> AsyncIterator[tuple[Agent, Any]]:
    """An agent of this kind, and its provider's stand-in."""
    far: Any = await stack.enter_async_context(
        deepgram(TURNS) if kind == "deepgram" else openai_realtime(TURNS)
    )
    url = {"deepgram": "agent_url", "openai": "realtime_url"}[kind]
    settings = Settings.model_validate({kind: {"api_key": KEY, url: far.url}})
    profile = ShopProfile(name="Servizio", menu=load_menu("boba"))
    employer = Employer(settings, profile, "Hi.", asyncio.Event())
    member = await stack.enter_async_context(KINDS[kind].join(employer))
    yield member.make(), far


@pytest.mark.parametrize("kind", ["deepgram", "openai"])
async def test_a_cloud_agent_reserves_a_table(kind: str) -> None:
    async with AsyncExitStack() as stack:
        agent, far = await stack.enter_async_context(employed(kind, stack))
        call = await stack.enter_async_context(conversation(agent))
        for _ in TURNS:
            await call.restaurant_speaks()
        async with asyncio.timeout(10):
            while not call.concierge.line.closed:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.02)
        outcome = call.concierge.outcome
        assert (outcome.result, outcome.confirmation) == (BookingResult.CONFIRMED, "4821")
        assert outcome.at is not None
        assert outcome.at.hour == 20
        assert call.failed == []
        assert far.violations == []
        assert " ".join(call.said).startswith("A table for four")


async def test_a_language_model_between_local_ears_and_mouth_reserves_a_table() -> None:
    speech = PretendedSpeech()
    async with AsyncExitStack() as stack:
        far = await stack.enter_async_context(chat_server(TURNS))
        settings = Settings.model_validate(
            {
                "llm": {"base_url": far.url, "api_key": CHAT_KEY, "dialect": "groq"},
                "pipeline": {"stt": "local", "tts": "local"},
            }
        )
        grammar = await asyncio.to_thread(understander)
        access = LocalAccess(lambda: LocalSpeech(speech, grammar, "menu"), lambda: "ready")
        menu = load_menu("boba")
        member = await stack.enter_async_context(
            pipeline_member(settings, menu, access, clock, Random(1))
        )
        call = await stack.enter_async_context(conversation(member.make()))
        call.words = short_word()
        for turn in TURNS:
            speech.says = turn.hears.lower()
            await call.restaurant_speaks()
        async with asyncio.timeout(10):
            while not call.concierge.line.closed:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.02)
        outcome = call.concierge.outcome
        assert (outcome.result, outcome.confirmation) == (BookingResult.CONFIRMED, "4821")
        assert far.violations == []
        assert "Demo Restaurant" in far.requests[0]["messages"][0]["content"]


async def test_deepgram_is_told_of_the_table_and_nothing_of_the_shop() -> None:
    async with AsyncExitStack() as stack:
        agent, far = await stack.enter_async_context(employed("deepgram", stack))
        await stack.enter_async_context(conversation(agent))
        told = far.session.settings["agent"]
        prompt = told["think"][0]["prompt"]
        assert "Demo Restaurant" in prompt
        assert "4 people, tomorrow, Sunday, November 22, at 7 pm, under the name Rossi" in prompt
        assert "taro" not in prompt
        names = [each["name"] for each in told["think"][0]["functions"]]
        assert names == ["accept_offer", "report_outcome", "end_call"]
        assert "Rossi" in told["listen"]["provider"]["keyterms"]
        assert "greeting" not in told


async def test_where_nobody_says_hello_a_cloud_agent_says_what_it_wants() -> None:
    async with AsyncExitStack() as stack:
        agent, _ = await stack.enter_async_context(employed("deepgram", stack))
        call = await stack.enter_async_context(conversation(agent))
        async with asyncio.timeout(10):
            await call.our_turn.wait()
        assert "an assistant calling for Rossi" in " ".join(call.said)


async def test_a_silence_is_left_alone_at_first() -> None:
    async with AsyncExitStack() as stack:
        agent, _ = await stack.enter_async_context(employed("deepgram", stack))
        call = await stack.enter_async_context(conversation(agent))
        agent.silence(1)
        async with asyncio.timeout(5):
            while not call.noises:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.02)
        assert call.said == []
