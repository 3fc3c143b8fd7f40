"""Deepgram's voice on loopback (`/v1/speak`): mute without `Flush`, late sound on `Clear`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.standins.deepgram_agent import KEY
from tests.standins.deepgram_session import speech

LATE = b"\x2a" * 800
"""Sound that comes after `Clear`: nobody may hear it."""
PIECE = 1600
SPEED = 4.0
"""Times real time."""


@dataclass(slots=True)
class SpeakStandIn:
    """The voice, as a test sets it up and as it remembers what came."""

    fault: str = ""
    """`401`, `503`, `hang`; in mid-sentence `mute`, `close`, `abort`, `stall`, `no Cleared`."""
    url: str = ""
    spoken: list[str] = field(default_factory=list)
    cleared: int = 0
    sockets: int = 0
    open_sockets: int = 0
    violations: list[str] = field(default_factory=list)
    broken_at: float = 0.0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def check(self, connection: ServerConnection, request: Request) -> Response | None:
        if self.fault == "hang":
            await self.gone.wait()
        query = parse_qs(urlsplit(request.path).query)
        status = int(self.fault) if self.fault.isdigit() else 0
        if request.headers.get("Authorization") != f"Token {KEY}":
            status = 401
        if query.keys() - {"model", "encoding", "sample_rate", "speed", "mip_opt_out"}:
            self.violations.append(f"parameters {sorted(query)}")
            status = 400
        return connection.respond(HTTPStatus(status), "{}") if status else None

    async def hold(self, connection: ServerConnection) -> None:
        self.sockets += 1
        self.open_sockets += 1
        with suppress(ConnectionClosed):
            await _Session(self, connection).run()
        self.open_sockets -= 1


class _Session:
    def __init__(self, far: SpeakStandIn, connection: ServerConnection) -> None:
        self.far = far
        self.connection = connection
        self.text = ""
        self.sequence = 0
        self.speaking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        await self.connection.send('{"type": "Metadata", "request_id": "r"}')
        async for frame in self.connection:
            message = json.loads(frame)
            match message:
                case {"type": "Speak", "text": str(text)} if len(text) <= 2000:
                    self.text += text
                case {"type": "Flush"}:
                    text, self.text = self.text.strip(), ""
                    self.speaking = asyncio.create_task(self._speak(text, self.speaking))
                case {"type": "Clear"}:
                    await self._clear()
                case {"type": "Close"}:
                    await self.connection.close()
                case _:
                    self.far.violations.append(str(message)[:60])

    async def _speak(self, text: str, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        self.far.spoken.append(text)
        sound = speech(text)
        with suppress(ConnectionClosed):
            for at in range(0, len(sound), PIECE):
                if self.far.fault and at >= len(sound) // 2 and await self._breaks():
                    return
                if self.far.fault == "mute":
                    await self._breaks()
                    return
                await self.connection.send(sound[at : at + PIECE])
                await asyncio.sleep(PIECE / 8000 / SPEED)
            await self._tell("Flushed")

    async def _breaks(self) -> bool:
        fault = self.far.fault
        if fault not in {"mute", "close", "abort", "stall"}:
            return False
        self.far.broken_at = asyncio.get_running_loop().time()
        if fault == "close":
            await self.connection.close(1011)
        elif fault == "abort":
            self.connection.transport.abort()
        return True

    async def _clear(self) -> None:
        self.far.cleared += 1
        if self.speaking is not None:
            self.speaking.cancel()
        await self.connection.send(LATE)
        if self.far.fault != "no Cleared":
            await self._tell("Cleared")

    async def _tell(self, kind: str) -> None:
        await self.connection.send(json.dumps({"type": kind, "sequence_id": self.sequence}))
        self.sequence += 1


@asynccontextmanager
async def speak_stand_in() -> AsyncIterator[SpeakStandIn]:
    """A voice that listens."""
    far = SpeakStandIn()
    async with serve(
        far.hold, "127.0.0.1", 0, process_request=far.check, compression=None, close_timeout=0.2
    ) as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        far.url = f"ws://{host}:{port}/v1/speak"
        yield far
        far.gone.set()
