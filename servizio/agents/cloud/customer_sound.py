"""Whether the customer can be heard, told from loudness alone.

The provider decides what was said and when a turn is over. This only tells whether there was
anything to hear, so that a recogniser that has died is found out before the customer has.
"""

from __future__ import annotations

from collections.abc import Callable

from servizio.audio.loudness import loudness

LOUD = 450.0
"""Root mean square of 16-bit samples above which a frame is speech or as loud as it."""
BYTES_PER_SECOND = 8000


class CustomerSound:
    """How long the customer has been loud, and since when quiet."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.loud_seconds = 0.0
        """Loud sound since `forget`."""
        self.loud_at = float("-inf")
        """When the last loud sound ended, on the loop's clock."""

    def feed(self, mulaw: bytes) -> None:
        """Take a frame."""
        if loudness(mulaw) > LOUD:
            self.loud_seconds += len(mulaw) / BYTES_PER_SECOND
            self.loud_at = self._clock()

    @property
    def quiet_seconds(self) -> float:
        """Since the last loud sound."""
        return self._clock() - self.loud_at

    def forget(self) -> None:
        """What was heard so far has been dealt with."""
        self.loud_seconds = 0.0
