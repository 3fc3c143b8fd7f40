"""The socket of one session: opened, settled, and written to without ever waiting.

aiohttp's client reads and masks frames in C: with a hundred calls that is a third of what a
call costs (`bench/bridge.py`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, Self

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    DummyCookieJar,
    WSMsgType,
    WSServerHandshakeError,
)

from servizio.agents.cloud.at_once import begin
from servizio.agents.cloud.outgoing import Outgoing
from servizio.agents.cloud.provider_text import one_line
from servizio.agents.cloud.refusals import DEEPGRAM, refusal, unreachable
from servizio.agents.cloud.timers import Timers
from servizio.agents.deepgram.messages import Fault, SettingsApplied, Welcome, read
from servizio.agents.deepgram.plan import DeepgramPlan
from servizio.errors import (
    AgentError,
    AgentLostError,
    AgentRefusedError,
    AgentUnreachableError,
)

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes; a long sentence may come as one frame."""
KEEP_ALIVE_SECONDS = 5.0
"""Of sending nothing; Deepgram gives a silent client up after ten."""
PING_SECONDS = 5.0
"""Between pings; a socket that does not answer one in half that time is given up."""
CLOSE_SECONDS = 0.3
REASON_HEADER = "dg-error"
"""Says why an upgrade was refused (Deepgram, HTTP errors)."""
KEEP_ALIVE = '{"type": "KeepAlive"}'

LASTING = frozenset(
    {"UNPARSABLE_CLIENT_MESSAGE", "INVALID_SETTINGS", "SETTINGS_ALREADY_APPLIED",
     "NON_SETTINGS_MESSAGE_BEFORE_SETTINGS", "AGENT_ID_NOT_SUPPORTED", "INVALID_AGENT_ID"}
)  # fmt: skip
"""Errors that every session of these settings would meet (Deepgram, error codes)."""
PASSING = frozenset(
    {"INTERNAL_SERVER_ERROR", "FAILED_TO_START_LISTENING", "ASR_CONNECTION_CLOSED",
     "SERVER_GOING_AWAY", "MAXIMUM_SESSION_LENGTH_REACHED"}
)  # fmt: skip
"""Errors after which another session is as good as new (the same)."""


