"""A shop whose first agent is a pipeline: what is far away are stand-ins, on loopback.

The local ears and mouth work without models: loud sound is whatever the customer says next,
and a sentence sounds as in all stand-ins (`deepgram_session.speech`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.pipeline.local_parts import LocalAccess, LocalSpeech
from servizio.agents.pipeline.member import pipeline_member
from servizio.demo.phone import PlacedCall
from servizio.language.understand import Understander
from servizio.server.opening import clock
from servizio.settings import Settings
from servizio.shop.menu_file import load_menu
from tests.agents.cloud.shop_on_the_line import ShopOnTheLine, shop_with
from tests.agents.local.listening import short_word
from tests.standins.chat_server import KEY
from tests.standins.deepgram_session import speech

MENU = load_menu("boba")


@cache
def understander() -> Understander:
    """Of the shop's menu; it takes its time."""
    return Understander(MENU)


@dataclass
class PretendedSpeech:
    """Recognition and synthesis that need no models."""

    says: str = ""
    """What the customer says now; empty: no words."""
    spoken: list[str] = field(default_factory=list)
    stalls: bool = False
    """Whether the voice stops for good."""

    async def wait_ready(self, timeout: float) -> None:  # noqa: ASYNC109 - as in the protocol
        del timeout

    async def transcribe(
        self, mulaw: bytes, *, context: RecognitionContext, n_best: int = 4
    ) -> list[Hypothesis]:
        del mulaw, context, n_best
        return [Hypothesis(self.says, -1.0)] if self.says else []

    async def synthesise(self, text: str) -> AsyncIterator[bytes]:
        self.spoken.append(text)
        sound = speech(text)
        yield sound[: len(sound) // 2]
        if self.stalls:
            await asyncio.Event().wait()
        yield sound[len(sound) // 2 :]

    async def says_to(self, line: PlacedCall, text: str, *, quiet: float = 0.35) -> None:
        """The customer says this once the agent has finished."""
        await line.hear_reply(quiet, 15.0)
        self.says = text
        await line.speak(short_word())


@asynccontextmanager
async def pipeline_on_the_line(
    folder: Path,
    chat_url: str,
    local: PretendedSpeech | None = None,
    *,
    key: str = KEY,
    **sections: dict[str, Any],
) -> AsyncIterator[ShopOnTheLine]:
    """The shop. Without other settings, ears and mouth are the local ones."""
    settings = Settings.model_validate(
        {
            "llm": {"base_url": chat_url, "api_key": key, "dialect": "groq"},
            "pipeline": {"stt": "local", "tts": "local"},
            **sections,
        }
    )
    work = local or PretendedSpeech()
    await asyncio.to_thread(understander)
    access = LocalAccess(lambda: LocalSpeech(work, understander(), "menu"), lambda: "ready")
    async with (
        pipeline_member(settings, MENU, access, clock, Random(1)) as member,
        shop_with(folder, settings, member) as shop,
    ):
        yield shop
