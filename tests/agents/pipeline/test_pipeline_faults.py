"""Whatever the model's server does, wherever: one exact order, and no long silence."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from servizio.demo.phone import PlacedCall
from servizio.demo.phone_line import LineError
from tests.agents.cloud.shop_on_the_line import (
    APOLOGY,
    ShopOnTheLine,
    origin_of,
    silence_after,
    until,
)
from tests.agents.pipeline.parts_on_the_line import PretendedSpeech, pipeline_on_the_line
from tests.standins.chat_server import ChatFault, ChatServer, chat_server
from tests.standins.deepgram_scenario import Step, Turn, scenario
from tests.standins.deepgram_session import speech

pytestmark = pytest.mark.slow

AT_ONCE = 6
"""Calls at the same time: telephone, shop and provider are all in this process."""
LONGEST_SILENCE = 3.4
"""Seconds: 3, and what two busy cores may add."""
TURNS = scenario("taro")
WHERE = {
    "first request": 0,
    "after a function": 1,
    "second turn": 2,
    "after checkout": 7,
}
"""Where in the talk a server breaks for good: requests that went well before."""
HOW = (
    "status 500", "status 401", "status 429", "status 400", "hang", "stall", "abort", "eof",
    "no finish", "error", "json", "tool_use_failed",
)  # fmt: skip


async def a_talk_that_breaks(folder: Path, fault: ChatFault) -> list[str]:
    """What went wrong; nothing where all is well."""
    ears = PretendedSpeech()
    async with (
        chat_server(TURNS, fault) as far,
        pipeline_on_the_line(folder, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        talking = asyncio.create_task(_talk_on(ears, line))
        await until(lambda: bool(shop.next_agents), 60.0)
        await shop.next_agents[0].finished.wait()
        await until(lambda: line.heard.count(1) > 11_900)
        talking.cancel()
        found = await _faults(shop, far, line)
        await line.hang_up()
        return found


async def _talk_on(ears: PretendedSpeech, line: PlacedCall) -> None:
    with suppress(LineError, TimeoutError):
        for turn in TURNS:
            await ears.says_to(line, turn.hears.lower().strip("."))


async def _faults(shop: ShopOnTheLine, far: ChatServer, line: PlacedCall) -> list[str]:
    await asyncio.sleep(0.3)
    orders = [
        (each.item, each.quantity) for order in await shop.orders() for each in order.draft.lines
    ]
    found = [] if orders == [("taro-milk-tea", 1)] else [f"orders {orders}"]
    silence = silence_after(line, far.broken_at - origin_of(line))
    found += [] if silence < LONGEST_SILENCE else [f"{silence:.1f} s of silence"]
    found += [] if await shop.texts() == 1 else [f"{await shop.texts()} texts"]
    found += [] if shop.handovers == [("pipeline", "local")] else [f"{shop.handovers}"]
    apologies = (await shop.said(line.call_sid)).count(APOLOGY)
    found += [] if apologies == 1 else [f"{apologies} apologies"]
    return found + far.violations


async def all_break(folder: Path, *faults: ChatFault) -> dict[str, list[str]]:
    """What went wrong in which talk; several at the same time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def wrong_in(number: int, fault: ChatFault) -> list[str]:
        async with room:
            return await a_talk_that_breaks(folder / str(number), fault)

    outcomes = await asyncio.gather(
        *(wrong_in(number, fault) for number, fault in enumerate(faults))
    )
    return {fault.how: found for fault, found in zip(faults, outcomes, strict=True) if found}


@pytest.mark.parametrize("where", WHERE)
async def test_a_server_that_breaks_for_good_costs_neither_order_nor_customer(
    tmp_path: Path, where: str
) -> None:
    faults = [ChatFault(how, after=WHERE[where]) for how in HOW]
    assert await all_break(tmp_path, *faults) == {}


async def test_a_server_that_breaks_in_mid_sentence_is_followed_by_the_next_agent(
    tmp_path: Path,
) -> None:
    half = ChatFault("", after=1, text="One taro milk tea. With b")
    faults = [replace(half, how=how) for how in ("stall", "abort", "eof", "error")]
    assert await all_break(tmp_path, *faults) == {}


SAY = Turn("Hello?", (Step(say="What can I get you?"),))


async def one_answer(folder: Path, fault: ChatFault, heard: str) -> str:
    """A fault that passes: what the customer should hear. Empty where it was so."""
    ears = PretendedSpeech()
    async with (
        chat_server((SAY,), fault) as far,
        pipeline_on_the_line(folder, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        await ears.says_to(line, "hello")
        with suppress(TimeoutError):
            await until(lambda: speech(heard) in line.heard or bool(shop.handovers), 12.0)
        said = await shop.said(line.call_sid)
        whole = line.heard.count(speech(heard)) == 1 and not shop.handovers
        return "" if whole and not far.violations else f"{said} {shop.handovers} {far.violations}"


ONCE = ChatFault("", times=1)
IN_OWN_TONGUE = "<function=get_cart{}</function>"


async def test_what_passes_is_not_noticed(tmp_path: Path) -> None:
    heard = SAY.does[0].say
    # The scenario takes the function for its first step.
    then = "Anything else?"
    cases = {
        "500": (replace(ONCE, how="status 500"), heard),
        "503": (replace(ONCE, how="status 503"), heard),
        "429 soon": (replace(ONCE, how="status 429", headers={"Retry-After": "0.5"}), heard),
        "400": (replace(ONCE, how="status 400"), heard),
        "abort": (replace(ONCE, how="abort"), heard),
        "eof": (replace(ONCE, how="eof"), heard),
        "no finish": (replace(ONCE, how="no finish"), heard),
        "error": (replace(ONCE, how="error"), heard),
        "thoughts alone": (replace(ONCE, how="eof", text="<think>Well"), heard),
        "bad call": (replace(ONCE, how="tool_use_failed", generation="<fun"), heard),
        "own tongue": (replace(ONCE, how="tool_use_failed", generation=IN_OWN_TONGUE), then),
        "own tongue in stream": (
            replace(ONCE, how="tool_use_failed in stream", generation=IN_OWN_TONGUE), then
        ),
        "prose": (
            replace(ONCE, how="tool_use_failed", generation="Which drink do you want?"),
            "Which drink do you want?",
        ),
    }  # fmt: skip
    outcomes = await asyncio.gather(
        *(
            one_answer(tmp_path / str(number), fault, text)
            for number, (fault, text) in enumerate(cases.values())
        )
    )
    assert {name: found for name, found in zip(cases, outcomes, strict=True) if found} == {}


async def test_a_dead_server_or_a_wrong_key_is_not_noticed_at_all(tmp_path: Path) -> None:
    async with chat_server() as far:
        for url, key in ((far.url, "wrong"), ("http://127.0.0.1:9/v1", "any")):
            async with (
                pipeline_on_the_line(tmp_path / key, url, key=key) as shop,
                shop.phone().call() as line,
            ):
                await line.hear_reply(0.4, 10.0)
                assert line.measures.first_audio is not None
                assert shop.handovers == [("pipeline", "local")]
                assert shop.switchboard.agents()["pipeline"] == "broken"
                assert APOLOGY not in await shop.said(line.call_sid)
