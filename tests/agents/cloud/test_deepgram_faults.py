"""Whatever breaks, wherever: one exact order, nothing doubled, and no long silence."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from servizio.demo.phone import PlacedCall
from tests.agents.cloud.shop_on_the_line import (
    APOLOGY,
    GREETING,
    ShopOnTheLine,
    origin_of,
    say_so_much,
    shop_on_the_line,
    silence_after,
    talk,
    talk_on,
    until,
)
from tests.standins.deepgram_agent import DeepgramStandIn, deepgram
from tests.standins.deepgram_scenario import Breakdown, Stage, Step, Turn, scenario
from tests.standins.deepgram_session import speech

pytestmark = pytest.mark.slow

LONGEST_SILENCE = 3.4
"""Seconds: 3, and what two busy cores may add."""
TALKING = (
    Stage.GREETING, Stage.SENTENCE, Stage.HEARD, Stage.FUNCTION, Stage.CHECKED_OUT,
)  # fmt: skip
AT_ONCE = 7
"""Calls at the same time: telephone, shop and provider are all in this process."""
HOW = ("close", "abort", "stall", "error FAILED_TO_THINK")
BEFORE = (
    *(Breakdown(Stage.CONNECT, how) for how in ("401", "402", "403", "429", "500", "hang")),
    *(Breakdown(stage, how) for stage in (Stage.WELCOME, Stage.SETTINGS) for how in HOW),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call whose provider broke."""

    silence: float
    orders: list[tuple[str, int, frozenset[str]]]
    texts: int
    said: list[str]
    handovers: list[tuple[str, str]]
    violations: list[str]
    breakdown: Breakdown

    @property
    def faults(self) -> list[str]:
        """What should not be; empty where all is well."""
        taro = ("taro-milk-tea", 1, frozenset({"boba"}))
        found = [] if self.orders == [taro] else [f"orders {self.orders}"]
        found += [] if self.silence < LONGEST_SILENCE else [f"{self.silence:.1f} s of silence"]
        found += [] if self.texts == 1 else [f"{self.texts} texts"]
        found += [] if self.handovers == [("deepgram", "local")] else [f"{self.handovers}"]
        found += [] if self._was_told_rightly else [f"said {self.said}"]
        return found + self.violations

    @property
    def _was_told_rightly(self) -> bool:
        """Whoever was greeted hears one apology; whoever was not, the greeting and none."""
        stage, first, apologies = self.breakdown.stage, self.said[0], self.said.count(APOLOGY)
        if stage is not Stage.SENTENCE:
            was_greeted = stage in TALKING[1:] and self.breakdown.how in HOW
            return first == GREETING and apologies == int(was_greeted)
        # The greeting broke off. Its transcript holds the words that were heard, if any were.
        if self.breakdown.how != "stall" and first == GREETING:
            return apologies == 0
        was_cut = first != GREETING and GREETING.startswith(first)
        return was_cut and self.said[1] == APOLOGY and apologies == 1


async def a_call_that_breaks(folder: Path, breakdown: Breakdown) -> Outcome:
    async with (
        deepgram(scenario("taro"), breakdown) as far,
        shop_on_the_line(folder, far.url) as shop,
        shop.phone().call() as line,
    ):
        talking = asyncio.create_task(talk_on(line))
        await until(lambda: bool(shop.next_agents), 40.0)
        (successor,) = shop.next_agents
        await successor.finished.wait()
        await until(lambda: _next_was_heard(line), 10.0)
        talking.cancel()
        outcome = await _outcome(shop, far, line, breakdown)
        await line.hang_up()
        return outcome


def _next_was_heard(line: PlacedCall) -> bool:
    """Whether the next agent's sentence, one byte over and over, was heard."""
    return line.heard.count(1) > 11_900


async def _outcome(
    shop: ShopOnTheLine, far: DeepgramStandIn, line: PlacedCall, breakdown: Breakdown
) -> Outcome:
    # Later sessions are probes.
    broken_at = far.sessions[0].broken_at - origin_of(line) if far.sessions else 0.0
    streaming_at = line.stream.started_at if line.stream is not None else 0.0
    await asyncio.sleep(0.4)
    return Outcome(
        silence=silence_after(line, max(broken_at, streaming_at)),
        orders=[
            (each.item, each.quantity, frozenset(one.modifier for one in each.modifiers) & {"boba"})
            for order in await shop.orders()
            for each in order.draft.lines
        ],
        texts=await shop.texts(),
        said=await shop.said(line.call_sid),
        handovers=shop.handovers,
        violations=far.violations,
        breakdown=breakdown,
    )


