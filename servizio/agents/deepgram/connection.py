"""One session's socket: opened, settled, and written to without ever waiting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Self

from servizio.agents.cloud.live_socket import PING_SECONDS, LiveSocket
from servizio.agents.cloud.provider_text import one_line
from servizio.agents.cloud.refusals import DEEPGRAM
from servizio.agents.cloud.timers import Timers
from servizio.agents.deepgram.messages import Fault, SettingsApplied, Welcome, read
from servizio.agents.deepgram.plan import DeepgramPlan
from servizio.errors import (
    AgentError,
    AgentLostError,
    AgentRefusedError,
    AgentUnreachableError,
)

KEEP_ALIVE_SECONDS = 5.0
"""Of sending nothing; Deepgram gives a silent client up after ten."""
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

    def __init__(self, socket: LiveSocket) -> None:
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._timers = Timers(self._loop)
        self.listen = socket.listen
        """`LiveSocket.listen`, once the session is settled."""
        self.send_sound = socket.send_sound
        """`LiveSocket.send_sound`; an empty frame would end the recognition."""

    @classmethod
    async def open(cls, plan: DeepgramPlan, ping_seconds: float = PING_SECONDS) -> Self:
        """Connect. Raises `AgentError`, the more precise kinds of it where they are known."""
        return cls(
            await LiveSocket.open(
                DEEPGRAM,
                plan.url,
                f"Token {plan.api_key}",
                reason_header=REASON_HEADER,
                sound_bytes_per_second=96_000 if plan.encoding == "linear16" else 8000,
                ping_seconds=ping_seconds,
            )
        )

    async def settle(self, settings: Mapping[str, object]) -> str:
        """Send the settings and wait until they are in force. Returns the request's id."""
        request_id = ""
        is_welcome = False
        while (frame := await self._socket.next()) is not None:
            message = read(frame) if isinstance(frame, str) else None
            match message:
                case Welcome() if not is_welcome:
                    is_welcome = True
                    request_id = message.request_id
                    self._socket.send_now(json.dumps(settings))
                case SettingsApplied():
                    self._socket.begin()
                    self._keep_alive()
                    return request_id
                case Fault():
                    raise fault_error(message)
                case _:
                    pass
        raise AgentUnreachableError("Deepgram closed the socket before the session began.")

    def closed_error(self) -> AgentError:
        """Why the socket was closed, once it is."""
        if self._socket.answers_no_more:
            # Somebody has waited for long enough: no time is left for a second try.
            return AgentError("Deepgram answers no more.")
        return AgentLostError("Deepgram closed the socket.")

    def send(self, message: Mapping[str, object]) -> None:
        """Send a message behind everything that waits."""
        self._socket.send(json.dumps(message))

    @property
    def is_stuck(self) -> bool:
        """Whether sound waits that should have left two seconds ago."""
        return self._socket.is_stuck

    async def close(self) -> None:
        """Close the socket; one that does not answer is cut. Safe to call twice."""
        self._timers.close()
        await self._socket.close()

    def _keep_alive(self) -> None:
        quiet = self._loop.time() - self._socket.sent_at
        if quiet >= KEEP_ALIVE_SECONDS:
            self._socket.send(KEEP_ALIVE)
            quiet = 0.0
        self._timers.later(KEEP_ALIVE_SECONDS - quiet, self._keep_alive)


def fault_error(fault: Fault) -> AgentError:
    """An `Error` of Deepgram's as one of ours. Its text goes to the log, cut short."""
    kind = AgentLostError if fault.code in PASSING else AgentError
    kind = AgentRefusedError if fault.code in LASTING else kind
    return kind(f"Deepgram ended the session: {fault.code} {one_line(fault.text)}".strip())
