"""Whatever breaks, wherever: one exact order, nothing doubled, and no long silence."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.agents.cloud.shop_on_the_line import (
    APOLOGY,
    GREETING,
    origin_of,
    say_so_much,
    shop_on_the_line,
    silence_after,
    talk,
    talk_on,
    until,
)
from tests.standins.deepgram_scenario import Breakdown, Stage, Step, Turn, scenario
from tests.standins.deepgram_session import speech
from tests.standins.openai_realtime import openai_realtime
from tests.standins.openai_realtime_parts import Quirks

pytestmark = pytest.mark.slow

AT_ONCE = 7
"""Calls at the same time: telephone, shop and provider are all in this process."""
LONGEST_SILENCE = 3.4
"""Seconds: 3, and what two busy cores may add."""
TALKING = (
    Stage.GREETING, Stage.SENTENCE, Stage.HEARD, Stage.FUNCTION, Stage.CHECKED_OUT,
)  # fmt: skip
HOW = ("close", "close 4000", "abort", "stall", "error insufficient_quota")
OPENAI: Any = {"agent": "openai"}
TARO = ("taro-milk-tea", 1, frozenset({"boba"}))


async def faults_of(folder: Path, breakdown: Breakdown) -> list[str]:
    """What should not be in a call whose provider breaks; empty where all is well."""
    async with (
        openai_realtime(scenario("taro"), breakdown) as far,
        shop_on_the_line(folder, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        talking = asyncio.create_task(talk_on(line))
        await until(lambda: bool(shop.next_agents), 40.0)
        await shop.next_agents[0].finished.wait()
        await until(lambda: line.heard.count(1) > 11_900)
        talking.cancel()
        # Later sessions are probes.
        broken_at = far.sessions[0].broken_at - origin_of(line) if far.sessions else 0.0
        streaming_at = line.stream.started_at if line.stream is not None else 0.0
        await asyncio.sleep(0.4)
        silence = silence_after(line, max(broken_at, streaming_at))
        orders = [
            (each.item, each.quantity, frozenset(one.modifier for one in each.modifiers) & {"boba"})
            for order in await shop.orders()
            for each in order.draft.lines
        ]
        found = [] if orders == [TARO] else [f"orders {orders}"]
        found += [] if silence < LONGEST_SILENCE else [f"{silence:.1f} s of silence"]
        found += [] if await shop.texts() == 1 else ["not one text"]
        found += [] if shop.handovers == [("openai", "local")] else [f"{shop.handovers}"]
        said = await shop.said(line.call_sid)
        found += [] if was_told_rightly(said, breakdown) else [f"said {said}"]
        await line.hang_up()
        return found + far.violations


def was_told_rightly(said: list[str], breakdown: Breakdown) -> bool:
    """Whoever was greeted hears one apology; whoever was not, the greeting and none."""
    apologies = said.count(APOLOGY)
    if breakdown.stage is not Stage.SENTENCE:
        return apologies == int(breakdown.stage in TALKING[1:])
    if breakdown.how != "stall" and said[0] == GREETING:
        # It broke off before a word of it was heard: it is said once, by the next agent.
        return apologies == 0 and said.count(GREETING) == 1
    was_cut = said[0] != GREETING and GREETING.startswith(said[0])
    return was_cut and said[1] == APOLOGY and apologies == 1


async def all_break(folder: Path, *breakdowns: Breakdown) -> dict[str, list[str]]:
    """What went wrong in which call; several at the same time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def faults_in(number: int, breakdown: Breakdown) -> list[str]:
        async with room:
            return await faults_of(folder / str(number), breakdown)

    faults = await asyncio.gather(
        *(faults_in(number, each) for number, each in enumerate(breakdowns))
    )
    return {
        f"{each.how} {each.stage}": found
        for each, found in zip(breakdowns, faults, strict=True)
        if found
    }


@pytest.mark.parametrize("stages", [TALKING[:2], TALKING[2:]], ids=["early", "late"])
async def test_a_provider_that_breaks_in_the_call_costs_neither_order_nor_customer(
    tmp_path: Path, stages: tuple[Stage, ...]
) -> None:
    breakdowns = [Breakdown(stage, how) for stage in stages for how in HOW]
    assert await all_break(tmp_path, *breakdowns) == {}


