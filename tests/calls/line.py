"""A line for stories in virtual time: plays at the speed of speech and echoes marks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from servizio.errors import TelephonyError

BYTES_PER_SECOND = 8000


class FakeLine:
    """What Twilio does with sound, marks and clear (Media Streams), without a network."""

    def __init__(self) -> None:
        self.closed = False
        self.log: list[tuple[float, str]] = []
        """What was asked of the line, and when."""
        self.heard = bytearray()
        """What the customer heard."""
        self.deepest_s = 0.0
        """The most unplayed speech there ever was."""
        self._loop = asyncio.get_running_loop()
        self._plays_until = 0.0
        self._waiting: list[tuple[asyncio.TimerHandle, str]] = []
        self._pieces: list[tuple[float, bytes]] = []
        self._on_mark: Callable[[str], None] = lambda _name: None

    def to(self, on_mark: Callable[[str], None]) -> None:
        self._on_mark = on_mark

    def play(self, mulaw: bytes, mark: str = "") -> None:
        self._check()
        now = self._loop.time()
        self._settle(now)
        start = max(now, self._plays_until)
        self._plays_until = start + len(mulaw) / BYTES_PER_SECOND
        self._pieces.append((start, mulaw))
        self.deepest_s = max(self.deepest_s, self._plays_until - now)
        self.log.append((now, "play"))
        if mark:
            self.mark(mark)

    def mark(self, name: str) -> None:
        self._check()
        at = max(self._loop.time(), self._plays_until)
        self._waiting.append((self._loop.call_at(at, self._echo, name), name))

    def clear(self) -> None:
        self._check()
        now = self._loop.time()
        self._settle(now)
        self.log.append((now, "clear"))
        waiting, self._waiting = self._waiting, []
        for handle, name in waiting:
            if handle.when() > now:
                handle.cancel()
                self._loop.call_soon(self._on_mark, name)
        self._pieces.clear()
        self._plays_until = now

    async def close(self) -> None:
        self._settle(self._loop.time())
        if not self.closed:
            self.log.append((self._loop.time(), "close"))
        self.closed = True

    def break_down(self) -> None:
        """The other side is gone."""
        self.closed = True

    def _echo(self, name: str) -> None:
        self._waiting = [(handle, other) for handle, other in self._waiting if other != name]
        self._settle(self._loop.time())
        self._on_mark(name)

    def _settle(self, now: float) -> None:
        """Move what has been played from the queue to the ear."""
        left = []
        for start, mulaw in self._pieces:
            played = round(max(0.0, now - start) * BYTES_PER_SECOND)
            self.heard += mulaw[:played]
            if played < len(mulaw):
                left.append((start + played / BYTES_PER_SECOND, mulaw[played:]))
        self._pieces = left

    def _check(self) -> None:
        if self.closed:
            raise TelephonyError("The line is closed.")
