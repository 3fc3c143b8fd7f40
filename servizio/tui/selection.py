"""Which ticket the barista's next key press means.

The selection is an order, never a row: whatever comes, goes or moves around it, the same
order stays selected. When the selected order itself leaves its lane, its neighbour is
selected and presses count for nothing for a moment, because the finger was meant for the
one that went.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from servizio.tui.order_book import Lane

GUARD_SECONDS = 0.3
"""How long presses are ignored after the selection had to move by itself."""

Lanes = Mapping[Lane, Sequence[str]]


class Selection:
    """A selected order. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self.key: str | None = None
        """The order's key; `None` where the queue is empty."""
        self.lane = Lane.RECEIVED
        self._index = 0
        self._moved_at = float("-inf")

    def is_settled(self, now: float) -> bool:
        """Claim that a press now is meant for the selected order."""
        return self.key is not None and now - self._moved_at >= GUARD_SECONDS

    def follow(self, lanes: Lanes, now: float) -> None:
        """Hold on to the selected order after the lanes have changed."""
        held = lanes[self.lane]
        if self.key is not None and self.key in held:
            self._index = held.index(self.key)
            return
        had = self.key is not None
        if not held:
            self.lane = next((lane for lane in Lane if lanes[lane]), self.lane)
            self._index = 0
            held = lanes[self.lane]
        self._index = min(self._index, max(0, len(held) - 1))
        self.key = held[self._index] if held else None
        if had:
            self._moved_at = now

    def choose(self, key: str, lanes: Lanes) -> bool:
        """Select that order; False where it is in no lane."""
        for lane in Lane:
            if key in lanes[lane]:
                self.lane, self.key = lane, key
                self._index = lanes[lane].index(key)
                self._moved_at = float("-inf")
                return True
        return False

    def step(self, lanes: Lanes, by: int, order: Sequence[Lane] = ()) -> None:
        """Go `by` tickets on or back, stopping at the ends.

        `order` names the lanes that make up one list; without it the step stays in its lane.
        """
        keys = [key for lane in order or (self.lane,) for key in lanes[lane]]
        if not keys:
            return
        at = keys.index(self.key) if self.key in keys else 0
        self.choose(keys[max(0, min(len(keys) - 1, at + by))], lanes)

    def cross(self, lanes: Lanes, by: int, order: Sequence[Lane]) -> None:
        """Go to the next lane on that side that holds anything, at the same height."""
        at = order.index(self.lane) + by
        while 0 <= at < len(order):
            held = lanes[order[at]]
            if held:
                self.choose(held[min(self._index, len(held) - 1)], lanes)
                return
            at += by
