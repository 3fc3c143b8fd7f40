"""Customers are put through to staff over the real wire of the telephone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from servizio.agents.protocol import Agent
from servizio.agents.roster import Member
from servizio.calls.call_maker import NOBODY_THERE
from servizio.demo.phone import DialResult, Phone, PlacedCall
from servizio.settings import Settings
from servizio.store.records import MessageState
from tests.agents.cloud.shop_on_the_line import (
    CUSTOMER,
    GREETING,
    SHOP,
    ShopOnTheLine,
    shop_with,
    until,
)
from tests.calls.scene import ScriptedAgent

STAFF = "+14155550111"
HEARD_BY_STAFF = (
    "Order by phone: 1 taro milk tea. Reason: asked <for> a person & more."
    " Press any key to take the call."
)


@dataclass
class Counter:
    """A shop, and the agents that its calls were given, in order."""

    shop: ShopOnTheLine
    agents: list[ScriptedAgent]

    async def outcome(self, call_sid: str) -> str | None:
        call = await self.shop.store.call(call_sid)
        return None if call is None else call.outcome


@asynccontextmanager
async def counter(folder: Path, *, twilio: dict[str, str] | None = None) -> AsyncIterator[Counter]:
    agents: list[ScriptedAgent] = []

    def make() -> Agent:
        agents.append(ScriptedAgent())
        return cast("Agent", agents[-1])

    settings = Settings.model_validate({"shop": {"staff_phone": STAFF}, "twilio": twilio or {}})
    async with shop_with(folder, settings, Member("first", make, lambda: "ready")) as shop:
        yield Counter(shop, agents)


def phone(it: Counter, *results: DialResult) -> Phone:
    coming = list(results)
    return Phone(it.shop.url, CUSTOMER, SHOP, dial=lambda _number: coming.pop(0))


async def order_and_ask_for_a_person(it: Counter, line: PlacedCall) -> None:
    await until(lambda: bool(it.agents))
    await line.agent_speaks(10)
    call = it.shop.switchboard.live_call(line.call_sid)
    assert call is not None
    await call.tools.call("add_to_cart", {"item": "taro-milk-tea"})
    await call.tools.call("confirm_pending_to_cart", {})
    await call.tools.call("transfer_to_staff", {"reason": "asked <for> a person & more"})


@pytest.mark.parametrize(
    "status",
    [
        "no-answer",
        *(pytest.param(e, marks=pytest.mark.slow) for e in ("busy", "failed", "canceled")),
    ],
)
async def test_when_nobody_comes_the_agent_goes_on_with_the_order(
    tmp_path: Path, status: str
) -> None:
    async with counter(tmp_path) as it, phone(it, DialResult(status)).call() as line:
        await order_and_ask_for_a_person(it, line)
        await until(lambda: len(it.agents) == 2)
        await until(lambda: it.agents[1].brief is not None)
        brief = it.agents[1].brief
        assert brief is not None
        assert brief.apology == NOBODY_THERE
        assert (await brief.tools.call("checkout_order", {"phone": "555-123-4567"}))["ok"]
        await brief.tools.call("end_call", {})
        async with asyncio.timeout(20):
            await line.ended.wait()
        assert line.dialled == [STAFF]
        assert not line.protocol_errors
        call = await it.shop.store.call(line.call_sid)
        assert call is not None
        assert call.outcome == "completed"
        assert call.order_number is not None
        said = [turn.text for turn in call.turns if turn.role == "agent"]
        assert said[0] == GREETING
        assert NOBODY_THERE in said


async def test_a_voice_mail_that_answers_does_not_get_the_customer(tmp_path: Path) -> None:
    voice_mail = DialResult("completed", presses_key=False)
    async with counter(tmp_path) as it, phone(it, voice_mail).call() as line:
        await order_and_ask_for_a_person(it, line)
        await until(lambda: len(it.agents) == 2)
        assert line.whispered == [HEARD_BY_STAFF]
        assert not line.protocol_errors


async def test_a_person_who_comes_has_the_customer_and_the_call_is_over(tmp_path: Path) -> None:
    async with counter(tmp_path) as it:
        async with phone(it, DialResult()).call() as line:
            await order_and_ask_for_a_person(it, line)
            async with asyncio.timeout(20):
                await line.ended.wait()
        assert line.dialled == [STAFF]
        assert line.whispered == [HEARD_BY_STAFF]
        assert len(it.agents) == 1
        assert await it.outcome(line.call_sid) == "transferred"


async def test_staff_who_take_a_call_and_do_not_come_give_it_back(tmp_path: Path) -> None:
    async with counter(tmp_path) as it, phone(it, DialResult("no-answer")).call() as line:
        await until(lambda: bool(it.agents))
        await line.agent_speaks(10)
        call = it.shop.switchboard.live_call(line.call_sid)
        assert call is not None
        await call.transfer("staff took over")
        await until(lambda: len(it.agents) == 2)
        assert line.said == ["One moment please, I'll put you through."]
        await until(lambda: it.shop.switchboard.live_call(line.call_sid) is not None)


ACCOUNT = {"account_sid": "AC" + "0" * 32, "auth_token": "s3cret"}


async def test_a_customer_for_whom_nobody_comes_twice_leaves_a_message_and_staff_are_told(
    tmp_path: Path,
) -> None:
    coming = [DialResult("no-answer"), DialResult("completed", presses_key=False)]
    async with counter(tmp_path, twilio=ACCOUNT) as it:
        telephone = Phone(
            it.shop.url,
            CUSTOMER,
            SHOP,
            ACCOUNT["auth_token"],
            dial=lambda _number: coming.pop(0),
            message_seconds=23,
        )
        async with telephone.call() as line:
            await order_and_ask_for_a_person(it, line)
            await until(lambda: len(it.agents) == 2)
            await until(lambda: it.agents[1].brief is not None)
            again = it.shop.switchboard.live_call(line.call_sid)
            assert again is not None
            await again.tools.call("transfer_to_staff", {"reason": "asked again"})
            async with asyncio.timeout(30):
                await line.ended.wait()
        assert not line.protocol_errors
        assert line.dialled == [STAFF, STAFF]
        assert "leave a message after the tone" in line.said[-2]
        assert line.said[-1] == "Thank you. We will call you back. Goodbye."
        (message,) = await it.shop.store.voice_messages()
        assert (message.call_sid, message.phone, message.seconds) == (line.call_sid, CUSTOMER, 23)
        (text,) = await it.shop.store.messages()
        assert (text.to, text.state) == (STAFF, MessageState.PENDING)
        assert "(23 s)" in text.body
        assert "/barista/messages" in text.body
        await it.shop.switchboard.call_status(line.call_sid, "completed")
        assert await it.outcome(line.call_sid) == "missed"
