"""Timers of one call that all end with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Timers:
    """Those that run. Lives on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._running: set[asyncio.TimerHandle] = set()
        self._is_closed = False

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Do this then, unless all is over by that time."""

        def done() -> None:
            self._running.discard(timer)
            do()

        if not self._is_closed:
            timer = self._loop.call_later(seconds, done)
            self._running.add(timer)

    def stop(self) -> None:
        """Forget what was to be done."""
        for timer in self._running:
            timer.cancel()
        self._running.clear()

    def close(self) -> None:
        """The same, for good."""
        self._is_closed = True
        self.stop()
