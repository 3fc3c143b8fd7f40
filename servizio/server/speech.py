"""This machine's hearing and speaking, set up for a shop's menu. Slow to import."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import jsonschema  # noqa: F401 - loaded here, so that no call has to wait for it
import phonenumbers  # noqa: F401 - likewise

from servizio.agents.local.member import MENU_PHRASES, local_member
from servizio.agents.local.speech_engine import SpeechEngine
from servizio.agents.local.wording import known_by_heart
from servizio.agents.pipeline.local_parts import LocalSpeech
from servizio.agents.roster import Member
from servizio.language.phrases import ordering_phrases
from servizio.language.understand import Understander
from servizio.shop.menu import Menu
from servizio.shop.profile import ShopProfile

MOST_WORKERS = 4


@asynccontextmanager
async def start_local_agent(
    profile: ShopProfile, calls_up: Callable[[], int]
) -> AsyncIterator[tuple[Member, SpeechEngine, LocalSpeech]]:
    """The local agent of a shop, its engine, which loads its models in the background, and what
    another agent needs to hear and speak with it. While calls are up, whoever holds them, nothing
    is rendered in advance.

    Raises `SpeechError` where packages are missing.
    """
    understander = await asyncio.to_thread(Understander, profile.menu)
    async with speech_engine(profile.menu) as engine:
        engine.learn_by_heart(known_by_heart(), calls_up)
        speech = LocalSpeech(engine, understander, MENU_PHRASES)
        yield local_member(engine, understander), engine, speech


def speech_engine(menu: Menu) -> SpeechEngine:
    """An engine that leans towards the words of this menu. Not started yet."""
    workers = min(MOST_WORKERS, max(2, os.cpu_count() or 2))
    return SpeechEngine(workers=workers, phrases={MENU_PHRASES: ordering_phrases(menu)})