async def test_a_provider_that_does_not_begin_is_not_noticed(tmp_path: Path) -> None:
    breakdowns = [
        *(Breakdown(Stage.CONNECT, how) for how in ("401", "403", "404", "429", "503", "hang")),
        *(Breakdown(stage, how) for stage in (Stage.WELCOME, Stage.SETTINGS) for how in HOW),
    ]
    assert await all_break(tmp_path, *breakdowns) == {}


@pytest.mark.parametrize(
    ("code", "state"), [("insufficient_quota", "broken"), ("server_error", "ready")]
)
async def test_an_answer_that_fails_for_good_brings_the_next_agent(
    tmp_path: Path, code: str, state: str
) -> None:
    quirks = Quirks(fails=(code,) * 9)
    async with (
        openai_realtime(quirks=quirks) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await until(lambda: bytes((1,)) * 1000 in line.heard)
        assert line.now < 5.0
        assert far.session.answers.made == (1 if code == "insufficient_quota" else 3)
        assert shop.switchboard.agents()["openai"] == state


@pytest.mark.parametrize(
    "step",
    [
        Step(say="Words alone do not help.", sound=False),
        Step(say="Half of this is cut.", share=0.5),
    ],
    ids=["no sound", "half a sentence"],
)
async def test_an_answer_that_stops_half_way_brings_the_next_agent(
    tmp_path: Path, step: Step
) -> None:
    turns = (Turn("Hello?", (replace(step, waits=0.0), Step(say="More.", waits=60.0))),)
    async with (
        openai_realtime(turns) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await until(lambda: bytes((1,)) * 1000 in line.heard, 12.0)
        assert shop.handovers == [("openai", "local")]
        assert far.violations == []


async def test_an_unknown_model_is_the_end_of_it(tmp_path: Path) -> None:
    async with (
        openai_realtime() as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI, realtime_model="gpt-gone") as shop,
    ):
        for _ in range(2):
            async with shop.phone().call() as line:
                await line.hear_reply(0.4, 10.0)
        assert far.refused == 1
        assert shop.switchboard.agents() == {"openai": "broken", "local": "ready"}


async def test_a_provider_that_is_back_takes_calls_again(tmp_path: Path) -> None:
    async with openai_realtime() as far, shop_on_the_line(tmp_path, far.url, **OPENAI) as shop:
        far.breakdown = Breakdown(Stage.CONNECT, "503")
        async with shop.phone().call() as line:
            await line.hear_reply(0.4, 10.0)
        far.breakdown = None
        await until(lambda: shop.switchboard.agents()["openai"] == "ready")
        assert far.session.answers.made == 0
        async with shop.phone().call() as line:
            await line.hear_reply(0.4, 10.0)
            assert speech(GREETING) in line.heard


async def test_sixteen_calls_survive_the_death_of_their_provider(tmp_path: Path) -> None:
    """Four each are greeted, have a drink staged, have it in the cart, or have ordered."""
    async with (
        openai_realtime(scenario("taro")) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        AsyncExitStack() as lines,
    ):
        calls = []
        for number in range(16):
            phone = shop.phone(f"+1415555{number:04}")
            calls.append(await lines.enter_async_context(phone.call()))
        await asyncio.gather(*(say_so_much(line, n % 4) for n, line in enumerate(calls)))
        await until(lambda: sum("checkout_order" in each.log.results for each in far.sessions) == 4)
        for session in far.sessions:
            session.abort()
        await until(lambda: len(shop.next_agents) == 16)
        await asyncio.gather(*(each.finished.wait() for each in shop.next_agents))
        for number in range(16):
            (order,) = await shop.store.orders_by_phone(f"+1415555{number:04}")
            lines_of = [(each.item, each.quantity) for each in order.draft.lines]
            assert lines_of == [("taro-milk-tea", 1)], number
        assert shop.handovers == [("openai", "local")] * 16
        assert far.violations == []
