"""A provider breaks: calls stop waiting for it, and somebody tries it again behind their back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import cast

from servizio.agents.failover import behind_breaker
from servizio.agents.protocol import Agent
from servizio.agents.roster import Member, Roster
from servizio.calls.admission import Answer, IncomingCall, NextStep
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError
from tests.calls.paper_store import PaperStore
from tests.calls.scene import ScriptedAgent, connect, member, open_switchboard
from tests.virtual_time import run_virtually


class Provider:
    """Somewhere far away, where probes go."""

    def __init__(self) -> None:
        self.fault: Exception | None = AgentUnreachableError("Nobody answers.")
        self.probed_at: list[float] = []
        self.hangs = False

    async def probe(self) -> None:
        self.probed_at.append(asyncio.get_running_loop().time())
        if self.hangs:
            await asyncio.sleep(3600)
        if self.fault is not None:
            raise self.fault


def an_agent(name: str) -> Callable[[], Agent]:
    return lambda: cast("Agent", ScriptedAgent(name))


def test_a_provider_that_cannot_be_reached_is_skipped_by_the_next_call_at_once() -> None:
    async def story() -> None:
        far = Provider()
        async with behind_breaker("deepgram", an_agent("deepgram"), far.probe, Random(1)) as cloud:
            roster = Roster((cloud, Member("local", an_agent("local"), lambda: "ready")))
            assert [make().name for make in roster.for_a_call()] == ["deepgram", "local"]
            roster.failed("deepgram", AgentUnreachableError("Connection refused."))
            assert [make().name for make in roster.for_a_call()] == ["local", "deepgram"]
            assert roster.states() == {"deepgram": "broken", "local": "ready"}

    run_virtually(story())


def test_one_failure_in_mid_call_may_happen_but_not_two_within_a_minute() -> None:
    async def story() -> None:
        far = Provider()
        async with behind_breaker("deepgram", an_agent("deepgram"), far.probe, Random(1)) as cloud:
            cloud.failed(AgentError("The socket closed."))
            await asyncio.sleep(120)
            cloud.failed(AgentError("The socket closed."))
            assert cloud.state() == "ready"
            await asyncio.sleep(30)
            cloud.failed(AgentError("The socket closed."))
            assert cloud.state() == "broken"

    run_virtually(story())


def test_a_provider_that_works_again_gets_the_next_call_and_one_strike() -> None:
    async def story() -> None:
        far = Provider()
        async with behind_breaker("deepgram", an_agent("deepgram"), far.probe, Random(1)) as cloud:
            cloud.failed(AgentUnreachableError("Connection refused."))
            far.fault = None
            await asyncio.sleep(3)
            assert cloud.state() == "ready"
            cloud.failed(AgentError("It thinks no more."))
            assert cloud.state() == "broken"

    run_virtually(story())


def test_probes_rest_longer_and_longer_and_never_stop() -> None:
    async def story() -> None:
        far = Provider()
        async with behind_breaker("deepgram", an_agent("deepgram"), far.probe, Random(1)) as cloud:
            cloud.failed(AgentUnreachableError("Connection refused."))
            await asyncio.sleep(1500)
            rests = [after - before for before, after in pairwise(far.probed_at)]
            assert far.probed_at[0] < 3
            assert rests[0] < rests[1] < rests[2] < rests[3]
            assert max(rests) < 150
            far.fault = ZeroDivisionError("a bug of ours")
            await asyncio.sleep(300)
            far.fault, far.hangs = None, True
            await asyncio.sleep(300)
            assert cloud.state() == "broken"
            far.hangs = False
            await asyncio.sleep(300)
            assert cloud.state() == "ready"

    run_virtually(story())


def test_a_wrong_key_is_not_tried_every_other_second() -> None:
    async def story() -> None:
        far = Provider()
        far.fault = AgentRefusedError("The key is wrong.")
        async with behind_breaker("deepgram", an_agent("deepgram"), far.probe, Random(1)) as cloud:
            cloud.failed(AgentRefusedError("The key is wrong."))
            await asyncio.sleep(40)
            assert far.probed_at == []
            await asyncio.sleep(300)
            assert 1 < len(far.probed_at) < 6

    run_virtually(story())


def test_the_call_of_a_dead_provider_goes_on_and_the_next_does_not_ask_it() -> None:
    async def story() -> None:
        far = Provider()
        handovers: list[tuple[str, str]] = []
        broken = ScriptedAgent("deepgram", refuses=AgentUnreachableError("Connection refused."))
        local = ScriptedAgent("local")
        async with (
            behind_breaker(
                "deepgram", lambda: cast("Agent", broken), far.probe, Random(1)
            ) as cloud,
            open_switchboard(
                PaperStore(),
                cloud,
                member(local),
                on_handover=lambda failed, successor: handovers.append((failed, successor)),
            ) as switchboard,
        ):
            for sid in ("CA1", "CA2"):
                call, line = await connect(switchboard, sid)
                await asyncio.sleep(1)
                assert call.history.agent == "local"
                await call.line_closed("stop")
                await line.close()
            assert handovers == [("deepgram", "local")]
            assert broken.closed == 1
            assert switchboard.agents()["deepgram"] == "broken"

    run_virtually(story())


def test_the_only_agent_is_tried_by_every_call_although_it_was_late_a_moment_ago() -> None:
    async def story() -> None:
        far = Provider()
        agents = [
            ScriptedAgent("deepgram", refuses=AgentUnreachableError("Not in time.")),
            ScriptedAgent("deepgram"),
        ]
        made = iter(agents)
        async with (
            behind_breaker(
                "deepgram", lambda: cast("Agent", next(made)), far.probe, Random(1)
            ) as cloud,
            open_switchboard(PaperStore(), cloud) as switchboard,
        ):
            call, line = await connect(switchboard, "CA1")
            await asyncio.sleep(0.5)
            assert switchboard.after("CA1").step is NextStep.DIAL_STAFF
            assert switchboard.agents() == {"deepgram": "broken"}
            await call.line_closed("stop")
            await line.close()
            call, line = await connect(switchboard, "CA2")
            await asyncio.sleep(0.5)
            assert call.history.agent == "deepgram"
            # What a customer has found out nobody else need find out.
            assert switchboard.agents() == {"deepgram": "ready"}
            await asyncio.sleep(10)
            assert far.probed_at == []
            await call.line_closed("stop")
            await line.close()

    run_virtually(story())


def test_the_only_agent_is_left_alone_while_its_provider_refuses_our_key() -> None:
    async def story() -> None:
        far = Provider()
        async with (
            behind_breaker("deepgram", an_agent("deepgram"), far.probe, Random(1)) as cloud,
            open_switchboard(PaperStore(), cloud) as switchboard,
        ):
            cloud.failed(AgentRefusedError("The key is wrong."))
            assert not switchboard.accepting()
            assert (
                await switchboard.ring(IncomingCall("CA1", None, ""))
            ).answer is Answer.UNAVAILABLE

    run_virtually(story())
