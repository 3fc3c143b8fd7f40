"""For how long a session lasts, and when to go on in another: sessions end after an hour."""

from __future__ import annotations

from collections.abc import Callable

BEFORE_END = 120.0
"""Seconds before its end from which a session is left at the next quiet moment."""
AGAIN_AFTER = 5.0
"""Seconds until the next try."""
BETWEEN = 60.0
"""Seconds in which a session that ended is followed by another once: no storms."""


class Term:
    """The age of a call's sessions. `clock` is the loop's."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends_at = float("inf")
        self._rejoined_at = float("-inf")

    def begin(self, expires_at: object, now: float) -> None:
        """A session has begun. `expires_at` is in seconds since 1970, as `now` is."""
        is_told = isinstance(expires_at, int | float) and expires_at > 0
        left = float(expires_at) - now if is_told else float("inf")  # type: ignore[arg-type]
        self._ends_at = self._clock() + left

    @property
    def is_over(self) -> bool:
        """Whether it is time to go on in another session."""
        return self._clock() > self._ends_at - BEFORE_END

    def renew(self) -> None:
        """Another session is being opened."""
        self._ends_at = float("inf")

    def put_off(self) -> None:
        """There was no other session, or no quiet moment for it: try again soon."""
        self._ends_at = self._clock() + BEFORE_END + AGAIN_AFTER

    def may_rejoin(self) -> bool:
        """Whether a session that was ended may be followed by another now."""
        now = self._clock()
        if now - self._rejoined_at < BETWEEN:
            return False
        self._rejoined_at = now
        return True
