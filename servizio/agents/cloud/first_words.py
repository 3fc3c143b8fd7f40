"""Who speaks first where it is we who ring: the other side, unless it says nothing."""

from __future__ import annotations

from collections.abc import Callable

from servizio.agents.cloud.timers import Timers
from servizio.agents.protocol import CallBrief


class FirstWords:
    """Waits for a "hello" in one call. Lives on the event loop."""

    def __init__(self, timers: Timers, say: Callable[[str], None]) -> None:
        self._timers = timers
        self._say = say
        self._opening = ""

    def wait(self, brief: CallBrief) -> bool:
        """Wait, if this is such a call: whether it is."""
        seconds = brief.tools.speaks_first_after
        if seconds is None or brief.history:
            return False
        self._opening = brief.tools.opening
        self._timers.later(seconds, self._nobody_spoke)
        return True

    def somebody_spoke(self) -> None:
        """There was a sound: the model answers it."""
        self._opening = ""

    def _nobody_spoke(self) -> None:
        if self._opening:
            self._say(self._opening)
