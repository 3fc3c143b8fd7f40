"""OpenAI's Realtime API as a member of the shop's roster."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from random import Random

from servizio.agents.failover import behind_breaker
from servizio.agents.openai_realtime.agent import RealtimeAgent
from servizio.agents.openai_realtime.connection import Connection
from servizio.agents.openai_realtime.faults import UPDATE_EVENT
from servizio.agents.openai_realtime.plan import RealtimeShop, session_update
from servizio.agents.prompt import prompt
from servizio.agents.roster import Member
from servizio.agents.tool_schemas import tool_specs
from servizio.shop.profile import ShopProfile


def realtime_member(
    shop: RealtimeShop, profile: ShopProfile, rng: Random
) -> AbstractAsyncContextManager[Member]:
    """Realtime agents behind a circuit breaker."""

    async def probe() -> None:
        """Open a session as a call would, up to its first word, and close it."""
        connection = await Connection.open(shop.plan)
        try:
            await connection.settle(
                session_update(
                    shop.plan,
                    instructions=prompt(profile, now=shop.now(), extra=shop.prompt_extra),
                    tools=tool_specs(profile.menu),
                    event_id=f"{UPDATE_EVENT}-1",
                )
            )
        finally:
            await connection.close()

    return behind_breaker("openai", lambda: RealtimeAgent(shop), probe, rng)
