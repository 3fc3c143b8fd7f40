"""An OpenAI-compatible speech endpoint on loopback: bare samples or WAV files, oddly cut."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.resample import Resampler
from tests.standins.chat_server import KEY
from tests.standins.deepgram_session import speech


@dataclass(slots=True)
class SpeechServer:
    """The endpoint, as a test sets it up and as it remembers what came."""

    fault: str = ""
    """`status N`, `json` (an error under a good status), `html`, `hang`, `stall`, `abort`."""
    rate: int = 24_000
    told: int = 0xFFFFFFFF
    """The length in the header of a WAV file."""
    url: str = ""
    spoken: list[str] = field(default_factory=list)
    dropped: int = 0
    broken_at: float = 0.0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def speak(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"error": {"message": "Invalid."}}, status=401)
        body = await request.json()
        self.spoken.append(body["input"])
        self.broken_at = asyncio.get_running_loop().time() if self.fault else 0.0
        kind, _, detail = self.fault.partition(" ")
        if kind == "status":
            return web.json_response({"error": {"message": "No."}}, status=int(detail))
        if kind == "json":
            return web.json_response({"error": {"message": "No."}})
        if kind == "html":
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        if kind == "hang":
            await self.gone.wait()
        try:
            return await self._stream(request, body)
        except (ConnectionError, asyncio.CancelledError):
            self.dropped += 1
            raise

    async def _stream(self, request: web.Request, body: dict[str, str]) -> web.StreamResponse:
        is_wav = body["response_format"] == "wav"
        response = web.StreamResponse(
            headers={"Content-Type": "audio/wav" if is_wav else "audio/pcm"}
        )
        await response.prepare(request)
        change = Resampler(8000, self.rate)
        samples = change.feed(mulaw_to_pcm16(speech(body["input"]))) + change.flush()
        sound = self._header() + samples if is_wav else samples
        for at in range(0, len(sound), 4801):
            if self.fault and at > len(sound) // 2:
                if self.fault == "abort" and request.transport is not None:
                    request.transport.abort()
                await self.gone.wait()
            await response.write(sound[at : at + 4801])
            await asyncio.sleep(0.02)
        return response

    def _header(self) -> bytes:
        form = struct.pack("<HHIIHH", 1, 1, self.rate, self.rate * 2, 2, 16)
        told = struct.pack("<I", self.told)
        return b"RIFF" + told + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + told


@asynccontextmanager
async def speech_server() -> AsyncIterator[SpeechServer]:
    """An endpoint that listens."""
    far = SpeechServer()
    app = web.Application()
    app.router.add_post("/v1/audio/speech", far.speak)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    far.url = f"http://{host}:{port}/v1"
    try:
        yield far
    finally:
        far.gone.set()
        await runner.cleanup()
