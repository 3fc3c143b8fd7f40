"""A customer speaks into a flood of sound: the line falls silent at once and stays so."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import WSMsgType, web

from tests.agents.cloud.bare_telephone import BareTelephone, ringing
from tests.agents.cloud.shop_on_the_line import shop_on_the_line, until
from tests.standins.openai_realtime import KEY as OPENAI_KEY
from tests.standins.unruly_deepgram import Unruly, unruly_deepgram

CHUNK = 800
"""Bytes of sound in one message: 100 ms."""
QUICKLY = 0.005
"""Seconds between two of them: twenty times as fast as it is heard."""
LATE = 60
"""Chunks that still come after the customer has begun to speak."""
WITHIN = 0.040
"""Seconds from the event to the line's silence. The best of several counts: a busy machine may
hold up this process, which is the provider and the telephone too."""
TIMES = 4
LIVING, DEAD = bytes((0x11,)) * CHUNK, bytes((0x22,)) * CHUNK


class Moments:
    """When the customer was heard to speak, and when the next reply began."""

    def __init__(self) -> None:
        self.started: list[float] = []
        self.next_reply: list[float] = []


def now() -> float:
    return asyncio.get_running_loop().time()


async def check(phone: BareTelephone, moments: Moments) -> None:
    await until(lambda: len(moments.next_reply) == TIMES, 30.0)
    waits = []
    for started, next_reply in zip(moments.started, moments.next_reply, strict=True):
        cleared = min(at for at in phone.clears() if at >= started)
        waits.append(cleared - started)
        assert phone.between(cleared, next_reply) == b""
    assert DEAD[:160] not in phone.sound
    assert LIVING in phone.sound
    assert min(waits) < WITHIN, waits


async def test_deepgram_falls_silent_at_once(tmp_path: Path) -> None:
    moments = Moments()

    async def script(far: Unruly) -> None:
        await far.settled()
        for number in range(TIMES):
            await far.tell("ConversationText", role="assistant", content="A long story. " * 30)
            for _ in range(60):
                await far.raw(LIVING)
                await asyncio.sleep(QUICKLY)
            moments.started.append(now())
            await far.tell("UserStartedSpeaking")
            for _ in range(LATE):
                await far.raw(DEAD)
                await asyncio.sleep(QUICKLY)
            moments.next_reply.append(now())
            await far.tell("ConversationText", role="user", content=f"Number {number}.")

    async with (
        unruly_deepgram(script) as (url, _sessions),
        shop_on_the_line(tmp_path, url) as shop,
        ringing(shop.url) as phone,
    ):
        await check(phone, moments)
        assert shop.handovers == []


Tell = Callable[..., Awaitable[None]]


@asynccontextmanager
async def realtime(script: Callable[[Tell], Awaitable[None]]) -> AsyncIterator[str]:
    """An OpenAI Realtime server that agrees to everything and then follows the script."""

    async def hold(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)

        async def tell(kind: str, **body: object) -> None:
            await socket.send_str(json.dumps({"type": kind, "event_id": "e", **body}))

        await tell("session.created", session={"type": "realtime"})
        playing: asyncio.Task[None] | None = None
        async for frame in socket:
            body = json.loads(frame.data) if frame.type is WSMsgType.TEXT else {}
            if body.get("type") == "session.update":
                await tell("session.updated", session=body["session"])
                playing = asyncio.ensure_future(script(tell))
        if playing is not None:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
        return socket

    app = web.Application()
    app.router.add_get("/v1/realtime", hold)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"ws://{host}:{port}/v1/realtime"
    finally:
        await runner.cleanup()


async def test_openai_falls_silent_at_once(tmp_path: Path) -> None:
    moments = Moments()

    async def script(tell: Tell) -> None:
        for number in range(TIMES):
            names = {"response_id": f"resp_{number}", "item_id": f"item_{number}"}
            where = {"output_index": 0, "content_index": 0, **names}

            async def sound(piece: bytes, where: dict[str, object] = where) -> None:
                delta = base64.b64encode(piece).decode()
                await tell("response.output_audio.delta", delta=delta, **where)
                await asyncio.sleep(QUICKLY)

            response = {"id": names["response_id"], "status": "in_progress", "output": []}
            await tell("response.created", response=response)
            for _ in range(60):
                await sound(LIVING)
            moments.started.append(now())
            speech = {"audio_start_ms": 100, "item_id": f"user_{number}"}
            await tell("input_audio_buffer.speech_started", **speech)
            for _ in range(LATE):
                await sound(DEAD)
            details = {"type": "cancelled", "reason": "turn_detected"}
            ended = {"id": names["response_id"], "status": "cancelled", "output": []}
            await tell("response.done", response={**ended, "status_details": details})
            moments.next_reply.append(now())
            await tell("input_audio_buffer.committed", item_id=f"user_{number}")

    async with (
        realtime(script) as url,
        shop_on_the_line(tmp_path, url, agent="openai", key=OPENAI_KEY) as shop,
        ringing(shop.url) as phone,
    ):
        await check(phone, moments)
        assert shop.handovers == []
