"""Customers ring, and the pipeline answers: the order is what counts, and what was heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agents.cloud.shop_on_the_line import GREETING
from tests.agents.pipeline.parts_on_the_line import (
    PretendedSpeech,
    pipeline_on_the_line,
)
from tests.standins.chat_server import chat_server
from tests.standins.deepgram_scenario import scenario


@pytest.mark.parametrize("dialect", ["groq", "openai", "llamacpp"])
async def test_the_sample_conversation_is_one_exact_order(tmp_path: Path, dialect: str) -> None:
    turns = scenario("taro")
    ears = PretendedSpeech()
    async with (
        chat_server(turns, dialect=dialect) as far,
        pipeline_on_the_line(tmp_path, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        for turn in turns:
            await ears.says_to(line, turn.hears.lower().strip("."))
        await line.wait_ended(15.0)
        assert far.violations == []
        (order,) = await shop.orders()
        assert [(each.item, each.quantity) for each in order.draft.lines] == [("taro-milk-tea", 1)]
        assert {each.modifier for each in order.draft.lines[0].modifiers} >= {"boba"}
        assert order.draft.phone == "+14155550123"
        assert await shop.texts() == 1
        said = await shop.said(line.call_sid)
        assert said[0] == GREETING
        assert f"Your order number is {order.number}." in said
        assert said[-1] == "Thank you. Goodbye."
        assert not any("I must not say this" in text for text in said)
        assert shop.handovers == []
        assert line.protocol_errors == []
