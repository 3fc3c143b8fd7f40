"""One telephone on a bridge, over Twilio's media stream, which costs as little as it can.

It sends a frame every 20 ms, silence but for a loud one twice a second; how long that one takes
to come back is the round trip, whatever the bridge does to the sound. Marks are echoed. Frames
are masked with zeros and built beforehand.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from dataclasses import dataclass, field
from typing import cast

LOUD_EVERY = 25
"""Frames between two loud ones: half a second."""
SILENT_PAYLOAD = base64.b64encode(b"\xff" * 160).decode()
LOUD_PAYLOAD = base64.b64encode((b"\x80" * 4 + b"\x00" * 4) * 20).decode()
LOUDNESS = bytes(0x7F - (byte & 0x7F) for byte in range(256))
LOUD = 0x60
_PAYLOAD = re.compile(rb'"payload": ?"([^"]*)"')
_MARK = re.compile(rb'"mark": ?\{"name": ?"([^"]*)"')


def _text_frame(text: bytes) -> bytes:
    """A client's text frame, masked with zeros (RFC 6455, section 5.3)."""
    if len(text) < 126:
        return b"\x81" + bytes([0x80 | len(text)]) + b"\0\0\0\0" + text
    return b"\x81\xfe" + len(text).to_bytes(2, "big") + b"\0\0\0\0" + text


def _is_loud(mulaw: bytes) -> bool:
    return max(mulaw.translate(LOUDNESS)) >= LOUD


@dataclass(slots=True)
class Measures:
    """What all telephones met while it counted."""

    counting: bool = False
    round_trips: list[float] = field(default_factory=list)
    lost: int = 0
    bytes_back: int = 0
    late: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    """Seconds that a request for nothing took."""


class Telephone(asyncio.Protocol):
    """One call's stream."""

    def __init__(self, number: int, host: str, token: str, call_sid: str, all_: Measures) -> None:
        self._number = number
        self._host = host
        self._token = token
        self._call_sid = call_sid
        self._stream_sid = f"MZ{number:032x}"
        self._measures = all_
        self._buffer = bytearray()
        self._frames = 0
        self._sequence = 2
        self._loud_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.upgraded = asyncio.get_running_loop().create_future()
        self.heard_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(
            (
                f"GET /twilio HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if not self.upgraded.done():
            self.upgraded.set_exception(exc or ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        if not self.upgraded.done():
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in buffer[: buffer.find(b"\r\n")]:
                self.upgraded.set_exception(ConnectionError(buffer[:60].decode("latin-1")))
                return
            del buffer[: end + 4]
            self._begin()
            self.upgraded.set_result(None)
        self._read_frames()

    def _begin(self) -> None:
        start = {
            "event": "start",
            "sequenceNumber": "1",
            "start": {
                "accountSid": "AC" + "0" * 32,
                "streamSid": self._stream_sid,
                "callSid": self._call_sid,
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": {"token": self._token},
            },
            "streamSid": self._stream_sid,
        }
        self._send(b'{"event":"connected","protocol":"Call","version":"1.0.0"}')
        self._send(json.dumps(start).encode())

    def _read_frames(self) -> None:
        buffer = self._buffer
        while len(buffer) >= 2:
            size, head = buffer[1] & 0x7F, 2
            if size == 126:
                size, head = int.from_bytes(buffer[2:4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(buffer[2:10], "big"), 10
            if len(buffer) < head + size:
                return
            if buffer[0] & 0x0F == 1:
                self._take(bytes(buffer[head : head + size]))
            del buffer[: head + size]

    def _take(self, text: bytes) -> None:
        found = _PAYLOAD.search(text)
        if found is None:
            mark = _MARK.search(text)
            if mark is not None:
                self._echo(mark.group(1))
            return
        payload = found.group(1)
        now = time.perf_counter()
        self.heard_at = now
        measures = self._measures
        if measures.counting:
            measures.bytes_back += len(payload) * 3 // 4
        if self._loud_at and payload.strip(b"/=") and _is_loud(base64.b64decode(payload)):
            if measures.counting:
                measures.round_trips.append(now - self._loud_at)
            self._loud_at = 0.0

    def _echo(self, name: bytes) -> None:
        self._sequence += 1
        self._send(
            b'{"event":"mark","sequenceNumber":"%d","streamSid":"%s","mark":{"name":"%s"}}'
            % (self._sequence, self._stream_sid.encode(), name)
        )

    def speak(self) -> None:
        """Send the next frame."""
        self._frames += 1
        self._sequence += 1
        loud = (self._frames + self._number) % LOUD_EVERY == 0
        if loud:
            if self._loud_at and self._measures.counting:
                self._measures.lost += 1
            self._loud_at = time.perf_counter()
        self._send(
            (
                f'{{"event":"media","sequenceNumber":"{self._sequence}","media":'
                f'{{"track":"inbound","chunk":"{self._frames}","timestamp":"{self._frames * 20}",'
                f'"payload":"{LOUD_PAYLOAD if loud else SILENT_PAYLOAD}"}},'
                f'"streamSid":"{self._stream_sid}"}}'
            ).encode()
        )

    def hang_up(self) -> None:
        """Stop, and close."""
        self._send(
            json.dumps(
                {
                    "event": "stop",
                    "sequenceNumber": str(self._sequence + 1),
                    "stop": {"accountSid": "AC" + "0" * 32, "callSid": self._call_sid},
                    "streamSid": self._stream_sid,
                }
            ).encode()
        )
        if self._transport is not None:
            self._transport.close()

    def _send(self, text: bytes) -> None:
        if self._transport is not None:
            self._transport.write(_text_frame(text))
