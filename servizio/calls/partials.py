"""Words that are still being spoken, for whoever watches. Never kept, never waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from servizio.calls.history import Partial

MOST_WAITING = 200
"""For a watcher that is slower than speech the oldest are dropped."""


class Partials:
    """Hands partial words to any number of watchers."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Partial]] = set()

    def tell(self, partial: Partial) -> None:
        """Hand it to everybody who watches now."""
        for waiting in self._watchers:
            if waiting.full():
                waiting.get_nowait()
            waiting.put_nowait(partial)

    async def watch(self) -> AsyncIterator[Partial]:
        """Every partial from now on."""
        waiting: asyncio.Queue[Partial] = asyncio.Queue(MOST_WAITING)
        self._watchers.add(waiting)
        try:
            while True:
                yield await waiting.get()
        finally:
            self._watchers.discard(waiting)
