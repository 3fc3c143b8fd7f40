"""Customers ring, and OpenAI answers: the order is what counts, and what was heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from servizio.shop.order import Order
from tests.agents.cloud.shop_on_the_line import (
    GREETING,
    shop_on_the_line,
    talk,
)
from tests.standins.deepgram_scenario import Step, scenario
from tests.standins.openai_realtime import openai_realtime
from tests.standins.openai_realtime_session import Quirks

TARO = Step(call="add_to_cart", arguments={"item": "taro-milk-tea"})
CONFIRM = Step(call="confirm_pending_to_cart")
CHECKOUT = Step(call="checkout_order", arguments={"phone": "+14155550123"})
OPENAI: Any = {"agent": "openai"}


def items(order: Order) -> list[tuple[str, int]]:
    return [(each.item, each.quantity) for each in order.draft.lines]


@pytest.mark.parametrize("parallel", [False, True], ids=["one by one", "all at once"])
async def test_the_sample_conversation_is_one_exact_order(tmp_path: Path, parallel: bool) -> None:
    async with (
        openai_realtime(scenario("taro"), quirks=Quirks(parallel=parallel)) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 4)
        await line.wait_ended(15.0)
        assert far.violations == []
        assert far.session.log.errors == []
        (order,) = await shop.orders()
        assert items(order) == [("taro-milk-tea", 1)]
        assert {each.modifier for each in order.draft.lines[0].modifiers} >= {"boba"}
        assert order.draft.phone == "+14155550123"
        assert await shop.texts() == 1
        said = await shop.said(line.call_sid)
        assert said[0] == GREETING
        assert f"Your order number is {order.number}." in said
        assert said[-1] == "Thank you. Goodbye."
        heard = await shop.said(line.call_sid, "customer")
        assert heard == [turn.hears for turn in scenario("taro")]
        assert shop.handovers == []
        assert line.protocol_errors == []
