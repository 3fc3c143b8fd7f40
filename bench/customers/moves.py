"""What a customer does when the agent has spoken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bench.customers.personas import Persona


@dataclass(frozen=True, slots=True)
class Move:
    """A sentence, keys, or hanging up."""

    say: str = ""
    keys: str = ""
    hangs_up: bool = False
    why: str = ""
    """Of hanging up before there is an order."""


class Caller(Protocol):
    """A customer, drawn at random or scripted."""

    persona: Persona
    order_number_heard: bool

    def knows_what_to_do(self, text: str) -> bool:
        """Whether this asks for anything."""
        ...

    def answer(self, text: str, *, whole: bool = True) -> Move:
        """What to do now that the agent has said this; `whole`: all of it was listened to."""
        ...
