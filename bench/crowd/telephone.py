"""A telephone that is as quick as a socket: it says that it heard what it was just sent.

Nothing keeps real time here, so that a call is over in a second. For how a real one behaves
there is `servizio.demo.phone`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from servizio.demo.phone_webhooks import sign

ACCOUNT_SID = "AC" + "1" * 32
SHOP_NUMBER = "+14155550199"
QUIET = b"\xff" * 160
WORDS = bytes((0x10, 0x90)) * 80 * 6 + QUIET * 20
"""A short loud noise, and silence enough for whoever waits for the end of a turn."""
FRAME = 0.02
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class RefusedError(Exception):
    """The shop does not take the call, and says so as it should."""


@dataclass(slots=True)
class QuickTelephone:
    """One call, from its ring on."""

    http: aiohttp.ClientSession
    url: str
    number: str
    """E.164, of the customer."""
    call_sid: str
    auth_token: str = ""
    """Without one nothing is signed."""
    token: str = ""
    """Of the stream, once it rang."""
    stream_sid: str = ""
    socket: aiohttp.ClientWebSocketResponse | None = None
    sound: bytearray = field(default_factory=bytearray)
    """Speech that came."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the shop closes the stream."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def heard(self) -> int:
        """Bytes of speech that came."""
        return len(self.sound)

    async def ring(self) -> None:
        """Ring; afterwards a stream may be opened. Raises `RefusedError`."""
        answer = await self._post(
            "/voice", From=self.number, To=SHOP_NUMBER, CallStatus="ringing", Direction="inbound"
        )
        found = _TOKEN.search(answer)
        if found is None:
            raise RefusedError(answer)
        self.token = found.group(1)
        self.stream_sid = "MZ" + self.call_sid[2:]

    async def open_stream(self) -> aiohttp.ClientWebSocketResponse:
        """A socket that has said nothing yet."""
        url = f"{self.url}/twilio"
        headers = {}
        if self.auth_token:
            signed = sign(self.auth_token, url.replace("http", "ws", 1), {})
            headers["X-Twilio-Signature"] = signed
        return await self.http.ws_connect(url, headers=headers)

    def start_message(self) -> str:
        """What begins a stream."""
        return json.dumps(
            {
                "event": "start",
                "sequenceNumber": "1",
                "streamSid": self.stream_sid,
                "start": {
                    "accountSid": ACCOUNT_SID,
                    "streamSid": self.stream_sid,
                    "callSid": self.call_sid,
                    "tracks": ["inbound"],
                    "mediaFormat": {
                        "encoding": "audio/x-mulaw",
                        "sampleRate": 8000,
                        "channels": 1,
                    },
                    "customParameters": {"token": self.token},
                },
            }
        )

    async def connect(self) -> None:
        """Open the stream and be on the line: silent, and hearing."""
        self.socket = await self.open_stream()
        await self.socket.send_str('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        await self.socket.send_str(self.start_message())
        self._tasks = [
            asyncio.create_task(self._hear(self.socket)),
            asyncio.create_task(self._be_there(self.socket)),
        ]

    async def until_heard(self, size: int) -> None:
        """Wait until so many bytes of speech have come."""
        while self.heard < size and not self.over.is_set():  # noqa: ASYNC110 - it only grows
            await asyncio.sleep(0.005)

    async def until_silent(self, seconds: float) -> int:
        """Wait for speech that comes from now on, and its end; gives the bytes of it."""
        before = heard = self.heard
        while (heard == before or heard != self.heard) and not self.over.is_set():
            heard = self.heard
            await asyncio.sleep(seconds)
        return heard - before

    async def speak(self, mulaw: bytes = WORDS) -> None:
        """Make this sound, all at once."""
        assert self.socket is not None
        await self.socket.send_str(self.media(mulaw))

    async def say_raw(self, text: str) -> None:
        """Send this text, whatever it is, unless the shop has closed the stream."""
        assert self.socket is not None
        if not self.socket.closed:
            await self.socket.send_str(text)

    async def send_bytes(self, data: bytes) -> None:
        """Put bytes on the wire below the socket's frames."""
        if (transport := self._transport()) is not None:
            transport.write(data)

    def media(self, mulaw: bytes) -> str:
        """A message with this sound."""
        payload = base64.b64encode(mulaw).decode()
        media = {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": payload}
        return self.message("media", media=media)

    def message(self, event: str, **body: Any) -> str:
        """A message of this stream."""
        told = {"event": event, "sequenceNumber": "2", "streamSid": self.stream_sid, **body}
        return json.dumps(told)

    async def hang_up(self) -> None:
        """Stop the stream as Twilio does, and tell that the call is over."""
        await self.stop_listening()
        if self.socket is not None and not self.socket.closed:
            stop = {"accountSid": ACCOUNT_SID, "callSid": self.call_sid}
            await self.socket.send_str(self.message("stop", stop=stop))
            await self.socket.close()
        await self.report_end()

    async def report_end(self) -> None:
        """Tell the shop the final status of the call."""
        await self._post("/voice/status", CallStatus="completed")

    async def break_off(self) -> None:
        """Be gone without a word, as when the network goes."""
        await self.stop_listening()
        if (transport := self._transport()) is not None:
            transport.abort()

    def _transport(self) -> asyncio.Transport | None:
        connection = self.socket and self.socket._response.connection  # noqa: SLF001 - below it
        return connection.transport if connection else None

    async def stop_sending(self) -> None:
        """Send no more sound; go on hearing."""
        for task in self._tasks[1:]:
            task.cancel()
        await asyncio.gather(*self._tasks[1:], return_exceptions=True)

    async def stop_listening(self) -> None:
        """Read and send nothing more by itself."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                continue
            told = json.loads(frame.data)
            if told["event"] == "media":
                self.sound += base64.b64decode(told["media"]["payload"])
            elif told["event"] == "mark" and not socket.closed:
                await socket.send_str(self.message("mark", mark=told["mark"]))
        self.over.set()

    async def _be_there(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        quiet = self.media(QUIET * 5)
        while not socket.closed:
            await socket.send_str(quiet)
            await asyncio.sleep(FRAME * 5)

    async def _post(self, path: str, **fields: str) -> str:
        form = {"CallSid": self.call_sid, "AccountSid": ACCOUNT_SID, **fields}
        headers = {}
        if self.auth_token:
            headers["X-Twilio-Signature"] = sign(self.auth_token, self.url + path, form)
        async with self.http.post(self.url + path, data=form, headers=headers) as answer:
            text = await answer.text()
            if not answer.ok:
                raise RefusedError(f"{answer.status} {text[:200]}")
            return text


@asynccontextmanager
async def line(telephone: QuickTelephone) -> AsyncIterator[QuickTelephone]:
    """Ring and be on the line; whatever is left of it afterwards is broken off."""
    await telephone.ring()
    try:
        await telephone.connect()
        yield telephone
    finally:
        await telephone.break_off()
