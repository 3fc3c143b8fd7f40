"""One media stream of a simulated call: what Twilio sends, and how strictly it listens.

Sound leaves in frames of 20 ms at absolute deadlines of the monotonic clock, also while the
agent speaks, and the agent's sound is consumed in real time. One task keeps that time.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from servizio.demo.phone_playback import FRAME_BYTES, FRAME_SECONDS, Mouth, Playback

UNDECODABLE = 31950
"""A message that is no JSON, or not even text."""
NOT_CONFORMING = 31924
"""A message that is not as documented."""
READS_TOO_SLOWLY = 31930
"""The customer's sound was thrown away because the server did not read it."""

_SEND_PATIENCE_SECONDS = 0.5
_CLOSE_PATIENCE_SECONDS = 2.0
_LATEST_SECONDS = 1.0
"""A frame later than this is lost, as it would be on a telephone line."""


@dataclass(frozen=True, slots=True)
class ProtocolError:
    """Something the server sent that Twilio would file as an error."""

    number: int
    """Twilio's own: 31950, 31924, ..."""
    reason: str
    at: float
    """Seconds since the line opened."""


class StreamEnd(StrEnum):
    """How a stream came to its end."""

    SERVER_CLOSED = "server_closed"
    SERVER_VANISHED = "server_vanished"
    HUNG_UP = "hung_up"
    """`stop`, then a close."""
    CLOSED_WITHOUT_STOP = "closed_without_stop"
    DROPPED = "dropped"
    """The connection is gone: no `stop`, no close."""


