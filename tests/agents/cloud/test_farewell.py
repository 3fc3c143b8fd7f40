"""An agent is put away while its call, or its patience, comes to an end: nothing stays open."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress

import pytest

from servizio.agents.protocol import CallBrief
from tests.agents.concierge.desk import Concierge
from tests.agents.concierge.test_cloud import employed


@pytest.mark.parametrize("kind", ["deepgram", "openai"])
@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_an_agent_whose_farewell_is_cut_short_closes_its_socket(
    kind: str, steps: int
) -> None:
    async with AsyncExitStack() as stack:
        agent, far = await stack.enter_async_context(employed(kind, stack))
        await agent.start(CallBrief("CA1", Concierge().tools, "Hi."))
        farewell = asyncio.create_task(agent.close())
        for _ in range(steps):
            await asyncio.sleep(0)
        farewell.cancel()
        with suppress(asyncio.CancelledError):
            await farewell
        await asyncio.wait_for(far.session.over.wait(), 5)
