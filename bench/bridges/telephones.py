"""Many telephones at once on one bridge, over Twilio's media stream; prints what they met.

    python bench/bridges/telephones.py --url http://127.0.0.1:9102 --calls 50 --seconds 10

Each telephone sends a frame every 20 ms, silence but for a loud one twice a second; how long
that one takes to come back is the round trip, whatever the bridge does to the sound. Marks are
echoed. Frames are masked with zeros and built beforehand: the generator must stay cheap.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import aiohttp
import uvloop

FRAME = 0.02
SLOTS = 20
"""Telephones are spread over the 20 ms, so that they do not all speak at one instant."""
LOUD_EVERY = 25
"""Frames between two loud ones: half a second."""
LAG_EVERY = 0.25
"""Seconds between two requests for nothing."""
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


async def _ring(session: aiohttp.ClientSession, url: str, call_sid: str) -> str:
    """The token of a call; empty where the bridge knows no webhook."""
    fields = {
        "CallSid": call_sid, "AccountSid": "AC" + "0" * 32, "From": "+14155550100",
        "To": "+14155550199", "CallStatus": "ringing", "Direction": "inbound",
    }  # fmt: skip
    async with session.post(f"{url}/voice", data=fields) as answer:
        text = await answer.text()
    found = re.search(r'name="token" value="([^"]+)"', text)
    return found.group(1) if found else ""


async def _ask_for_nothing(url: str, measures: Measures) -> None:
    """Over and over: what it takes is how long the bridge's loop is busy with other things."""
    async with aiohttp.ClientSession() as session:
        while True:
            began = time.perf_counter()
            async with session.get(f"{url}/nothing") as answer:
                await answer.read()
            if measures.counting:
                measures.lags.append(time.perf_counter() - began)
            await asyncio.sleep(LAG_EVERY)


def _used(process: int) -> tuple[float, int]:
    """Seconds of processor and bytes of memory that a process has used."""
    folder = Path(f"/proc/{process}")
    fields = (folder / "stat").read_text("ascii").rsplit(")", 1)[1].split()
    pages = int((folder / "statm").read_text("ascii").split()[1])
    ticks = os.sysconf("SC_CLK_TCK")
    return (int(fields[11]) + int(fields[12])) / ticks, pages * os.sysconf("SC_PAGE_SIZE")


async def run(
    url: str, calls: int, seconds: float, process: int, *, webhook: bool
) -> dict[str, object]:
    """Ring, speak for a while, hang up; the figures."""
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
    loop = asyncio.get_running_loop()
    measures = Measures()
    phones: list[Telephone] = []
    memory_before = _used(process)[1]
    run_mark = f"{time.time_ns():x}"[-12:]
    over = asyncio.Event()
    slots: list[list[Telephone]] = [[] for _ in range(SLOTS)]
    began = loop.time()

    def tick(number: int) -> None:
        if over.is_set():
            return
        due = began + number * FRAME / SLOTS
        if measures.counting:
            measures.late.append(loop.time() - due)
        for phone in slots[number % SLOTS]:
            phone.speak()
        loop.call_at(began + (number + 1) * FRAME / SLOTS, tick, number + 1)

    tick(0)
    async with aiohttp.ClientSession() as session:
        for number in range(calls):
            sid = f"CA{run_mark}{number:020x}"
            token = await _ring(session, url, sid) if webhook else ""
            phone = Telephone(number, f"{host}:{port}", token, sid, measures)
            await loop.create_connection(lambda phone=phone: phone, host, port)
            await asyncio.wait_for(phone.upgraded, 10)
            phones.append(phone)
            # As a telephone does: from its `start` on, whatever the others do.
            slots[number % SLOTS].append(phone)
    asking = asyncio.create_task(_ask_for_nothing(url, measures))
    await asyncio.sleep(4.0)
    measures.counting = True
    used_before, at = _used(process)[0], time.perf_counter()
    await asyncio.sleep(seconds)
    measures.counting = False
    used, memory = _used(process)
    used, whole = used - used_before, time.perf_counter() - at
    deaf = sum(time.perf_counter() - phone.heard_at > 1.0 for phone in phones)
    over.set()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    for phone in phones:
        phone.hang_up()
    await asyncio.sleep(0.5)
    trips = sorted(measures.round_trips)
    late = sorted(measures.late)
    lags = sorted(measures.lags)

    def quantile(values: list[float], share: float) -> float | None:
        return values[min(len(values) - 1, int(len(values) * share))] if values else None

    return {
        "calls": calls,
        "cpu_ms_per_call_second": used / whole / calls * 1e3,
        "core_share": used / whole,
        "round_trip_p50_ms": (quantile(trips, 0.5) or 0) * 1e3,
        "round_trip_p99_ms": (quantile(trips, 0.99) or 0) * 1e3,
        "round_trips": len(trips),
        "loop_lag_p99_ms": (quantile(lags, 0.99) or 0) * 1e3,
        "lost": measures.lost,
        "deaf_calls": deaf,
        "sound_back": measures.bytes_back / (whole * calls * 8000),
        "kib_per_call": (memory - memory_before) / calls / 1024,
        "generator_late_p99_ms": (quantile(late, 0.99) or 0) * 1e3,
    }


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--pid", type=int, required=True, help="the bridge's process")
    parser.add_argument("--webhook", action="store_true", help="ring by POST /voice first")
    parser.add_argument("--core", type=int)
    arguments = parser.parse_args()
    if arguments.core is not None:
        os.sched_setaffinity(0, {arguments.core})
    uvloop.install()
    print(
        json.dumps(
            asyncio.run(
                run(
                    arguments.url,
                    arguments.calls,
                    arguments.seconds,
                    arguments.pid,
                    webhook=arguments.webhook,
                )
            )
        )
    )


if __name__ == "__main__":
    main()
