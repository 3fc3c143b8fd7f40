"""Notices an event loop that is late, and says where it was.

All calls share one loop, and a call holds only so much speech that is yet to be heard: what
keeps the loop busy for longer than that is heard as a gap by every customer on the line.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType

STEP = 0.1
"""Seconds between two looks at how late the loop is."""
AUDIBLE = 0.2
"""Seconds from which customers hear a gap; see `calls.playout`."""
STUCK = 1.0
"""Seconds without a sign of life after which it is looked up what the loop is at."""
SPAN = 60.0
"""Seconds for which a gap counts."""
MANY = 5
"""Gaps within the span that are more than bad luck."""
LOG_REST = 10.0
"""Seconds between two lines of the log about it."""
HOUSE = Path(__file__).parents[1]

log = logging.getLogger(__name__)


class LoopWatch:
    """Watches one event loop: a task tells how late it is, a thread looks when it is stuck."""

    def __init__(self, observe: Callable[[float], None]) -> None:
        self._observe = observe
        self._gaps: deque[tuple[float, float]] = deque()
        self._logged_at = float("-inf")
        self._alive_at = 0.0
        self._thread_id = 0
        self._over = threading.Event()

    async def watch(self) -> None:
        """Watch the running loop until cancelled."""
        self._thread_id = threading.get_ident()
        self._alive_at = time.monotonic()
        self._over.clear()
        guard = threading.Thread(target=self._guard, name="loop watch", daemon=True)
        guard.start()
        try:
            while True:
                due = time.monotonic() + STEP
                await asyncio.sleep(STEP)
                self._alive_at = now = time.monotonic()
                self.note(max(0.0, now - due), now)
        finally:
            self._over.set()

    def note(self, lag: float, now: float) -> None:
        """The loop was so late just now; both in seconds."""
        self._observe(lag)
        while self._gaps and now - self._gaps[0][0] > SPAN:
            self._gaps.popleft()
        if lag < AUDIBLE:
            return
        self._gaps.append((now, lag))
        if now - self._logged_at > LOG_REST:
            self._logged_at = now
            log.warning("loop_late seconds=%.2f gaps_in_a_minute=%d", lag, len(self._gaps))

    def complaint(self, now: float) -> str:
        """What staff should know of the last minute; empty: the loop keeps time."""
        lags = [lag for at, lag in self._gaps if now - at <= SPAN]
        if len(lags) < MANY and max(lags, default=0.0) < STUCK:
            return ""
        return (
            f"calls had {len(lags)} gaps in the last minute, the longest {max(lags):.1f} s: "
            "this machine has too much to do"
        )

    def _guard(self) -> None:
        told = False
        while not self._over.wait(STUCK / 2):
            silent = time.monotonic() - self._alive_at
            if silent > STUCK and not told:
                frame = sys._current_frames().get(self._thread_id)  # noqa: SLF001 - the one way
                log.error("loop_stuck seconds=%.1f at=%s", silent, place_of(frame))
            told = silent > STUCK


def place_of(frame: FrameType | None) -> str:
    """The innermost line of ours that is being run, as `server/health.py:12`."""
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(HOUSE):
            return f"{file.relative_to(HOUSE).as_posix()}:{frame.f_lineno}"
        frame = frame.f_back
    return "elsewhere"
