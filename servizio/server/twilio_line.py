"""The way to the customer's ear over a Twilio media stream.

A hundred of these messages a second leave for every call, so each is written straight to the
transport, as one text frame (RFC 6455, section 5.2: from a server, whole and unmasked), without
a task or a timer of its own.
"""

from __future__ import annotations

import asyncio

from aiohttp import WSCloseCode, web

from servizio.errors import TelephonyError
from servizio.telephony import stream_messages

MOST_UNSENT = 64 * 1024
"""Bytes that may wait to leave: some five seconds. Beyond that the line counts as lost."""


class TwilioLine:
    """A `servizio.calls.line.Line` over the socket of one stream.

    Lives on the event loop. The socket's reader belongs to `media_socket`; `close` ends it.
    """

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, stream_sid: str
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._stream_sid = stream_sid
        self._closing: asyncio.Task[bool] | None = None

    def play(self, mulaw: bytes) -> None:
        """Queue speech behind what is queued already: mu-law, 8000 Hz, any length."""
        if mulaw:
            self._send(stream_messages.media(self._stream_sid, mulaw))

    def mark(self, name: str) -> None:
        """Ask for the echo of `name` when all that was queued before has been heard."""
        self._send(stream_messages.mark(self._stream_sid, name))

    def clear(self) -> None:
        """Drop all that is queued at the other end."""
        self._send(stream_messages.clear(self._stream_sid))

    async def close(self) -> None:
        """Close the socket: Twilio ends the stream and asks `/voice/after` what next."""
        if self._closing is None:
            # A task of its own: the one that hangs up may be cancelled by the hang-up.
            self._closing = asyncio.create_task(
                self._socket.close(code=WSCloseCode.OK, message=b"call over"),
                name=f"close stream {self._stream_sid}",
            )
        await asyncio.shield(self._closing)

    def _send(self, message: str) -> None:
        transport = self._transport
        if self._socket.closed or self._closing is not None:
            raise TelephonyError("The line is closed.")
        if transport is None or transport.is_closing():
            raise TelephonyError("The line is gone.")
        if transport.get_write_buffer_size() > MOST_UNSENT:
            raise TelephonyError("The line takes no more sound.")
        transport.write(_text_frame(message.encode()))


def _text_frame(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 0x10000:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
