"""Connections that were opened and say nothing.

A server has only so many connections, and whoever holds them all keeps the telephone company
out. So one that asks for nothing in its first seconds is closed again. Later the usual
keep-alive holds, which is long: a proxy must not meet a connection that has just been closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

FIRST_REQUEST_SECONDS = 15.0
"""Until the first request is there with all its headers."""
KEEP_ALIVE_SECONDS = 150.0
"""Between two requests; longer than the usual proxies keep theirs."""


class Newcomers:
    """Connections that have asked for nothing yet. Lives on the event loop."""

    def __init__(self, patience: float = FIRST_REQUEST_SECONDS) -> None:
        self._patience = patience
        self._waiting: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._waiting)

    def watched(self, make: Callable[[], web.RequestHandler]) -> Callable[[], web.RequestHandler]:
        """Have every connection that is made so watched."""

        def come() -> web.RequestHandler:
            connection = make()
            loop = asyncio.get_running_loop()
            self._waiting[connection] = loop.call_later(self._patience, self._close, connection)
            return connection

        return come

    def spoke(self, connection: web.RequestHandler) -> None:
        """This one has asked for something."""
        timer = self._waiting.pop(connection, None)
        if timer is not None:
            timer.cancel()

    def _close(self, connection: web.RequestHandler) -> None:
        if self._waiting.pop(connection, None) is not None:
            connection.force_close()


NEWCOMERS = web.AppKey("newcomers", Newcomers)
