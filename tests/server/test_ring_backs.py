"""An agent rings a customer about an order, as staff ask it to."""

from __future__ import annotations

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from servizio.agents.tools import Tools
from servizio.store.records import EventKind
from tests.agents.local.conversation import Control
from tests.server.conftest import Shop, running_shop
from tests.server.test_callback import CUSTOMER, order_of, settings
from tests.server.test_outbound import Restaurant
from tests.standins.twilio_api import TwilioApi
from tests.standins.twilio_faults import Refuse


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    async with TwilioApi() as api:
        yield api


@pytest.fixture
async def shop(tmp_path: Path, api: TwilioApi) -> AsyncIterator[Shop]:
    # The agent rings: the shop's own telephone has no part in it.
    async with running_shop(tmp_path, environment=settings(api, shop={})) as running:
        yield running


class Customer(Restaurant):
    """Somebody who is rung back."""


async def ring(shop: Shop, api: TwilioApi, number: str, **body: object) -> Customer:
    url, given = "/api/calls", {"order_number": number, "purpose": "ready"} | body
    status, answer = await shop.post(url, given)
    assert status == 201, answer
    assert isinstance(answer, dict)
    return Customer(shop, api.requests[-1], str(answer["call_sid"]))


async def test_the_customer_is_rung_and_the_agents_first_words_say_why(
    shop: Shop, api: TwilioApi
) -> None:
    number = await order_of(shop)
    customer = await ring(shop, api, number)
    assert customer.asked["To"] == CUSTOMER
    document = await customer.answers()
    assert document.find("Connect/Stream") is not None
    assert _action(document).endswith("/voice/after")
    errand = shop.switchboard.rung[0].errand
    assert errand is not None
    assert "It is ready for you." in errand.greeting
    _, call = await shop.get(f"/calls/{customer.sid}")
    assert isinstance(call, dict)
    assert (call["direction"], call["order_number"]) == ("outbound", number)
    kinds = [event.kind for event in await shop.store.events_after(0)]
    assert EventKind.CALLBACK_STARTED in kinds


async def test_staff_word_what_the_customer_is_told(shop: Shop, api: TwilioApi) -> None:
    number = await order_of(shop)
    words = "You left your  <umbrella> here."
    customer = await ring(shop, api, number, purpose="message", message=words)
    await customer.answers()
    errand = shop.switchboard.rung[0].errand
    assert errand is not None
    assert errand.greeting.endswith("You left your <umbrella> here.")


async def test_what_is_sold_out_of_the_order_is_named(shop: Shop, api: TwilioApi) -> None:
    number = await order_of(shop)
    status, answer = await shop.post("/api/calls", {"order_number": number, "purpose": "sold_out"})
    assert (status, api.requests) == (409, []), answer
    await shop.store.set_sold_out("taro-milk-tea", True, actor="staff")
    customer = await ring(shop, api, number, purpose="sold_out")
    await customer.answers()
    errand = shop.switchboard.rung[0].errand
    assert errand is not None
    assert "we are out of taro milk tea" in errand.greeting
    tools = errand.make_tools(Control())
    assert isinstance(tools, Tools)
    assert not tools.desk.cart.availability.has("taro-milk-tea")


async def test_the_end_of_the_call_is_the_end_of_its_record(shop: Shop, api: TwilioApi) -> None:
    number = await order_of(shop)
    customer = await ring(shop, api, number)
    await customer.status("ringing")
    await customer.status("no-answer")
    assert shop.switchboard.statuses == [(customer.sid, "no-answer")]
    # Over is over: the same customer can be rung again.
    await ring(shop, api, number)


async def test_a_customer_is_not_rung_twice_at_once(shop: Shop, api: TwilioApi) -> None:
    number = await order_of(shop)
    await ring(shop, api, number)
    status, answer = await shop.post("/api/calls", {"order_number": number, "purpose": "ready"})
    assert status == 409, answer
    assert len(api.requests) == 1


async def test_a_machine_is_hung_up_on(shop: Shop, api: TwilioApi) -> None:
    customer = await ring(shop, api, await order_of(shop))
    status, _ = await customer.tells("AsyncAmdStatusCallback", AnsweredBy="machine_start")
    assert status == 204


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"purpose": "song"}, 400),
        ({"purpose": "message"}, 400),
        ({"purpose": "message", "message": "x" * 301}, 400),
        ({"order_number": "x", "purpose": "ready"}, 400),
        ({"order_number": "0000", "purpose": "ready"}, 404),
    ],
)
async def test_what_makes_no_sense_rings_nobody(
    shop: Shop, api: TwilioApi, body: dict[str, Any], status: int
) -> None:
    number = await order_of(shop)
    got, answer = await shop.post("/api/calls", {"order_number": number} | body)
    assert got == status, answer
    assert api.requests == []


async def test_twilios_refusal_is_told_and_forgotten(shop: Shop, api: TwilioApi) -> None:
    number = await order_of(shop)
    api.fail_next(Refuse(400, 21211))
    status, answer = await shop.post("/api/calls", {"order_number": number, "purpose": "ready"})
    assert status == 502, answer
    async with asyncio.timeout(5):
        await ring(shop, api, number)


def _action(document: ET.Element) -> str:
    connect = document.find("Connect")
    assert connect is not None
    return str(connect.get("action"))
