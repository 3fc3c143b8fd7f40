"""What a customer does when the agent has spoken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A sentence, keys, or hanging up."""

    say: str = ""
    keys: str = ""
    hangs_up: bool = False
    why: str = ""
    """Of hanging up before there is an order."""
