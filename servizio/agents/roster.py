"""The agents of a shop, in the order in which they stand behind each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from servizio.agents.protocol import Agent
from servizio.errors import AgentError

LOOK_SECONDS = 0.1
"""Between two looks at agents that are loading: only in a server's first seconds."""


@dataclass(frozen=True, slots=True)
class Member:
    """One kind of agent."""

    name: str
    """As in `agent.order`."""
    make: Callable[[], Agent]
    """Makes one for one call."""
    state: Callable[[], str]
    """`ready`, `loading` or `broken`."""
    failed: Callable[[AgentError], None] = lambda _error: None
    """Told of every call that one of these agents could not take or go on with."""
    reason: Callable[[], str] = lambda: ""
    """Why it is broken, in a sentence for staff; empty where it is not."""
    hired: Callable[[], None] = lambda: None
    """Told of every call that one of these agents began to hold."""
    worth_a_try: Callable[[], bool] = lambda: False
    """Whether a call may be given to it although it is broken, where nobody else is there."""


class Roster:
    """Who can take a call now."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = tuple(members)

    def for_a_call(self) -> tuple[Callable[[], Agent], ...]:
        """Makers of the agents for one call, first choice first; broken ones come last."""
        ordered = sorted(self._members, key=lambda member: member.state() == "broken")
        return tuple(member.make for member in ordered)

    def failed(self, name: str, error: AgentError) -> None:
        """A call has lost the agent of this name."""
        for member in self._members:
            if member.name == name:
                member.failed(error)

    def hired(self, name: str) -> None:
        """The agent of this name has begun to hold a call."""
        for member in self._members:
            if member.name == name:
                member.hired()

    def available(self) -> bool:
        """Whether anybody can take a call, or may be able to."""
        return any(member.state() != "broken" for member in self._members) or self._last_hope()

    async def wait_ready(self, seconds: float) -> bool:
        """Wait until somebody is ready, while somebody is still loading.

        Returns whether a call has somebody to go to.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._is("ready") and self._is("loading"):  # noqa: ASYNC110 - asked, not told
                    await asyncio.sleep(LOOK_SECONDS)
        return self._is("ready") or self._last_hope()

    def _last_hope(self) -> bool:
        """Whether somebody is there who is broken and may yet take a call.

        A customer who is turned away at once has no more than one whose agent fails: both are put
        through, or leave a message. The second may be lucky.
        """
        return any(m.state() == "broken" and m.worth_a_try() for m in self._members)

    def _is(self, state: str) -> bool:
        return any(member.state() == state for member in self._members)

    def states(self) -> dict[str, str]:
        """Every agent's state, by name."""
        return {member.name: member.state() for member in self._members}

    def reasons(self) -> dict[str, str]:
        """Why agents are broken, by name; those that are well are left out."""
        broken = (member for member in self._members if member.state() == "broken")
        return {member.name: member.reason() for member in broken}
