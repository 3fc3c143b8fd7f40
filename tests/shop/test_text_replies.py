"""What a customer writes to the shop is understood, and answered in one short text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from servizio.shop.gsm7 import segment_count
from servizio.shop.order import Fulfilment, Order, OrderStatus
from servizio.shop.text_replies import (
    TextWish,
    help_reply,
    orders_meant,
    other_reply,
    status_reply,
    wish_of,
)
from tests.store.scene import draft

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
DRAFT = replace(draft(), fulfilment=Fulfilment.PICKUP)
ORDER = Order("4782", OrderStatus.MAKING, DRAFT, NOW, NOW, 1)


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        ("STOP", TextWish.STOP),
        (" stop. ", TextWish.STOP),
        ("Stop All", TextWish.STOP),
        ("cancel", TextWish.STOP),
        ("please stop the rain", TextWish.OTHER),
        ("cancel my order", TextWish.STATUS),
        ("START", TextWish.START),
        ("unstop!", TextWish.START),
        ("help", TextWish.HELP),
        ("INFO", TextWish.HELP),
        ("STATUS", TextWish.STATUS),
        ("is my order ready?", TextWish.STATUS),
        ("4782", TextWish.STATUS),
        ("how long", TextWish.STATUS),
        ("on my way", TextWish.OTHER),
        ("", TextWish.OTHER),
        ("👍", TextWish.OTHER),
    ],
)
def test_what_a_text_asks_for(body: str, wish: TextWish) -> None:
    assert wish_of(body) is wish


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OrderStatus.RECEIVED, "made soon"),
        (OrderStatus.MAKING, "being made now"),
        (OrderStatus.READY, "ready for pickup"),
        (OrderStatus.PICKED_UP, "was picked up"),
        (OrderStatus.CANCELLED, "not being made"),
    ],
)
def test_an_order_is_told_as_it_stands(status: OrderStatus, words: str) -> None:
    reply = status_reply("Boba Bar", "+14155550199", [replace(ORDER, status=status)])
    assert reply.startswith("Boba Bar: Order 4782 ")
    assert words in reply


def test_a_number_picks_an_order_and_else_the_open_ones_are_meant() -> None:
    old = replace(ORDER, number="1111", status=OrderStatus.PICKED_UP)
    other = replace(ORDER, number="2222")
    assert orders_meant("where is it", [ORDER, other, old]) == [ORDER, other]
    assert orders_meant("2222?", [ORDER, other, old]) == [other]
    assert orders_meant("9999", [old]) == [old]
    assert orders_meant("status", []) == []


def test_every_answer_is_one_text_message() -> None:
    name, phone = "The Very Best Boba Bar", "+14155550199"
    three = [ORDER, replace(ORDER, number="4783"), replace(ORDER, number="4784")]
    replies = [
        status_reply(name, phone, []),
        status_reply(name, phone, three),
        help_reply(name, phone),
        other_reply(name, phone),
    ]
    assert [segment_count(reply) for reply in replies] == [1, 1, 1, 1]
