"""What is going on at a moment, so that it can be said amid what a server was killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.standins.deepgram_agent import DeepgramStandIn

FUNCTIONS = ("add_to_cart", "confirm_pending_to_cart", "save_phone_number", "checkout_order")
EVERY = (
    "order sent", "ready sent", "call rings", "call connects", "agent greets", "agent at work",
    "hanging up", "text leaves", "text is looked for", "program told",
    *(f"{name} {part}" for name in FUNCTIONS for part in ("asked", "answered")),
)  # fmt: skip
"""Each point at which a kill can be aimed."""


class Points:
    """Points that are passed at this moment, and how often a kill met each."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._hit: Counter[str] = Counter()

    @contextmanager
    def at(self, point: str) -> Iterator[None]:
        """While the block lasts, this is going on."""
        self._open[point] += 1
        try:
            yield
        finally:
            self._open[point] -= 1

    def now(self, agent: DeepgramStandIn) -> set[str]:
        """All that is going on, in the agent's sessions too."""
        return {point for point, count in self._open.items() if count} | {
            f"{last} {'answered' if last in session.results else 'asked'}"
            for session in agent.sessions
            if not session.over.is_set()
            and (last := session.events[-1] if session.events else "") in FUNCTIONS
        }

    def hit(self, agent: DeepgramStandIn) -> None:
        """The server was killed just now."""
        self._hit.update(self.now(agent) or {"nothing going on"})

    def __str__(self) -> str:
        """A table."""
        rows = [f"{point:<34}{self._hit[point]:>5}" for point in (*EVERY, "nothing going on")]
        return "\n".join(["killed amid                        kills", *rows])
