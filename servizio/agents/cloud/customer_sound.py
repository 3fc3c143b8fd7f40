"""Whether the customer can be heard, told from loudness alone.

The provider decides what was said and when a turn is over. This only tells whether there was
anything to hear, so that a recogniser that has died is found out before the customer has.
"""

from __future__ import annotations

from collections.abc import Callable

from servizio.agents.cloud.sound_path import BYTES_PER_SECOND
from servizio.audio.loudness import loudness

LOUD = 450.0
"""Root mean square of 16-bit samples above which a frame is speech or as loud as it."""
JUST_SPOKE = 5.0
"""Seconds of quiet within which the last loud sound was the end of what was just said."""


class CustomerSound:
    """How long the customer has been loud, and since when quiet."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.loud_seconds = 0.0
        """Loud sound since `forget`."""
        self._loud_at = float("-inf")

    def feed(self, mulaw: bytes) -> None:
        """Take a frame."""
        if loudness(mulaw) > LOUD:
            self.loud_seconds += len(mulaw) / BYTES_PER_SECOND
            self._loud_at = self._clock()

    @property
    def quiet_seconds(self) -> float:
        """Since the last loud sound."""
        return self._clock() - self._loud_at

    @property
    def ended_at(self) -> float | None:
        """When the last sound of what was just said ended, on the loop's clock; `None` where
        nothing loud was said."""
        return self._loud_at if self.quiet_seconds < JUST_SPOKE else None

    def forget(self) -> None:
        """What was heard so far has been dealt with."""
        self.loud_seconds = 0.0
