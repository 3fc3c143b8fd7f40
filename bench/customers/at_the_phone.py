"""What all customers have in common, whatever they say."""

from __future__ import annotations

from random import Random

from bench.customers.goals import Goal
from bench.customers.moves import Move
from bench.customers.personas import Persona
from bench.customers.reading import Asked, Heard, Reading
from bench.customers.side_questions import SideQuestions
from servizio.shop.menu import Menu


class AtThePhone:
    """Somebody with a goal, who listens to the agent of one call."""

    def __init__(
        self, menu: Menu, reading: Reading, goal: Goal, *, persona: Persona, rng: Random
    ) -> None:
        self.goal = goal
        self.persona = persona
        self.order_number_heard = False
        self._menu = menu
        self._reading = reading
        self._rng = rng
        self._questions = SideQuestions(menu, reading, rng)
        self._corrections = self._turns = 0
        self._last = Move()

    def knows_what_to_do(self, text: str) -> bool:
        """Whether this asks for anything."""
        return self._reading.hear(text).asked is not Asked.UNKNOWN

    def _hang_up(self, heard: Heard) -> Move:
        del heard
        return Move(hangs_up=True, why="" if self.order_number_heard else "sent away")
