"""A customer is put through to staff, and comes back to the agent when nobody is there."""

from __future__ import annotations

import asyncio

import pytest

from servizio.agents.protocol import Spoken
from servizio.calls.admission import Answer, IncomingCall
from servizio.calls.call import Call
from servizio.calls.call_maker import NOBODY_THERE
from servizio.calls.expected import TOKEN_SECONDS
from servizio.calls.hand_over import RINGING_SECONDS
from servizio.calls.switchboard import OWED_SECONDS
from servizio.errors import TelephonyError
from tests.calls.paper_store import PaperStore
from tests.calls.scene import (
    GREETED,
    GREETING,
    SID,
    Scene,
    ScriptedAgent,
    StoryLine,
    a_call,
    connect,
    member,
    open_switchboard,
)
from tests.virtual_time import run_virtually

PAID = OWED_SECONDS + 1.0


async def put_through(it: Scene) -> None:
    """Order a tea, ask for a person, and be put through."""
    await asyncio.sleep(GREETED)
    it.agent.hears("a taro milk tea, and a person please")
    tools = it.call.tools
    assert (await tools.call("add_to_cart", {"item": "taro-milk-tea"}))["ok"]
    assert (await tools.call("confirm_pending_to_cart", {}))["ok"]
    assert (await tools.call("save_phone_number", {"phone": "555-123-4567"}))["ok"]
    await tools.call("transfer_to_staff", {"reason": "asked for a person"})
    await it.ended()


async def come_back(it: Scene) -> tuple[Call, StoryLine]:
    """Nobody is there: the stream of the same call, once more."""
    admission = await it.switchboard.after_staff(SID, taken=False)
    assert admission is not None
    line = StoryLine()
    call = await it.switchboard.connect(SID, admission.token, line)
    line.to(call.marked)
    line.story_call = call
    return call, line


def test_when_nobody_is_there_the_agent_goes_on_with_the_same_order() -> None:
    async def story() -> None:
        async with a_call(ScriptedAgent("first")) as it:
            await put_through(it)
            assert it.outcomes == []
            call, line = await come_back(it)
            await asyncio.sleep(0.1)
            brief = it.agent.brief
            assert brief is not None
            assert brief.greeting is None
            assert brief.apology == NOBODY_THERE
            assert Spoken("agent", GREETING) in brief.history
            assert call.history is it.call.history
            assert len(call.tools.desk.cart.lines) == 1
            assert (await call.tools.call("checkout_order", {}))["ok"]
            assert it.store.kept is not None
            assert it.store.kept.draft.phone == "+15551234567"
            await call.tools.call("end_call", {})
            await asyncio.sleep(8.0)
            assert line.closed
            assert it.outcomes == ["completed"]
            assert it.store.started == [SID]

    run_virtually(story())


def test_a_telephone_that_is_engaged_may_say_so_before_the_end_of_the_stream_is_written() -> None:
    async def story() -> None:
        async with a_call(ScriptedAgent("first")) as it:
            await asyncio.sleep(GREETED)
            it.agent.close_takes = 1.0
            await it.call.transfer("staff took over")
            await asyncio.sleep(0.01)
            assert it.call in it.switchboard.live_calls()
            call, line = await come_back(it)
            assert call.history is it.call.history
            await call.line_closed("stop")
            await line.close()

    run_virtually(story())


def test_a_server_that_stops_waits_for_the_staff_s_telephone() -> None:
    async def story() -> None:
        async with a_call(ScriptedAgent("first")) as it:
            await put_through(it)
            draining = asyncio.create_task(it.switchboard.drain(60.0))
            await asyncio.sleep(10.0)
            assert not draining.done()
            assert it.switchboard.whisper(SID)
            it.switchboard.staff_took(SID)
            await asyncio.wait_for(draining, 0.1)

    run_virtually(story())


def test_a_customer_whom_staff_took_over_before_the_greeting_is_not_greeted_afterwards() -> None:
    async def story() -> None:
        async with a_call() as it:
            await it.call.transfer("staff took over")
            await it.ended()
            call, line = await come_back(it)
            await asyncio.sleep(0.1)
            brief = it.agent.brief
            assert brief is not None
            assert (brief.greeting, brief.apology) == (None, NOBODY_THERE)
            await call.line_closed("stop")
            await line.close()

    run_virtually(story())


