"""How long a customer waits for an answer, and what is done about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from servizio.agents.cloud.timers import Timers
from servizio.agents.pipeline.speaking import Speaker

LOOK = 0.1
"""Seconds between two looks."""
FILLER_AFTER = 1.8
"""Seconds of silence after the customer's words until the customer is asked to wait."""
FILLED_AGAIN = 2.8
"""The same after that; the second time is the last."""
MOST_FILLERS = 2
SPEAK_WITHIN = 9.0
"""Seconds after the customer's words in which the answer must have begun."""


class Waiting:
    """Watches over the time from the customer's last word to the answer's first."""

    def __init__(
        self,
        speaker: Speaker,
        loop: asyncio.AbstractEventLoop,
        *,
        fill: Callable[[], None],
        give_up: Callable[[], None],
    ) -> None:
        self._speaker = speaker
        self._clock = loop.time
        self._timers = Timers(loop)
        self._fill = fill
        self._give_up = give_up
        self._began = 0.0
        self._fillers = 0

    def begin(self) -> None:
        """An answer is due from now on."""
        self.end()
        self._began = self._clock()
        self._fillers = 0
        self._timers.later(LOOK, self._look)

    def end(self) -> None:
        """None is due."""
        self._timers.stop()

    def _look(self) -> None:
        if self._speaker.answered_at >= self._began:
            return
        now = self._clock()
        if now - self._began > SPEAK_WITHIN:
            self._give_up()
            return
        quiet = now - max(self._began, self._speaker.plays_until)
        patience = FILLED_AGAIN if self._fillers else FILLER_AFTER
        if self._fillers < MOST_FILLERS and quiet > patience and not self._speaker.is_busy:
            self._fillers += 1
            self._fill()
        self._timers.later(LOOK, self._look)
