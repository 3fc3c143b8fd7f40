"""Signs of life between a session and its provider, on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from servizio.agents.deepgram.connection import Connection
from servizio.agents.deepgram.plan import DeepgramPlan
from servizio.errors import AgentLostError

SOON = 0.1
"""Seconds between pings in these stories."""


@dataclass
class Provider:
    """Begins a session, and then says nothing of its own accord."""

    answers_pings: bool = True
    pings: int = 0
    pongs: list[bytes] = field(default_factory=list)
    url: str = ""
    has_pong: asyncio.Event = field(default_factory=asyncio.Event)

    async def hold(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await socket.send_str('{"type": "Welcome", "request_id": "one"}')
        async for frame in socket:
            if frame.type is WSMsgType.TEXT and '"KeepAlive"' not in frame.data:
                await socket.send_str('{"type": "SettingsApplied"}')
                await socket.ping(b"there?")
            elif frame.type is WSMsgType.PING:
                self.pings += 1
                if self.answers_pings:
                    await socket.pong(frame.data)
            elif frame.type is WSMsgType.PONG:
                self.pongs.append(frame.data)
                self.has_pong.set()
        return socket


@asynccontextmanager
async def session_at(provider: Provider) -> AsyncIterator[Connection]:
    """A session that has begun."""
    app = web.Application()
    app.router.add_get("/", provider.hold)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    connection = await Connection.open(
        DeepgramPlan(f"ws://127.0.0.1:{port}/", "any", "mulaw", {}, {}, "any"),
        ping_seconds=SOON,
    )
    try:
        await connection.settle({"type": "Settings"})
        yield connection
    finally:
        await connection.close()
        await runner.cleanup()


async def frames_of(connection: Connection) -> list[str | bytes]:
    frames: list[str | bytes] = []
    await connection.listen(frames.append)
    return frames


async def test_a_provider_that_asks_whether_somebody_is_there_is_answered() -> None:
    provider = Provider()
    async with session_at(provider) as connection:
        reading = asyncio.create_task(frames_of(connection))
        async with asyncio.timeout(5):
            await provider.has_pong.wait()
        assert provider.pongs == [b"there?"]
        reading.cancel()


async def test_a_quiet_provider_that_answers_pings_is_waited_for() -> None:
    provider = Provider()
    async with session_at(provider) as connection:
        reading = asyncio.create_task(frames_of(connection))
        async with asyncio.timeout(10):
            while provider.pings < 4:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(SOON / 4)
        assert not reading.done()
        reading.cancel()


async def test_a_provider_that_answers_no_ping_is_given_up_and_not_tried_again() -> None:
    provider = Provider(answers_pings=False)
    async with session_at(provider) as connection:
        async with asyncio.timeout(5):
            assert await frames_of(connection) == []
        assert provider.pings == 1
        assert not isinstance(connection.closed_error(), AgentLostError)
