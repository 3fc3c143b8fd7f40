"""What an agent says about the shop and about orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from servizio.agents.tool_schemas import BUSINESS_TOPICS
from servizio.shop.hours_text import parse_hours
from servizio.shop.order import OrderStatus
from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import CALLING, NOW
from tests.agents.shop_call import ShopCall, is_speakable

Begin = Callable[..., ShopCall]
MONDAY_NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)


async def info(call: ShopCall, topic: str) -> str:
    return str((await call.do("get_business_info", topic=topic))["text"])


@pytest.mark.parametrize("topic", BUSINESS_TOPICS)
@pytest.mark.parametrize("menu", ["boba", "pizza"])
async def test_every_topic_has_an_answer_that_can_be_spoken(
    shop_call: Begin, topic: str, menu: str
) -> None:
    assert is_speakable(await info(shop_call(menu=menu), topic))


async def test_hours_say_whether_the_shop_is_open_now(shop_call: Begin) -> None:
    hours = parse_hours({"mon-fri": "10:00-21:00"}, UTC)
    open_now = await info(shop_call(hours=hours, now=MONDAY_NOON), "hours")
    assert open_now.startswith("We're open now. Today: from 10 AM to 9 PM.")
    late = MONDAY_NOON + timedelta(hours=11)
    assert (await info(shop_call(hours=hours, now=late), "hours")).startswith("We're closed")


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("tuesday", "On Tuesday we're open from 10 AM to 9 PM."),
        ("sunday", "On Sunday we're closed."),
        ("tomorrow", "Tomorrow we're open from 10 AM to 9 PM."),
        ("2026-12-25", "On Friday, December 25 we're closed."),
        ("now", "We're open now. Today: from 10 AM to 9 PM."),
    ],
)
async def test_hours_of_a_day_are_told_holidays_included(
    shop_call: Begin, day: str, answer: str
) -> None:
    hours = parse_hours({"mon-fri": "10:00-21:00", "12-25": "closed"}, UTC)
    call = shop_call(hours=hours, now=MONDAY_NOON)
    told = await call.do("get_business_info", topic="hours", day=day)
    assert told["text"] == answer


async def test_hours_that_nobody_gave_are_not_made_up(shop_call: Begin) -> None:
    unknown = await info(shop_call(), "hours")
    assert "don't know our hours" in unknown
    assert await info(shop_call(hours=parse_hours({}, UTC)), "hours") == unknown


async def test_the_address_is_told_where_it_is_known(shop_call: Begin) -> None:
    assert await info(shop_call(address="1 Main Street"), "location") == "We are at 1 Main Street."
    assert "don't know our address" in await info(shop_call(), "location")


async def test_delivery_is_told_as_the_menu_has_it(shop_call: Begin) -> None:
    assert "only do pickup" in await info(shop_call(), "delivery")
    assert "deliver" in await info(shop_call(menu="pizza"), "delivery")


async def test_the_menu_is_told_without_what_is_sold_out(shop_call: Begin) -> None:
    assert await info(shop_call(sold_out=["taro-milk-tea"]), "menu") == "We have black milk tea."


async def test_nobody_promises_that_something_is_free_of_allergens(shop_call: Begin) -> None:
    assert "can't promise" in await info(shop_call(), "allergens")


async def test_an_order_is_found_by_its_number(shop_call: Begin, store: SqliteStore) -> None:
    call = shop_call(call_sid="CA-before")
    await call.order_tea()
    number = (await call.do("checkout_order"))["order_number"]
    await store.set_status(number, OrderStatus.READY, actor="staff")
    result = await shop_call(calling=None).do("order_status", order_number=number)
    assert result["orders"] == [{"order_number": number, "status": "ready"}]


async def test_an_order_is_found_by_phone_number_or_by_the_number_that_calls(
    shop_call: Begin,
) -> None:
    call = shop_call(call_sid="CA-before")
    await call.order_tea()
    number = (await call.do("checkout_order", phone=CALLING))["order_number"]
    later = shop_call(call_sid="CA-later")
    for asked in ({}, {"phone": "415 555 0123"}):
        result = await later.do("order_status", **asked)
        assert [order["order_number"] for order in result["orders"]] == [number]


async def test_the_order_of_this_call_is_meant_before_older_ones(shop_call: Begin) -> None:
    before = shop_call(call_sid="CA-before")
    await before.order_tea()
    await before.do("checkout_order", phone=CALLING)
    call = shop_call()
    await call.order_tea()
    number = (await call.do("checkout_order"))["order_number"]
    result = await call.do("order_status")
    assert [order["order_number"] for order in result["orders"]] == [number]


async def test_orders_of_earlier_days_are_not_told_by_phone_number(shop_call: Begin) -> None:
    call = shop_call(call_sid="CA-before")
    await call.order_tea()
    await call.do("checkout_order", phone=CALLING)
    tomorrow = shop_call(call_sid="CA-later", now=NOW + timedelta(days=1, minutes=1))
    assert "can't find" in await tomorrow.refused("order_status")


async def test_an_order_that_does_not_exist_is_not_found(shop_call: Begin) -> None:
    call = shop_call()
    assert "can't find" in await call.refused("order_status", {"order_number": "9999"})
    assert "can't find" in await call.refused("order_status", {"order_number": "'; DROP"})


async def test_a_customer_of_whom_nothing_is_known_is_asked_for_the_number(
    shop_call: Begin,
) -> None:
    call = shop_call(calling=None)
    assert await call.refused("order_status") == "What is your order number?"
    await call.refused("order_status", {"phone": "five"})
