"""Whether a browser that says nothing is still there.

aiohttp's own heartbeat keeps a socket for a quarter of a minute after it was closed, so that
whoever opens and closes many could fill the memory: what reaches a closed socket winds it up.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

BEAT_SECONDS = 10.0
"""How long a browser may say nothing before it is asked; half of it may pass until it answers."""


class Beat:
    """Asks one browser. Lives on the event loop."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self._socket = socket
        self._transport = transport
        self._clock = asyncio.get_running_loop().time
        self._heard_at = self._clock()

    def heard(self) -> None:
        """Something came."""
        self._heard_at = self._clock()

    async def run(self) -> None:
        """Ask while the socket is open; one that does not answer is cut off."""
        while not self._socket.closed:
            quiet = self._clock() - self._heard_at
            if quiet < BEAT_SECONDS:
                await asyncio.sleep(BEAT_SECONDS - quiet)
                continue
            asked_at = self._clock()
            try:
                async with asyncio.timeout(BEAT_SECONDS / 2):
                    await self._socket.ping()
            except (ConnectionError, TimeoutError):
                break
            await asyncio.sleep(BEAT_SECONDS / 2)
            if self._heard_at < asked_at:
                break
        if self._transport is not None:
            self._transport.abort()