def test_a_customer_who_comes_back_can_be_put_through_again() -> None:
    async def story() -> None:
        async with a_call() as it:
            await put_through(it)
            again, line = await come_back(it)
            await again.transfer("staff took over")
            await line.close()
            await asyncio.sleep(1.0)
            assert it.switchboard.after(SID).step == "dial_staff"
            assert await it.switchboard.after_staff(SID, taken=True) is None
            await asyncio.sleep(PAID)
            assert it.outcomes == ["transferred"]

    run_virtually(story())


def test_a_webhook_that_is_repeated_does_not_hang_up_on_who_is_put_through() -> None:
    async def story() -> None:
        async with a_call() as it:
            await put_through(it)
            assert it.switchboard.after(SID).step == "dial_staff"
            assert it.switchboard.after(SID).step == "dial_staff"
            again, line = await come_back(it)
            await again.line_closed("stop")
            await line.close()
            assert it.switchboard.after(SID).step == "hang_up"

    run_virtually(story())


def test_a_call_that_a_person_took_is_over_and_never_comes_back() -> None:
    async def story() -> None:
        async with a_call() as it:
            await put_through(it)
            assert await it.switchboard.after_staff(SID, taken=True) is None
            assert await it.switchboard.after_staff(SID, taken=False) is None
            await asyncio.sleep(PAID)
            assert it.outcomes == ["transferred"]

    run_virtually(story())


def test_the_same_question_twice_gets_the_same_stream_and_only_one() -> None:
    async def story() -> None:
        async with a_call() as it:
            await put_through(it)
            first = await it.switchboard.after_staff(SID, taken=False)
            assert first is not None
            assert await it.switchboard.after_staff(SID, taken=False) == first
            call = await it.switchboard.connect(SID, first.token, StoryLine())
            with pytest.raises(TelephonyError):
                await it.switchboard.connect(SID, first.token, StoryLine())
            assert await it.switchboard.after_staff(SID, taken=False) is None
            await call.line_closed("stop")
            assert it.outcomes == ["hung_up"]

    run_virtually(story())


def test_a_customer_who_hangs_up_while_the_staffs_telephone_rings_ends_the_call() -> None:
    async def story() -> None:
        async with a_call() as it:
            await put_through(it)
            await it.switchboard.call_status(SID, "completed")
            assert it.outcomes == ["transferred"]
            assert await it.switchboard.after_staff(SID, taken=False) is None

    run_virtually(story())


@pytest.mark.parametrize("returns", [False, True])
def test_a_call_that_is_never_heard_of_again_is_ended(returns: bool) -> None:
    async def story() -> None:
        async with a_call() as it:
            await put_through(it)
            if returns:
                assert await it.switchboard.after_staff(SID, taken=False) is not None
            await asyncio.sleep(max(RINGING_SECONDS, TOKEN_SECONDS) + PAID)
            assert it.outcomes == ["transferred"]

    run_virtually(story())


def test_a_server_that_stops_writes_the_end_of_calls_that_are_with_staff() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, line = await connect(switchboard)
            await call.transfer("staff took over")
            await line.close()
            await asyncio.sleep(1.0)
            await switchboard.drain(0)
            assert await switchboard.after_staff(SID, taken=False) is None
        assert store.ends == [(SID, "missed")]

    run_virtually(story())


def test_a_line_is_kept_for_a_customer_who_may_come_back() -> None:
    async def story() -> None:
        members = member(ScriptedAgent())
        async with open_switchboard(PaperStore(), members, max_calls=1) as switchboard:
            call, line = await connect(switchboard)
            await call.transfer("staff took over")
            await line.close()
            await asyncio.sleep(1.0)
            other = IncomingCall("CA2", None, "")
            assert (await switchboard.ring(other)).answer is Answer.BUSY
            await switchboard.after_staff(SID, taken=True)
            assert switchboard.accepting()

    run_virtually(story())
