"""Opens a session that knows of the call: what a call does first, and again when one ends."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from servizio.agents.openai_realtime.connection import Connection
from servizio.agents.openai_realtime.faults import UPDATE_EVENT
from servizio.agents.openai_realtime.plan import RealtimeShop, plan_for, said_so_far, session_update
from servizio.agents.protocol import Spoken
from servizio.agents.toolset import Toolset

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Joined:
    """A session that is in force."""

    connection: Connection
    instructions: str
    expires_at: object
    """Seconds since 1970, where it was told."""


async def join(
    shop: RealtimeShop, tools: Toolset, said: Sequence[Spoken], *, takes_over: bool
) -> Joined:
    """A new session. With `takes_over` it is told the order and what was said last."""
    told = tools.prompt(now=shop.now(), extra=shop.prompt_extra, takes_over=takes_over)
    if takes_over:
        told += said_so_far(said)
    update = session_update(
        plan_for(shop.plan, tools.voice, tools.key_terms()),
        instructions=told,
        tools=tools.specs(),
        event_id=f"{UPDATE_EVENT}-1",
    )
    connection = await Connection.open(shop.plan)
    try:
        session = await connection.settle(update)
    except BaseException:
        await connection.close()
        raise
    log.info("openai_session call=%s session=%s", tools.call_sid, str(session.get("id"))[:64])
    return Joined(connection, told, session.get("expires_at"))
