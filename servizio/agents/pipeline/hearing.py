"""The agent's ears: what every kind of them tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from servizio.errors import AgentError


@dataclass(frozen=True, slots=True)
class HearingEvents:
    """Whom to tell what. All are called on the event loop and must return at once."""

    started: Callable[[], None]
    """Somebody began to speak, or something that sounds like it."""
    noise: Callable[[], None]
    """What began was no words."""
    words: Callable[[str], None]
    """The words so far; the turn is not over."""
    pauses: Callable[[str], None]
    """The turn is probably over: an answer to these words may be thought of, not given."""
    goes_on: Callable[[], None]
    """It was not over."""
    turn: Callable[[str, float | None], None]
    """A turn is over: its words, and when the last one ended, on the loop's clock."""
    missed: Callable[[], None]
    """There was speech that nobody understood: the customer should say it again."""
    failed: Callable[[AgentError], None]
    """These ears hear nothing any more."""


class Hearing(Protocol):
    """Hears one customer."""

    async def open(self, events: HearingEvents) -> None:
        """Begin to listen. Raises `AgentError`."""
        ...

    def feed(self, mulaw: bytes) -> None:
        """Take the customer's sound: mu-law, 8000 Hz, without gaps."""
        ...

    def expect(self, question: str) -> None:
        """The agent has just said this: it may help to understand the answer."""
        ...

    async def close(self) -> None:
        """Stop listening. Safe to call twice."""
        ...
