"""A tiny shop's server for trying out the simulated telephone: scripted, and not ours."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

SPEECH = b"\x80\x00" * 4
"""Full scale: cannot be missed."""

Script = Callable[["Wire"], Awaitable[None]]


def tone(seconds: float) -> bytes:
    """Something audible, mu-law."""
    return (SPEECH * int(seconds * 1000))[: int(seconds * 8000)]


class Wire:
    """The server's end of one media stream."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.headers = request.headers
        self.transport = request.transport
        self.received: list[dict[str, Any]] = []
        """Every message, in order."""
        self.arrivals: list[float] = []
        """When each frame of sound came, on the loop's clock."""
        self.sid = ""
        self._news = asyncio.Event()
        self.is_over = False

    async def play(self, mulaw: bytes) -> None:
        await self.send("media", media={"payload": base64.b64encode(mulaw).decode()})

    async def mark(self, name: str) -> None:
        await self.send("mark", mark={"name": name})

    async def clear(self) -> None:
        await self.send("clear")

    async def send(self, event: str, **body: object) -> None:
        await self.socket.send_str(json.dumps({"event": event, "streamSid": self.sid, **body}))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.received if message["event"] == kind]

    @property
    def marks(self) -> list[str]:
        return [message["mark"]["name"] for message in self.events("mark")]

    @property
    def sound(self) -> bytes:
        return b"".join(
            base64.b64decode(message["media"]["payload"]) for message in self.events("media")
        )

    async def until(self, holds: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait for what is received to be as wanted; return as well when the stream is over."""
        async with asyncio.timeout(seconds):
            while not holds() and not self.is_over:
                self._news.clear()
                await self._news.wait()

    async def read(self) -> None:
        loop = asyncio.get_running_loop()
        async for frame in self.socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                message = json.loads(frame.data)
            except ValueError:
                message = {"event": "bad json"}
            if message["event"] == "media":
                self.arrivals.append(loop.time())
            if message["event"] == "start":
                self.sid = message["streamSid"]
            self.received.append(message)
            self._news.set()
        self.is_over = True
        self._news.set()


class Bridge:
    """Answers `/voice` with a document, and runs a script on each stream."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or _listen
        self.answers: dict[str, Callable[[], web.StreamResponse]] = {}
        """What other paths answer."""
        self.asked: list[tuple[str, dict[str, str], web.Request]] = []
        """Webhooks: path, fields, request."""
        self.wires: list[Wire] = []
        self.refuse_stream = 0
        self.on_open: Script | None = None
        """Run before `start` has come."""
        self.url = ""

    @property
    def stream_url(self) -> str:
        return self.url.replace("http", "ws") + "/twilio"

    def connect(self, extra: str = "", after: str = "", action: str = "") -> str:
        attribute = f' action="{action}"' if action else ""
        return (
            f'<Response><Connect{attribute}><Stream url="{self.stream_url}">{extra}</Stream>'
            f"</Connect>{after}</Response>"
        )

    def answer(self, path: str, body: str, content_type: str = "text/xml", **more: Any) -> None:
        self.answers[path] = lambda: web.Response(text=body, content_type=content_type, **more)

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def fields(self, path: str) -> dict[str, str]:
        return next(fields for asked, fields, _ in self.asked if asked == path)

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        source = request.query if request.method == "GET" else await request.post()
        fields = {name: str(value) for name, value in source.items()}
        self.asked.append((request.path, fields, request))
        if request.path in self.answers:
            return self.answers[request.path]()
        if request.path == "/voice":
            return web.Response(text=self.connect(), content_type="text/xml")
        return web.Response(status=204)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_stream:
            return web.Response(status=self.refuse_stream)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        wire = Wire(socket, request)
        self.wires.append(wire)
        reading = asyncio.create_task(wire.read())
        try:
            if self.on_open is not None:
                await self.on_open(wire)
            await wire.until(lambda: bool(wire.sid))
            await self.script(wire)
        finally:
            await socket.close()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        return socket


async def _listen(wire: Wire) -> None:
    await wire.until(lambda: False, 60)


@asynccontextmanager
async def serving(bridge: Bridge) -> AsyncIterator[Bridge]:
    """Let the bridge listen on loopback."""
    app = web.Application()
    app.router.add_get("/twilio", bridge.stream)
    app.router.add_route("*", "/{path:.*}", bridge.webhook)
    runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bridge.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield bridge
    finally:
        await runner.cleanup()
