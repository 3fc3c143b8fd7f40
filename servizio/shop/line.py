"""What a customer asks for in one breath: an item, how many, and how.

The language room produces lines, the cart holds them, the store keeps them: one value
for all, so that nothing is translated on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Amount(StrEnum):
    """How much of a modifier."""

    REGULAR = "regular"
    LIGHT = "light"
    EXTRA = "extra"
    NONE = "none"
    """Left out on purpose: "no ice", "hold the onions"."""


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """A modifier that the customer named."""

    group: str
    modifier: str
    amount: Amount = Amount.REGULAR
    count: int = 1
    """How many portions, from 1: "two shots"."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order. Holds what was SAID: defaults are not filled in."""

    item: str
    quantity: int = 1
    choices: tuple[Choice, ...] = ()
