"""Customers ring, and OpenAI answers: the order is what counts, and what was heard."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from servizio.agents.tool_schemas import tool_specs
from servizio.shop.menu_file import load_menu
from tests.agents.cloud.shop_on_the_line import (
    APOLOGY,
    GREETING,
    WORDS,
    items_of,
    origin_of,
    shop_on_the_line,
    talk,
    until,
)
from tests.standins.deepgram_scenario import Step, Turn, scenario
from tests.standins.deepgram_session import speech
from tests.standins.openai_realtime import openai_realtime
from tests.standins.openai_realtime_parts import Quirks

TARO = Step(call="add_to_cart", arguments={"item": "taro-milk-tea"})
CONFIRM = Step(call="confirm_pending_to_cart")
CHECKOUT = Step(call="checkout_order", arguments={"phone": "+14155550123"})
OPENAI: Any = {"agent": "openai"}


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
        assert items_of(order) == [("taro-milk-tea", 1)]
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


async def test_sound_is_passed_on_byte_for_byte_both_ways(tmp_path: Path) -> None:
    async with (
        openai_realtime() as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        assert speech(GREETING) in line.heard
        await line.speak(WORDS)
        await asyncio.sleep(0.3)
        assert WORDS in bytes(far.session.log.sound)
        assert max(far.session.log.frames) <= 640


async def test_the_session_is_told_everything_before_the_first_sound(tmp_path: Path) -> None:
    async with (
        openai_realtime() as far,
        shop_on_the_line(
            tmp_path, far.url, **OPENAI, turn_detection="semantic_vad", eagerness="high"
        ) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        session = far.session.config
        assert session["audio"]["input"]["format"] == {"type": "audio/pcmu"}
        assert session["audio"]["output"]["format"] == {"type": "audio/pcmu"}
        assert session["audio"]["input"]["turn_detection"] == {
            "type": "semantic_vad",
            "eagerness": "high",
            "create_response": True,
            "interrupt_response": True,
        }
        assert "taro milk tea" in session["audio"]["input"]["transcription"]["prompt"]
        assert session["reasoning"] == {"effort": "low"}
        specs = tool_specs(load_menu("boba"))
        assert [tool["name"] for tool in session["tools"]] == [spec.name for spec in specs]
        assert [event["type"] for event in far.session.log.events] == [
            "session.update",
            "response.create",
        ]
        greet = far.session.log.events[1]["response"]
        assert greet["instructions"].startswith(session["instructions"])
        assert greet["tool_choice"] == "none"
        assert far.violations == []


async def test_a_session_that_is_not_as_told_is_never_heard(tmp_path: Path) -> None:
    async with (
        openai_realtime(quirks=Quirks(ignores_format=True)) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await until(lambda: bytes((1,)) * 1000 in line.heard)
        assert shop.handovers == [("openai", "local")]
        assert shop.switchboard.agents()["openai"] == "broken"
        assert far.session.answers.made == 0


STORY = "Once upon a time " * 8


@pytest.mark.parametrize("speed", [4.0, 60.0], ids=["still being made", "made and not yet heard"])
async def test_a_customer_who_interrupts_hears_no_more_and_the_model_learns_what_was_heard(
    tmp_path: Path, speed: float
) -> None:
    turns = (
        Turn("Tell me about it.", (Step(say=STORY),)),
        Turn("Stop.", (Step(say="What can I get you?"),)),
    )
    async with (
        openai_realtime(turns, quirks=Quirks(speed=speed)) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await line.agent_speaks(10.0)
        await asyncio.sleep(0.8)
        await line.speak(WORDS)
        await line.hear_reply(0.6, 10.0)
        far_end = far.session
        assert bytes(far_end.answers.late[:333] or b"none") not in line.heard
        assert line.heard.count(speech("What can I get you?")) == 1
        told_at = far_end.log.barged_in_at[-1] - origin_of(line)
        cut_at = max(span.end for span in line.agent_spans if span.start < told_at)
        assert cut_at - told_at < 0.15
        (truncated,) = far_end.log.truncated.values()
        begun_at = min(span.start for span in line.agent_spans if span.holds(cut_at - 0.01))
        assert abs(truncated - (cut_at - begun_at) * 1000) < 250
        assert far_end.log.of("response.cancel") == []
        said = await shop.said(line.call_sid)
        assert STORY.startswith(said[1].removesuffix("..."))
        assert 0 < len(said[1]) < len(STORY) / 2
        assert shop.handovers == []
        assert far.violations == []
        assert far_end.log.errors == []


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
        openai_realtime((turn,), quirks=Quirks(thinks=0.0)) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await until(lambda: "Done." in far.session.answers.said)
        (order,) = await shop.orders()
        assert (items_of(order), order.revision) == ([("taro-milk-tea", 1)], 1)
        assert await shop.texts() == 1
        assert far.violations == []
        assert far.session.log.results["order_pizza"]["ok"] is False
        assert far.session.answers.calls.count("checkout_order") == 20
        outputs = [
            event
            for event in far.session.log.of("conversation.item.create")
            if event["item"]["type"] == "function_call_output"
        ]
        assert len(outputs) == 26
        assert len(far.session.log.of("response.create")) == 27


async def test_keys_reach_the_model_as_a_number(tmp_path: Path) -> None:
    async with (
        openai_realtime() as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        await line.press("4155550177")
        await until(lambda: speech("Yes?") in line.heard)
        (item,) = far.session.log.of("conversation.item.create")
        assert item["item"]["content"] == [{"type": "input_text", "text": "4155550177"}]
        assert await shop.said(line.call_sid, "customer") == ["4 1 5 5 5 5 0 1 7 7"]
        assert far.violations == []


async def test_a_sentence_of_the_staffs_is_said_exactly(tmp_path: Path) -> None:
    async with (
        openai_realtime() as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        (call,) = shop.switchboard.live_calls()
        await call.say("Your taxi is here.")
        await call.say("It is a yellow one.")
        await until(lambda: speech("It is a yellow one.") in line.heard)
        assert speech("Your taxi is here.") in line.heard
        assert shop.handovers == []
        assert far.session.log.errors == []


async def a_talk_with(folder: Path, quirks: Quirks, **section: Any) -> str:
    """What went wrong in a whole order where the far end is odd; empty where nothing did."""
    async with (
        openai_realtime(scenario("taro"), quirks=quirks) as far,
        shop_on_the_line(folder, far.url, **OPENAI, **section) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 4)
        await line.wait_ended(15.0)
        orders = [items_of(order) for order in await shop.orders()]
        said = await shop.said(line.call_sid)
        right = orders == [[("taro-milk-tea", 1)]] and said[-1] == "Thank you. Goodbye."
        wrong = far.violations + [str(each) for each in shop.handovers]
        return "" if right and not wrong else f"{quirks}: {orders} {said} {wrong}"


async def test_an_odd_far_end_is_a_far_end_all_the_same(tmp_path: Path) -> None:
    odd = (
        Quirks(transcribes="before"),
        Quirks(transcribes="never"),
        Quirks(transcribes="failed"),
        Quirks(beta_names=True),
        Quirks(fails=("", "rate_limit_exceeded", "", "server_error", "server_error")),
        Quirks(fails=("empty", "", "empty", "", "max_output_tokens")),
    )
    wrong = await asyncio.gather(
        *(a_talk_with(tmp_path / str(number), quirks) for number, quirks in enumerate(odd))
    )
    assert [each for each in wrong if each] == []


async def test_a_slow_answer_is_announced_once(tmp_path: Path) -> None:
    turns = (Turn("Hello?", (Step(say="This takes its time.", waits=4.0),)),)
    async with (
        openai_realtime(turns) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await until(lambda: speech("This takes its time.") in line.heard)
        assert line.heard.count(speech("One moment, please.")) == 1
        assert shop.handovers == []
        assert far.violations == []


async def test_a_session_that_has_expired_is_followed_by_another(tmp_path: Path) -> None:
    async with (
        openai_realtime(scenario("taro")) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await talk(line, 1)
        await line.hear_reply(0.5, 10.0)
        await far.session.expire()
        await until(lambda: len(far.sessions) == 2 and bool(far.session.update))
        told = far.session.update["instructions"]
        assert "Staged, not yet agreed to: 1 taro milk tea." in told
        assert told.endswith("You: One taro milk tea with boba. Right?")
        far.session.replace_turns(scenario("taro")[1:])
        for _ in range(2):
            await line.speak(WORDS)
            await line.hear_reply(0.4, 15.0)
        await line.speak(WORDS)
        await line.wait_ended(15.0)
        (order,) = await shop.orders()
        assert items_of(order) == [("taro-milk-tea", 1)]
        assert APOLOGY not in await shop.said(line.call_sid)
        assert shop.handovers == []
        assert far.violations == []


async def test_a_session_that_will_expire_is_left_while_nobody_speaks(tmp_path: Path) -> None:
    async with (
        openai_realtime(scenario("taro"), quirks=Quirks(expires_in=121.0)) as far,
        shop_on_the_line(tmp_path, far.url, **OPENAI) as shop,
        shop.phone().call() as line,
    ):
        await line.agent_speaks(10.0)
        far.quirks = Quirks()
        await until(lambda: len(far.sessions) == 2 and bool(far.session.update))
        await asyncio.sleep(0.5)
        await line.speak(WORDS)
        await line.hear_reply(0.5, 10.0)
        assert far.session.answers.calls == ["add_to_cart"]
        assert await shop.said(line.call_sid) == [GREETING, "One taro milk tea with boba. Right?"]
        assert shop.handovers == []
