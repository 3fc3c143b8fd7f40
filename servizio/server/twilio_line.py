"""The way to the customer's ear over a Twilio media stream."""

from __future__ import annotations

import asyncio

from aiohttp import WSCloseCode, web

from servizio.errors import TelephonyError
from servizio.telephony import stream_messages

SEND_SECONDS = 5.0
"""How long the other side may take no data before the line counts as lost."""


class TwilioLine:
    """A `servizio.calls.line.Line` over the socket of one stream.

    Lives on the event loop. The socket's reader belongs to `media_socket`; `close` ends it.
    """

    def __init__(self, socket: web.WebSocketResponse, stream_sid: str) -> None:
        self._socket = socket
        self._stream_sid = stream_sid
        self._closing: asyncio.Task[bool] | None = None

    async def play(self, mulaw: bytes) -> None:
        """Queue speech behind what is queued already: mu-law, 8000 Hz, any length."""
        if mulaw:
            await self._send(stream_messages.media(self._stream_sid, mulaw))

    async def mark(self, name: str) -> None:
        """Ask for the echo of `name` when all that was queued before has been heard."""
        await self._send(stream_messages.mark(self._stream_sid, name))

    async def clear(self) -> None:
        """Drop all that is queued at the other end."""
        await self._send(stream_messages.clear(self._stream_sid))

    async def close(self) -> None:
        """Close the socket: Twilio ends the stream and asks `/voice/after` what next."""
        if self._closing is None:
            # A task of its own: the one that hangs up may be cancelled by the hang-up.
            self._closing = asyncio.create_task(
                self._socket.close(code=WSCloseCode.OK, message=b"call over"),
                name=f"close stream {self._stream_sid}",
            )
        await asyncio.shield(self._closing)

    async def _send(self, message: str) -> None:
        if self._socket.closed or self._closing is not None:
            raise TelephonyError("The line is closed.")
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.send_str(message)
        except (ConnectionError, RuntimeError, TimeoutError) as error:
            raise TelephonyError("The line is gone.") from error
