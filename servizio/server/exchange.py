"""What the server needs of the calls room: a switchboard, and the calls it holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from servizio.calls.admission import Admission, AfterCall, IncomingCall
from servizio.calls.line import Line


class LiveCall(Protocol):
    """A call in progress. Nothing here but the coroutines may wait."""

    @property
    def call_sid(self) -> str:
        """The telephone company's name for the call."""
        ...

    def hear(self, mulaw: bytes) -> None:
        """Take the customer's sound: mu-law, 8000 Hz."""
        ...

    def press(self, digit: str) -> None:
        """Take a key of the customer's telephone."""
        ...

    def marked(self, name: str) -> None:
        """Take the echo of a mark."""
        ...

    async def line_closed(self, how: str) -> None:
        """End the call; `how` is `stop`, `closed` or `error`. Returns when all is written."""
        ...

    def view(self) -> dict[str, object]:
        """The call as the API shows it, without its transcript."""
        ...

    async def hang_up(self, outcome: str = ...) -> None:
        """End the call, by default as staff do."""
        ...

    async def say(self, text: str) -> None:
        """Staff have the agent say something."""
        ...

    async def transfer(self, reason: str) -> None:
        """Staff take over on the shop's telephone."""
        ...


class Exchange(Protocol):
    """The switchboard of a server."""

    async def ring(self, incoming: IncomingCall) -> Admission:
        """Decide what becomes of a call that comes in."""
        ...

    async def connect(self, call_sid: str, token: str, line: Line) -> LiveCall:
        """Begin the call on a stream. Raises `TelephonyError` for an unknown or used token."""
        ...

    def after(self, call_sid: str) -> AfterCall:
        """What the telephone company shall do now that the stream is over."""
        ...

    async def after_staff(self, call_sid: str, *, taken: bool) -> Admission | None:
        """Staff were rung. An admission: the call goes back to the agent."""
        ...

    def whisper(self, call_sid: str) -> str:
        """The staff's telephone was answered: what the call is about; empty: unknown."""
        ...

    def staff_took(self, call_sid: str) -> None:
        """Staff pressed a key: the call is theirs."""
        ...

    async def call_status(self, call_sid: str, status: str) -> None:
        """Learn from the telephone company where a call stands."""
        ...

    def live_calls(self) -> Sequence[LiveCall]:
        """The calls in progress."""
        ...

    def live_call(self, call_sid: str) -> LiveCall | None:
        """One call in progress."""
        ...

    def calls_of(self, phone: str | None) -> int:
        """How many telephone calls of this number ring or go on; `None`: of withheld ones."""
        ...

    def accepting(self) -> bool:
        """Whether one more call would be taken."""
        ...

    async def drain(self, seconds: float) -> None:
        """Take no new calls; wait for the live ones, at most so long, then end them."""
        ...

    def agents(self) -> Mapping[str, str]:
        """Agents by name: `ready`, `loading` or `broken`."""
        ...

    def agent_faults(self) -> Mapping[str, str]:
        """Why agents are broken, in sentences for staff, by name."""
        ...

    def partials(self) -> AsyncIterator[Mapping[str, object]]:
        """Words that are still being spoken, as payloads of the event `transcript`."""
        ...
