"""Every live call of a server: taken in, found again, and ended with it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Self

from servizio.agents.roster import Roster
from servizio.agents.tools import Tools
from servizio.calls.admission import (
    Admission,
    AfterCall,
    Answer,
    CallTexts,
    IncomingCall,
    NextStep,
)
from servizio.calls.call import Call
from servizio.calls.call_maker import CallEvents, CallMaker
from servizio.calls.doorkeeper import DeclinedCalls, Doorkeeper
from servizio.calls.draining import drain
from servizio.calls.expected import ExpectedCalls
from servizio.calls.hand_over import HOLD_ON, NOT_NOW, HandOvers, step_after
from servizio.calls.history import TRANSFERRED, CallHistory, Partial
from servizio.calls.line import Line
from servizio.calls.owed_ends import OwedEnds
from servizio.calls.partials import Partials
from servizio.calls.state import Patience
from servizio.errors import StoreError, TelephonyError
from servizio.shop.availability import EVERYTHING, Availability, availability_from_json
from servizio.shop.order import Source
from servizio.shop.profile import ShopProfile
from servizio.shop.today import today_from_json
from servizio.store.interface import Store
from servizio.store.records import EventKind

RINGING_SECONDS = 10.0
"""How long a call may ring until an agent is ready; Twilio gives a webhook 15."""
BUSY = "I'm sorry, all our lines are busy. Please call again in a few minutes."
WRITING_SECONDS = 2.0
"""How long the end of a stream may take to be written until its call is asked for again."""
OWED_SECONDS = 5.0
"""Between two tries to write the end of a call that the store would not take."""
CALLS_REMEMBERED = 1000
"""Past calls whose end is still known."""
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Call statuses after which nothing comes (Twilio, "Call status")."""

log = logging.getLogger(__name__)


