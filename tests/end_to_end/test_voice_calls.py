"""Customers ring over the real wire and speak; what counts is what the database holds."""

from __future__ import annotations

import re
import time

import pytest

from tests.end_to_end.conftest import Afternoon
from tests.end_to_end.customers import Told
from tests.end_to_end.shop_process import OrderRow, ShopProcess

pytestmark = pytest.mark.voice

TEXT_SECONDS = 15.0


def the_order(shop: ShopProcess, told: Told) -> OrderRow:
    orders = shop.orders(told.call_sid)
    said = "\n".join(f"{turn.role}: {turn.text}" for turn in shop.turns(told.call_sid))
    assert len(orders) == 1, f"{told.problem}\n{said}"
    return orders[0]


def test_the_sample_conversation_is_exactly_one_order(afternoon: Afternoon) -> None:
    told = afternoon.sample
    order = the_order(afternoon.shop, told)
    assert order.items == ((1, "taro-milk-tea", frozenset({"boba"})),)
    assert (order.total, order.phone) == ("6.25", "+15551234567")
    assert told.problem == ""
    assert afternoon.shop.outcome(told.call_sid) == "completed"
    assert told.end_reason in {"shop_hung_up", "document_ended"}


def test_the_server_keeps_to_the_protocol_and_the_pace(afternoon: Afternoon) -> None:
    for told in (afternoon.sample, afternoon.interrupting, afternoon.bad_line):
        assert told.protocol_errors == ()
        assert told.measures.deepest_queue <= 0.3
        assert told.measures.first_audio is not None


def test_the_agent_does_not_talk_into_a_customer_who_waits_for_it(afternoon: Afternoon) -> None:
    assert afternoon.sample.measures.barge_ins == ()
    assert afternoon.sample.measures.overlap < 0.3
    assert len(afternoon.sample.measures.replies) == 6


def test_a_customer_who_speaks_into_the_greeting_is_listened_to(afternoon: Afternoon) -> None:
    told = afternoon.interrupting
    spoken = told.customer[0]
    cut = [span for span in told.agent if span.start < spoken.start < span.end]
    assert len(cut) == 1
    assert cut[0].end < spoken.end
    assert not [span for span in told.agent if cut[0].end < span.start < spoken.end]
    greeting, *after = afternoon.shop.turns(told.call_sid)
    assert (greeting.role, greeting.heard) == ("agent", False)
    assert "Thank you for calling Servizio Boba".startswith(greeting.text[:20])
    assert "What can I get for you?" not in greeting.text
    assert after[0].role == "customer"
    # All of it, also what was said into the greeting ("tarot" sounds the same), and as an order.
    heard = re.fullmatch(r".*\btarot? milk tea with boba\b.*", after[0].text)
    assert heard is not None, after[0].text
    assert (after[1].role, after[1].text) == ("tool", "add_to_cart")
    assert "one taro" in after[2].text


def test_nothing_that_a_bad_line_sends_stops_the_call(afternoon: Afternoon) -> None:
    order = the_order(afternoon.shop, afternoon.bad_line)
    assert order.items == ((1, "taro-milk-tea", frozenset({"crystal-agar-boba"})),)
    assert order.phone == "+14155550177"
    assert afternoon.bad_line.problem == ""


def test_an_order_whose_number_was_spoken_outlives_the_server(afternoon: Afternoon) -> None:
    assert len(afternoon.orders_at_the_kill) == 1, afternoon.cut_off.problem
    order = the_order(afternoon.shop, afternoon.cut_off)
    assert order == afternoon.orders_at_the_kill[0]
    assert order.phone == "+14155550104"
    assert afternoon.shop.outcome(afternoon.cut_off.call_sid) == "dropped"


def test_its_text_leaves_once_after_the_restart(afternoon: Afternoon) -> None:
    shop = afternoon.shop
    number = afternoon.orders_at_the_kill[0].number
    assert afternoon.texts_at_the_kill == [("+14155550104", "held")]
    until = time.monotonic() + TEXT_SECONDS
    while shop.texts(number) != [("+14155550104", "local")]:
        assert time.monotonic() < until, shop.texts(number)
        time.sleep(0.1)


def test_calls_that_go_on_together_share_nothing(afternoon: Afternoon) -> None:
    calls = (afternoon.sample, afternoon.bad_line, afternoon.cut_off)
    numbers = {the_order(afternoon.shop, told).number for told in calls}
    assert len(numbers) == 3
    assert afternoon.shop.orders(afternoon.interrupting.call_sid) == []
