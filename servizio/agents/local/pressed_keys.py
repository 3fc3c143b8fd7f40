"""Keys of the customer's telephone, collected until they are a whole number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

KEYS_REST = 2.5
"""Seconds after the last key until the keys are taken as they are."""
NORTH_AMERICA = frozenset({"US", "CA", "PR"})
"""Countries in which a telephone number has ten digits, eleven with the 1 before it."""


class PressedKeys:
    """The keys of one call. Lives on the event loop; `close` ends its one timer.

    `taken` is called with the digits, perhaps none, at `#`, when they are a whole number, or
    when the customer presses no more.
    """

    def __init__(self, taken: Callable[[str], None]) -> None:
        self._taken = taken
        self._keys = ""
        self._timer: asyncio.TimerHandle | None = None
        self.region = ""
        """Country of the shop, two letters: how long a number is there."""

    def __bool__(self) -> bool:
        """Whether a number is being pressed."""
        return bool(self._keys)

    def press(self, digit: str) -> None:
        """Take a key: `0`-`9`, `*`, `#`."""
        self.close()
        if digit != "#":
            self._keys += digit
        if digit == "#" or self._is_whole():
            self._take()
        else:
            self._timer = asyncio.get_running_loop().call_later(KEYS_REST, self._take)

    def close(self) -> None:
        """Wait for no more keys."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _is_whole(self) -> bool:
        """Whether there can be no more keys to come; elsewhere the customer's pause tells."""
        length = 11 if self._keys.startswith("1") else 10
        return self.region in NORTH_AMERICA and len(self._keys) >= length

    def _take(self) -> None:
        keys, self._keys = self._keys, ""
        self._timer = None
        self._taken(keys)
