"""A telephone that notes everything that comes down the line, in order and with its time."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

CALL_SID = "CA" + "7" * 32
STREAM_SID = "MZ" + "7" * 32
ACCOUNT_SID = "AC" + "0" * 32


@dataclass(frozen=True, slots=True)
class Came:
    """One message of the line's."""

    at: float
    """On the loop's clock."""
    event: str
    """`media`, `mark` or `clear`."""
    sound: bytes = b""


@dataclass(slots=True)
class BareTelephone:
    """One call. Silence is sent all the time; marks are echoed at once."""

    socket: ClientWebSocketResponse
    came: list[Came] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def sound(self) -> bytes:
        """All that was to be heard, cleared or not."""
        return b"".join(each.sound for each in self.came)

    def clears(self) -> list[float]:
        """When the line was told to fall silent."""
        return [each.at for each in self.came if each.event == "clear"]

    def between(self, begin: float, end: float) -> bytes:
        """Sound that came in this time."""
        return b"".join(each.sound for each in self.came if begin < each.at <= end)

    async def _send(self, event: str, **body: Any) -> None:
        await self.socket.send_json({"event": event, "streamSid": STREAM_SID, **body})

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        async for frame in self.socket:
            body = frame.json()
            event = body["event"]
            sound = base64.b64decode(body["media"]["payload"]) if event == "media" else b""
            self.came.append(Came(loop.time(), event, sound))
            if event == "mark":
                await self._send("mark", sequenceNumber="3", mark=body["mark"])
        self.ended.set()

    async def _be_silent(self) -> None:
        payload = base64.b64encode(b"\xff" * 160).decode()
        for number in range(1, 100_000):
            media = {"track": "inbound", "chunk": str(number), "timestamp": str(20 * number)}
            await self._send("media", sequenceNumber="3", media={**media, "payload": payload})
            await asyncio.sleep(0.02)


@asynccontextmanager
async def ringing(url: str, number: str = "+14155550123") -> AsyncIterator[BareTelephone]:
    """Ring the shop at this address, and hang up at the end of the block."""
    fields = {
        "CallSid": CALL_SID, "AccountSid": ACCOUNT_SID, "From": number, "To": "+14155550199",
        "CallStatus": "ringing", "Direction": "inbound",
    }  # fmt: skip
    async with ClientSession() as session:
        async with session.post(f"{url}/voice", data=fields) as answer:
            found = re.search(r'name="token" value="([^"]+)"', await answer.text())
        token = found.group(1) if found else ""
        async with session.ws_connect(f"{url}/twilio") as socket:
            phone = BareTelephone(socket)
            await socket.send_json({"event": "connected", "protocol": "Call", "version": "1.0.0"})
            start = {
                "accountSid": ACCOUNT_SID, "streamSid": STREAM_SID, "callSid": CALL_SID,
                "tracks": ["inbound"], "customParameters": {"token": token},
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            }  # fmt: skip
            await phone._send("start", sequenceNumber="1", start=start)
            tasks = [asyncio.create_task(phone._read()), asyncio.create_task(phone._be_silent())]
            try:
                yield phone
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
