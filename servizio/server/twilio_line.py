"""The way to the customer's ear over a Twilio media stream."""

from __future__ import annotations

import asyncio

from aiohttp import WSCloseCode, web

from servizio.errors import TelephonyError
from servizio.server.text_frames import TextFrames
from servizio.telephony import stream_messages


class TwilioLine:
    """A `servizio.calls.line.Line` over the socket of one stream.

    Lives on the event loop. The socket's reader belongs to `media_socket`; `close` ends it.
    """

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, stream_sid: str
    ) -> None:
        self._socket = socket
        self._frames = TextFrames(socket, transport)
        self._stream_sid = stream_sid
        self._media = stream_messages.MediaMessages(stream_sid)
        self._closing: asyncio.Task[bool] | None = None

    def play(self, mulaw: bytes, mark: str = "") -> None:
        """Queue speech behind what is queued already: mu-law, 8000 Hz, any length."""
        if mulaw and mark:
            self._send(self._media.of(mulaw), stream_messages.mark(self._stream_sid, mark).encode())
        elif mulaw:
            self._send(self._media.of(mulaw))
        elif mark:
            self.mark(mark)

    def mark(self, name: str) -> None:
        """Ask for the echo of `name` when all that was queued before has been heard."""
        self._send(stream_messages.mark(self._stream_sid, name).encode())

    def clear(self) -> None:
        """Drop all that is queued at the other end."""
        self._send(stream_messages.clear(self._stream_sid).encode())

    async def close(self) -> None:
        """Close the socket: Twilio ends the stream and asks `/voice/after` what next."""
        if self._closing is None:
            # A task of its own: the one that hangs up may be cancelled by the hang-up.
            self._closing = asyncio.create_task(
                self._socket.close(code=WSCloseCode.OK, message=b"call over"),
                name=f"close stream {self._stream_sid}",
            )
        await asyncio.shield(self._closing)

    def _send(self, *messages: bytes) -> None:
        if self._closing is not None:
            raise TelephonyError("The line is closed.")
        self._frames.send_utf8(*messages)
