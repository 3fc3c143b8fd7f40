"""The Deepgram Voice Agent as a member of the shop's roster."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from random import Random

from servizio.agents.deepgram.agent import DeepgramAgent
from servizio.agents.deepgram.connection import Connection
from servizio.agents.deepgram.plan import DeepgramShop, settings_message
from servizio.agents.failover import behind_breaker
from servizio.agents.prompt import prompt
from servizio.agents.roster import Member
from servizio.agents.tool_schemas import tool_specs
from servizio.shop.profile import ShopProfile


def deepgram_member(
    shop: DeepgramShop, profile: ShopProfile, rng: Random
) -> AbstractAsyncContextManager[Member]:
    """Deepgram agents behind a circuit breaker."""

    async def probe() -> None:
        """Open a session as a call would, up to its first word, and close it."""
        connection = await Connection.open(shop.plan)
        try:
            await connection.settle(
                settings_message(
                    shop.plan,
                    prompt=prompt(profile, now=shop.now(), extra=shop.prompt_extra),
                    tools=tool_specs(profile.menu),
                    greeting=None,
                )
            )
        finally:
            await connection.close()

    return behind_breaker("deepgram", lambda: DeepgramAgent(shop), probe, rng)
