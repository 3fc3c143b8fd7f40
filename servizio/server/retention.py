"""Forgetting customers in time, and not because a clock is wrong.

What is forgotten cannot be had back. A small computer may begin its day years ahead until it
has asked the network for the time; so where nothing has happened for long, by the clock, it is
given an hour to be put right.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from servizio.errors import StoreError
from servizio.store.interface import Store

PURGE_SECONDS = 24 * 3600.0
"""Between two times at which old customers are forgotten."""
DOUBT_SECONDS = 3600.0
"""How long a clock has to be put right."""
SHORTEST_DOUBT = timedelta(days=2)

log = logging.getLogger(__name__)


async def forget_in_time(
    store: Store,
    days: float,
    now: Callable[[], datetime],
    *,
    tick: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Apply the retention rule (`days`) now and every day, until cancelled.

    `tick` is in seconds and never jumps; `now` may.
    """
    kept = timedelta(days=days)
    before, ticked = now(), tick()
    while True:
        try:
            jump = now() - before - timedelta(seconds=tick() - ticked)
            if jump > SHORTEST_DOUBT or await _is_doubtful(store, now(), kept):
                log.warning("retention_waits: nothing has happened for long; is the clock right?")
                await sleep(DOUBT_SECONDS)
            before, ticked = now(), tick()
            gone = await store.purge(now() - kept)
            log.info("retention_applied orders=%d calls=%d", gone.orders, gone.calls)
        except StoreError as error:
            log.warning("retention_failed: %s", error.message)
        await sleep(PURGE_SECONDS)


async def _is_doubtful(store: Store, now: datetime, kept: timedelta) -> bool:
    """Whether the newest event is so old that a purge might take what is wanted."""
    last = await store.last_event_id()
    events = await store.events_after(last - 1, limit=1)
    return bool(events) and now - events[0].at > max(kept / 2, SHORTEST_DOUBT)
