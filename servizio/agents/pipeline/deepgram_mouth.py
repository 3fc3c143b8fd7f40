"""A voice at Deepgram: Aura, by one socket for each call.

Source: Deepgram, "Text to speech, streaming" (`/v1/speak`). `Speak` alone gives no sound: it
comes with `Flush`, and ends with `Flushed`. What is not wanted any more is dropped by `Clear`,
and what still comes before `Cleared` belongs to it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from servizio.agents.cloud.provider_json import body_of
from servizio.agents.pipeline.deepgram_socket import as_socket, open_socket, with_query
from servizio.errors import AgentError
from servizio.settings.sections import DeepgramSettings

FIRST_WITHIN = 2.0
"""Seconds from a sentence to its first sound; usually 0.3."""
NEXT_WITHIN = 2.0
"""Seconds between two pieces of it."""
CLEARED_WITHIN = 0.5
"""Seconds in which dropped speech must be confirmed, or the socket is given up."""
MOST_FLUSHES = 20
"""In `FLUSH_WINDOW` seconds; more are ignored, and the sentence never comes."""
FLUSH_WINDOW = 60.0
LONGEST = 1900
"""Characters of one `Speak`; Deepgram takes 2000."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpeakPlan:
    """What all voices of a shop have in common."""

    url: str
    """With its parameters."""
    api_key: str


def speak_plan(settings: DeepgramSettings) -> SpeakPlan:
    """How the voice of these settings is asked."""
    model = settings.speak_model
    parameters = [("model", model), ("encoding", "mulaw"), ("sample_rate", "8000")]
    return SpeakPlan(
        with_query(as_socket(settings.speak_url), parameters),
        settings.api_key.get_secret_value(),
    )


class DeepgramMouth:
    """One call's voice."""

    def __init__(self, plan: SpeakPlan) -> None:
        self._plan = plan
        self._clock = asyncio.get_running_loop().time
        self._socket: ClientConnection | None = None
        self._is_dirty = False
        """Whether sound of something else may still come."""
        self._flushed_at: deque[float] = deque(maxlen=MOST_FLUSHES - 1)

    async def open(self) -> None:
        """Connect."""
        self._socket = await open_socket(self._plan.url, self._plan.api_key)
        self._flushed_at.clear()

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        """Have a sentence spoken."""
        socket = await self._clean_socket()
        self._is_dirty = True
        finished = False
        try:
            await self._ask(socket, text)
            deadline = self._clock() + FIRST_WITHIN
            while not finished:
                frame = await self._next(socket, deadline)
                deadline = self._clock() + NEXT_WITHIN
                if isinstance(frame, bytes):
                    yield frame
                else:
                    finished = _ends(frame)
            self._is_dirty = False
        except ConnectionClosed as error:
            raise AgentError("Deepgram closed its mouth.") from error
        finally:
            if not finished:
                await self._clear(socket)

    async def close(self) -> None:
        """End it; Deepgram counts sockets that are left open."""
        socket, self._socket = self._socket, None
        if socket is not None:
            try:
                async with asyncio.timeout(0.2):
                    await socket.send('{"type": "Close"}')
            except (ConnectionClosed, TimeoutError):
                pass
            finally:
                await socket.close()

    async def _ask(self, socket: ClientConnection, text: str) -> None:
        full = len(self._flushed_at) == self._flushed_at.maxlen
        if full and self._clock() - self._flushed_at[0] < FLUSH_WINDOW:
            # The next flush would be ignored; a new socket has a count of its own.
            log.info("deepgram_mouth_renewed reason=flushes")
            await self.close()
            await self.open()
            socket = self._socket or socket
        self._flushed_at.append(self._clock())
        await socket.send(json.dumps({"type": "Speak", "text": f"{text[:LONGEST]} "}))
        await socket.send('{"type": "Flush"}')

    async def _next(self, socket: ClientConnection, deadline: float) -> str | bytes:
        try:
            async with asyncio.timeout_at(deadline):
                return await socket.recv()
        except TimeoutError as error:
            raise AgentError("Deepgram's voice stopped.") from error

    async def _clear(self, socket: ClientConnection) -> None:
        try:
            async with asyncio.timeout(0.2):
                await socket.send('{"type": "Clear"}')
        except (ConnectionClosed, TimeoutError):
            # The next sentence finds it out.
            pass

    async def _clean_socket(self) -> ClientConnection:
        """A socket on which nothing but the next sentence will come."""
        socket = self._socket
        if socket is not None and self._is_dirty:
            try:
                deadline = self._clock() + CLEARED_WITHIN
                while not _is_cleared(await self._next(socket, deadline)):
                    pass
                self._is_dirty = False
            except (AgentError, ConnectionClosed):
                await self.close()
        if self._socket is None or self._is_dirty:
            await self.open()
            self._is_dirty = False
        socket = self._socket
        if socket is None:
            raise AgentError("Deepgram has no voice.")
        return socket


def _ends(frame: str) -> bool:
    body = body_of(frame)
    kind = body.get("type")
    if kind == "Warning":
        log.warning(
            "deepgram_mouth_warning code=%s", str(body.get("code") or body.get("warn_code"))[:80]
        )
    if kind == "Error":
        raise AgentError(f"Deepgram's voice failed: {str(body.get('code'))[:80]}.")
    return kind == "Flushed"


def _is_cleared(frame: str | bytes) -> bool:
    return isinstance(frame, str) and body_of(frame).get("type") == "Cleared"
