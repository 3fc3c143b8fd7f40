"""Customers write to the shop's number; they are answered, staff see it, STOP is kept."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from servizio.server.limits import TEXTS
from servizio.server.opening import clock
from tests.server.conftest import Shop
from tests.server.test_events import screen

PHONE = "+14155550100"


class Customer:
    """Somebody with a telephone who writes to the shop."""

    def __init__(self, shop: Shop, phone: str = PHONE) -> None:
        self.shop = shop
        self.phone = phone
        self.sent = 0

    async def writes(self, body: str, *, sid: str = "", **fields: str) -> str:
        """Write; what is answered, empty for nothing."""
        self.sent += 1
        form = {
            "MessageSid": sid or f"SM{self.phone[-4:]}{self.sent:028}",
            "From": self.phone,
            "To": "+14155550199",
            "Body": body,
            "NumMedia": "0",
            "FromCity": "",
        }
        async with self.shop.http.post(self.shop.url + "/sms", data=form | fields) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/xml"
            document = ET.fromstring(await answer.text())  # noqa: S314 - our own answer
        assert document.tag == "Response"
        return document.findtext("Message") or ""

    async def orders(self) -> str:
        body = {"items": [{"item": "taro-milk-tea"}], "phone": self.phone}
        _, order = await self.shop.post("/api/orders", body)
        assert isinstance(order, dict)
        return str(order["order_number"])


async def texts(shop: Shop) -> list[dict[str, Any]]:
    status, answer = await shop.get("/api/texts")
    assert status == 200
    assert isinstance(answer, dict)
    return list(answer["texts"])


async def test_a_customer_asks_for_the_status_of_the_order(shop: Shop) -> None:
    customer = Customer(shop)
    number = await customer.orders()
    assert f"Order {number} was received" in await customer.writes("Status?")
    await shop.post(f"/api/orders/{number}/done")
    assert f"Order {number} is ready" in await customer.writes(number)


async def test_nobody_learns_of_the_orders_of_another_number(shop: Shop) -> None:
    number = await Customer(shop).orders()
    stranger = Customer(shop, "+14155550111")
    reply = await stranger.writes(number)
    assert "no order for this number" in reply
    assert number not in reply


async def test_help_and_anything_else_are_answered_politely(shop: Shop) -> None:
    customer = Customer(shop)
    assert "STATUS" in await customer.writes("HELP")
    assert "staff will see" in await customer.writes("I left my <umbrella> & hat 🌂")
    assert "staff will see" in await customer.writes("", NumMedia="1")


async def test_staff_see_every_text_at_once_and_in_a_list(shop: Shop) -> None:
    customer = Customer(shop)
    async with screen(shop) as staff:
        number = await customer.orders()
        await customer.writes("I am on my way")
        created, came = await staff.events(2)
    assert (created.name, came.name) == ("order_created", "text_received")
    assert came.data["text"]["body"] == "I am on my way"
    assert came.data["text"]["from"] == PHONE
    assert came.data["text"]["order_number"] == number
    (listed,) = await texts(shop)
    assert listed == came.data["text"]
    async with shop.http.get(shop.url + "/api/texts") as answer:
        assert answer.status == 401


async def test_a_text_that_is_delivered_twice_is_answered_alike_and_kept_once(shop: Shop) -> None:
    customer = Customer(shop)
    await customer.orders()
    first = await customer.writes("status", sid="SM1")
    assert await customer.writes("status", sid="SM1") == first
    assert len(await texts(shop)) == 1


async def test_after_stop_there_is_silence_until_start(shop: Shop) -> None:
    customer = Customer(shop)
    assert await customer.writes("stop") == ""
    assert await shop.store.opted_out(PHONE)
    assert await customer.writes("status") == ""
    assert [text["body"] for text in await texts(shop)].count("status") == 1
    assert await customer.writes("Start") == ""
    assert not await shop.store.opted_out(PHONE)
    assert await customer.writes("status") != ""


async def test_yes_means_texts_again_only_to_somebody_who_had_none(shop: Shop) -> None:
    customer = Customer(shop)
    assert await customer.writes("yes") != ""
    await customer.writes("STOP")
    assert await customer.writes("YES") == ""
    assert not await shop.store.opted_out(PHONE)


@pytest.mark.parametrize("kind", ["STOP", "START", "HELP"])
async def test_what_the_telephone_company_answers_is_not_answered_again(
    shop: Shop, kind: str
) -> None:
    assert await Customer(shop).writes("Arret", OptOutType=kind) == ""
    assert await shop.store.opted_out(PHONE) == (kind == "STOP")


async def test_two_machines_that_answer_each_other_come_to_an_end(shop: Shop) -> None:
    customer = Customer(shop)
    replies = [await customer.writes("I am out of office.") for _ in range(TEXTS.burst + 3)]
    assert all(replies[: TEXTS.burst])
    assert not any(replies[TEXTS.burst :])
    assert len(await texts(shop)) == TEXTS.burst + 3
    assert await Customer(shop, "+14155550111").writes("hello")


@pytest.mark.parametrize("sender", ["", "12345", "PIZZA", "anonymous", "+0"])
async def test_what_no_telephone_wrote_is_not_answered(shop: Shop, sender: str) -> None:
    assert await Customer(shop, sender).writes("WIN a prize", sid="SM1") == ""
    assert await texts(shop) == []


async def test_a_text_without_an_identifier_is_refused(shop: Shop) -> None:
    for sid in ("", "SM 1", "<SM>"):
        form = {"MessageSid": sid, "From": PHONE, "Body": "hi"}
        async with shop.http.post(shop.url + "/sms", data=form) as answer:
            assert answer.status == 400


async def test_a_number_that_wants_no_texts_cannot_be_sent_one_by_hand(shop: Shop) -> None:
    customer = Customer(shop)
    number = await customer.orders()
    await customer.writes("STOP")
    status, answer = await shop.post(f"/api/orders/{number}/text")
    assert status == 409
    assert "opted out" in str(answer)


async def test_texts_are_forgotten_with_their_customers_but_not_the_wish(shop: Shop) -> None:
    customer = Customer(shop)
    await customer.writes("STOP")
    await customer.writes("hello?")
    await shop.store.purge(clock())
    assert await texts(shop) == []
    assert await shop.store.opted_out(PHONE)
