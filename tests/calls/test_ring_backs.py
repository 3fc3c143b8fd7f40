"""A customer who is rung about an order: whatever fails meanwhile, the call has one end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import cast

import pytest

from servizio.agents.desk import CallControl
from servizio.agents.toolset import Toolset
from servizio.calls.dialled import LATE_SECONDS
from servizio.calls.outbound_parties import Ring
from servizio.calls.ring_backs import RingBacks
from servizio.calls.switchboard import OWED_SECONDS
from servizio.errors import StoreError
from servizio.shop.order import Order, OrderDraft, OrderStatus, Source
from servizio.store.interface import Store
from servizio.telephony.placed_calls import CallOrder
from tests.calls.paper_store import PaperStore
from tests.calls.scene import CALLING, ScriptedAgent, clock, member, open_switchboard
from tests.virtual_time import run_virtually

RING_SECONDS = 20
GIVEN_UP = RING_SECONDS + LATE_SECONDS


class Company:
    """A telephone company that rings and tells nothing more."""

    def __init__(self) -> None:
        self.placed: list[str] = []
        self.ended: list[str] = []

    async def place_call(self, order: CallOrder) -> str:
        self.placed.append(order.to)
        return f"CA{len(self.placed)}"

    async def find_recent_call(
        self, to: str, since: datetime, known: Collection[str] = ()
    ) -> str | None:
        raise AssertionError(f"{to} is looked for since {since}, besides {known}")

    async def update_call(
        self, sid: str, *, twiml: str | None = None, status: str | None = None
    ) -> bool:
        assert (twiml, status) == (None, "completed")
        self.ended.append(sid)
        return True


async def _no_tools(number: str, call_sid: str) -> Callable[[CallControl], Toolset]:
    raise AssertionError(f"nobody answers {call_sid}, about {number}")


@asynccontextmanager
async def shop(store: PaperStore) -> AsyncIterator[RingBacks]:
    async with (
        open_switchboard(store, member(ScriptedAgent())) as switchboard,
        RingBacks(cast("Store", store), switchboard, _no_tools, now=clock) as customers,
    ):
        yield customers


async def ring(customers: RingBacks, company: Company) -> str:
    price = Decimal("5.75")
    draft = OrderDraft((), price, Decimal(0), price, Source.PHONE, phone=CALLING)
    order = Order("4782", OrderStatus.READY, draft, clock(), clock(), 1)
    how = Ring(company, "https://shop.example", RING_SECONDS)
    return await customers.ring(order, CALLING, "It is ready for you.", how)


def test_a_call_of_which_nothing_is_told_is_given_up() -> None:
    async def story() -> None:
        store, company = PaperStore(), Company()
        async with shop(store) as customers:
            sid = await ring(customers, company)
            await asyncio.sleep(GIVEN_UP + 1)
            assert (company.ended, store.ends) == ([sid], [(sid, "no_answer")])

    run_virtually(story())


def test_a_full_disk_does_not_keep_a_customer_from_being_rung_again() -> None:
    async def story() -> None:
        store, company = PaperStore(), Company()
        async with shop(store) as customers:
            sid = await ring(customers, company)
            store.fault = StoreError("The disk is full.")
            await asyncio.sleep(GIVEN_UP + 1)
            assert store.ends == []
            store.fault = None
            assert await ring(customers, company) != sid
            await asyncio.sleep(OWED_SECONDS + 1)
            assert store.ends == [(sid, "no_answer")]

    run_virtually(story())


def test_a_call_that_cannot_be_written_down_is_hung_up_and_can_be_asked_for_again() -> None:
    async def story() -> None:
        store, company = PaperStore(), Company()
        async with shop(store) as customers:
            store.fault = StoreError("The disk is full.")
            with pytest.raises(StoreError):
                await ring(customers, company)
            assert company.ended == ["CA1"]
            store.fault = None
            await ring(customers, company)
            assert company.placed == [CALLING, CALLING]

    run_virtually(story())