class Switchboard:
    """All calls of one server. An async context manager; lives on the event loop."""

    def __init__(
        self,
        *,
        shop: ShopProfile,
        store: Store,
        roster: Roster,
        texts: CallTexts,
        patience: Patience,
        max_calls: int,
        now: Callable[[], datetime],
        on_answer: Callable[[float], None] = lambda _seconds: None,
        on_end: Callable[[CallHistory], None] = lambda _history: None,
        on_handover: Callable[[str, str], None] = lambda _failed, _successor: None,
    ) -> None:
        self._store = store
        self._roster = roster
        self._max_calls = max_calls
        self._now = now
        self._on_end = on_end
        self._partials = Partials()
        self._maker = CallMaker(
            shop=shop,
            store=store,
            roster=roster,
            texts=texts,
            patience=patience,
            now=now,
            events=CallEvents(self._partials.tell, on_answer, on_handover, self._over),
        )
        self._calls: dict[str, Call] = {}
        self._after: dict[str, AfterCall] = {}
        self._past: deque[str] = deque(maxlen=CALLS_REMEMBERED)
        self._availability = EVERYTHING
        self._doorkeeper = Doorkeeper(shop, now)
        self._declined = DeclinedCalls[Admission](store)
        self._draining = False
        self._quiet = asyncio.Event()
        """Set, while the server drains, once no call rings, talks or may come back."""
        self._ends_owed = OwedEnds(store)
        loop_time = asyncio.get_running_loop().time
        self._expected = ExpectedCalls(loop_time, self._stream_never_came)
        self._hand_overs = HandOvers(loop_time, self._handed_over)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """End what a dead process left open, and begin to watch the shop."""
        await self._store.recover_calls()
        self._availability = Availability(await self._store.sold_out())
        self._doorkeeper.today = await self._store.today()
        self._tasks = [
            asyncio.create_task(self._watch_shop(), name="watch shop"),
            asyncio.create_task(self._write_owed_ends(), name="owed ends"),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.drain(0)
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("switchboard_task_died", exc_info=ended)
        self._hand_overs.give_up_all()
        await self._ends_owed.pay()

    # Calls come

    def accepting(self) -> bool:
        """Whether one more call can be taken now."""
        return (
            not self._draining
            and self._roster.available()
            and len(self._calls) + len(self._expected) + len(self._hand_overs) < self._max_calls
        )

    async def ring(self, incoming: IncomingCall) -> Admission:
        """A call rings: talk with it, or say why not. The same call twice gets the same token."""
        answer = self._standing_answer(incoming)
        # The customer hears it ring meanwhile, as in a shop where somebody is on the way.
        if answer is None and not await self._roster.wait_ready(RINGING_SECONDS):
            answer = Admission(Answer.UNAVAILABLE, "", NOT_NOW)
        # While it rang, the same call may have rung again and others may have come.
        answer = answer or self._standing_answer(incoming)
        if answer is not None:
            return await self._told(incoming, answer)
        expected = self._expected.expect(incoming, self._now())
        try:
            known = await self._store.start_call(
                incoming.call_sid, direction=incoming.direction, phone=incoming.from_number
            )
        except StoreError:
            self._expected.forget(incoming.call_sid)
            raise
        if known.ended_at is not None:
            # Over before this process began: somebody repeats a message that was overheard.
            self._expected.forget(incoming.call_sid)
            log.warning("call_rang_again call=%s", incoming.call_sid)
            return Admission(Answer.UNAVAILABLE, "", NOT_NOW)
        return Admission(Answer.TALK, expected.token, HOLD_ON)

    async def _told(self, incoming: IncomingCall, answer: Admission) -> Admission:
        """The answer to a call that gets no new place; where it is declined, written down."""
        sid = incoming.call_sid
        is_new = not (sid in self._calls or sid in self._past or self._declined.answer(sid))
        if answer.answer is Answer.TALK or not is_new:
            return answer
        return await self._declined.decline(
            sid, incoming.from_number, answer, outcome=answer.answer.value
        )

    def _standing_answer(self, incoming: IncomingCall) -> Admission | None:
        """The answer to a call that gets no new place; `None`: it may have one."""
        call_sid = incoming.call_sid
        if (known := self._expected.get(call_sid)) is not None:
            return Admission(Answer.TALK, known.token, HOLD_ON)
        if call_sid in self._calls or call_sid in self._past:
            # A call has one stream. Whoever asks for another repeats a message that was overheard.
            log.warning("call_rang_again call=%s", call_sid)
            return Admission(Answer.UNAVAILABLE, "", NOT_NOW)
        if (declined := self._declined.answer(call_sid)) is not None:
            return declined
        is_ours = incoming.errand is not None
        if not is_ours and (refused := self._doorkeeper.refusal(incoming.source)):
            return Admission(Answer(refused.why.value), "", refused.sentence)
        if self._draining or not self._roster.available():
            return Admission(Answer.UNAVAILABLE, "", NOT_NOW)
        return None if self.accepting() else Admission(Answer.BUSY, "", BUSY)

    async def connect(self, call_sid: str, token: str, line: Line) -> Call:
        """The stream of a call is there. Raises `TelephonyError` where no such call rang."""
        expected = self._expected.take(call_sid, token)
        if expected is None:
            raise TelephonyError("No such call is expected here.")
        before = self._hand_overs.take(call_sid)
        today, availability = self._doorkeeper.today, self._availability
        if before is None:
            call = self._maker.begin(expected, line, today=today, availability=availability)
        else:
            call = self._maker.go_on(before, line, today=today, availability=availability)
        self._calls[call_sid] = call
        self._after.pop(call_sid, None)
        call.start()
        return call

    # Calls go on

    def live_calls(self) -> tuple[Call, ...]:
        """All calls in progress."""
        return tuple(self._calls.values())

    def calls_of(self, phone: str | None) -> int:
        """How many telephone calls of this number ring or go on; `None`: of withheld ones."""
        rung = (call.history for call in self._calls.values())
        live = sum(each.phone == phone and each.source is Source.PHONE for each in rung)
        return live + self._expected.count(phone)

    def live_call(self, call_sid: str) -> Call | None:
        """A call in progress."""
        return self._calls.get(call_sid)

    def partials(self) -> AsyncIterator[Partial]:
        """Words as they are spoken, in all calls."""
        return self._partials.watch()

    def agents(self) -> Mapping[str, str]:
        """Every agent and whether it is `ready`, `loading` or `broken`."""
        return self._roster.states()

    def agent_faults(self) -> Mapping[str, str]:
        """Why agents are broken, by name."""
        return self._roster.reasons()

    async def _watch_shop(self) -> None:
        """Have every call know at once what staff change: sold out, a longer wait, hours."""
        kinds = {EventKind.MENU_CHANGED, EventKind.SHOP_CHANGED}
        async for event in self._store.listen(kinds=kinds):
            if event.kind is EventKind.SHOP_CHANGED:
                self._doorkeeper.today = today_from_json(event.payload)
            else:
                self._availability = availability_from_json(event.payload)
            for call in self._calls.values():
                if isinstance(call.tools, Tools):
                    call.tools.desk.today = self._doorkeeper.today
                    call.tools.desk.cart.availability = self._availability

    # Calls end

    def _over(self, call: Call) -> None:
        """A call has ended and all of it is written."""
        history = call.history
        self._calls.pop(call.call_sid, None)
        self._past.append(call.call_sid)
        if history.may_come_back:
            self._hand_overs.begin(call)
        else:
            if not history.end_is_written:
                self._ends_owed.owe(
                    call.call_sid, history.outcome, history.latency, history.catch_up
                )
            self._on_end(history)
        after = step_after(history)
        if after.step is not NextStep.HANG_UP:
            self._after[call.call_sid] = after
        while len(self._after) > CALLS_REMEMBERED:
            del self._after[next(iter(self._after))]
        self._settle()

    def after(self, call_sid: str) -> AfterCall:
        """The stream is over: what comes next. The same question twice, the same answer."""
        if (call := self._calls.get(call_sid)) is not None:
            # The question is quicker than the writing of the call's end.
            return step_after(call.history)
        if (known := self._after.get(call_sid)) is not None:
            return known
        if call_sid in self._expected:
            return AfterCall(NextStep.APOLOGISE, NOT_NOW)
        return AfterCall(NextStep.HANG_UP, "")

    async def after_staff(self, call_sid: str, *, taken: bool) -> Admission | None:
        """Staff were rung for this call: back to the agent unless they took it.

        `None`: they did, or there is no way back, as where nobody came before either. The
        same question twice, the same answer.
        """
        if (live := self._calls.get(call_sid)) is not None:
            # A telephone that is engaged may say so before the stream's end is written.
            await live.until_written(WRITING_SECONDS)
        if taken and not self._hand_overs.waits_for_key(call_sid):
            self.staff_took(call_sid)
            return None
        call = self._hand_overs.find(call_sid)
        if call is None or call.history.came_back or self._draining or not self._roster.available():
            self._hand_overs.missed(call_sid)
            self._settle()
            return None
        expected = self._expected.get(call_sid)
        if expected is None:
            incoming = IncomingCall(call_sid, call.history.phone, "")
            expected = self._expected.expect(incoming, call.history.started_at)
        return Admission(Answer.TALK, expected.token, NOT_NOW)

    def whisper(self, call_sid: str) -> str:
        """The staff's telephone was answered for this call: what they should know of it."""
        return self._hand_overs.whisper(call_sid)

    def staff_took(self, call_sid: str) -> None:
        """Staff pressed a key: the call is theirs."""
        self._hand_overs.over(call_sid)
        self._settle()

    def _handed_over(self, history: CallHistory) -> None:
        self._ends_owed.owe(
            history.call_sid, history.outcome or TRANSFERRED, history.latency, history.catch_up
        )
        self._on_end(history)

    async def call_status(self, call_sid: str, status: str) -> None:
        """The telephone company says how a call stands. A final status ends it here too."""
        if status not in FINAL:
            return
        self._expected.forget(call_sid)
        call = self._calls.get(call_sid)
        if call is not None:
            await call.line_closed("stop")
        else:
            if not self._hand_overs.over(call_sid):
                self._ends_owed.owe(call_sid, status.replace("-", "_"))
            await self._ends_owed.pay()
            self._settle()

    async def drain(self, seconds: float) -> None:
        """Take no more calls; give those that there are this long, then end them.

        A call that rang before may still bring its stream, until there is no time left to talk.
        """
        self._draining = True
        self._settle()
        await drain(self.live_calls, self._quiet, seconds, too_late=self._expected.close)

    def _settle(self) -> None:
        """Tell whoever drains, if nobody is left to wait for."""
        if self._draining and not (self._calls or self._expected or self._hand_overs):
            self._quiet.set()

    async def _write_owed_ends(self) -> None:
        """Write what could not be written when it happened: a text may be waiting for it."""
        while True:
            await asyncio.sleep(OWED_SECONDS)
            self._expected.give_up_late()
            self._hand_overs.give_up_late()
            self._settle()
            await self._ends_owed.pay()

    def _stream_never_came(self, call_sid: str) -> None:
        if not self._hand_overs.over(call_sid):
            self._ends_owed.owe(call_sid, "no_stream")
