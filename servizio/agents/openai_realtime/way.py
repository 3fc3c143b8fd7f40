"""The way to the provider in one call: through one session, and through the next where it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from servizio.agents.cloud.provider_json import Json
from servizio.agents.openai_realtime.connection import Connection
from servizio.agents.openai_realtime.joining import Joined
from servizio.agents.openai_realtime.term import Term

MOST_UNSENT = 100
"""Frames of 20 ms that wait for the next session."""


class Way:
    """Whatever session holds the call. `clock` is the loop's. Lives on the event loop."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._unsent: deque[bytes] = deque(maxlen=MOST_UNSENT)
        """The customer's sound while one session follows another."""
        self.term = Term(clock)
        self.connection: Connection | None = None
        """`None` before the first session and between two."""

    @property
    def is_stuck(self) -> bool:
        """Whether sound waits that should have left two seconds ago."""
        return self.connection is not None and self.connection.is_stuck

    def enter(self, session: Joined, now: float) -> None:
        """This session holds the call from now on. `now` is in seconds since 1970."""
        self.term.begin(session.expires_at, now)
        self.connection = session.connection
        while self._unsent:
            self.connection.send_sound(self._unsent.popleft())

    def send(self, message: Json) -> None:
        """An event; without a session there is nobody whom it concerns."""
        if self.connection is not None:
            self.connection.send(message)

    def send_sound(self, mulaw: bytes) -> bool:
        """The customer's sound. False: it waits for the next session."""
        if self.connection is None:
            self._unsent.append(mulaw)
            return False
        self.connection.send_sound(mulaw)
        return True

    async def close(self) -> None:
        """End the session. Safe to call twice."""
        if self.connection is not None:
            await self.connection.close()
