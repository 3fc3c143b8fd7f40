"""A customer at a browser's socket, who speaks recorded sentences when the agent has finished."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from servizio.audio.resample import MulawDecoder

PIECE = 1280
"""Bytes of a message: 40 ms of PCM16 at 16 000 Hz."""


@dataclass(slots=True)
class Conversation:
    """Everything that the shop told, in order."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    def named(self, event: str) -> list[dict[str, Any]]:
        return [each for each in self.messages if each["event"] == event]

    def words(self, event: str) -> str:
        return " ".join(each["text"] for each in self.named(event))

    @property
    def order_number(self) -> str:
        return str(self.named("order")[-1]["order_number"])


async def order_by_browser(url: str, sentences: Sequence[bytes]) -> Conversation:
    """Hold a conversation to its end. Sentences are mu-law at 8000 Hz."""
    told = Conversation()
    waiting = list(sentences)
    async with (
        asyncio.timeout(120),
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{url}/ws/voice", headers={"Origin": url}) as socket,
    ):
        async for frame in socket:
            message = json.loads(frame.data)
            told.messages.append(message)
            if message["event"] == "audio_complete" and waiting:
                await _speak(socket, waiting.pop(0))
    return told


async def _speak(socket: aiohttp.ClientWebSocketResponse, mulaw: bytes) -> None:
    """All at once: the server takes it at the speed at which it was spoken."""
    pcm = MulawDecoder(16_000).feed(mulaw)
    for start in range(0, len(pcm), PIECE):
        audio = base64.b64encode(pcm[start : start + PIECE]).decode()
        await socket.send_str(json.dumps({"event": "audio", "audio": audio}))
