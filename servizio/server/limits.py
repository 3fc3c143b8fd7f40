"""How much of a server one address, or one telephone number, may have.

Generous for people and their screens, and for a whole shop behind one address; there to keep
one of them from taking the telephone line away from all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from servizio.server.pace import Allowance, Pace

VISITS = Allowance(burst=240, every=0.1)
"""Requests of an address to what is public."""
REFUSALS = Allowance(burst=20, every=3.0)
"""Requests of an address that were refused: wrong signatures, no token."""
CALLS = Allowance(burst=8, every=90.0)
"""Calls from one number."""
TEXTS = Allowance(burst=6, every=60.0)
"""Answers to texts from one number."""
STRANGE_NUMBERS = Allowance(burst=20, every=15.0)
"""Order numbers that an address asks after and nobody knows: customers know theirs."""
STREAMS = 64
"""Connections that one address may keep open: boards, voices."""


class Limits:
    """What each may still have. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.visits = Pace(VISITS, clock)
        self.refusals = Pace(REFUSALS, clock)
        self.calls = Pace(CALLS, clock)
        self.texts = Pace(TEXTS, clock)
        self.strange_numbers = Pace(STRANGE_NUMBERS, clock)
        self._open: Counter[str] = Counter()

    @contextmanager
    def keeping_open(self, address: str) -> Iterator[bool]:
        """While a connection of an address is open; gives whether it may have one more."""
        allowed = self._open[address] < STREAMS
        if not allowed:
            yield False
            return
        self._open[address] += 1
        try:
            yield True
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
