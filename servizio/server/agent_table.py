"""The agents that Servizio has, by name: what each needs, and how it joins a shop's roster."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from servizio.agents.roster import Member, Roster
from servizio.errors import SettingsError
from servizio.server.local_agent import LocalAgentLoader, loaded_behind
from servizio.server.opening import clock
from servizio.settings import Settings
from servizio.shop.profile import ShopProfile

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Employer:
    """What every kind of agent is made from."""

    settings: Settings
    profile: ShopProfile
    greeting: str
    serving: asyncio.Event
    """Set once the server answers: what takes long should begin after that."""
    local: LocalAgentLoader = field(init=False)
    """Hearing and speaking on this machine: the local agent's, and others may use it too."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "local", LocalAgentLoader(self.profile, self.greeting))


@dataclass(frozen=True, slots=True)
class AgentKind:
    """One kind of agent."""

    has_key: Callable[[Settings], bool]
    """Whether the settings have all that it cannot work without."""
    needs: str
    """The setting to look at where it has not."""
    join: Callable[[Employer], AbstractAsyncContextManager[Member]]
    """Has it ready for calls for as long as the context is open."""


def _local(employer: Employer) -> AbstractAsyncContextManager[Member]:
    return loaded_behind(employer.local, employer.serving)


def _deepgram(employer: Employer) -> AbstractAsyncContextManager[Member]:
    # Only where there is a key: its packages take time to load.
    from servizio.agents.deepgram.member import deepgram_member  # noqa: PLC0415
    from servizio.agents.deepgram.plan import DeepgramShop, deepgram_plan  # noqa: PLC0415

    settings, profile = employer.settings, employer.profile
    shop = DeepgramShop(
        plan=deepgram_plan(settings.deepgram, settings.llm, profile.menu),
        prompt_extra=settings.agent.prompt_extra,
        now=clock,
    )
    return deepgram_member(shop, profile, Random())


def _openai(employer: Employer) -> AbstractAsyncContextManager[Member]:
    from servizio.agents.openai_realtime.member import realtime_member  # noqa: PLC0415
    from servizio.agents.openai_realtime.plan import (  # noqa: PLC0415
        RealtimeShop,
        realtime_plan,
    )

    settings, profile = employer.settings, employer.profile
    shop = RealtimeShop(
        plan=realtime_plan(settings.openai, profile.menu, (*settings.shop.languages, "en")[0]),
        prompt_extra=settings.agent.prompt_extra,
        now=clock,
    )
    return realtime_member(shop, profile, Random())


def _pipeline(employer: Employer) -> AbstractAsyncContextManager[Member]:
    from servizio.agents.pipeline.local_parts import LocalAccess  # noqa: PLC0415 - see above
    from servizio.agents.pipeline.member import pipeline_member  # noqa: PLC0415

    local = LocalAccess(lambda: employer.local.speech, employer.local.member.state)
    return pipeline_member(employer.settings, employer.profile.menu, local, clock, Random())


KINDS: Mapping[str, AgentKind] = {
    "deepgram": AgentKind(
        lambda settings: settings.deepgram.configured, "deepgram.api_key", _deepgram
    ),
    "openai": AgentKind(lambda settings: settings.openai.configured, "openai.api_key", _openai),
    "pipeline": AgentKind(
        lambda settings: settings.pipeline_configured,
        "llm.api_key, or a key for its ears or mouth,",
        _pipeline,
    ),
    "local": AgentKind(lambda _settings: True, "", _local),
}
"""Another agent is a line here."""


def check_agents(settings: Settings) -> None:
    """Raise `SettingsError` where `agent.order` names an agent that has no key."""
    for name in settings.agent_order:
        kind = KINDS.get(name)
        if kind is not None and not kind.has_key(settings):
            raise SettingsError(
                f"The setting agent.order names {name}, but {kind.needs} is not set.",
                f"Set {kind.needs}, or take {name} out of agent.order.",
            )


@asynccontextmanager
async def open_roster(employer: Employer) -> AsyncIterator[Roster]:
    """The agents of the settings, in their order."""
    members: list[Member] = []
    async with AsyncExitStack() as stack:
        for name in employer.settings.agent_order:
            kind = KINDS.get(name)
            if kind is None:
                log.warning("agent_skipped name=%s reason=not in this version", name)
                continue
            members.append(await stack.enter_async_context(kind.join(employer)))
        yield Roster(members)
