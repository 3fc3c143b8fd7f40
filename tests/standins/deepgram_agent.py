"""Deepgram's Voice Agent on loopback: strict where it is strict, and as odd as it is seen to be.

Sessions are driven by sound: loud frames are the customer speaking, quiet ones end the turn.
What is then understood, thought and said is a scenario (`deepgram_scenario`).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from tests.standins.deepgram_scenario import Breakdown, Stage, Turn
from tests.standins.deepgram_session import Quirks, Session
from tests.standins.voice_provider import VoiceProvider

KEY = "a-good-key"
PATH = "/v1/agent/converse"
_CODES = {
    401: "INVALID_AUTH", 402: "ASR_PAYMENT_REQUIRED", 403: "INSUFFICIENT_PERMISSIONS",
    429: "TOO_MANY_REQUESTS",
}  # fmt: skip


@dataclass(slots=True)
class DeepgramStandIn(VoiceProvider[Session]):
    """The provider, as a test sets it up and as it remembers what came."""

    quirks: Quirks = field(default_factory=Quirks)

    async def _check_upgrade(
        self, connection: ServerConnection, request: Request
    ) -> Response | None:
        how = self.due(Stage.CONNECT)
        broken = any(session.broken_at for session in self.sessions)
        if self.breakdown is not None and self.breakdown.is_gone and broken:
            how = "503"
        if how == "hang":
            self.refused += 1
            await self.gone.wait()
        status = int(how) if how.isdigit() else 0
        if not status and request.headers.get("Authorization") != f"Token {KEY}":
            status = 401
        if not status and request.path != PATH:
            status = 404
        if not status:
            return None
        self.refused += 1
        body = {
            "err_code": _CODES.get(status, "X"),
            "err_msg": "Invalid credentials." if status == 401 else "No.",
            "request_id": str(uuid4()),
        }
        response = connection.respond(HTTPStatus(status), json.dumps(body))
        response.headers["dg-request-id"] = body["request_id"]
        response.headers["dg-error"] = body["err_msg"]
        return response

    async def _hold(self, connection: ServerConnection) -> None:
        session = Session(connection, self.turns, self.quirks, self.due)
        self.sessions.append(session)
        await session.run()


@asynccontextmanager
async def deepgram(
    turns: Sequence[Turn] = (),
    breakdown: Breakdown | None = None,
    quirks: Quirks | None = None,
    port: int = 0,
) -> AsyncIterator[DeepgramStandIn]:
    """A stand-in that listens."""
    stand_in = DeepgramStandIn(turns, breakdown, quirks=quirks or Quirks())
    async with serve(
        stand_in._hold,
        "127.0.0.1",
        port,
        process_request=stand_in._check_upgrade,
        compression=None,
        ping_interval=None,
        close_timeout=0.2,
        max_size=None,
    ) as server:
        host, bound = next(iter(server.sockets)).getsockname()[:2]
        stand_in.url = f"ws://{host}:{bound}{PATH}"
        yield stand_in
        stand_in.gone.set()
        for session in stand_in.sessions:
            session.end()
