"""The socket of one session: opened, settled, and written to without ever waiting.

Sound must never be held up by a slow network, nor fill the memory: what cannot leave within
two seconds is dropped, the oldest first.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from servizio.agents.deepgram.messages import Fault, SettingsApplied, Welcome, read
from servizio.agents.deepgram.plan import DeepgramPlan
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes; a long sentence may come as one frame."""
KEEP_ALIVE_SECONDS = 5.0
"""Of sending nothing; Deepgram gives a silent client up after ten."""
MOST_WAITING = 2.0
"""Seconds of sound that may wait to leave."""
JOINED = 4
"""Frames of 20 ms that leave together where they have had to wait."""
PING_SECONDS = 5.0

LASTING = frozenset(
    {"UNPARSABLE_CLIENT_MESSAGE", "INVALID_SETTINGS", "SETTINGS_ALREADY_APPLIED",
     "NON_SETTINGS_MESSAGE_BEFORE_SETTINGS", "AGENT_ID_NOT_SUPPORTED", "INVALID_AGENT_ID"}
)  # fmt: skip
"""Errors that every session of these settings would meet (Deepgram, error codes)."""

log = logging.getLogger(__name__)


class Connection:
    """One session's socket. Lives on the event loop."""

    def __init__(self, socket: ClientConnection, sound_bytes_per_second: int) -> None:
        self._socket = socket
        self._most_waiting = int(MOST_WAITING * sound_bytes_per_second)
        self._waiting: deque[str | bytes] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._sender: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, plan: DeepgramPlan) -> Self:
        """Connect. Raises `AgentError`, the more precise kinds of it where they are known."""
        try:
            socket = await connect(
                plan.url,
                additional_headers={"Authorization": f"Token {plan.api_key}"},
                compression=None,
                max_size=LARGEST_MESSAGE,
                max_queue=None,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                close_timeout=0.3,
            )
        except InvalidStatus as error:
            raise _refusal(error) from error
        except (OSError, InvalidHandshake, InvalidURI, TimeoutError, EOFError) as error:
            raise AgentUnreachableError(
                f"Deepgram cannot be reached: {type(error).__name__}."
            ) from error
        return cls(socket, 96_000 if plan.encoding == "linear16" else 8000)

    async def settle(self, settings: Mapping[str, object]) -> str:
        """Send the settings and wait until they are in force. Returns the request's id."""
        request_id = ""
        async for frame in self.frames():
            message = read(frame) if isinstance(frame, str) else None
            match message:
                case Welcome():
                    request_id = message.request_id
                    await self._send_now(json.dumps(settings))
                case SettingsApplied():
                    self._sender = asyncio.create_task(self._send(), name="deepgram sender")
                    return request_id
                case Fault():
                    raise fault_error(message)
                case _:
                    pass
        raise AgentUnreachableError("Deepgram closed the socket before the session began.")

    async def frames(self) -> AsyncIterator[str | bytes]:
        """Everything that comes, until the socket is closed by either side."""
        try:
            async for frame in self._socket:
                yield frame
        except ConnectionClosed:
            return

    def send(self, message: Mapping[str, object]) -> None:
        """Send a message behind everything that waits."""
        self._waiting.append(json.dumps(message))
        self._wake.set()

    def send_sound(self, sound: bytes) -> None:
        """Send sound. An empty frame would end the recognition, so none is sent."""
        if not sound:
            return
        self._waiting.append(sound)
        self._waiting_bytes += len(sound)
        if self._waiting_bytes > self._most_waiting:
            self._drop_oldest()
        self._wake.set()

    @property
    def is_stuck(self) -> bool:
        """Whether sound waits that should have left two seconds ago."""
        return self._waiting_bytes > self._most_waiting * 0.9

    async def close(self) -> None:
        """Close the socket; one that does not answer is cut. Safe to call twice."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        await self._socket.close()

    async def _send(self) -> None:
        try:
            while True:
                if not self._waiting and not await self._woken():
                    await self._socket.send('{"type": "KeepAlive"}')
                elif self._waiting:
                    await self._socket.send(self._next())
        except ConnectionClosed:
            # Whoever reads the socket learns it too, and tells the call.
            return

    async def _woken(self) -> bool:
        self._wake.clear()
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True

    def _next(self) -> str | bytes:
        first = self._waiting.popleft()
        if isinstance(first, str):
            return first
        joined = [first]
        while len(joined) < JOINED and self._waiting and isinstance(self._waiting[0], bytes):
            joined.append(self._waiting.popleft())  # type: ignore[arg-type]
        sound = first if len(joined) == 1 else b"".join(joined)
        self._waiting_bytes -= len(sound)
        return sound

    def _drop_oldest(self) -> None:
        for place, each in enumerate(self._waiting):
            if isinstance(each, bytes):
                self._waiting_bytes -= len(each)
                del self._waiting[place]
                return

    async def _send_now(self, text: str) -> None:
        try:
            await self._socket.send(text)
        except ConnectionClosed as error:
            raise AgentUnreachableError("Deepgram closed the socket.") from error


def fault_error(fault: Fault) -> AgentError:
    """An `Error` of Deepgram's as one of ours. Its text goes to the log, cut short."""
    kind = AgentRefusedError if fault.code in LASTING else AgentError
    return kind(f"Deepgram ended the session: {fault.code} {_short(fault.text)}".strip())


def _refusal(error: InvalidStatus) -> AgentError:
    status = error.response.status_code
    said = _short(error.response.headers.get("dg-error") or "")
    message = f"Deepgram refused the call: HTTP {status} {said}".strip()
    if status == 429 or status >= 500:
        return AgentUnreachableError(message, "Deepgram is busy or out of order; nothing to do.")
    hint = "Check deepgram.api_key." if status in {401, 403} else "Check the Deepgram account."
    return AgentRefusedError(message, hint)


def _short(text: str) -> str:
    """Text from outside, safe for one line of a log."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:160])
