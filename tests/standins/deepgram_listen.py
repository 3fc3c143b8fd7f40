"""Deepgram's recognisers on loopback: Flux (`/v2/listen`) and Nova (`/v1/listen`).

Loud sound is the customer speaking, quiet sound ends the turn; what was said is what the test
has put there. Time is the sound that comes, as it is there.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from servizio.audio.loudness import loudness
from tests.standins.deepgram_agent import KEY

LOUD = 500.0
END_MS = 260.0
UPDATE_MS = 250.0
_FLUX = {"model", "encoding", "sample_rate", "eot_threshold", "eager_eot_threshold",
         "eot_timeout_ms", "keyterm", "numerals", "tag", "mip_opt_out"}  # fmt: skip


@dataclass(slots=True)
class ListenStandIn:
    """The recogniser, as a test sets it up and as it remembers what came."""

    says: str = ""
    """What the customer says now; empty: no words."""
    fault: str = ""
    """`401`, `429`, `503`, `hang`, `deaf` (says nothing more), `close`, `abort`, `error`,
    `no end` (turns do not end), `no words` (turns do not begin)."""
    is_terse: bool = False
    """Whether it tells of turns alone, and nothing between their beginning and end."""
    early: tuple[str, ...] = ()
    """What Flux takes for the whole of a turn before its end; less than all is taken back."""
    early_for: float = 0.25
    """Seconds for which it believes so."""
    over_at: list[float] = field(default_factory=list)
    """When turns ended, on the monotonic clock."""
    url: str = ""
    sockets: int = 0
    sound: bytearray = field(default_factory=bytearray)
    violations: list[str] = field(default_factory=list)
    broken_at: float = 0.0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def check(self, connection: ServerConnection, request: Request) -> Response | None:
        if self.fault == "hang":
            await self.gone.wait()
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        status = int(self.fault) if self.fault.isdigit() else 0
        if request.headers.get("Authorization") != f"Token {KEY}":
            status = 401
        flux = parts.path.endswith("/v2/listen")
        if flux and (strange := query.keys() - _FLUX):
            self.violations.append(f"parameters {sorted(strange)}")
            status = 400
        if query.get("encoding") != ["mulaw"] or query.get("sample_rate") != ["8000"]:
            self.violations.append("format")
        if len(query.get("keyterm", ())) > 100:
            self.violations.append("key terms")
        if flux != query["model"][0].startswith("flux"):
            status = 400
        if not status:
            return None
        response = connection.respond(HTTPStatus(status), '{"err_msg": "No."}')
        response.headers["dg-error"] = "No."
        return response

    async def hold(self, connection: ServerConnection) -> None:
        self.sockets += 1
        request = connection.request
        flux = request is not None and "/v2/" in request.path
        session = _Flux(self, connection) if flux else _Nova(self, connection)
        with suppress(ConnectionClosed):
            await session.run()


class _Session:
    def __init__(self, far: ListenStandIn, connection: ServerConnection) -> None:
        self.far = far
        self.connection = connection
        self.is_open = False
        self.heard_ms = self.quiet_ms = self.loud_ms = self.told_ms = 0.0

    async def run(self) -> None:
        await self.begin()
        async for frame in self.connection:
            if isinstance(frame, str):
                self.far.violations.append(f"text {frame[:40]}")
                continue
            if not frame or frame[:4] == b"RIFF":
                self.far.violations.append("no bare sound")
            self.far.sound += frame
            await self.take(frame)

    async def take(self, frame: bytes) -> None:
        if await self.breaks():
            return
        size = len(frame) / 8
        self.heard_ms += size
        if loudness(frame) > LOUD:
            self.loud_ms, self.quiet_ms = self.loud_ms + size, 0.0
            if self.loud_ms > 120 and not self.is_open and self.far.fault != "no words":
                self.is_open = bool(self.far.says) or await self.began()
                if self.far.says:
                    await self.words(first=True)
        else:
            self.quiet_ms += size
            if self.is_open and self.quiet_ms > END_MS and self.far.fault != "no end":
                self.is_open = False
                await self.over()
            if self.quiet_ms > END_MS:
                self.loud_ms = 0.0
        if self.heard_ms - self.told_ms > UPDATE_MS and not self.far.is_terse:
            self.told_ms = self.heard_ms
            await self.words(first=False)

    async def breaks(self) -> bool:
        fault = self.far.fault
        if fault not in {"deaf", "close", "abort", "error"}:
            return False
        if not self.far.broken_at:
            self.far.broken_at = asyncio.get_running_loop().time()
        if fault == "error":
            await self.send({"type": "Error", "code": "INTERNAL_SERVER_ERROR", "description": "x"})
        if fault == "abort":
            self.connection.transport.abort()
        elif fault != "deaf":
            await self.connection.close(1011)
        return True

    async def send(self, message: dict[str, Any]) -> None:
        await self.connection.send(json.dumps(message))

    async def begin(self) -> None: ...

    async def began(self) -> bool:
        return False

    async def words(self, *, first: bool) -> None: ...

    async def over(self) -> None: ...


class _Flux(_Session):
    number = turn = 0

    async def begin(self) -> None:
        await self._tell({"type": "Connected", "request_id": "r"})
        await self._tell({"type": "SomethingNew"})
        await self.connection.send("no json")

    async def words(self, *, first: bool) -> None:
        text = self.far.says if self.is_open else ""
        await self._info(
            "StartOfTurn" if first else "Update", text.split(" ")[0] if first else text
        )

    async def over(self) -> None:
        for text in self.far.early:
            await self._info("EagerEndOfTurn", text)
            await asyncio.sleep(self.far.early_for)
            if text != self.far.says:
                await self._info("TurnResumed", text)
                await self._info("Update", self.far.says)
        self.far.over_at.append(time.monotonic())
        await self._info("EndOfTurn", self.far.says, trigger="model")
        self.turn += 1

    async def _info(self, event: str, text: str, **more: str) -> None:
        info = {"type": "TurnInfo", "event": event, "turn_index": self.turn, "transcript": text}
        await self._tell({**info, "end_of_turn_confidence": 0.5, **more})

    async def _tell(self, message: dict[str, Any]) -> None:
        await self.send({**message, "sequence_id": self.number})
        self.number += 1


class _Nova(_Session):
    async def began(self) -> bool:
        await self.send({"type": "SpeechStarted", "channel": [0, 1], "timestamp": 1.0})
        return True

    async def words(self, *, first: bool) -> None:
        del first
        await self._results(self.far.says if self.is_open else "", final=False)

    async def over(self) -> None:
        """A final in two parts, the second without words, then the end of the utterance."""
        await self._results(self.far.says, final=True)
        await self._results("", final=True, speech_final=bool(self.far.says))
        await self.send({"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": 2.0})

    async def _results(self, text: str, *, final: bool, speech_final: bool = False) -> None:
        alternative = {"transcript": text, "confidence": 0.9, "words": []}
        await self.send({
            "type": "Results", "is_final": final, "speech_final": speech_final,
            "channel": {"alternatives": [alternative]},
        })  # fmt: skip


@asynccontextmanager
async def listen_stand_in() -> AsyncIterator[ListenStandIn]:
    """A recogniser that listens; its address is the one of Flux."""
    far = ListenStandIn()
    async with serve(
        far.hold, "127.0.0.1", 0, process_request=far.check, compression=None, close_timeout=0.2
    ) as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        far.url = f"ws://{host}:{port}/v2/listen"
        yield far
        far.gone.set()
