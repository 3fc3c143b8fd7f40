"""Whatever happens to orders in whatever order, the journal tells the same story."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from servizio.errors import OrderError
from servizio.shop.order import FORWARD, OrderStatus
from servizio.store.records import EventKind, MessageKind, MessageState
from servizio.store.sqlite import SqliteStore
from tests.store.scene import (
    StandingClock,
    counting_numbers,
    draft,
    ready_text,
    received_text,
    states,
)

CALLS = st.sampled_from(["CA1", "CA2", "CA3"])
LEFT = {MessageState.SENT}


class AnyDay(RuleBasedStateMachine):
    """Customers ring, change their minds and hang up; staff press every key."""

    @initialize()
    def open_shop(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.store = SqliteStore(
            Path(self.folder.name) / "shop.db",
            clock=StandingClock(),
            pick_number=counting_numbers(),
            ready_text=ready_text,
        )
        self.runner.run(self.store.open())
        self.status: dict[str, OrderStatus] = {}
        self.before: dict[str, OrderStatus | None] = {}
        self.quantity: dict[str, int] = {}
        self.refused: set[str] = set()
        """Calls whose order staff cancelled last."""
        self.left: set[str] = set()

    @rule(call=CALLS)
    def ring(self, call: str) -> None:
        self.runner.run(self.store.start_call(call))

    @rule(call=CALLS)
    def hang_up(self, call: str) -> None:
        self.runner.run(self.store.end_call(call, outcome="hung_up"))

    @rule(call=CALLS, quantity=st.integers(1, 2))
    def order(self, call: str, quantity: int) -> None:
        now = self.status.get(call)
        same = self.quantity.get(call) == quantity
        wanted = draft(call, quantity=quantity)
        made = now in {OrderStatus.READY, OrderStatus.PICKED_UP}
        refused = now is OrderStatus.CANCELLED and call in self.refused
        try:
            self.runner.run(self.store.place_order(wanted, actor="agent", text=received_text))
        except OrderError:
            assert refused or (made and not same)
            return
        assert not refused
        assert same or not made
        if now in {None, OrderStatus.CANCELLED}:
            self.status[call], self.before[call] = OrderStatus.RECEIVED, now
        self.quantity[call] = quantity

    @rule(call=CALLS)
    def change_mind(self, call: str) -> None:
        now = self.status.get(call)
        if now is None:
            return
        try:
            self.runner.run(self.store.cancel_order(self.number(call), actor="customer"))
        except OrderError:
            assert now not in {OrderStatus.RECEIVED, OrderStatus.CANCELLED}
            return
        if now is not OrderStatus.CANCELLED:
            self.status[call], self.before[call] = OrderStatus.CANCELLED, now
            self.refused.discard(call)

    @rule(call=CALLS, wanted=st.sampled_from(OrderStatus))
    def press(self, call: str, wanted: OrderStatus) -> None:
        if call not in self.status:
            return
        now, before = self.status[call], self.before[call]
        allowed = wanted in FORWARD[now] or (wanted is before and wanted is not now)
        number = self.number(call)
        try:
            self.runner.run(self.store.set_status(number, wanted, actor="staff"))
        except OrderError:
            assert not allowed
            return
        assert allowed
        self.status[call], self.before[call] = wanted, now
        if wanted is OrderStatus.CANCELLED:
            self.refused.add(call)

    @rule()
    def send_what_is_pending(self) -> None:
        async def send() -> None:
            lease = timedelta(seconds=60)
            for message in await self.store.claim_messages(
                {MessageKind.SMS}, limit=99, lease=lease
            ):
                assert message.key not in self.left, "left twice"
                self.left.add(message.key)
                await self.store.finish_message(message, MessageState.SENT)

        self.runner.run(send())

    def number(self, call: str) -> str:
        order = self.runner.run(self.store.latest_order_of_call(call))
        assert order is not None
        return order.number

    @invariant()
    def the_journal_tells_the_same(self) -> None:
        for call, status in getattr(self, "status", {}).items():
            order = self.runner.run(self.store.latest_order_of_call(call))
            assert order is not None
            assert order.status is status
            assert order.draft.lines[0].quantity == self.quantity[call]
            history = self.runner.run(self.store.order_history(order.number))
            steps = [event for event in history if event.to_status]
            assert steps[-1].to_status == status
            for one, next_one in pairwise(steps):
                assert next_one.from_status == one.to_status
            changes = sum(event.kind is EventKind.ORDER_UPDATED for event in history)
            assert order.revision == 1 + changes
            assert history[-1].payload["order"]["status"] == status  # type: ignore[index]

    @invariant()
    def texts_fit_the_orders(self) -> None:
        for call, status in getattr(self, "status", {}).items():
            kept = self.runner.run(states(self.store, self.number(call)))
            if status is OrderStatus.READY:
                assert kept["ready"] in {MessageState.PENDING} | LEFT
            elif status is not OrderStatus.PICKED_UP:
                assert kept.get("ready") != MessageState.PENDING
            if status is OrderStatus.CANCELLED:
                assert set(kept.values()) <= {MessageState.WITHDRAWN} | LEFT

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.store.close())
            self.runner.close()
            self.folder.cleanup()


AnyDay.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestAnyDay = AnyDay.TestCase
