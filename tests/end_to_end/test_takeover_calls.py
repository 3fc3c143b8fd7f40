"""A provider dies in mid-call, and the real local agent finishes what it had begun."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from servizio.demo.phone_line import Line
from tests.agents.cloud.shop_on_the_line import silence_after
from tests.end_to_end.customers import ANSWER, POLITE, Told, ring, say, steps
from tests.end_to_end.shop_process import OrderRow, ShopProcess
from tests.standins.deepgram_agent import KEY, DeepgramStandIn, deepgram
from tests.standins.deepgram_scenario import Breakdown, Stage, scenario

pytestmark = [pytest.mark.voice, pytest.mark.slow]

LONGEST_SILENCE = 3.0
INTO_SPEECH = 1.2
"""Seconds after which the provider is lost to a customer who orders for three."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A call that lost its provider."""

    told: Told
    said: str
    orders: list[OrderRow]
    silence: float
    """Seconds from the customer's words to the next of the shop."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What two customers met."""

    while_speaking: Loss
    while_ordering: Loss


@pytest.fixture(scope="module")
def losses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Losses]:
    yield asyncio.run(_lose(tmp_path_factory.mktemp("shop")))


async def _lose(home: Path) -> Losses:
    async with deepgram(scenario("taro")) as far:
        environment = {
            "SERVIZIO_AGENT__ORDER": "deepgram",
            "SERVIZIO_DEEPGRAM__API_KEY": KEY,
            "SERVIZIO_DEEPGRAM__AGENT_URL": far.url,
        }
        shop = ShopProcess(home, environment)
        await asyncio.to_thread(shop.start)
        try:
            await asyncio.to_thread(shop.wait_for_agent)
            speaking = await _while_speaking(shop, far)
            # The provider is back, and dies for good over the first function of a call.
            far.breakdown = Breakdown(Stage.FUNCTION, "close", is_gone=True)
            await asyncio.to_thread(shop.wait_for_agent)
            return Losses(speaking, await _while_ordering(shop))
        finally:
            await asyncio.to_thread(shop.stop)


async def _while_speaking(shop: ShopProcess, far: DeepgramStandIn) -> Loss:
    silences: list[float] = []

    async def customer(line: Line) -> None:
        await line.hear_reply(POLITE, ANSWER)
        speaking = asyncio.create_task(line.speak(steps("ann-1")[0].mulaw))
        await asyncio.sleep(INTO_SPEECH)
        far.breakdown = Breakdown(Stage.CONNECT, "503")
        far.session.abort()
        await speaking
        spoken = line.now
        await line.hear_reply(POLITE, ANSWER)
        silences.append(silence_after(line, spoken))

    return await _loss(shop, await ring(shop.url, customer, "+14155550102"), silences)


async def _while_ordering(shop: ShopProcess) -> Loss:
    silences: list[float] = []

    async def customer(line: Line) -> None:
        await say(line, steps("ann-1"))
        spoken = line.now
        await line.hear_reply(POLITE, ANSWER)
        silences.append(silence_after(line, spoken))
        await say(line, steps("ann-2", "ann-3", "ann-4", "ann-5", "ann-6"))
        await line.wait_ended(ANSWER)

    return await _loss(shop, await ring(shop.url, customer, "+14155550101"), silences)


async def _loss(shop: ShopProcess, told: Told, silences: list[float]) -> Loss:
    turns = await asyncio.to_thread(shop.turns, told.call_sid)
    said = "\n".join(f"{turn.role}: {turn.text}" for turn in turns)
    orders = await asyncio.to_thread(shop.orders, told.call_sid)
    return Loss(told, said, orders, max(silences, default=ANSWER))


def test_the_local_agent_goes_on_where_the_provider_stopped(losses: Losses) -> None:
    loss = losses.while_ordering
    assert [order.items for order in loss.orders] == [
        ((1, "taro-milk-tea", frozenset({"boba"})),)
    ], loss.said
    assert "Sorry about that, I'm back." in loss.said
    assert loss.silence < LONGEST_SILENCE, loss.said
    assert loss.told.problem == "", loss.said


def test_words_into_which_the_provider_was_lost_need_not_be_said_again(losses: Losses) -> None:
    loss = losses.while_speaking
    assert loss.told.problem == "", loss.said
    assert "customer: " in loss.said
    words = loss.said.partition("customer: ")[2].partition("\n")[0]
    assert "milk tea with boba" in words, loss.said
    assert "one taro milk tea with" in loss.said.partition("\nagent: ")[2], loss.said
    assert loss.silence < LONGEST_SILENCE, loss.said
