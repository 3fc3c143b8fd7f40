"""Text frames written straight to a socket's transport, without a task or a timer of their own.

A call's sound leaves in a hundred small messages a second. Source: RFC 6455, section 5.2: from
a server a frame is whole and unmasked.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from servizio.errors import TelephonyError

MOST_UNSENT = 64 * 1024
"""Bytes that may wait to leave: some five seconds of a telephone's sound. Beyond that the line
counts as lost."""


class TextFrames:
    """Writes to one socket. Nothing waits; lives on the event loop."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        *,
        most_unsent: int = MOST_UNSENT,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._most_unsent = most_unsent

    def send(self, message: str) -> None:
        """Write one message. Raises `TelephonyError` where nobody takes it any more."""
        self.send_utf8(message.encode())

    def send_utf8(self, *messages: bytes) -> None:
        """The same for messages that are encoded already; several leave together."""
        transport = self._transport
        if self._socket.closed:
            raise TelephonyError("The line is closed.")
        if transport is None or transport.is_closing():
            raise TelephonyError("The line is gone.")
        if transport.get_write_buffer_size() > self._most_unsent:
            raise TelephonyError("The line takes no more sound.")
        if len(messages) == 1:
            transport.write(_text_frame(messages[0]))
        else:
            transport.write(b"".join(map(_text_frame, messages)))


def _text_frame(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 0x10000:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
