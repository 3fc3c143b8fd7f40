"""What holds the agents of a shop together when one of them fails.

A provider's agent becomes a `Member` of the roster behind a circuit breaker; a task of its own
tries the provider again while the breaker is open, so that no customer has to.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

from servizio.agents.breaker import Breaker
from servizio.agents.protocol import Agent
from servizio.agents.roster import Member
from servizio.errors import AgentError

PROBE_SECONDS = 5.0
"""How long a probe may take. Nobody waits for it."""

APOLOGY = "Sorry about that, I'm back."
"""Said by an agent that takes over from one that failed."""

log = logging.getLogger(__name__)


class Succession:
    """Follows one call from agent to agent, and tells those who want to know."""

    def __init__(
        self,
        on_failed: Callable[[str, AgentError], None] = lambda _name, _error: None,
        on_handover: Callable[[str, str], None] = lambda _failed, _successor: None,
        on_hired: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._on_failed = on_failed
        self._on_hired = on_hired
        self._on_handover = on_handover
        self._gone: list[str] = []

    def failed(self, name: str, error: AgentError) -> None:
        """This agent could not take the call, or not go on with it."""
        self._gone.append(name)
        self._on_failed(name, error)

    def hired(self, name: str) -> None:
        """This agent holds the call, in the place of all that have failed since the last."""
        self._on_hired(name)
        for gone in dict.fromkeys(self._gone):
            if gone != name:
                self._on_handover(gone, name)
        self._gone.clear()


@asynccontextmanager
async def behind_breaker(
    name: str, make: Callable[[], Agent], probe: Callable[[], Awaitable[None]], rng: Random
) -> AsyncIterator[Member]:
    """A provider's agent as a member of the roster.

    `probe` does what a call does first and nothing that a customer would notice; it raises
    `AgentError` where the provider is still broken.
    """
    breaker = Breaker(asyncio.get_running_loop().time, rng)

    def failed(error: AgentError) -> None:
        was_open = breaker.is_open
        breaker.failed(error)
        if breaker.is_open and not was_open:
            log.warning("agent_broken agent=%s reason=%s", name, error.message)

    def hired() -> None:
        if breaker.is_open:
            breaker.recovered()
            log.info("agent_recovered agent=%s", name)

    task = asyncio.create_task(_recover(name, breaker, probe), name=f"probe {name}")
    try:
        yield Member(
            name,
            make,
            state=lambda: "broken" if breaker.is_open else "ready",
            failed=failed,
            reason=lambda: breaker.reason,
            hired=hired,
            worth_a_try=lambda: breaker.may_work,
        )
    finally:
        task.cancel()
        results = await asyncio.gather(task, return_exceptions=True)
        if isinstance(results[0], Exception):
            log.error("probe_died agent=%s", name, exc_info=results[0])


async def _recover(name: str, breaker: Breaker, probe: Callable[[], Awaitable[None]]) -> None:
    """Close the breaker as soon as the provider works again, for ever."""
    while True:
        await breaker.wait_open()
        await asyncio.sleep(breaker.next_rest())
        if not breaker.is_open:
            # A call that had nobody else has found out.
            continue
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await probe()
        except TimeoutError:
            breaker.still_broken(AgentError("The provider does not answer."))
        except AgentError as error:
            breaker.still_broken(error)
        except Exception:
            # A fault of ours must not end the probing: the provider would be lost for good.
            log.exception("probe_crashed agent=%s", name)
            breaker.still_broken(AgentError("The probe crashed."))
        else:
            breaker.recovered()
            log.info("agent_recovered agent=%s", name)
