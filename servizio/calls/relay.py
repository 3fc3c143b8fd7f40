"""Agents that hold one call, one after the other: each stands behind the one before.

Whatever an agent does wrong ends here: it refuses, starts too late, crashes, falls silent
or hangs over its own end. The call goes on with the next one, which also hears what the
customer was saying meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from servizio.agents.protocol import Agent, AgentAudio, AgentEvent, AgentFailed, CallBrief
from servizio.calls.speech import BYTES_PER_SECOND
from servizio.calls.unanswered import Unanswered
from servizio.errors import AgentError, AgentLostError, TelephonyError

FAREWELL_SECONDS = 1.0
"""How long an agent that is dismissed may take to put its things away."""

CAUGHT_UP = BYTES_PER_SECOND // 5
"""Bytes that an agent that takes over is given at a time of what it missed."""
CAUGHT_UP_EVERY = 0.02
"""Seconds between two of them: ten times the speed of speech, as listening is work."""

REJOINING_SECONDS = 1.2
"""For a lost agent to come back: with the next one behind it the silence stays under 3 s."""

AgentFactory = Callable[[], Agent]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done in its place among the agent's events."""

    do: Callable[[], None]


@dataclass(frozen=True, slots=True)
class RelayEvents:
    """What the call does when something changes. All but `take` must return at once."""

    starting: Callable[[], None]
    """An agent is getting ready."""
    hired: Callable[[str], None]
    """This agent holds the call now."""
    failed: Callable[[str, AgentError], None]
    """This agent could not go on, and why."""
    take: Callable[[AgentEvent | Deed], Awaitable[None]]
    """The agent did something, or a deed is due. May raise `TelephonyError`."""
    take_sound: Callable[[AgentAudio], None]
    """The agent spoke, and nothing that it told before is still on its way."""