async def all_break(folder: Path, *breakdowns: Breakdown) -> dict[str, list[str]]:
    """What went wrong in which call; several at the same time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def outcome_of(number: int, breakdown: Breakdown) -> Outcome:
        async with room:
            return await a_call_that_breaks(folder / str(number), breakdown)

    outcomes = await asyncio.gather(
        *(outcome_of(number, each) for number, each in enumerate(breakdowns))
    )
    return {
        f"{each.how} {each.stage}": outcome.faults
        for each, outcome in zip(breakdowns, outcomes, strict=True)
        if outcome.faults
    }


async def test_a_provider_that_breaks_in_the_call_costs_neither_order_nor_customer(
    tmp_path: Path,
) -> None:
    breakdowns = [Breakdown(stage, how, is_gone=True) for stage in TALKING for how in HOW]
    assert await all_break(tmp_path, *breakdowns) == {}


async def test_a_provider_that_does_not_begin_is_not_noticed(tmp_path: Path) -> None:
    assert await all_break(tmp_path, *BEFORE) == {}


@pytest.mark.parametrize(
    "step",
    [
        Step(say="Words alone do not help.", sound=False),
        Step(say="Half of this is cut.", share=0.5),
    ],
    ids=["no sound", "half a sentence"],
)
async def test_a_sentence_that_cannot_be_heard_brings_the_next_agent(
    tmp_path: Path, step: Step
) -> None:
    step = replace(step, done=0)
    async with (
        deepgram((Turn("Hello?", (step,)),)) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        asked = line.now
        await until(lambda: bytes((1,)) * 1000 in line.heard)
        assert line.now - asked < 4.0
        assert shop.handovers == [("deepgram", "local")]
        assert step.say not in await shop.said(line.call_sid)


async def test_calls_of_a_dead_provider_do_not_wait_for_it(tmp_path: Path) -> None:
    broken = Breakdown(Stage.CONNECT, "401")
    async with (
        deepgram(breakdown=broken) as far,
        shop_on_the_line(tmp_path, far.url, key="wrong") as shop,
    ):
        for _ in range(3):
            async with shop.phone().call() as line:
                await line.hear_reply(0.4, 10.0)
                assert line.measures.first_audio is not None
        assert far.refused == 1
        assert shop.switchboard.agents() == {"deepgram": "broken", "local": "ready"}


async def test_a_provider_that_is_back_takes_calls_again(tmp_path: Path) -> None:
    async with deepgram() as far, shop_on_the_line(tmp_path, far.url) as shop:
        far.breakdown = Breakdown(Stage.CONNECT, "503")
        async with shop.phone().call() as line:
            await line.hear_reply(0.4, 10.0)
        far.breakdown = None
        await until(lambda: shop.switchboard.agents()["deepgram"] == "ready", 10.0)
        assert "greeting" not in far.session.settings["agent"]
        async with shop.phone().call() as line:
            await line.hear_reply(0.4, 10.0)
            assert speech(GREETING) in line.heard


@pytest.mark.parametrize(
    ("stage", "how"),
    [
        (Stage.SENTENCE, "abort"),
        (Stage.HEARD, "close"),
        (Stage.FUNCTION, "abort"),
        (Stage.HEARD, "error SERVER_GOING_AWAY"),
        (Stage.CHECKED_OUT, "close"),
    ],
)
async def test_a_call_that_loses_only_its_session_goes_on_with_the_same_agent(
    tmp_path: Path, stage: Stage, how: str
) -> None:
    turns = scenario("taro")
    broken = Breakdown(stage, how, times=1)
    async with (
        deepgram(turns, broken) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        talking = asyncio.create_task(talk_on(line))
        await until(lambda: len(far.sessions) == 2 and bool(far.session.settings), 30.0)
        settings = far.session.settings["agent"]
        first = settings["greeting"]
        # What was said and not answered it hears again: its first words may be spoken into.
        await until(lambda: bool(far.session.said), 20.0)
        silence = silence_after(line, far.sessions[0].broken_at - origin_of(line))
        assert silence < LONGEST_SILENCE
        # Who was cut off in the first word of the greeting is greeted anew.
        assert first == APOLOGY or (first, stage) == (GREETING, Stage.SENTENCE)
        if stage is not Stage.SENTENCE:
            told = [each["content"] for each in settings["context"]["messages"]]
            assert told[0] == GREETING
            assert turns[0].hears in told or stage is Stage.HEARD
        talking.cancel()
        assert shop.handovers == []
        assert shop.next_agents == []
        assert far.violations == []


async def test_sixteen_calls_survive_the_death_of_their_provider(tmp_path: Path) -> None:
    """Four each are greeted, have a drink staged, have it in the cart, or have ordered."""
    async with (
        deepgram(scenario("taro")) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        AsyncExitStack() as lines,
    ):
        calls = []
        for number in range(16):
            phone = shop.phone(f"+1415555{number:04}")
            calls.append(await lines.enter_async_context(phone.call()))
        talking = [
            asyncio.create_task(say_so_much(line, number % 4)) for number, line in enumerate(calls)
        ]
        await asyncio.gather(*talking)
        await until(lambda: sum("checkout_order" in each.results for each in far.sessions) == 4)
        far.breakdown = Breakdown(Stage.CONNECT, "503")
        for session in list(far.sessions):
            session.abort()
        await until(lambda: len(shop.next_agents) == 16)
        await asyncio.gather(*(each.finished.wait() for each in shop.next_agents))
        for number in range(16):
            (order,) = await shop.store.orders_by_phone(f"+1415555{number:04}")
            assert [(each.item, each.quantity) for each in order.draft.lines] == [
                ("taro-milk-tea", 1)
            ], number
        assert shop.handovers == [("deepgram", "local")] * 16
        assert shop.switchboard.agents()["deepgram"] == "broken"
        assert far.violations == []
