"""The pipeline as a member of the shop's roster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from random import Random

from aiohttp import ClientSession

from servizio.agents.failover import behind_breaker
from servizio.agents.pipeline.agent import PipelineAgent, open_model
from servizio.agents.pipeline.chat import Chat
from servizio.agents.pipeline.deepgram_hearing import DeepgramHearing, listen_plan
from servizio.agents.pipeline.deepgram_mouth import DeepgramMouth, speak_plan
from servizio.agents.pipeline.hearing import Hearing
from servizio.agents.pipeline.local_parts import LocalAccess, LocalHearing, LocalMouth
from servizio.agents.pipeline.plan import PipelineParts, chat_plan
from servizio.agents.pipeline.speaking import Mouth
from servizio.agents.pipeline.speech_endpoint import EndpointMouth, speech_plan
from servizio.agents.roster import Member
from servizio.settings import Settings
from servizio.shop.menu import Menu


@asynccontextmanager
async def pipeline_member(
    settings: Settings,
    menu: Menu,
    local: LocalAccess,
    now: Callable[[], datetime],
    rng: Random,
) -> AsyncIterator[Member]:
    """Pipeline agents behind a circuit breaker, with connections that all of them share."""
    async with ClientSession() as session:
        chat = Chat(session, chat_plan(settings.llm))
        parts = PipelineParts(
            chat=chat,
            make_hearing=_ears(settings, menu, local),
            make_mouth=_mouths(settings, session, local),
            prompt_extra=settings.agent.prompt_extra,
            now=now,
        )

        async def probe() -> None:
            """Get the parts ready as a call would, and put them away."""
            mouth = parts.make_mouth()
            try:
                await open_model(chat)
                await mouth.open()
            finally:
                await mouth.close()

        async with behind_breaker("pipeline", lambda: PipelineAgent(parts), probe, rng) as member:
            is_local = "local" in {settings.pipeline.stt, settings.pipeline.tts}
            state = _state_of_both(member.state, local.state) if is_local else member.state
            yield replace(member, state=state)


def _ears(settings: Settings, menu: Menu, local: LocalAccess) -> Callable[[], Hearing]:
    if settings.pipeline.stt == "local":
        return lambda: LocalHearing(local)
    plan = listen_plan(settings.deepgram, menu)
    return lambda: DeepgramHearing(plan)


def _mouths(settings: Settings, session: ClientSession, local: LocalAccess) -> Callable[[], Mouth]:
    makers: Mapping[str, Callable[[], Mouth]] = {
        "local": lambda: LocalMouth(local),
        "deepgram": lambda: DeepgramMouth(speak_plan(settings.deepgram)),
        "openai": lambda: EndpointMouth(session, speech_plan(settings)),
    }
    return makers[settings.pipeline.tts]


def _state_of_both(agent: Callable[[], str], local: Callable[[], str]) -> Callable[[], str]:
    """Broken before loading before ready."""

    def state() -> str:
        states = {agent(), local()}
        return next(each for each in ("broken", "loading", "ready") if each in states)

    return state
