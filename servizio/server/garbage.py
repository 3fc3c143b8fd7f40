"""Keeps Python's search for garbage out of the calls.

To find reference cycles Python looks through everything that lives: menu, grammar and settings
alone are hundreds of thousands of objects, a tenth of a second in which every caller hears
nothing. So what has been loaded is set aside for good, and the old are looked through when
nobody is on the line, or at the latest after `LONGEST`.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

LOOK = 1.0
"""Seconds between two looks at the lines."""
LONGEST = 300.0
"""Seconds after which the old are looked through although somebody is on the line."""
THRESHOLDS = (5000, 20, 1_000_000)
"""Of `gc.set_threshold`: the young are looked through as ever, the old never by themselves."""


@dataclass(frozen=True, slots=True)
class Collector:
    """What Python can do about garbage."""

    collect: Callable[[], object] = gc.collect
    """Look through everything that is not set aside."""
    set_aside: Callable[[], object] = gc.freeze
    """Never look through what lives now."""


class GarbageRounds:
    """Decides when to look through the old."""

    def __init__(self, collector: Collector, now: float) -> None:
        self._collector = collector
        self._collected_at = now
        self._is_set_aside = False
        self._had_calls = False

    def look(self, now: float, *, calls: int, is_loading: bool) -> None:
        """Look through them if this is the moment. `now` is in seconds, of any clock.

        `calls`: how many are on the line. `is_loading`: whether an agent is still getting ready.
        """
        self._had_calls = self._had_calls or calls > 0
        overdue = now - self._collected_at > LONGEST
        if calls:
            due = overdue
        else:
            due = self._had_calls or overdue or not (self._is_set_aside or is_loading)
        if not due:
            return
        self._collector.collect()
        self._collected_at = now
        self._had_calls = calls > 0
        if not self._is_set_aside and not calls and not is_loading:
            self._collector.set_aside()
            self._is_set_aside = True


@asynccontextmanager
async def garbage_between_calls(
    calls: Callable[[], int], is_loading: Callable[[], bool]
) -> AsyncIterator[None]:
    """Look for garbage this way while the block lasts."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    task = asyncio.create_task(_tend(calls, is_loading), name="garbage")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        gc.set_threshold(*before)


async def _tend(calls: Callable[[], int], is_loading: Callable[[], bool]) -> None:
    clock = asyncio.get_running_loop().time
    rounds = GarbageRounds(Collector(), clock())
    while True:
        await asyncio.sleep(LOOK)
        rounds.look(clock(), calls=calls(), is_loading=is_loading())