class Connection:
    """One session's socket. Lives on the event loop."""

    def __init__(
        self,
        session: ClientSession,
        socket: ClientWebSocketResponse,
        sound_bytes_per_second: int,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        self._session = session
        self._socket = socket
        self._ping_seconds = ping_seconds
        self._outgoing = Outgoing(sound_bytes_per_second)
        self._loop = asyncio.get_running_loop()
        self._sent_at = self._loop.time()
        self._came_at = self._sent_at
        self._timers = Timers(self._loop)
        self._is_asked = False
        """Whether a ping waits for any sign of life."""
        self._farewell: asyncio.Task[bool] | None = None
        """Of a socket that gave none."""
        self._sender: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, plan: DeepgramPlan, ping_seconds: float = PING_SECONDS) -> Self:
        """Connect. Raises `AgentError`, the more precise kinds of it where they are known."""
        session = ClientSession(cookie_jar=DummyCookieJar())
        try:
            socket = await session.ws_connect(
                plan.url,
                headers={"Authorization": f"Token {plan.api_key}"},
                compress=0,
                autoping=False,
                max_msg_size=LARGEST_MESSAGE,
                timeout=ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
        except BaseException as error:
            await session.close()
            if isinstance(error, WSServerHandshakeError):
                said = error.headers.get(REASON_HEADER, "") if error.headers else ""
                raise refusal(DEEPGRAM, error.status, said) from error
            if isinstance(error, (ClientError, OSError, TimeoutError, ValueError)):
                raise unreachable(DEEPGRAM, error) from error
            raise
        rate = 96_000 if plan.encoding == "linear16" else 8000
        return cls(session, socket, rate, ping_seconds)

    async def settle(self, settings: Mapping[str, object]) -> str:
        """Send the settings and wait until they are in force. Returns the request's id."""
        request_id = ""
        is_welcome = False
        async for frame in self.frames():
            message = read(frame) if isinstance(frame, str) else None
            match message:
                case Welcome() if not is_welcome:
                    is_welcome = True
                    request_id = message.request_id
                    await self._send_now(json.dumps(settings))
                case SettingsApplied():
                    self._sender = asyncio.create_task(self._send(), name="deepgram sender")
                    self._keep_alive()
                    self._ask_for_life()
                    return request_id
                case Fault():
                    raise fault_error(message)
                case _:
                    pass
        raise AgentUnreachableError("Deepgram closed the socket before the session began.")

    async def frames(self) -> AsyncIterator[str | bytes]:
        """Everything that comes, until the socket is closed by either side."""
        while True:
            frame = await self._socket.receive()
            self._came_at = self._loop.time()
            if frame.type is WSMsgType.BINARY or frame.type is WSMsgType.TEXT:
                yield frame.data
            elif frame.type is WSMsgType.PING:
                self._begin(self._socket.pong(frame.data))
            elif frame.type is not WSMsgType.PONG:
                return

    def closed_error(self) -> AgentError:
        """Why the socket was closed, once it is."""
        if self._farewell is not None:
            # Somebody has waited for long enough: no time is left for a second try.
            return AgentError("Deepgram answers no more.")
        return AgentLostError("Deepgram closed the socket.")

    def send(self, message: Mapping[str, object]) -> None:
        """Send a message behind everything that waits."""
        self._outgoing.put(json.dumps(message))

    def send_sound(self, sound: bytes) -> None:
        """Send sound. An empty frame would end the recognition, so none is sent."""
        if not (sound and self._outgoing.is_ready):
            self._outgoing.put_sound(sound)
            return
        if self._begin(self._socket.send_bytes(sound)):
            self._sent_at = self._loop.time()

    @property
    def is_stuck(self) -> bool:
        """Whether sound waits that should have left two seconds ago."""
        return self._outgoing.is_stuck

    async def close(self) -> None:
        """Close the socket; one that does not answer is cut. Safe to call twice."""
        self._timers.close()
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        await self._socket.close()
        if self._farewell is not None:
            await self._farewell
        await self._session.close()

    def _begin(self, sending: Coroutine[Any, None, None]) -> bool:
        """Send without waiting, what has to wait later. False where the socket is closed."""
        try:
            rest = begin(sending)
        except (ClientError, ConnectionError, RuntimeError):
            # Whoever reads the socket learns it too, and tells the call.
            return False
        if rest is not None:
            self._outgoing.put_begun(rest)
        return True

    async def _send(self) -> None:
        try:
            while True:
                waiting = await self._outgoing.next()
                if isinstance(waiting, bytes):
                    await self._socket.send_bytes(waiting)
                else:
                    await self._socket.send_str(waiting)
                self._sent_at = self._loop.time()
        except (ClientError, ConnectionError, RuntimeError):
            # Whoever reads the socket learns it too, and tells the call.
            return

    def _keep_alive(self) -> None:
        quiet = self._loop.time() - self._sent_at
        if quiet >= KEEP_ALIVE_SECONDS:
            self._outgoing.put(KEEP_ALIVE)
            quiet = 0.0
        self._timers.later(KEEP_ALIVE_SECONDS - quiet, self._keep_alive)

    def _ask_for_life(self) -> None:
        """Where nothing comes, ping; where nothing comes then either, give the socket up.

        aiohttp would do the same, but at the price of a callback for every frame.
        """
        quiet = self._loop.time() - self._came_at
        if quiet < self._ping_seconds:
            self._is_asked = False
            self._timers.later(self._ping_seconds - quiet, self._ask_for_life)
        elif not self._is_asked:
            self._is_asked = True
            self._begin(self._socket.ping())
            self._timers.later(self._ping_seconds / 2, self._ask_for_life)
        else:
            self._farewell = asyncio.create_task(self._socket.close(), name="deepgram farewell")

    async def _send_now(self, text: str) -> None:
        try:
            await self._socket.send_str(text)
        except (ClientError, ConnectionError, RuntimeError) as error:
            raise AgentUnreachableError("Deepgram closed the socket.") from error


def fault_error(fault: Fault) -> AgentError:
    """An `Error` of Deepgram's as one of ours. Its text goes to the log, cut short."""
    kind = AgentLostError if fault.code in PASSING else AgentError
    kind = AgentRefusedError if fault.code in LASTING else kind
    return kind(f"Deepgram ended the session: {fault.code} {one_line(fault.text)}".strip())