class Relay:
    """The agents of one call, of which one at most holds it. Lives on the event loop."""

    def __init__(
        self,
        agents: Sequence[AgentFactory],
        *,
        call_sid: str,
        starting_seconds: float,
        brief: Callable[[bool], CallBrief],
        events: RelayEvents,
    ) -> None:
        self._agents = list(agents)
        self._call_sid = call_sid
        self._starting_seconds = starting_seconds
        self._brief = brief
        self._events = events
        self._inbox: asyncio.Queue[AgentEvent | Deed] = asyncio.Queue()
        self._tried = 0
        self._employed = 0
        """How many have begun to hold the call, the same one twice counted twice."""
        self._is_rejoining = False
        self._has_rejoined = False
        self._is_taking = False
        self._missed = bytearray()
        """What was said before the agent came and it has not been given yet."""
        self.agent: Agent | None = None
        """The one that holds the call; `None` while none does."""
        self.unanswered = Unanswered()
        """What an agent that takes over is to hear first."""

    @property
    def has_another(self) -> bool:
        """Whether an agent stands behind the one that holds the call."""
        return self._tried < len(self._agents)

    async def employ_next(self) -> bool:
        """Let the next agent hold the call until it cannot. False where there is no other.

        Raises `TelephonyError` where the line is gone.
        """
        if not self.has_another:
            return False
        agent = self._agents[self._tried]()
        self._tried += 1
        self._employed += 1
        reason = AgentError("The agent crashed.")
        try:
            await self._hold(agent)
        except AgentError as error:
            reason = error
            log.warning(
                "agent_failed call=%s agent=%s: %s", self._call_sid, agent.name, error.message
            )
        except TelephonyError:
            raise
        except Exception:
            log.exception("agent_crashed call=%s agent=%s", self._call_sid, agent.name)
        finally:
            self.agent = None
            self._missed.clear()
            await self._dismiss(agent)
        self._is_rejoining = isinstance(reason, AgentLostError) and not self._has_rejoined
        if self._is_rejoining:
            # Only a connection was lost: the same agent knows the way, once.
            self._has_rejoined = True
            self._tried -= 1
        self._events.failed(agent.name, reason)
        return True

    def hear(self, mulaw: bytes) -> None:
        """Let the agent hear the customer: now, or as soon as there is one."""
        self.unanswered.hear(mulaw)
        if self._missed:
            self._missed += mulaw
        elif (agent := self.agent) is not None:
            try:
                agent.hear(mulaw)
            except Exception:
                log.exception("agent_crashed call=%s agent=%s", self._call_sid, agent.name)
                self._let_crash()

    def press(self, digit: str) -> None:
        """Give the agent a key of the customer's telephone: now, or as soon as there is one."""
        if self.agent is None:
            self.unanswered.press(digit)
        self.tell(partial(_press, digit))

    def tell(self, tell: Callable[[Agent], None]) -> None:
        """Tell the agent, if one is there. A crash of the agent must not reach the line."""
        agent = self.agent
        if agent is None:
            return
        try:
            tell(agent)
        except Exception:
            log.exception("agent_crashed call=%s agent=%s", self._call_sid, agent.name)
            self._let_crash()

    def fail(self, message: str) -> None:
        """Have done with this agent: it does not do what it should."""
        self._inbox.put_nowait(AgentFailed(AgentError(message)))

    def in_order(self, deed: Callable[[], None]) -> None:
        """Do this after everything that the agent has told so far."""
        self._inbox.put_nowait(Deed(deed))

    def _let_crash(self) -> None:
        self.agent = None
        self.fail("The agent crashed.")

    def _speak(self, agent: Agent, sound: AgentAudio) -> bool:
        """Take sound without a detour, unless it would overtake something."""
        if self.agent is not agent or self._is_taking or not self._inbox.empty():
            return False
        self._events.take_sound(sound)
        return True

    async def _hold(self, agent: Agent) -> None:
        """Let this agent hold the call. Leaves by `AgentError`, or cancelled at the end."""
        self._events.starting()
        try:
            patience = REJOINING_SECONDS if self._is_rejoining else self._starting_seconds
            async with asyncio.timeout(patience):
                brief = self._brief(self._employed > 1)
                await agent.start(replace(brief, speak=partial(self._speak, agent)))
        except TimeoutError as error:
            raise AgentError("The agent did not get ready in time.") from error
        self.agent = agent
        self._is_taking = False
        self._inbox = asyncio.Queue()
        self._events.hired(agent.name)
        pump = asyncio.create_task(self._pump(agent), name=f"events {self._call_sid}")
        catching_up = asyncio.create_task(self._catch_up(), name=f"catch up {self._call_sid}")
        try:
            while True:
                event = await self._inbox.get()
                if isinstance(event, AgentFailed):
                    raise event.error
                self._is_taking = True
                await self._events.take(event)
                self._is_taking = False
        finally:
            pump.cancel()
            catching_up.cancel()
            await asyncio.gather(pump, catching_up, return_exceptions=True)

    async def _catch_up(self) -> None:
        """Let an agent that takes over hear what was said to the one before, or to nobody."""
        for key in self.unanswered.take_keys():
            self.tell(partial(_press, key))
        if self._employed > 1:
            self._missed += self.unanswered.sound
        while self._missed:
            piece = bytes(self._missed[:CAUGHT_UP])
            self.tell(partial(_hear, piece))
            del self._missed[:CAUGHT_UP]
            await asyncio.sleep(CAUGHT_UP_EVERY)

    async def _pump(self, agent: Agent) -> None:
        """Bring the agent's events in; an agent that stops sending them has failed."""
        error = AgentError("The agent went silent.")
        try:
            async for event in agent.events():
                self._inbox.put_nowait(event)
        except AgentError as raised:
            error = raised
        except Exception:
            log.exception("agent_crashed call=%s agent=%s", self._call_sid, agent.name)
        self._inbox.put_nowait(AgentFailed(error))

    async def _dismiss(self, agent: Agent) -> None:
        """End an agent's work. One that hangs or crashes over it holds nobody up."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await agent.close()
        except TimeoutError:
            log.warning("agent_not_closed call=%s agent=%s", self._call_sid, agent.name)
        except Exception:
            log.exception("agent_crashed call=%s agent=%s", self._call_sid, agent.name)


def _hear(mulaw: bytes, agent: Agent) -> None:
    agent.hear(mulaw)


def _press(digit: str, agent: Agent) -> None:
    agent.press(digit)
