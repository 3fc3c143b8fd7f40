"""Calls come in, are found again, and end with the server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from servizio.calls.admission import Answer
from servizio.calls.expected import TOKEN_SECONDS
from servizio.errors import StoreError, TelephonyError
from tests.agents.local.conversation import open_store
from tests.calls.paper_store import PaperStore
from tests.calls.scene import (
    CALLING,
    SID,
    ScriptedAgent,
    StoryLine,
    a_call,
    connect,
    incoming,
    member,
    open_switchboard,
)
from tests.virtual_time import run_virtually


def test_a_call_that_rings_gets_a_token_and_is_written_down() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            admission = await switchboard.ring(incoming())
            assert admission.answer is Answer.TALK
            assert len(admission.token) >= 24
            assert store.started == [SID]
            assert switchboard.live_call(SID) is None

    run_virtually(story())


def test_a_webhook_that_is_delivered_twice_gets_the_same_token() -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            first = await switchboard.ring(incoming())
            assert await switchboard.ring(incoming()) == first

    run_virtually(story())


def test_a_call_that_is_over_gets_no_second_stream() -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            assert (await switchboard.ring(incoming())).answer is Answer.UNAVAILABLE
            await call.line_closed("stop")
            assert (await switchboard.ring(incoming())).answer is Answer.UNAVAILABLE

    run_virtually(story())


async def test_a_call_that_was_over_before_a_restart_gets_no_stream_either(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.start_call(SID, phone=CALLING)
        await store.end_call(SID, outcome="hung_up")
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            assert (await switchboard.ring(incoming())).answer is Answer.UNAVAILABLE
            assert (await switchboard.ring(incoming("CA2"))).answer is Answer.TALK


@pytest.mark.parametrize("token", ["", "guessed", "ümläut"])
def test_a_stream_needs_the_token_of_its_call(token: str) -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            await switchboard.ring(incoming())
            other = await switchboard.ring(incoming("CA2"))
            for wrong in (token, other.token):
                with pytest.raises(TelephonyError):
                    await switchboard.connect(SID, wrong, StoryLine())
            assert not switchboard.live_calls()

    run_virtually(story())


def test_a_token_is_good_for_one_stream_only() -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            admission = await switchboard.ring(incoming())
            call = await switchboard.connect(SID, admission.token, StoryLine())
            with pytest.raises(TelephonyError):
                await switchboard.connect(SID, admission.token, StoryLine())
            assert switchboard.live_calls() == (call,)
            assert switchboard.live_call(SID) is call

    run_virtually(story())


def test_a_token_is_good_for_a_minute() -> None:
    async def story() -> None:
        async with open_switchboard(
            PaperStore(), member(ScriptedAgent()), max_calls=1
        ) as switchboard:
            admission = await switchboard.ring(incoming())
            assert not switchboard.accepting()
            await asyncio.sleep(TOKEN_SECONDS + 0.1)
            with pytest.raises(TelephonyError):
                await switchboard.connect(SID, admission.token, StoryLine())
            assert switchboard.accepting()

    run_virtually(story())


def test_a_shop_whose_lines_are_all_taken_says_so_and_takes_calls_again_afterwards() -> None:
    async def story() -> None:
        async with open_switchboard(
            PaperStore(), member(ScriptedAgent()), max_calls=2
        ) as switchboard:
            call, _ = await connect(switchboard, "CA1")
            await switchboard.ring(incoming("CA2"))
            refused = await switchboard.ring(incoming("CA3"))
            assert refused.answer is Answer.BUSY
            assert refused.sentence
            await call.line_closed("stop")
            assert (await switchboard.ring(incoming("CA4"))).answer is Answer.TALK

    run_virtually(story())


def test_a_shop_whose_agents_are_all_broken_takes_no_call() -> None:
    async def story() -> None:
        broken = member(ScriptedAgent(), lambda: "broken")
        async with open_switchboard(PaperStore(), broken) as switchboard:
            assert not switchboard.accepting()
            assert switchboard.agents() == {"first": "broken"}
            assert (await switchboard.ring(incoming())).answer is Answer.UNAVAILABLE

    run_virtually(story())


def test_a_broken_agent_stands_behind_those_that_are_well() -> None:
    async def story() -> None:
        bad, good = ScriptedAgent("bad"), ScriptedAgent("good")
        async with open_switchboard(
            PaperStore(), member(bad, lambda: "broken"), member(good)
        ) as switchboard:
            call, _ = await connect(switchboard)
            await asyncio.sleep(0.1)
            assert call.history.agent == "good"

    run_virtually(story())


def test_a_call_that_cannot_be_written_down_is_not_expected() -> None:
    async def story() -> None:
        store = PaperStore()
        store.fault = StoreError("The disk is full.")
        async with open_switchboard(store, member(ScriptedAgent()), max_calls=1) as switchboard:
            with pytest.raises(StoreError):
                await switchboard.ring(incoming())
            store.fault = None
            assert switchboard.accepting()

    run_virtually(story())


def test_calls_of_a_number_are_counted_from_the_ring_to_the_end() -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            await switchboard.ring(incoming("CA9"))
            call, _ = await connect(switchboard)
            assert (switchboard.calls_of(CALLING), switchboard.calls_of(None)) == (2, 0)
            await switchboard.call_status("CA9", "completed")
            await call.line_closed("stop")
            assert switchboard.calls_of(CALLING) == 0

    run_virtually(story())


def test_a_call_rings_until_the_first_agent_is_loaded() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        late = member(ScriptedAgent(), lambda: "ready" if loop.time() > 3.0 else "loading")
        async with open_switchboard(PaperStore(), late, max_calls=1) as switchboard:
            twice = await asyncio.gather(switchboard.ring(incoming()), switchboard.ring(incoming()))
            assert 3.0 < loop.time() < 4.0
            assert twice[0].answer is Answer.TALK
            assert twice[0] == twice[1]

    run_virtually(story())


def test_calls_that_rang_together_while_the_agent_loaded_are_not_more_than_there_are_lines() -> (
    None
):
    async def story() -> None:
        loop = asyncio.get_running_loop()
        late = member(ScriptedAgent(), lambda: "ready" if loop.time() > 3.0 else "loading")
        async with open_switchboard(PaperStore(), late, max_calls=2) as switchboard:
            rung = await asyncio.gather(*(switchboard.ring(incoming(f"CA{n}")) for n in range(4)))
            answers = [each.answer for each in rung]
            assert (answers.count(Answer.TALK), answers.count(Answer.BUSY)) == (2, 2)

    run_virtually(story())


def test_what_staff_mark_as_sold_out_cannot_be_ordered_in_a_call_that_is_going_on() -> None:
    async def story() -> None:
        store = PaperStore()
        async with a_call(store=store) as it:
            await asyncio.sleep(1.0)
            store.sell_out("taro-milk-tea")
            await asyncio.sleep(0.1)
            result = await it.call.tools.call("add_to_cart", {"item": "taro-milk-tea"})
            assert not result["ok"]
            assert "sold out" in result["error"]
            assert result["alternatives"] == ["black-milk-tea"]
            store.sell_out()
            await asyncio.sleep(0.1)
            assert (await it.call.tools.call("add_to_cart", {"item": "taro-milk-tea"}))["ok"]

    run_virtually(story())


def test_what_was_sold_out_before_the_server_started_is_known_to_every_call() -> None:
    async def story() -> None:
        store = PaperStore()
        store.gone = frozenset({"boba"})
        async with a_call(store=store) as it:
            boba = [{"modifier": "boba"}]
            result = await it.call.tools.call(
                "add_to_cart", {"item": "taro-milk-tea", "modifiers": boba}
            )
            assert not result["ok"]

    run_virtually(story())


def test_two_calls_never_see_each_other() -> None:
    async def story() -> None:
        async with open_switchboard(PaperStore(), member(ScriptedAgent())) as switchboard:
            one, _ = await connect(switchboard, "CA1")
            other, _ = await connect(switchboard, "CA2")
            await one.tools.call("add_to_cart", {"item": "taro-milk-tea"})
            await one.tools.call("save_phone_number", {"phone": "555-123-4567"})
            cart = other.view()["cart"]
            assert isinstance(cart, dict)
            assert cart["pending"] == []
            assert cart["phone_ends"] == ""

    run_virtually(story())


def test_words_that_are_being_spoken_are_told_to_whoever_watches() -> None:
    async def story() -> None:
        async with a_call() as it:
            seen: list[tuple[object, object]] = []

            async def watch() -> None:
                async for partial in it.switchboard.partials():
                    seen.append((partial["role"], partial["text"]))  # noqa: PERF401 - as they come

            watching = asyncio.create_task(watch())
            await asyncio.sleep(0.1)
            it.agent.speak("One more sentence.")
            await asyncio.sleep(0.1)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            assert ("agent", "One more sentence.") in seen

    run_virtually(story())


async def test_a_call_that_a_dead_server_left_open_is_ended_before_the_first_call(
    tmp_path: Path,
) -> None:
    async with open_store(tmp_path) as store:
        await store.start_call("CA-old")
    async with (
        open_store(tmp_path) as store,
        open_switchboard(cast("PaperStore", store), member(ScriptedAgent())),
    ):
        record = await store.call("CA-old")
        assert record is not None
        assert record.ended_at is not None
        assert record.outcome == "dropped"
