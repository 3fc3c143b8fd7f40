"""What stand-ins of providers remember that hear, think and speak in one session."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from tests.standins.deepgram_scenario import Breakdown, Stage, Turn


class AnySession(Protocol):
    """One client's session."""

    violations: list[str]
    over: asyncio.Event
    """Set once the socket is closed."""


SessionT = TypeVar("SessionT", bound=AnySession)


@dataclass(slots=True)
class VoiceProvider(Generic[SessionT]):
    """The provider, as a test sets it up and as it remembers what came."""

    turns: Sequence[Turn] = ()
    breakdown: Breakdown | None = None
    url: str = ""
    sessions: list[SessionT] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the test is over."""
    refused: int = 0
    """Upgrades that were refused."""

    @property
    def violations(self) -> list[str]:
        """What clients did that no client should."""
        return [each for session in self.sessions for each in session.violations]

    @property
    def session(self) -> SessionT:
        """The last one."""
        return self.sessions[-1]

    def due(self, stage: Stage) -> str:
        """How it breaks here; empty where it does not."""
        broken = self.breakdown
        if broken is None or broken.stage is not stage or len(self.sessions) > broken.times:
            return ""
        return broken.how
