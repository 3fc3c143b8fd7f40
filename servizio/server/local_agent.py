"""The local agent, loaded behind the server's back.

Its packages and models take seconds to load, and the server must answer before that. Until
they are there the agent is `loading`; if they never are, it is `broken` and says why.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from servizio.agents.cloud.sentences import FILLER
from servizio.agents.failover import APOLOGY
from servizio.agents.protocol import Agent, AgentEvent, CallBrief
from servizio.agents.roster import Member
from servizio.errors import AgentError, ServizioError, SpeechError
from servizio.shop.profile import ShopProfile

if TYPE_CHECKING:
    from servizio.agents.pipeline.local_parts import LocalSpeech

NAME = "local"
GAVE_UP = "What hears and speaks on this machine has stopped. The server's log says why."

log = logging.getLogger(__name__)


class LocalAgentLoader:
    """Loads once; then `member` makes agents. Lives on the event loop."""

    def __init__(self, profile: ShopProfile, greeting: str) -> None:
        self._profile = profile
        self._greeting = greeting
        self._loaded: Member | None = None
        self.speech: LocalSpeech | None = None
        """Its ears and mouth, for an agent whose mind is elsewhere; `None` until they are there."""
        self.calls_up: Callable[[], int] = lambda: 0
        """How many calls are up, whoever holds them: what has time waits until none is."""
        self._error: AgentError | None = None

    @property
    def member(self) -> Member:
        """The local agent as one of the shop's, whether it is loaded or not."""
        return Member(NAME, self._make, self._state, reason=self._reason)

    async def run(self) -> None:
        """Load, and keep the models until cancelled."""
        try:
            # Imports and the menu's grammar are work for a second: not on the event loop.
            await asyncio.to_thread(importlib.import_module, "servizio.server.speech")
            from servizio.server.speech import start_local_agent  # noqa: PLC0415 - just loaded

            # Whoever counts the calls may be told of after this.
            started = start_local_agent(self._profile, lambda: self.calls_up())  # noqa: PLW0108
            async with started as (member, engine, speech):
                await engine.ready.wait()
                # Ready is who can answer at once: not before the first words are there.
                await _render(engine.synthesise(self._greeting))
                # Who takes over in mid-call should be heard at once too.
                await _render(engine.synthesise(APOLOGY))
                # And who asks to wait does so because nothing can be rendered.
                await _render(engine.synthesise(FILLER))
                log.info("local_agent_ready")
                self._loaded, self.speech = member, speech
                await asyncio.Event().wait()
        except ServizioError as error:
            self._error = AgentError(error.message, error.hint)
            log.error("local_agent_missing: %s %s", error.message, error.hint)
        except ImportError as error:
            self._error = AgentError(f"A package is missing: {error.name}.", "Install it again.")
            log.exception("local_agent_missing")
        except Exception:
            # A model that cannot be read, a broken package: `loading` would be a lie for ever.
            self._error = AgentError("The local agent could not be loaded.", "See the log file.")
            log.exception("local_agent_missing")
        finally:
            self._loaded = self.speech = None

    def _state(self) -> str:
        if self._loaded is not None:
            return self._loaded.state()
        return "loading" if self._error is None else "broken"

    def _reason(self) -> str:
        if self._loaded is not None:
            return self._loaded.reason() or GAVE_UP
        return f"{self._error.message} {self._error.hint}".strip() if self._error else ""

    def _make(self) -> Agent:
        if self._loaded is not None:
            return self._loaded.make()
        return AbsentAgent(NAME, self._error or AgentError("The local agent is still loading."))


async def _render(sentence: AsyncIterator[bytes]) -> None:
    """Speak a sentence to nobody: from now on it is there at once."""
    try:
        async for _ in sentence:
            pass
    except SpeechError as error:
        log.warning("sentence_not_rendered: %s", error.message)


class AbsentAgent:
    """Stands in for an agent that cannot come: it refuses every call."""

    def __init__(self, name: str, error: AgentError) -> None:
        self.name = name
        self._error = error

    async def start(self, brief: CallBrief) -> None:
        """Refuse."""
        del brief
        raise self._error

    def hear(self, mulaw: bytes) -> None:
        """Do nothing."""

    def press(self, digit: str) -> None:
        """Do nothing."""

    def interrupted(self, speech: int, heard: str, heard_ms: int) -> None:
        """Do nothing."""

    def played(self, speech: int) -> None:
        """Do nothing."""

    def silence(self, times: int) -> None:
        """Do nothing."""

    def say(self, text: str) -> None:
        """Do nothing."""

    async def events(self) -> AsyncIterator[AgentEvent]:
        """Give none."""
        return
        yield

    async def close(self) -> None:
        """Do nothing."""


@asynccontextmanager
async def loaded_behind(loader: LocalAgentLoader, serving: asyncio.Event) -> AsyncIterator[Member]:
    """The local agent, which begins to load once the server answers."""

    async def load() -> None:
        await serving.wait()
        await loader.run()

    task = asyncio.create_task(load(), name="local agent")
    try:
        yield loader.member
    finally:
        task.cancel()
        results = await asyncio.gather(task, return_exceptions=True)
        if isinstance(results[0], Exception):
            log.error("local_agent_died", exc_info=results[0])
