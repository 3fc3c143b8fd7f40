"""Slowing down whoever guesses: each wrong try makes the next wait longer.

Waits are counted per address. When many addresses guess at once, each of them waits from its
first wrong try on; an address that has not guessed wrong never waits, so nobody can lock the
staff out from somewhere else. The same wrong guess again, as from a screen that still has an
old token, is no new guess.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5
"""Wrong tries of one address before it has to wait."""
FREE_IN_SUM = 60
"""Wrong tries of all addresses within `MEMORY` before even the second of an address waits."""
LONGEST = 300.0
"""Seconds that one wait may last."""
MEMORY = 900.0
"""Seconds without a wrong try after which an address is forgotten."""
ADDRESSES = 4096
"""How many addresses are remembered; beyond these the longest quiet one is forgotten."""


@dataclass(slots=True)
class _Record:
    count: int = 0
    last: float = 0.0
    until: float = 0.0
    digest: bytes = b""


class Guesses:
    """Wrong tries, by address. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()
        self._sum = 0.0
        self._sum_at = clock()

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0: now."""
        record = self._records.get(address)
        return 0.0 if record is None else max(0.0, record.until - self._clock())

    def wrong(self, address: str, guess: str) -> None:
        """This address guessed wrong."""
        now = self._clock()
        record = self._records.setdefault(address, _Record())
        digest = hashlib.sha256(guess.encode("utf-8", "replace")).digest()
        if now - record.last > MEMORY:
            record.count = 0
        elif digest == record.digest:
            return
        record.count += 1
        record.last, record.digest = now, digest
        self._records.move_to_end(address)
        while len(self._records) > ADDRESSES:
            self._records.popitem(last=False)
        # A bucket that leaks: what was guessed long ago weighs nothing any more.
        leaked = (now - self._sum_at) * FREE_IN_SUM / MEMORY
        self._sum, self._sum_at = max(0.0, self._sum - leaked) + 1, now
        free = FREE if self._sum <= FREE_IN_SUM else 1
        if record.count >= free:
            record.until = now + min(LONGEST, 2.0 ** min(record.count - free, 16))

    def right(self, address: str) -> None:
        """This address knew it: it starts anew."""
        self._records.pop(address, None)
