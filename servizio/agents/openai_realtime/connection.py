"""The socket of one session: opened, settled, and written to without ever waiting."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any, Self
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from servizio.agents.cloud.ending import end_tasks
from servizio.agents.cloud.outgoing import Outgoing
from servizio.agents.cloud.provider_json import Json
from servizio.agents.cloud.refusals import OPENAI
from servizio.agents.cloud.sound_path import BYTES_PER_SECOND
from servizio.agents.cloud.websocket import open_websocket
from servizio.agents.openai_realtime.faults import (
    Weight,
    closed_error,
    fault_error,
    has_expired,
    weigh,
)
from servizio.agents.openai_realtime.messages import Fault, SessionTold, read
from servizio.agents.openai_realtime.plan import RealtimePlan, fault_of
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

_APPEND = '{"type":"input_audio_buffer.append","audio":"%s"}'


class Connection:
    """One session's socket. Lives on the event loop."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._outgoing = Outgoing(BYTES_PER_SECOND)
        self._sender: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, plan: RealtimePlan) -> Self:
        """Connect. Raises `AgentError`, the more precise kinds of it where they are known."""
        url = f"{plan.url}{'&' if '?' in plan.url else '?'}model={quote(plan.model, safe='')}"
        return cls(await open_websocket(OPENAI, url, f"Bearer {plan.api_key}"))

    async def settle(self, update: Json) -> dict[str, Any]:
        """Send the update and wait until it is in force. Returns the session as it is then.

        Raises `AgentRefusedError` where it is not as it was wanted: any sound of such a
        session would be noise on the telephone.
        """
        is_created = False
        async for frame in self.frames():
            match read(frame):
                case SessionTold(updated=False) if not is_created:
                    is_created = True
                    await self._send_now(json.dumps(update))
                case SessionTold(updated=True, session=session):
                    if fault := fault_of(session):
                        raise AgentRefusedError(f"OpenAI set up another session: {fault}.")
                    self._sender = asyncio.create_task(self._send(), name="openai sender")
                    return session
                case Fault() as fault:
                    if weigh(fault) is not Weight.NOTHING:
                        raise fault_error(fault)
                case _:
                    pass
        error = self.closed_error()
        if isinstance(error, AgentRefusedError):
            raise error
        raise AgentUnreachableError("OpenAI closed the socket before the session began.")

    async def frames(self) -> AsyncIterator[str]:
        """Everything that comes, until the socket is closed by either side."""
        try:
            async for frame in self._socket:
                if isinstance(frame, str):
                    yield frame
        except ConnectionClosed:
            return

    @property
    def has_expired(self) -> bool:
        """Whether the socket was closed because of the session's age."""
        return has_expired(self._socket.close_code, self._socket.close_reason or "")

    def closed_error(self) -> AgentError:
        """Why the socket was closed, once it is."""
        return closed_error(self._socket.close_code, self._socket.close_reason or "")

    def send(self, message: Json) -> None:
        """Send an event behind everything that waits."""
        self._outgoing.put(json.dumps(message))

    def send_sound(self, mulaw: bytes) -> None:
        """Send the customer's sound."""
        self._outgoing.put_sound(mulaw)

    @property
    def is_stuck(self) -> bool:
        """Whether sound waits that should have left two seconds ago."""
        return self._outgoing.is_stuck

    async def close(self) -> None:
        """Close the socket; one that does not answer is cut. Safe to call twice."""
        await end_tasks([] if self._sender is None else [self._sender], self._socket.close)

    async def _send(self) -> None:
        try:
            while True:
                waiting = await self._outgoing.next()
                if isinstance(waiting, bytes):
                    waiting = _APPEND % base64.b64encode(waiting).decode()
                await self._socket.send(waiting)
        except ConnectionClosed:
            # Whoever reads the socket learns it too, and tells the call.
            return

    async def _send_now(self, text: str) -> None:
        try:
            await self._socket.send(text)
        except ConnectionClosed as error:
            raise AgentUnreachableError("OpenAI closed the socket.") from error