class MediaStream:
    """An open stream. `run` carries it from `connected` to its end."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        *,
        stream_sid: str,
        call_sid: str,
        account_sid: str,
        parameters: Mapping[str, str],
        playback: Playback,
        mouth: Mouth,
        clock: Callable[[], float],
        on_error: Callable[[int, str], None],
        on_tick: Callable[[], None],
        start_after: float = 0.0,
    ) -> None:
        """`clock` gives seconds since the line opened; `on_tick` is called
        after `start` and after each frame.

        `start_after` seconds lie between `connected` and `start`.
        """
        self._socket = socket
        self.stream_sid = stream_sid
        self._call_sid = call_sid
        self._account_sid = account_sid
        self._parameters = dict(parameters)
        self._playback = playback
        self._mouth = mouth
        self._clock = clock
        self._on_error = on_error
        self._on_tick = on_tick
        self._start_after = start_after
        self._sequence = 0
        self._chunk = 0
        self._is_started = False
        self._timestamps_lag = 0.0
        self._lose_until = 0.0
        self._hold_until = 0.0
        self._held: list[tuple[bytes, int]] = []
        self._read_from = 0.0
        self._odd_lengths: list[int] = []
        self.extra_fields: dict[str, object] = {}
        """Fields put into every media message."""
        self.started_at = 0.0
        """When `start` was sent, in seconds since the line opened."""
        self._lateness: list[float] = []
        self.close_code: int | None = None
        """With which the server closed."""
        self._end: asyncio.Future[StreamEnd] = asyncio.get_running_loop().create_future()

    async def run(self) -> StreamEnd:
        """Send and listen until somebody ends it."""
        tasks: list[asyncio.Task[None]] = []
        try:
            tasks.append(asyncio.create_task(self._listen(), name="phone-listen"))
            await self._begin()
            tasks.append(asyncio.create_task(self._keep_time(), name="phone-pace"))
            ends: list[asyncio.Future[None] | asyncio.Future[StreamEnd]] = [self._end, *tasks]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
        end = self._end.result() if self._end.done() else self._how_closed()
        await self._close(end)
        self._playback.clear(self._clock())
        return end

    def end(self, how: StreamEnd) -> None:
        """End it from the telephone's side. The first call counts."""
        if not self._end.done():
            self._end.set_result(how)

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._is_started and not self._end.done() and not self._socket.closed

    def lateness_of(self, share: float) -> float:
        """How late at most this share (0-1) of the frames left, in seconds."""
        ordered = sorted(self._lateness)
        return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0

    async def _begin(self) -> None:
        await self._send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        if self._start_after:
            await asyncio.sleep(self._start_after)
        self.started_at = self._clock()
        await self.send_start()
        self._is_started = True
        self._on_tick()

    async def send_start(self) -> None:
        """Send `start`. A second one breaks the protocol."""
        await self.send_event(
            "start",
            {
                "accountSid": self._account_sid,
                "streamSid": self.stream_sid,
                "callSid": self._call_sid,
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": self._parameters,
            },
        )

    async def send_event(self, event: str, body: Mapping[str, object]) -> None:
        """Send any event with its body under its own name, numbered in turn."""
        message = {
            "event": event,
            "sequenceNumber": self._next_number(),
            event: body,
            "streamSid": self.stream_sid,
        }
        await self._send(json.dumps(message, separators=(",", ":")))

    async def send_raw(self, text: str) -> None:
        """Send a text frame as it is."""
        await self._send(text)

    async def send_binary(self, content: bytes) -> None:
        """Send a binary frame, which Twilio never does."""
        await self._socket.send_bytes(content)

    def lose_frames(self, seconds: float, *, timestamps_jump: bool) -> None:
        """Send no sound for a while. Where `timestamps_jump`, the time goes on meanwhile."""
        self._lose_until = self._clock() + seconds
        if not timestamps_jump:
            self._timestamps_lag += seconds

    def hold_frames(self, seconds: float) -> None:
        """Keep frames back for a while, then send them all at once."""
        self._hold_until = self._clock() + seconds

    def stop_reading(self, seconds: float) -> None:
        """Take nothing from the server for a while."""
        self._read_from = self._clock() + seconds

    def next_frame_length(self, length: int) -> None:
        """Give one of the next frames another length, in bytes."""
        self._odd_lengths.append(length)

    async def _keep_time(self) -> None:
        origin = self._clock()
        tick = 0
        while True:
            tick += 1
            delay = origin + tick * FRAME_SECONDS - self._clock()
            await asyncio.sleep(max(delay, 0.0))
            lateness = self._clock() - origin - tick * FRAME_SECONDS
            self._lateness.append(lateness)
            for name in self._playback.advance(self._clock()):
                await self._echo(name)
            await self._send_sound(round(tick * FRAME_SECONDS * 1000))
            self._on_tick()
            if lateness > _LATEST_SECONDS:
                tick += int(lateness / FRAME_SECONDS)

    async def _send_sound(self, timestamp_ms: int) -> None:
        now = self._clock()
        if now < self._lose_until:
            return
        length = self._odd_lengths.pop(0) if self._odd_lengths else FRAME_BYTES
        timestamp_ms -= round(self._timestamps_lag * 1000)
        self._held.append((self._mouth.frame(length, now), timestamp_ms))
        if now < self._hold_until:
            return
        frames, self._held = self._held, []
        for frame in frames:
            await self._send(self._media(*frame))

    def _media(self, mulaw: bytes, timestamp_ms: int) -> str:
        self._chunk += 1
        extra = json.dumps(self.extra_fields)[1:-1] + "," if self.extra_fields else ""
        return (
            f'{{"event":"media","sequenceNumber":"{self._next_number()}",{extra}'
            f'"media":{{"track":"inbound","chunk":"{self._chunk}","timestamp":"{timestamp_ms}",'
            f'"payload":"{b64encode(mulaw).decode("ascii")}"}},"streamSid":"{self.stream_sid}"}}'
        )

    def _next_number(self) -> str:
        self._sequence += 1
        return str(self._sequence)

    async def _send(self, text: str) -> None:
        if self._socket.closed:
            return
        try:
            async with asyncio.timeout(_SEND_PATIENCE_SECONDS):
                await self._socket.send_str(text)
        except TimeoutError:
            self._on_error(READS_TOO_SLOWLY, "the server does not read what it is sent")
        except (ConnectionError, aiohttp.ClientError):
            # The listening task learns of it too, and knows how the connection ended.
            return

    async def _listen(self) -> None:
        while True:
            wait = self._read_from - self._clock()
            if wait > 0:
                await asyncio.sleep(wait)
            message = await self._socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                await self._take(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                self._on_error(UNDECODABLE, "a binary frame")
            else:
                return

    async def _take(self, text: str) -> None:
        now = self._clock()
        message = self._checked(text)
        if message is None:
            return
        match message["event"]:
            case "media":
                marks = self._add_sound(message, now)
            case "mark":
                name = _inner(message, "mark", "name")
                if name is None:
                    self._on_error(NOT_CONFORMING, "a mark without mark.name")
                marks = [] if name is None else self._playback.mark(name, now)
            case "clear":
                marks = self._playback.clear(now)
            case _:
                self._on_error(NOT_CONFORMING, "an event that does not exist")
                marks = []
        for mark in marks:
            await self._echo(mark)

    def _checked(self, text: str) -> dict[str, object] | None:
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            self._on_error(UNDECODABLE, "a message that is not JSON")
            return None
        if not isinstance(message, dict) or not isinstance(message.get("event"), str):
            self._on_error(NOT_CONFORMING, "a message without an event")
            return None
        if not self._is_started:
            self._on_error(NOT_CONFORMING, "a message before start")
            return None
        if message.get("streamSid") != self.stream_sid:
            self._on_error(NOT_CONFORMING, "a message without the streamSid or with another")
            return None
        return message

    def _add_sound(self, message: Mapping[str, object], now: float) -> list[str]:
        payload = _inner(message, "media", "payload")
        if payload is None:
            self._on_error(NOT_CONFORMING, "media without media.payload")
            return []
        try:
            mulaw = a2b_base64(payload, strict_mode=True)
        except (Base64Error, ValueError):
            self._on_error(UNDECODABLE, "a media.payload that is not base64")
            return []
        if mulaw[:4] == b"RIFF" or mulaw[8:12] == b"WAVE":
            self._on_error(NOT_CONFORMING, "a media.payload with a file header")
        return self._playback.add(mulaw, now)

    async def _echo(self, name: str) -> None:
        await self.send_event("mark", {"name": name})

    def _how_closed(self) -> StreamEnd:
        self.close_code = self._socket.close_code
        if self.close_code in {None, aiohttp.WSCloseCode.ABNORMAL_CLOSURE}:
            return StreamEnd.SERVER_VANISHED
        return StreamEnd.SERVER_CLOSED

    async def _close(self, end: StreamEnd) -> None:
        if end is StreamEnd.HUNG_UP:
            await self.send_event(
                "stop", {"accountSid": self._account_sid, "callSid": self._call_sid}
            )
        if end is StreamEnd.DROPPED:
            return
        try:
            async with asyncio.timeout(_CLOSE_PATIENCE_SECONDS):
                await self._socket.close()
        except TimeoutError:
            self._on_error(READS_TOO_SLOWLY, "the server does not answer the close")


def _inner(message: Mapping[str, object], holder: str, name: str) -> str | None:
    inside = message.get(holder)
    value = inside.get(name) if isinstance(inside, dict) else None
    return value if isinstance(value, str) else None
