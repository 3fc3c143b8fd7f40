"""Keys of the customer's telephone, collected until they are a whole number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

REST = 2.5
"""Seconds after the last key until the keys are taken as they are."""
NORTH_AMERICA = frozenset({"US", "CA", "PR"})
"""Countries in which a telephone number has ten digits, eleven with the 1 before it."""


class Keypad:
    """The keys of one call.

    `on_first` is called at the first key of a number: the agent falls silent.
    `on_number(digits)` is called on the event loop when it is whole.
    """

    def __init__(
        self, region: str, *, on_first: Callable[[], None], on_number: Callable[[str], None]
    ) -> None:
        self._has_fixed_length = region in NORTH_AMERICA
        self._on_first = on_first
        self._on_number = on_number
        self._keys = ""
        self._timer: asyncio.TimerHandle | None = None

    def press(self, digit: str) -> None:
        """Take a key: `0`-`9`, `*`, `#`, which ends a number."""
        self.close()
        if not self._keys:
            self._on_first()
        if digit != "#":
            self._keys += digit
        whole = 11 if self._keys.startswith("1") else 10
        if digit == "#" or (self._has_fixed_length and len(self._keys) >= whole):
            self._take()
        else:
            self._timer = asyncio.get_running_loop().call_later(REST, self._take)

    def close(self) -> None:
        """Wait for no more keys."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take(self) -> None:
        keys, self._keys = self._keys, ""
        self._timer = None
        if keys:
            self._on_number(keys)
