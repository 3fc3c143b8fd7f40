"""Tables that an agent reserves by telephone: each request is one call and has one end.

A request is written down before anybody is rung. Whatever happens then, an answer, no answer,
a machine, a lost message or the end of this server, ends in one result and one sentence.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from servizio.agents.desk import CallControl
from servizio.calls.admission import Admission, Answer, IncomingCall
from servizio.calls.dialled import LATE_SECONDS, Dialled, DialledCalls, hang_up
from servizio.calls.errand import Errand
from servizio.calls.history import CallHistory
from servizio.calls.outbound_parties import ConciergeWork, Lines, LiveCall, MakeConcierge, Ring
from servizio.calls.state import Patience
from servizio.calls.switchboard import FINAL
from servizio.errors import BookingError, StoreError, TelephonyError
from servizio.shop.reservation import BookingOutcome, BookingResult, ReservationRequest
from servizio.shop.reservation_texts import outcome
from servizio.store.interface import Store
from servizio.store.records import Booking, BookingStep, Direction

LIMIT_SECONDS = 180
"""How long a call may take, at the telephone company; the agent says goodbye before."""
FAREWELL_SECONDS = 15.0
PATIENCE = Patience(listening=6.0, silences=12, whole_call=LIMIT_SECONDS - FAREWELL_SECONDS)
"""Whoever is rung looks things up, and may ask us to hold on."""
TRIES = 5
"""To write down an end that the store would not take."""
TRY_SECONDS = 2.0
PEOPLE = frozenset({"human", "unknown", ""})
"""`AnsweredBy` of a call that goes on; all others are machines (Twilio, "AMD")."""
STOPPED = "this server was stopped"

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Table:
    """One request under way."""

    booking: Booking
    dialled: Dialled
    ring: Ring
    is_machine: bool = False
    work: ConciergeWork | None = None
    """The agent's tools, once there is a conversation."""
    told: BookingOutcome | None = None
    """What came of it, once that is known."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class OutboundCalls:
    """All calls for a table of one server. An async context manager; lives on the event loop."""

    def __init__(
        self,
        store: Store,
        switchboard: Lines,
        make_concierge: MakeConcierge,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._switchboard = switchboard
        self._make_concierge = make_concierge
        self._dialled = DialledCalls[_Table](now)
        self._writing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """End what a dead process left open."""
        for booking in await self._store.unfinished_bookings():
            lost = outcome(booking.wanted, BookingResult.FAILED, seen=STOPPED)
            await self._store.finish_booking(booking.id, lost)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for table in self._dialled.all():
            await hang_up(table.dialled)
            self._finish(table, BookingResult.FAILED, STOPPED)
        await asyncio.gather(*self._writing, return_exceptions=True)

    # Asking

    async def book(self, asked: str, wanted: ReservationRequest, phone: str, ring: Ring) -> Booking:
        """Ring this number for a table. Returns once it is written down.

        Raises `BookingError` where that number is being rung, or no agent can talk now.
        """
        if not self._switchboard.accepting():
            raise BookingError(
                "No agent can make a call now.", "All lines are busy, or the agents are loading."
            )
        booking = await self._store.begin_booking(asked, wanted, phone)
        if booking is None:
            raise BookingError(
                f"{wanted.place} is being rung at this moment.", "Wait until that call is over."
            )
        dialled = Dialled(phone, ring.telephone, ring.ring_seconds, LIMIT_SECONDS)
        table = _Table(booking, dialled, ring)
        self._dialled.add(dialled, table)
        self._begin(table, self._place(table), "place")
        return booking

    async def _place(self, table: _Table) -> None:
        try:
            await self._dialled.place(table.dialled, table.ring.order(table.dialled))
        except TelephonyError as error:
            log.warning("call_not_placed code=%s: %s", error.code, error.message)
            self._finish(table, BookingResult.FAILED, error.message)
            return
        await self._rings(table)
        await self._watch(table)

    async def _rings(self, table: _Table) -> None:
        """The telephone company has taken the call."""
        sid = table.dialled.call_sid
        if table.dialled.over:
            return
        try:
            await self._store.start_call(sid, direction=Direction.OUTBOUND, phone=table.dialled.to)
            if not table.dialled.answered:
                await self._store.move_booking(table.booking.id, BookingStep.RINGING, call_sid=sid)
        except StoreError as error:
            log.error("ringing_not_written call=%s: %s", sid, error.message)

    async def _watch(self, table: _Table) -> None:
        """Give up a call of which nothing more is told: messages are lost, too."""
        await asyncio.sleep(table.dialled.ring_seconds + LATE_SECONDS)
        if not table.dialled.answered:
            await hang_up(table.dialled)
            await self._switchboard.call_status(table.dialled.call_sid, "no-answer")
            self._finish(table, BookingResult.NO_ANSWER)
            return
        await asyncio.sleep(table.dialled.limit_seconds)
        await hang_up(table.dialled)
        self._finish(table, BookingResult.FAILED, "nothing more was heard of the call")

    # What the telephone company tells

    async def answered(self, token: str, call_sid: str, answered_by: str = "") -> Admission | None:
        """Somebody took the call. `None`: no such call is ours, or it is over."""
        table = self._dialled.find(token, call_sid)
        if table is None:
            return None
        table.dialled.answered = True
        if answered_by not in PEOPLE:
            table.is_machine = True
            if not table.ring.leaves_message:
                return None
        errand = Errand(
            make_tools=lambda control: self._concierge(table, call_sid, control),
            closing=lambda history: self._talked(table, history),
            over=lambda: self._close(table),
            patience=PATIENCE,
        )
        incoming = IncomingCall(call_sid, table.dialled.to, "", errand=errand)
        admission = await self._switchboard.ring(incoming)
        if admission.answer is not Answer.TALK:
            self._finish(table, BookingResult.FAILED, "no agent could talk at that moment")
            return None
        try:
            await self._store.move_booking(table.booking.id, BookingStep.TALKING, call_sid=call_sid)
        except StoreError as error:
            # Somebody is on the line: that comes first.
            log.error("talking_not_written call=%s: %s", call_sid, error.message)
        return admission

    async def machine(self, token: str, call_sid: str, answered_by: str) -> None:
        """It was found out who answered, while the call goes on."""
        table = self._dialled.find(token, call_sid)
        if table is None or answered_by in PEOPLE:
            return
        table.is_machine = True
        call = self._switchboard.live_call(call_sid)
        if call is not None and not table.ring.leaves_message and not _is_decided(call):
            await call.hang_up("voicemail")

    async def status(self, token: str, call_sid: str, status: str) -> None:
        """The call rings, was answered, or is over. Repeats, and old news, do no harm."""
        table = self._dialled.find(token, call_sid)
        if table is None:
            return
        if status not in FINAL:
            if status in {"initiated", "queued", "ringing"}:
                await self._rings(table)
            return
        await self._switchboard.call_status(call_sid, status)
        if status == "busy":
            self._finish(table, BookingResult.NO_ANSWER, "the line was busy")
        elif status == "no-answer" or (status == "canceled" and not table.dialled.answered):
            self._finish(table, BookingResult.NO_ANSWER)
        elif table.is_machine:
            self._finish(table, BookingResult.VOICEMAIL)
        else:
            why = "the call broke off" if table.dialled.answered else "the number was not reached"
            self._finish(table, BookingResult.FAILED, why)

    # The end

    def _concierge(self, table: _Table, call_sid: str, control: CallControl) -> ConciergeWork:
        table.work = self._make_concierge(table.booking.wanted, call_sid, control)
        return table.work

    def _talked(self, table: _Table, history: CallHistory) -> None:
        """The conversation is over: its call ends with the word for what came of it."""
        if table.work is None:
            return
        # Nobody on this side has ended it, so the other side has.
        told = table.work.outcome_at_end(hung_up=not history.outcome)
        if table.is_machine and told.result is not BookingResult.CONFIRMED:
            told = outcome(table.booking.wanted, BookingResult.VOICEMAIL)
        table.told = told
        if told.result is not BookingResult.FAILED:
            history.outcome = told.result.value

    def _finish(self, table: _Table, result: BookingResult, seen: str = "") -> None:
        """The call came to this end without a conversation that says more."""
        table.told = table.told or outcome(table.booking.wanted, result, seen=seen)
        self._close(table)

    def _close(self, table: _Table) -> None:
        if table.dialled.over or table.told is None:
            return
        self._dialled.remove(table.dialled)
        log.info("booking_over id=%d result=%s", table.booking.id, table.told.result)
        task = asyncio.create_task(self._write(table.booking.id, table.told), name="booking over")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        here = asyncio.current_task()
        for each in table.tasks:
            if each is not here:
                each.cancel()

    async def _write(self, booking_id: int, told: BookingOutcome) -> None:
        for _ in range(TRIES):
            try:
                await self._store.finish_booking(booking_id, told)
                return
            except StoreError as error:
                log.error("booking_not_written id=%d: %s", booking_id, error.message)
                await asyncio.sleep(TRY_SECONDS)

    def _begin(self, table: _Table, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=f"booking {name}")
        table.tasks.append(task)
        task.add_done_callback(_report)


def _is_decided(call: LiveCall) -> bool:
    """Whether the restaurant has said yes already: then it was no machine after all."""
    booking = call.view().get("booking")
    return isinstance(booking, dict) and bool(booking.get("result"))


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("booking_task_died name=%s", task.get_name(), exc_info=task.exception())
