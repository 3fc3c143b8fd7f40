"""Customers ring, and the pipeline answers: the order is what counts, and what was heard."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.agents.cloud.shop_on_the_line import GREETING, until
from tests.agents.local.listening import short_word
from tests.agents.pipeline.parts_on_the_line import (
    PretendedSpeech,
    pipeline_on_the_line,
)
from tests.standins.chat_server import chat_server
from tests.standins.deepgram_scenario import Step, Turn, scenario
from tests.standins.deepgram_session import speech


@pytest.mark.parametrize(
    "dialect",
    ["groq", *(pytest.param(each, marks=pytest.mark.slow) for each in ("openai", "llamacpp"))],
)
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


async def test_a_customer_who_interrupts_cuts_off_model_and_voice(tmp_path: Path) -> None:
    story = "Once upon a time there was a shop, and it was full of tea. " * 6
    turns = (
        Turn("Tell me.", (Step(say=story),)),
        Turn("Stop.", (Step(say="What can I get you?"),)),
    )
    ears = PretendedSpeech()
    async with (
        chat_server(turns) as far,
        pipeline_on_the_line(tmp_path, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        far.pace = 0.08
        await ears.says_to(line, "tell me")
        await line.agent_speaks(10.0)
        await asyncio.sleep(1.0)
        ears.says = "stop it"
        await line.speak(short_word())
        await until(lambda: speech("What can I get you?") in line.heard)
        assert far.dropped == 1
        told = far.requests[-1]["messages"]
        (remembered,) = [each["content"] for each in told if "Once" in (each["content"] or "")]
        assert 0 < len(remembered) < len(story) / 3
        assert told[-1] == {"role": "user", "content": "stop it"}
        said = await shop.said(line.call_sid)
        assert 0 < len(said[1]) < len(story) / 3
        assert far.violations == []
        assert shop.handovers == []


async def test_a_cough_costs_nothing(tmp_path: Path) -> None:
    turns = (Turn("Hello.", (Step(say="One taro milk tea with boba and less ice, is that it?"),)),)
    ears = PretendedSpeech()
    async with (
        chat_server(turns) as far,
        pipeline_on_the_line(tmp_path, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        await ears.says_to(line, "hello")
        await line.agent_speaks(10.0)
        await asyncio.sleep(0.5)
        ears.says = ""
        await line.speak(short_word())
        await line.hear_reply(1.0, 10.0)
        assert len(far.requests) == 1
        assert (await shop.said(line.call_sid))[-1] == turns[0].does[0].say
        assert shop.handovers == []


async def test_a_slow_model_is_waited_for_aloud(tmp_path: Path) -> None:
    ears = PretendedSpeech()
    async with (
        chat_server((Turn("Hello.", (Step(say="What can I get you?"),)),)) as far,
        pipeline_on_the_line(tmp_path, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        far.waits = 3.4
        await ears.says_to(line, "hello")
        await until(lambda: speech("What can I get you?") in line.heard)
        said = await shop.said(line.call_sid)
        assert said.count("One moment, please.") == 1
        assert shop.handovers == []
        assert all(
            "One moment" not in str(each["content"]) for each in far.requests[-1]["messages"]
        )


async def test_nonsense_of_the_model_is_answered_and_does_no_harm(tmp_path: Path) -> None:
    item = '{"item": "taro-milk-tea"}'
    turn = Turn(
        "A taro milk tea.",
        (
            Step(call="order_pizza", arguments={"size": 3}),
            Step(call="add_to_cart", arguments="{no json"),
            Step(call="add_to_cart", arguments='["a list"]'),
            Step(call="add_to_cart", arguments=item),
            Step(call="get_cart", arguments=""),
            Step(call="confirm_pending_to_cart"),
            *(Step(call="checkout_order", arguments={"phone": "+14155550123"}),) * 5,
            Step(say="Done with all."),
        ),
    )
    ears = PretendedSpeech()
    async with (
        chat_server((turn,)) as far,
        pipeline_on_the_line(tmp_path, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        await ears.says_to(line, "a taro milk tea")
        await until(lambda: speech("Done with all.") in line.heard, 15.0)
        (order,) = await shop.orders()
        assert [(each.item, each.quantity) for each in order.draft.lines] == [("taro-milk-tea", 1)]
        assert (order.revision, await shop.texts()) == (1, 1)
        assert far.violations == []
        assert shop.handovers == []


async def test_a_model_that_calls_without_end_is_stopped(tmp_path: Path) -> None:
    loop = Turn("A tea.", (Step(call="get_cart"),) * 60)
    ears = PretendedSpeech()
    async with (
        chat_server((loop,)) as far,
        pipeline_on_the_line(tmp_path, far.url, ears) as shop,
        shop.phone().call() as line,
    ):
        await ears.says_to(line, "a tea")
        await until(lambda: bool(shop.handovers), 15.0)
        assert far.requests[-1]["tool_choice"] == "none"
        assert len(far.requests) < 20


async def test_keys_reach_the_model_as_a_number(tmp_path: Path) -> None:
    async with (
        chat_server((Turn("", (Step(say="Thank you very much."),)),)) as far,
        pipeline_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        await line.press("4155550177")
        await until(lambda: speech("Thank you very much.") in line.heard)
        assert far.requests[-1]["messages"][-1] == {"role": "user", "content": "4155550177"}
        assert await shop.said(line.call_sid, "customer") == ["4 1 5 5 5 5 0 1 7 7"]
