"""The end of all calls of a server that stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from servizio.calls.call import Call

FAREWELL_SECONDS = 10.0
"""Before the limit, for a last sentence to those who are still on the line."""
STOPPED = "server_stopped"
"""Outcome of a call that the end of the server has ended."""

log = logging.getLogger(__name__)


async def drain(
    live: Callable[[], Sequence[Call]],
    quiet: asyncio.Event,
    seconds: float,
    *,
    too_late: Callable[[], None],
) -> None:
    """Give live calls this long; who is left then is told so before, and the line is closed.

    `quiet` is set once nobody is left to wait for; `too_late` is told when no call may begin
    any more, as it would be cut off in its first words.
    """
    farewell = min(FAREWELL_SECONDS, seconds / 2)
    if not await _quiet_within(quiet, seconds - farewell):
        too_late()
        for call in live():
            call.take_leave(STOPPED)
        await _quiet_within(quiet, farewell)
    await asyncio.gather(*(_end_now(call) for call in live()))


async def _quiet_within(quiet: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await quiet.wait()
    return quiet.is_set()


async def _end_now(call: Call) -> None:
    try:
        await call.hang_up(STOPPED)
        await call.line_closed("drained")
    except Exception:
        log.exception("call_not_ended call=%s", call.call_sid)
