"""Waiting for the next frame of a line, for as many as want to."""

from __future__ import annotations

import asyncio


class Ticks:
    """A beat. Everybody who waits is woken by the next one, or told that there is none."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._over: Exception | None = None

    async def next(self) -> None:
        """Wait for the next beat. Raises what `end` was given once that was called."""
        if self._over is not None:
            raise self._over
        beat: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(beat)
        try:
            await beat
        finally:
            self._waiting.discard(beat)

    def tick(self) -> None:
        """Wake everybody who waits."""
        for beat in self._waiting:
            if not beat.done():
                beat.set_result(None)

    def end(self, reason: Exception) -> None:
        """Wake everybody with an error; there are no more beats."""
        self._over = reason
        for beat in self._waiting:
            if not beat.done():
                beat.set_exception(reason)
