"""The telephone company's side of a call that the shop places: it rings somebody, and reports.

What the shop asked for (`CallForm`) is carried out as Twilio does: a status callback for each
step, the instructions once somebody has answered, the verdict on who it was while the call
goes on, and an end after so many seconds at the latest.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Protocol

import aiohttp

from servizio.demo.phone import PlacedCall
from servizio.demo.phone_exchange import Exchange
from servizio.demo.phone_line import LineError
from servizio.demo.phone_plan import CallPlan, DialResult
from servizio.demo.phone_webhooks import UpgradeSigning, Webhooks, voice_fields

RING_SECONDS = 1.5
"""Until somebody takes the receiver off."""
VERDICT_SECONDS = 2.5
"""Until it is known whether that was a person."""
LATE_SECONDS = 3.0
"""How long the far end may take to put its things away."""


@dataclass(frozen=True, slots=True)
class CallForm:
    """What the shop asked for."""

    to: str
    from_number: str
    url: str
    status_url: str
    events: frozenset[str]
    machine_url: str
    """Told who answered; blank: nobody finds out."""
    ring_seconds: float
    limit_seconds: float


class FarEnd(Protocol):
    """Somebody who is rung."""

    answers: bool
    """Whether anybody takes the call."""
    is_busy: bool
    is_machine: bool

    async def ready(self) -> None:
        """Until the call can be taken."""
        ...

    def listen(self, mulaw: bytes) -> None:
        """Hear 20 ms of the line."""
        ...

    async def talk(self, line: PlacedCall) -> None:
        """Hold the far end's side. Raises `LineError` when the call is over."""
        ...


@dataclass(frozen=True, slots=True)
class Shop:
    """Where the shop is, and how its webhooks are signed."""

    base_url: str
    public_url: str
    auth_token: str
    account_sid: str


class RungCall:
    """One call. `run` carries it to its end; all else may be asked at any time."""

    def __init__(
        self,
        call_sid: str,
        form: CallForm,
        shop: Shop,
        far_end: FarEnd,
        *,
        clock: Callable[[], float],
        randomness: random.Random,
    ) -> None:
        self.call_sid = call_sid
        self.form = form
        self.status = "queued"
        """In the words of the REST API."""
        self.made_at = datetime.now(UTC)
        self.line: PlacedCall | None = None
        """Once somebody has answered."""
        self._shop = shop
        self._far_end = far_end
        self._clock = clock
        self._randomness = randomness
        self._told = 0
        self._given_up = asyncio.Event()
        self._exchange: Exchange | None = None

    def complete(self) -> None:
        """End it, as `Status=completed` does."""
        self._given_up.set()
        if self._exchange is not None:
            self._exchange.complete()

    async def run(self) -> None:
        """Ring, connect, and tell the shop of each step."""
        async with aiohttp.ClientSession() as session:
            webhooks = Webhooks(
                session,
                base_url=self._shop.base_url,
                public_url=self._shop.public_url,
                auth_token=self._shop.auth_token,
                randomness=self._randomness,
            )
            await self._step(webhooks, "initiated", "initiated")
            if self._far_end.is_busy:
                await self._step(webhooks, "completed", "busy")
                return
            await self._step(webhooks, "ringing", "ringing")
            if not await self._is_answered():
                gone = "canceled" if self._given_up.is_set() else "no-answer"
                await self._step(webhooks, "completed", gone)
                return
            await self._step(webhooks, "answered", "in-progress")
            await self._connect(webhooks)

    async def _is_answered(self) -> bool:
        """Let it ring. False: nobody took it in time, or it was given up."""
        if not self._far_end.answers:
            await self._wait_given_up(self.form.ring_seconds)
            return False
        ready = asyncio.create_task(self._far_end.ready(), name="far end")
        await self._wait_given_up(RING_SECONDS)
        giving_up = asyncio.create_task(self._given_up.wait(), name="given up")
        waits: set[asyncio.Task[None] | asyncio.Task[bool]] = {ready, giving_up}
        await asyncio.wait(
            waits,
            timeout=max(0.0, self.form.ring_seconds - RING_SECONDS),
            return_when=asyncio.FIRST_COMPLETED,
        )
        is_there = ready.done() and not self._given_up.is_set()
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        return is_there

    async def _wait_given_up(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._given_up.wait()

    async def _connect(self, webhooks: Webhooks) -> None:
        origin = self._clock()

        def clock() -> float:
            return self._clock() - origin

        line = self.line = PlacedCall(
            call_sid=self.call_sid,
            clock=clock,
            background=b"",
            speaker=self._far_end.listen,
        )
        line.exchange = self._exchange = Exchange(
            line, self._plan(), webhooks, clock, self._randomness
        )
        others = [
            asyncio.create_task(self._talk(line), name="far end talks"),
            asyncio.create_task(self._tell_who(webhooks), name="who answered"),
        ]
        limit = asyncio.get_running_loop().call_later(
            self.form.limit_seconds, self._exchange.complete
        )
        try:
            await self._exchange.run()
        finally:
            limit.cancel()
            self.status = "completed"
            await asyncio.wait(others, timeout=LATE_SECONDS)
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    async def _talk(self, line: PlacedCall) -> None:
        with suppress(LineError, TimeoutError):
            await self._far_end.talk(line)
        await line.hang_up()

    async def _tell_who(self, webhooks: Webhooks) -> None:
        if not self.form.machine_url:
            return
        await asyncio.sleep(VERDICT_SECONDS)
        who = "machine_start" if self._far_end.is_machine else "human"
        fields = self._fields() | {"AnsweredBy": who, "MachineDetectionDuration": "2500"}
        await webhooks.ask(self.form.machine_url, fields)

    async def _step(self, webhooks: Webhooks, event: str, status: str) -> None:
        self.status = status
        number, self._told = self._told, self._told + 1
        if not self.form.status_url or event not in self.form.events:
            return
        fields = self._fields() | {
            "Timestamp": format_datetime(datetime.now(UTC)),
            "SequenceNumber": str(number),
            "CallbackSource": "call-progress-events",
        }
        if event == "completed":
            fields |= {"CallDuration": "0", "Duration": "0"}
        await webhooks.ask(self.form.status_url, fields)

    def _fields(self) -> dict[str, str]:
        return voice_fields(
            call_sid=self.call_sid,
            account_sid=self._shop.account_sid,
            from_number=self.form.from_number,
            to_number=self.form.to,
            status=self.status,
            direction="outbound-api",
        )

    def _plan(self) -> CallPlan:
        return CallPlan(
            from_number=self.form.from_number,
            to_number=self.form.to,
            account_sid=self._shop.account_sid,
            voice_url=self.form.url,
            fallback_url="",
            status_url=self.form.status_url,
            method="POST",
            upgrade_signing=UpgradeSigning.EXACT,
            deliver_twice=False,
            verbs_take_time=False,
            start_after=0.0,
            dial=lambda _number: DialResult("failed"),
            is_outbound=True,
            steps_told=self._told,
        )
