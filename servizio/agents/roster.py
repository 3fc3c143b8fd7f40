"""The agents of a shop, in the order in which they stand behind each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from servizio.agents.protocol import Agent


@dataclass(frozen=True, slots=True)
class Member:
    """One kind of agent."""

    name: str
    """As in `agent.order`."""
    make: Callable[[], Agent]
    """Makes one for one call."""
    state: Callable[[], str]
    """`ready`, `loading` or `broken`."""


class Roster:
    """Who can take a call now."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = tuple(members)

    def for_a_call(self) -> tuple[Callable[[], Agent], ...]:
        """Makers of the agents for one call, first choice first; broken ones come last."""
        ordered = sorted(self._members, key=lambda member: member.state() == "broken")
        return tuple(member.make for member in ordered)

    def available(self) -> bool:
        """Whether anybody can take a call."""
        return any(member.state() != "broken" for member in self._members)

    def states(self) -> dict[str, str]:
        """Every agent's state, by name."""
        return {member.name: member.state() for member in self._members}
