"""Customers whom an agent rings about their order: it is ready, something of it is sold out.

The agent has the tools of every call, over the order as it stands: what the customer agrees to
changes that order, with all rules and texts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from servizio.agents.desk import CallControl
from servizio.agents.toolset import Toolset
from servizio.calls.admission import Admission, Answer, IncomingCall
from servizio.calls.dialled import LATE_SECONDS, Dialled, DialledCalls, hang_up
from servizio.calls.errand import Errand
from servizio.calls.outbound import FAREWELL_SECONDS, LIMIT_SECONDS, PEOPLE
from servizio.calls.outbound_parties import Lines, Ring
from servizio.calls.state import Patience
from servizio.calls.switchboard import FINAL
from servizio.errors import AgentError
from servizio.shop.order import Order
from servizio.store.interface import Store
from servizio.store.records import Direction

log = logging.getLogger(__name__)


class MakeOrderTools(Protocol):
    """Makes the tools of a call about an order, as order and shop are when it is answered."""

    async def __call__(self, number: str, call_sid: str) -> Callable[[CallControl], Toolset]:
        """What makes the tools of this call. May raise `OrderError` and `StoreError`."""
        ...


@dataclass(slots=True, eq=False)
class _Customer:
    """One customer who is rung."""

    order: Order
    dialled: Dialled
    sentence: str
    watch: asyncio.Task[None] | None = None


class RingBacks:
    """All customers who are rung. An async context manager; lives on the event loop."""

    def __init__(
        self,
        store: Store,
        switchboard: Lines,
        make_tools: MakeOrderTools,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._switchboard = switchboard
        self._make_tools = make_tools
        self._dialled = DialledCalls[_Customer](now)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for customer in self._dialled.all():
            await hang_up(customer.dialled)
            self._forget(customer)

    async def ring(self, order: Order, phone: str, sentence: str, ring: Ring) -> str:
        """Ring this customer; `sentence` is the first that is said. Gives the call's SID.

        Raises `AgentError` where no agent can talk now or the customer is being rung,
        `TelephonyError` where the call was not taken, and `StoreError` where it cannot be
        written down: then it is hung up.
        """
        if not self._switchboard.accepting():
            raise AgentError("No agent can make a call now.", "All lines are busy, or loading.")
        if any(each.dialled.to == phone for each in self._dialled.all()):
            raise AgentError("This customer is being rung.", "Wait until that call is over.")
        dialled = Dialled(phone, ring.telephone, ring.ring_seconds, LIMIT_SECONDS)
        customer = _Customer(order, dialled, sentence)
        self._dialled.add(dialled, customer)
        try:
            await self._dialled.place(dialled, ring.order(dialled))
            await self._write_down(dialled.call_sid, order, phone)
        except BaseException:
            self._forget(customer)
            await hang_up(dialled)
            raise
        if not dialled.over:
            customer.watch = asyncio.create_task(self._watch(customer), name="ring back")
        return dialled.call_sid

    async def _write_down(self, call_sid: str, order: Order, phone: str) -> None:
        await self._store.start_call(call_sid, direction=Direction.OUTBOUND, phone=phone)
        await self._store.update_call(call_sid, order_number=order.number)

    async def _watch(self, customer: _Customer) -> None:
        """Give up a call of which nothing more is told."""
        await asyncio.sleep(customer.dialled.ring_seconds + LATE_SECONDS)
        if customer.dialled.answered:
            await asyncio.sleep(customer.dialled.limit_seconds)
        await hang_up(customer.dialled)
        status = "completed" if customer.dialled.answered else "no-answer"
        await self._switchboard.call_status(customer.dialled.call_sid, status)
        self._forget(customer)

    async def answered(self, token: str, call_sid: str, answered_by: str = "") -> Admission | None:
        """The customer took the call. `None`: no such call is ours, or it is over."""
        customer = self._dialled.find(token, call_sid)
        if customer is None or answered_by not in PEOPLE:
            return None
        customer.dialled.answered = True
        make_tools = await self._make_tools(customer.order.number, call_sid)
        errand = Errand(
            make_tools=make_tools,
            closing=lambda _history: None,
            over=lambda: self._forget(customer),
            patience=Patience(whole_call=LIMIT_SECONDS - FAREWELL_SECONDS),
            greeting=customer.sentence,
        )
        incoming = IncomingCall(call_sid, customer.dialled.to, "", errand=errand)
        admission = await self._switchboard.ring(incoming)
        return admission if admission.answer is Answer.TALK else None

    async def machine(self, token: str, call_sid: str, answered_by: str) -> None:
        """It was found out who answered: a machine is hung up on."""
        if answered_by in PEOPLE or self._dialled.find(token, call_sid) is None:
            return
        call = self._switchboard.live_call(call_sid)
        if call is not None:
            await call.hang_up("voicemail")

    async def status(self, token: str, call_sid: str, status: str) -> None:
        """The call rings, was answered, or is over."""
        customer = self._dialled.find(token, call_sid)
        if customer is not None and status in FINAL:
            await self._switchboard.call_status(call_sid, status)
            self._forget(customer)

    def _forget(self, customer: _Customer) -> None:
        self._dialled.remove(customer.dialled)
        if customer.watch is not None and customer.watch is not asyncio.current_task():
            customer.watch.cancel()
