"""Keys of the customer's telephone, collected until they are a whole number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from servizio.agents.cloud.timers import Timers

REST = 2.5
"""Seconds after the last key until the keys are taken as they are."""
NORTH_AMERICA = frozenset({"US", "CA", "PR"})
"""Countries in which a telephone number has ten digits, eleven with the 1 before it."""


class Keypad:
    """The keys of one call, from `open` to `close`. Lives on the event loop.

    `on_first` is called at the first key of a number: the agent falls silent.
    `on_number(digits)` is called when it is whole.
    """

    def __init__(self, *, on_first: Callable[[], None], on_number: Callable[[str], None]) -> None:
        self._on_first = on_first
        self._on_number = on_number
        self._is_open = False
        self._has_fixed_length = False
        self._keys = ""
        self._timers = Timers(asyncio.get_running_loop())

    def open(self, region: str) -> None:
        """Take keys from now on; numbers are as in this country (ISO 3166-1)."""
        self._is_open = True
        self._has_fixed_length = region in NORTH_AMERICA

    def press(self, digit: str) -> None:
        """Take a key: `0`-`9`, `*`, `#`, which ends a number and begins none."""
        if not self._is_open or (digit == "#" and not self._keys):
            return
        self._timers.stop()
        if not self._keys:
            self._on_first()
        if digit != "#":
            self._keys += digit
        whole = 11 if self._keys.startswith("1") else 10
        if digit == "#" or (self._has_fixed_length and len(self._keys) >= whole):
            self._take()
        else:
            self._timers.later(REST, self._take)

    def close(self) -> None:
        """Take no more keys."""
        self._is_open = False
        self._timers.close()

    def _take(self) -> None:
        keys, self._keys = self._keys, ""
        self._on_number(keys)
