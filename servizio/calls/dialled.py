"""Calls that we place: asked for once, found again when the answer is lost, given up in time.

Every try has a token of its own. The telephone company brings it back with each of its
requests, so that a call whose number never reached us is known all the same, and nobody else
can make it talk.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from servizio.errors import TelephonyError
from servizio.telephony.placed_calls import CallOrder
from servizio.telephony.rest import CallCommand
from servizio.telephony.rest_errors import Certainty, TwilioError

LOOKS = (0.5, 1.5, 3.0)
"""Seconds before each look for a call whose answer was lost: it may take a while to be seen."""
REST = 1.0
"""Seconds until a call that was certainly not taken is asked for once more."""
LATE_SECONDS = 15.0
"""What may come after the ringing, or after the longest call, until it is given up."""

T = TypeVar("T")
"""What a call is about."""
log = logging.getLogger(__name__)


class Telephone(Protocol):
    """A telephone company that places calls. All methods raise `TelephonyError`."""

    async def place_call(self, order: CallOrder) -> str:
        """Ring somebody; gives the call's SID."""
        ...

    async def find_recent_call(
        self, to: str, since: datetime, known: Collection[str] = ...
    ) -> str | None:
        """The SID of a call that was placed to this number since then."""
        ...

    async def update_call(
        self, sid: str, *, twiml: str | None = None, status: CallCommand | str | None = None
    ) -> bool:
        """End a call. False: it was over already."""
        ...


@dataclass(slots=True, eq=False)
class Dialled:
    """A call that is being placed, rings or goes on."""

    to: str
    """E.164."""
    telephone: Telephone
    ring_seconds: int
    limit_seconds: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    call_sid: str = ""
    """Empty until it is known."""
    known: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it is."""
    answered: bool = False
    """Whether somebody, or a machine, took it."""
    over: bool = False

    def bind(self, call_sid: str) -> bool:
        """This is the call with that token. False: it is another one, so one too many."""
        if not self.call_sid:
            self.call_sid = call_sid
            self.known.set()
        return self.call_sid == call_sid


class DialledCalls(Generic[T]):
    """All of one kind, each with what it is about. Lives on the event loop."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._calls: dict[Dialled, T] = {}

    def add(self, call: Dialled, about: T) -> None:
        """Know this call from now on."""
        self._calls[call] = about

    def remove(self, call: Dialled) -> None:
        """Know it no more."""
        call.over = True
        self._calls.pop(call, None)

    def all(self) -> tuple[T, ...]:
        """What every call is about that is not over."""
        return tuple(self._calls.values())

    def find(self, token: str, call_sid: str) -> T | None:
        """What the call with this token is about, if this is that call; `None` for any other."""
        for call, about in self._calls.items():
            if hmac.compare_digest(call.token.encode(), token.encode()):
                return about if call.bind(call_sid) else None
        return None

    async def place(self, call: Dialled, order: CallOrder) -> None:
        """Ask for it; returns when it is certain that it was taken, and its SID known.

        Raises `TelephonyError` where it was not taken. A second try is
        made only when it is known that the first one came to nothing.
        """
        for last in (False, True):
            since = self._now()
            others = frozenset(each.call_sid for each in self._calls if each is not call)
            try:
                sid = await call.telephone.place_call(order)
                if not call.bind(sid):
                    # The first one was taken after all, and has spoken up meanwhile.
                    await _end(call.telephone, sid)
                return
            except TwilioError as error:
                if error.certainty is Certainty.AMBIGUOUS:
                    await self._look(call, since, others)
                if call.call_sid:
                    return
                if last or error.certainty is Certainty.PERMANENT:
                    raise
                log.warning("call_not_placed certainty=%s: %s", error.certainty, error.message)
                await asyncio.sleep(REST)

    async def _look(self, call: Dialled, since: datetime, others: frozenset[str]) -> None:
        """Find out whether a call was taken of which no answer came."""
        for pause in LOOKS:
            try:
                # A request of the company's about this call says it sooner than any look.
                async with asyncio.timeout(pause):
                    await call.known.wait()
                return
            except TimeoutError:
                pass
            try:
                found = await call.telephone.find_recent_call(call.to, since, others)
            except TelephonyError as error:
                log.warning("call_not_looked_for: %s", error.message)
                continue
            if found is not None:
                call.bind(found)
                return
        if not call.call_sid:
            log.warning("call_not_found_again")


async def hang_up(call: Dialled) -> None:
    """End a call that is not over, whatever it is doing."""
    if call.call_sid:
        await _end(call.telephone, call.call_sid)


async def _end(telephone: Telephone, call_sid: str) -> None:
    try:
        await telephone.update_call(call_sid, status=CallCommand.COMPLETED)
    except TelephonyError as error:
        log.warning("call_not_hung_up call=%s: %s", call_sid, error.message)
