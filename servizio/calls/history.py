"""What happened in one call, written down while it goes on.

The call must not wait for the disk, so all writing is queued here and done in order by one
task. At the end the call waits until all of it is written.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from servizio.agents.protocol import Spoken
from servizio.errors import StoreError
from servizio.shop.order import Source
from servizio.shop.order_json import time_text
from servizio.store.interface import Store
from servizio.store.records import Direction, Role

Partial = dict[str, object]
"""Words that are still being spoken, in the shape of a `transcript` event."""

TRANSFERRED = "transferred"
"""Outcome of a call that a person took, or was to take."""
MISSED = "missed"
"""Outcome of a call that was to be taken by a person, and nobody came."""

MOST_UNWRITTEN = 200
"""Writes of a call that wait while the disk takes nothing; beyond that the oldest are lost."""

Write = Callable[[], Awaitable[object]]

log = logging.getLogger(__name__)


class CallHistory:
    """The transcript, the cart and the fate of one call. Lives on the event loop."""

    def __init__(
        self,
        store: Store,
        *,
        call_sid: str,
        phone: str | None,
        now: Callable[[], datetime],
        tell_partial: Callable[[Partial], None],
        started_at: datetime,
        direction: Direction = Direction.INBOUND,
        source: Source = Source.PHONE,
    ) -> None:
        self.call_sid = call_sid
        self.source = source
        """By which way the customer speaks."""
        self.phone = phone
        """The customer's number, E.164; `None` where it was withheld."""
        self.outcome = ""
        """How the call ended, once somebody has decided it: `completed`, `silent`, ..."""
        self.staff_wanted = False
        """Whether the customer is to be put through to a person after the stream."""
        self.staff_reason = ""
        """Why, in the words of an agent or of staff."""
        self.hand_over_announced = True
        """Whether the customer knows of that; not where staff took the call from the agent."""
        self.came_back = False
        """Whether nobody took it before: the next time there is a message after the tone."""
        self.may_come_back = False
        """Whether the stream is over and the call is not: the staff's telephone rings."""
        self.latency: Mapping[str, object] = {}
        """How quick the answers were, once the stream is over."""
        self.agents_failed: list[str] = []
        """Names of the agents that could not go on, in order."""
        self.end_is_written = False
        """Whether the store knows that the call is over: its texts leave with that."""
        self.agent: str | None = None
        """Name of the agent that holds the call."""
        self._store = store
        self._now = now
        self._tell_partial = tell_partial
        self._direction = direction
        self.started_at = started_at
        self._spoken: list[Spoken] = []
        self._has_order = False
        self._writes: asyncio.Queue[Write | None] = asyncio.Queue()
        self._unwritten: deque[Write] = deque(maxlen=MOST_UNWRITTEN)
        self._writer = self._start_writing()

    @property
    def greeted(self) -> bool:
        """Whether the customer has heard an agent."""
        return any(turn.role == Role.AGENT for turn in self._spoken)

    def said(self) -> tuple[Spoken, ...]:
        """The conversation so far, for an agent that takes over."""
        return tuple(self._spoken)

    def view(self) -> dict[str, object]:
        """The call as the API shows it."""
        return {
            "call_sid": self.call_sid,
            "direction": self._direction.value,
            "status": "in_progress",
            "agent": self.agent,
            "started_at": time_text(self.started_at),
            "ended_at": None,
            "from": self.phone,
        }

    def turn(self, role: Role, text: str, *, whole: bool = True) -> None:
        """Something was said, and by the agent also heard: all of it, or only these words."""
        if role is not Role.TOOL:
            self._spoken.append(Spoken(role.value, text))
        at = self._now()
        self._later(lambda: self._store.add_turn(self.call_sid, role, text, at=at, heard=whole))

    def customer_speaking(self, text: str) -> None:
        """The customer's words so far."""
        self._partial(Role.CUSTOMER, text)

    def agent_speaking(self, text: str) -> None:
        """A sentence that the customer is about to hear."""
        self._partial(Role.AGENT, text)

    def cart_changed(self, cart: Mapping[str, object]) -> None:
        """The cart or its staged lines are different now."""
        kept = dict(cart)
        self._later(lambda: self._store.set_cart(self.call_sid, kept))

    def agent_took_over(self, name: str) -> None:
        """This agent holds the call from now on."""
        self.agent = name
        self._later(
            lambda: self._store.update_call(self.call_sid, status="in_progress", agent=name)
        )

    def agent_failed(self, name: str) -> None:
        """This agent could not go on."""
        self.agents_failed.append(name)

    def hand_to_staff(self, reason: str, *, announced: bool = True) -> None:
        """The customer is to be put through to a person."""
        self.staff_wanted = True
        self.staff_reason = reason
        self.hand_over_announced = announced
        self.outcome = TRANSFERRED
        self.turn(Role.TOOL, f"put through to staff: {reason}")

    async def close(self, how: str, *, latency: Mapping[str, object]) -> None:
        """Write down the end after everything else. Texts leave with it.

        Where the store cannot write, `end_is_written` stays false: somebody has to try again.
        A call that is put through to staff has no end yet: it may come back (`come_back`).
        """
        self.outcome = self.outcome or {"stop": "hung_up", "closed": "dropped"}.get(how, how)
        self.latency = latency
        self.may_come_back = self.outcome == TRANSFERRED and how != "stop"
        self._writes.put_nowait(None)
        await self._writer
        if not self.may_come_back:
            await self._done(lambda: self._write_end(latency))
        log.info(
            "call_ended call=%s outcome=%s agent=%s failed=%s latency_ms=%s",
            self.call_sid,
            self.outcome,
            self.agent,
            ",".join(self.agents_failed) or "-",
            dict(latency),
        )

    def come_back(self) -> None:
        """Nobody took the call that was put through: it goes on."""
        self.staff_wanted = self.may_come_back = False
        self.came_back = True
        self.outcome = ""
        self.turn(Role.TOOL, "nobody took the call")
        self._writer = self._start_writing()

    def _start_writing(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._write(), name=f"history {self.call_sid}")

    async def _write_end(self, latency: Mapping[str, object]) -> None:
        await self._store.end_call(self.call_sid, outcome=self.outcome, latency_ms=latency)
        self.end_is_written = True

    def _partial(self, role: Role, text: str) -> None:
        self._tell_partial(
            {
                "call_sid": self.call_sid,
                "role": role.value,
                "text": text,
                "at": time_text(self._now()),
                "final": False,
            }
        )

    def _later(self, write: Write) -> None:
        self._writes.put_nowait(write)

    async def _write(self) -> None:
        while (write := await self._writes.get()) is not None:
            self._unwritten.append(write)
            await self.catch_up()

    async def catch_up(self) -> None:
        """Write what the store would not take before, the oldest first."""
        while self._unwritten:
            first = self._unwritten.popleft()
            if await self._done(first):
                continue
            # What is refused for its own sake must not hold up what comes after it.
            if not self._unwritten or not await self._done(self._unwritten[-1]):
                self._unwritten.appendleft(first)
                return
            self._unwritten.pop()

    async def _done(self, write: Write) -> bool:
        """Whether there is nothing more to do for it: it is written, or never can be."""
        try:
            await write()
        except StoreError as error:
            # The call goes on: an order that cannot be written is refused by its tool.
            log.error("history_not_written call=%s: %s", self.call_sid, error.message)
            return False
        except Exception:
            log.exception("history_not_written call=%s", self.call_sid)
        return True
