"""Customers ring, and Deepgram answers: the order is what counts, and what was heard."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agents.cloud.shop_on_the_line import (
    GREETING,
    WORDS,
    items_of,
    origin_of,
    shop_on_the_line,
    talk,
    until,
)
from tests.standins.deepgram_agent import deepgram
from tests.standins.deepgram_scenario import Step, Turn, scenario
from tests.standins.deepgram_session import Quirks, speech

TARO = Step(call="add_to_cart", arguments={"item": "taro-milk-tea"})
CONFIRM = Step(call="confirm_pending_to_cart")
CHECKOUT = Step(call="checkout_order", arguments={"phone": "+14155550123"})


async def test_the_sample_conversation_is_one_exact_order(tmp_path: Path) -> None:
    async with (
        deepgram(scenario("taro")) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 4)
        await line.wait_ended(15.0)
        assert far.violations == []
        (order,) = await shop.orders()
        assert items_of(order) == [("taro-milk-tea", 1)]
        assert {each.modifier for each in order.draft.lines[0].modifiers} >= {"boba"}
        assert order.draft.phone == "+14155550123"
        assert await shop.texts() == 1
        said = await shop.said(line.call_sid)
        assert said[0] == GREETING
        assert f"Your order number is {order.number}." in said
        assert said[-1] == "Thank you. Goodbye."
        assert shop.handovers == []
        assert line.protocol_errors == []


async def test_sound_is_passed_on_byte_for_byte_both_ways(tmp_path: Path) -> None:
    async with (
        deepgram() as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        assert speech(GREETING) in line.heard
        await line.speak(WORDS)
        await asyncio.sleep(0.3)
        assert WORDS in bytes(far.session.sound)
        assert max(map(len, far.session.frames)) <= 640


async def test_the_linear_path_sounds_the_same(tmp_path: Path) -> None:
    async with (
        deepgram(scenario("taro")[:1]) as far,
        shop_on_the_line(tmp_path, far.url, encoding="linear16") as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await line.hear_reply(0.5, 10.0)
        assert far.violations == []
        assert far.session.settings["audio"]["input"]["sample_rate"] == 48000
        assert far.session.settings["audio"]["output"]["sample_rate"] == 24000
        assert "add_to_cart" in far.session.results
        assert shop.handovers == []


@pytest.mark.parametrize(
    "quirks",
    [Quirks(), Quirks(late_text=True, late_frames=3, done_after_barge_in=True)],
    ids=["late sound", "late words"],
)
async def test_a_customer_who_interrupts_hears_nothing_more_of_it(
    tmp_path: Path, quirks: Quirks
) -> None:
    turns = (Turn("Tell me about it.", (Step(say="Once upon a time " * 8),)),
             Turn("Stop.", (Step(say="What can I get you?"),)))  # fmt: skip
    async with (
        deepgram(turns, quirks=quirks) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await line.agent_speaks(10.0)
        await asyncio.sleep(0.8)
        await line.speak(WORDS)
        await line.hear_reply(0.6, 10.0)
        assert far.session.late
        assert bytes(far.session.late[:333]) not in line.heard
        assert line.heard.count(speech("What can I get you?")) == 1
        told_at = far.session.barged_in_at[-1] - origin_of(line)
        cut_at = max(span.end for span in line.agent_spans if span.start < told_at)
        assert cut_at - told_at < 0.15
        said = await shop.said(line.call_sid)
        assert "Words nobody heard." not in said
        assert 0 < len(said[1]) < len("Once upon a time " * 8) / 2
        assert shop.handovers == []
        assert far.violations == []


async def test_what_was_asked_before_the_turn_was_over_is_not_in_the_order(tmp_path: Path) -> None:
    early = Turn(
        "A taro, no, a black milk tea.",
        (Step(call="add_to_cart", arguments={"item": "black-milk-tea"}), CONFIRM, CHECKOUT,
         Step(say="Done.")),
        early="add_to_cart",
        early_arguments={"item": "taro-milk-tea"},
    )  # fmt: skip
    async with (
        deepgram((early,), quirks=Quirks(history=False)) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await until(lambda: "Done." in far.session.said)
        (order,) = await shop.orders()
        assert items_of(order) == [("black-milk-tea", 1)]
        assert all(
            each["defer_until_eot"]
            for each in far.session.settings["agent"]["think"][0]["functions"]
            if each["name"] in {"add_to_cart", "checkout_order", "end_call"}
        )


async def test_nonsense_of_the_model_is_answered_and_does_no_harm(tmp_path: Path) -> None:
    turn = Turn(
        "A taro milk tea.",
        (
            Step(call="order_pizza", arguments={"size": 3}),
            Step(call="add_to_cart", arguments="{no json"),
            Step(call="add_to_cart", arguments='["a list"]'),
            Step(call="add_to_cart", arguments='{"item": "taro-milk-tea"}'),
            Step(call="get_cart", arguments=""),
            CONFIRM,
            *(CHECKOUT,) * 20,
            Step(say="Done."),
        ),
    )
    async with (
        deepgram((turn,), quirks=Quirks(thinks=0.0)) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await until(lambda: "Done." in far.session.said)
        (order,) = await shop.orders()
        assert (items_of(order), order.revision) == ([("taro-milk-tea", 1)], 1)
        assert await shop.texts() == 1
        assert far.violations == []
        assert far.session.results["order_pizza"]["ok"] is False
        assert far.session.events.count("checkout_order") == 20


@pytest.mark.parametrize("quirks", [Quirks(), Quirks(echoes_keys=False)], ids=["echo", "none"])
async def test_keys_reach_the_model_as_a_number(tmp_path: Path, quirks: Quirks) -> None:
    async with (
        deepgram((Turn("", (Step(say="Thank you."),)),), quirks=quirks) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        await line.press("4155550177")
        await until(lambda: speech("Thank you.") in line.heard)
        await asyncio.sleep(0.2)
        assert {"type": "InjectUserMessage", "content": "4155550177"} in far.session.messages
        assert await shop.said(line.call_sid, "customer") == ["4 1 5 5 5 5 0 1 7 7"]
        assert (await shop.said(line.call_sid))[-1] == "Thank you."


async def an_odd_answer(folder: Path, step: Step) -> None:
    turns = (Turn("Hello?", (step,)), Turn("And now?", (Step(say="As usual."),)))
    odd = Quirks(audio_before_text=step.text)
    async with (
        deepgram(turns, quirks=odd) as far,
        shop_on_the_line(folder, far.url) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await until(lambda: step.say in far.session.said)
        await talk(line, 1, quiet=1.2)
        await until(lambda: speech("As usual.") in line.heard)
        # Without an end the last piece comes by itself, when no end is to be expected.
        assert speech(step.say)[:-640] in line.heard, step
        assert shop.handovers == [], step
        waited = "One moment, please." in await shop.said(line.call_sid)
        assert waited == (step.waits > 2), step


async def test_an_odd_answer_is_an_answer_all_the_same(tmp_path: Path) -> None:
    await asyncio.gather(
        an_odd_answer(tmp_path / "1", Step(say="No text to this.", text=False)),
        an_odd_answer(tmp_path / "2", Step(say="No end is told.", done=0)),
        an_odd_answer(tmp_path / "3", Step(say="Two ends are told.", done=2)),
        an_odd_answer(tmp_path / "4", Step(say="This takes its time.", waits=4.5)),
    )


async def test_a_sentence_of_the_staffs_is_said_when_the_customer_has_finished(
    tmp_path: Path,
) -> None:
    async with (
        deepgram(quirks=replace(Quirks(), refuses_injections=1)) as far,
        shop_on_the_line(tmp_path, far.url) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        (call,) = shop.switchboard.live_calls()
        await call.say("Your taxi is here.")
        await until(lambda: "Your taxi is here." in far.session.said)
        assert shop.handovers == []
