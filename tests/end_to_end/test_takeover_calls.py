"""A provider dies in mid-call, and the real local agent finishes the order it had begun."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from servizio.demo.phone_line import Line
from tests.agents.cloud.shop_on_the_line import silence_after
from tests.end_to_end.customers import ANSWER, POLITE, ring, say, steps
from tests.end_to_end.shop_process import ShopProcess
from tests.standins.deepgram_agent import KEY, deepgram
from tests.standins.deepgram_scenario import Breakdown, Stage, scenario

pytestmark = pytest.mark.voice

LONGEST_SILENCE = 3.0


async def test_the_local_agent_goes_on_where_the_provider_stopped(tmp_path: Path) -> None:
    silences: list[float] = []

    async def customer(line: Line) -> None:
        await say(line, steps("ann-1"))
        spoken = line.now
        await line.hear_reply(POLITE, ANSWER)
        silences.append(silence_after(line, spoken))
        await say(line, steps("ann-2", "ann-3", "ann-4", "ann-5", "ann-6"))
        await line.wait_ended(ANSWER)

    async with deepgram(scenario("taro"), Breakdown(Stage.FUNCTION, "close")) as far:
        environment = {
            "SERVIZIO_AGENT__ORDER": "deepgram",
            "SERVIZIO_DEEPGRAM__API_KEY": KEY,
            "SERVIZIO_DEEPGRAM__AGENT_URL": far.url,
        }
        shop = ShopProcess(tmp_path / "shop", environment)
        await asyncio.to_thread(shop.start)
        try:
            await asyncio.to_thread(shop.wait_for_agent)
            told = await ring(shop.url, customer, "+14155550101")
            turns = await asyncio.to_thread(shop.turns, told.call_sid)
            said = "\n".join(f"{turn.role}: {turn.text}" for turn in turns)
            (order,) = await asyncio.to_thread(shop.orders, told.call_sid)
        finally:
            await asyncio.to_thread(shop.stop)
    assert order.items == ((1, "taro-milk-tea", frozenset({"boba"})),), said
    assert "Sorry about that, I'm back." in said
    assert max(silences) < LONGEST_SILENCE, said
    assert told.problem == "", said
