"""How often somebody may do something: so many at once, then one every so often."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEYS = 4096
"""How many keys one pace remembers; beyond these, whoever did nothing for longest starts anew."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one key may do."""

    burst: int
    """So often at once."""
    every: float
    """Seconds until one more is allowed."""


class Pace:
    """Counts what each key does. `clock` gives seconds that never go back."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float]) -> None:
        self._allowance = allowance
        self._clock = clock
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Do it once: 0 where that is allowed, else the seconds to wait, and it does not count."""
        now, limit = self._clock(), self._allowance
        spent = self._spent_by(key, now)
        if spent > limit.burst - 1:
            return (spent - limit.burst + 1) * limit.every
        self._spent[key] = (spent + 1, now)
        self._spent.move_to_end(key)
        if len(self._spent) > KEYS:
            self._spent.popitem(last=False)
        return 0.0

    def wait(self, key: str) -> float:
        """Seconds until it is allowed again; 0: now. Counts nothing."""
        spent = self._spent_by(key, self._clock())
        return max(0.0, (spent - self._allowance.burst + 1) * self._allowance.every)

    def _spent_by(self, key: str, now: float) -> float:
        spent, at = self._spent.get(key, (0.0, now))
        return max(0.0, spent - (now - at) / self._allowance.every)
