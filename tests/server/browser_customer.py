"""A customer who orders by the microphone of a browser."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.server.conftest import NotedCall, Shop


@asynccontextmanager
async def browser(shop: Shop, **headers: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    given_headers = {"Origin": shop.url, **headers}
    async with shop.http.ws_connect(f"{shop.url}/ws/voice", headers=given_headers) as socket:
        yield socket


async def next_message(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    frame = await socket.receive(timeout=5)
    assert frame.type is aiohttp.WSMsgType.TEXT, frame
    message = json.loads(frame.data)
    assert isinstance(message, dict)
    return message


async def until(socket: aiohttp.ClientWebSocketResponse, event: str) -> dict[str, Any]:
    while (message := await next_message(socket))["event"] != event:
        pass
    return message


async def live_call(shop: Shop, socket: aiohttp.ClientWebSocketResponse) -> NotedCall:
    ready = await until(socket, "ready")
    await asyncio.wait_for(shop.switchboard.connected.wait(), 5)
    return shop.switchboard.calls[ready["conversation_id"]]


def tone(seconds: float, *, rate: int = 16_000, hertz: float = 440.0) -> bytes:
    places = range(int(seconds * rate))
    values = (int(8000 * math.sin(2 * math.pi * hertz * place / rate)) for place in places)
    return b"".join(struct.pack("<h", value) for value in values)


def audio(pcm: bytes) -> str:
    return json.dumps({"event": "audio", "audio": base64.b64encode(pcm).decode()})
