"""A voice provider that says what it hears: Deepgram's hand-shake, then every frame back.

    python bench/bridges/echo_provider.py --port 9101 [--core 1]

It costs as little as it can, so that what is measured is the bridge in front of it: frames are
taken from the socket and written back by hand (RFC 6455, section 5.2), without a task each.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
from base64 import b64encode
from hashlib import sha1
from typing import cast

import uvloop

_KEY = re.compile(rb"^sec-websocket-key:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
WELCOME = b'{"type":"Welcome","request_id":"00000000-0000-0000-0000-000000000000"}'
APPLIED = b'{"type":"SettingsApplied"}'
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(kind: int, payload: bytes) -> bytes:
    """One whole frame of a server's."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | kind, size)) + payload
    if size < 0x10000:
        return bytes((0x80 | kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | kind, 127)) + size.to_bytes(8, "big") + payload


def unmasked(mask: bytes, payload: bytes) -> bytes:
    """What the client meant (RFC 6455, section 5.3)."""
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")


class Session(asyncio.Protocol):
    """One agent session: Welcome, Settings, SettingsApplied, echo."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._is_open = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        transport = self._transport
        if transport is None:
            return
        if not self._is_open:
            self._open(transport)
        if answers := self._answers():
            transport.write(b"".join(answers))

    def _open(self, transport: asyncio.Transport) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        key = _KEY.search(self._buffer, 0, max(end, 0))
        if key is None:
            return
        accept = b64encode(sha1(key.group(1) + _GUID).digest())  # noqa: S324 - as RFC 6455 has it
        del self._buffer[: end + 4]
        self._is_open = True
        transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + frame(TEXT, WELCOME)
        )

    def _answers(self) -> list[bytes]:
        """To every whole frame that is there."""
        buffer, answers, at = self._buffer, [], 0
        while self._is_open and len(buffer) - at >= 6:
            size, head = buffer[at + 1] & 0x7F, at + 2
            if size == 126:
                size, head = int.from_bytes(buffer[head : head + 2], "big"), head + 2
            elif size == 127:
                size, head = int.from_bytes(buffer[head : head + 8], "big"), head + 8
            end = head + 4 + size
            if len(buffer) < end:
                break
            payload = unmasked(bytes(buffer[head : head + 4]), bytes(buffer[head + 4 : end]))
            answers.append(self._answer(buffer[at] & 0x0F, payload))
            at = end
        del buffer[:at]
        return answers

    def _answer(self, kind: int, payload: bytes) -> bytes:
        if kind == BINARY:
            return frame(BINARY, payload)
        if kind == TEXT and b'"Settings"' in payload:
            return frame(TEXT, APPLIED)
        if kind == PING:
            return frame(PONG, payload)
        if kind == CLOSE and self._transport is not None:
            self._transport.write(frame(CLOSE, payload))
            self._transport.close()
        return b""


async def serve(port: int) -> None:
    """Until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Session, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


def main() -> None:
    """Parse and serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--core", type=int)
    arguments = parser.parse_args()
    if arguments.core is not None:
        os.sched_setaffinity(0, {arguments.core})
    uvloop.install()
    asyncio.run(serve(arguments.port))


if __name__ == "__main__":
    main()
