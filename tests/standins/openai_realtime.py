"""OpenAI's Realtime API on loopback: strict where it is strict, and as odd as it is seen to be.

Sessions are driven by sound: loud frames are the customer speaking, quiet ones end the turn.
What is then understood, thought and said is a scenario (`deepgram_scenario`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.standins.deepgram_scenario import Breakdown, Stage, Turn
from tests.standins.openai_realtime_parts import Quirks, error_event
from tests.standins.openai_realtime_rules import MODELS
from tests.standins.openai_realtime_session import Session
from tests.standins.voice_provider import VoiceProvider

KEY = "a-good-key"
PATH = "/v1/realtime"


@dataclass(slots=True)
class OpenAIStandIn(VoiceProvider[Session]):
    """The provider, as a test sets it up and as it remembers what came."""

    quirks: Quirks = field(default_factory=Quirks)

    async def hold(self, request: web.Request) -> web.StreamResponse:
        """One connection, from the upgrade to its end."""
        how = self.due(Stage.CONNECT)
        if how == "hang":
            self.refused += 1
            await self.gone.wait()
        status = int(how) if how.isdigit() else 0
        if not status and request.headers.get("Authorization") != f"Bearer {KEY}":
            status = 401
        if status:
            self.refused += 1
            return web.json_response({"error": {"code": "x", "message": "No."}}, status=status)
        socket = web.WebSocketResponse(timeout=0.2, max_msg_size=0)
        await socket.prepare(request)
        if fault := self._fault(request):
            self.refused += 1
            await socket.send_json(error_event(fault, "No.", None, None))
            await socket.close(
                code=4000,
                message=f"invalid_request_error.{fault}".encode(),
            )
            return socket
        session = Session(
            socket,
            request.transport,
            self.turns,
            self.quirks,
            self.due,
            model=request.query["model"],
        )
        self.sessions.append(session)
        await session.run()
        return socket

    @staticmethod
    def _fault(request: web.Request) -> str:
        if "OpenAI-Beta" in request.headers:
            return "beta_api_shape_disabled"
        if set(request.query) != {"model"}:
            return "invalid_intent"
        return "" if request.query["model"] in MODELS else "model_not_found"


@asynccontextmanager
async def openai_realtime(
    turns: Sequence[Turn] = (),
    breakdown: Breakdown | None = None,
    quirks: Quirks | None = None,
    port: int = 0,
) -> AsyncIterator[OpenAIStandIn]:
    """A stand-in that listens."""
    stand_in = OpenAIStandIn(turns, breakdown, quirks=quirks or Quirks())
    app = web.Application()
    app.router.add_get(PATH, stand_in.hold)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    host, bound = runner.addresses[0][:2]
    stand_in.url = f"ws://{host}:{bound}{PATH}"
    try:
        yield stand_in
    finally:
        stand_in.gone.set()
        for session in stand_in.sessions:
            session.end()
        await runner.cleanup()
