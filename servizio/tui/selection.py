"""Which ticket the barista's next key press means.

The selection is an order, never a row: whatever comes, goes or moves around it, the same
order stays selected. When the selected order itself leaves its lane, its neighbour is
selected and presses count for nothing for a moment, because the finger was meant for the
one that went. An order that is only started stays selected where no other waits to be
started, and the next press counts at once: the keys mean the same for it. The moment is
longer where the barista could not know that it would go, or where the same key would mean
something else than before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from servizio.tui.order_book import Lane

GUARD_SECONDS = 0.3
"""How long presses are ignored after the selection moved on because of a press here."""
HANDED_OVER_SECONDS = 1.0
"""The same where the press was the order's last: nothing brings a wrong one back to the counter."""
SURPRISE_SECONDS = 1.5
"""The same where somebody else moved the order, or the next one is in another lane."""

Lanes = Mapping[Lane, Sequence[str]]


class Selection:
    """A selected order. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self.key: str | None = None
        """The order's key; `None` where the queue is empty."""
        self.lane = Lane.RECEIVED
        self._index = 0
        self._deaf_until = float("-inf")
        self._own: set[str] = set()
        self.is_surprise = False
        """True where the selection moved last without the barista knowing that it would."""

    def expect(self, key: str) -> None:
        """Take it that the barista has just moved that order."""
        self._own.add(key)

    def is_settled(self, now: float) -> bool:
        """Claim that a press now is meant for the selected order."""
        return self.key is not None and now >= self._deaf_until

    def follow(self, lanes: Lanes, now: float) -> None:
        """Hold on to the selected order after the lanes have changed."""
        held = lanes[self.lane]
        if self.key is not None and self.key in held:
            self._index = held.index(self.key)
            return
        before, lane = self.key, self.lane
        if not held and before in lanes[Lane.MAKING]:
            # Started, and nothing left to start: the next press is for the same order.
            self.lane, held = Lane.MAKING, lanes[Lane.MAKING]
            self._index = held.index(before)
        elif not held:
            self.lane = next((lane for lane in Lane if lanes[lane]), self.lane)
            self._index = 0
            held = lanes[self.lane]
        self._index = min(self._index, max(0, len(held) - 1))
        self.key = held[self._index] if held else None
        if before is not None and before == self.key and Lane.READY not in {lane, self.lane}:
            self.is_surprise = False
            self._own.discard(before)
        elif before is not None:
            self.is_surprise = before not in self._own or self.lane is not lane
            self._own.discard(before)
            last = HANDED_OVER_SECONDS if lane is Lane.READY else GUARD_SECONDS
            self._deaf_until = now + (SURPRISE_SECONDS if self.is_surprise else last)

    def choose(self, key: str, lanes: Lanes) -> bool:
        """Select that order; False where it is in no lane."""
        for lane in Lane:
            if key in lanes[lane]:
                self.lane, self.key = lane, key
                self._index = lanes[lane].index(key)
                self._deaf_until = float("-inf")
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
