"""What waits to leave through a socket: messages, and sound that must never hold them up.

Sound must neither wait for a slow network nor fill the memory: what cannot leave in time is
dropped, the oldest first. Messages are never dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque

MOST_WAITING = 2.0
"""Seconds of sound that may wait to leave."""
JOINED = 4
"""Frames of 20 ms that leave together where they have had to wait."""


class Outgoing:
    """The queue before one socket. Lives on the event loop."""

    def __init__(self, sound_bytes_per_second: int) -> None:
        self._most_waiting = int(MOST_WAITING * sound_bytes_per_second)
        self._waiting: deque[str | bytes] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()

    def put(self, message: str) -> None:
        """Behind everything that waits."""
        self._waiting.append(message)
        self._wake.set()

    def put_sound(self, sound: bytes) -> None:
        """Sound; an empty frame means an end to some providers, so none is sent."""
        if not sound:
            return
        self._waiting.append(sound)
        self._waiting_bytes += len(sound)
        if self._waiting_bytes > self._most_waiting:
            self._drop_oldest()
        self._wake.set()

    @property
    def is_stuck(self) -> bool:
        """Whether sound waits that should have left two seconds ago."""
        return self._waiting_bytes > self._most_waiting * 0.9

    def take(self) -> str | bytes | None:
        """What leaves next, a message or sound; `None`: nothing waits."""
        if not self._waiting:
            return None
        first = self._waiting.popleft()
        if isinstance(first, str):
            return first
        joined = [first]
        while len(joined) < JOINED and self._waiting and isinstance(self._waiting[0], bytes):
            joined.append(self._waiting.popleft())  # type: ignore[arg-type]
        sound = b"".join(joined)
        self._waiting_bytes -= len(sound)
        return sound

    async def next(self) -> str | bytes:
        """The same; waits for it."""
        while (waiting := self.take()) is None:
            self._wake.clear()
            await self._wake.wait()
        return waiting

    def _drop_oldest(self) -> None:
        for place, each in enumerate(self._waiting):
            if isinstance(each, bytes):
                self._waiting_bytes -= len(each)
                del self._waiting[place]
                return
