"""Customers who say their lines one after the other, whatever they are asked.

The strictest of tests: nothing is put right that was not written beforehand. Only what the
agent asks after the last line is answered: yes to what it reads back, the number, "that's all".
"""

from __future__ import annotations

from random import Random

from bench.customers.moves import Move
from bench.customers.reading import Asked, Heard, Reading
from bench.customers.scripted import Script, ScriptedCustomer
from servizio.shop.menu import Menu

MOST_REPEATS = 2
"""How often a line is said once more, where the agent did not understand it."""


class RecitingCustomer(ScriptedCustomer):
    """One call's customer. Make a new one for each call."""

    def __init__(
        self, menu: Menu, reading: Reading, script: Script, *, rng: Random, calls_from: str
    ) -> None:
        super().__init__(menu, reading, script, rng=rng, calls_from=calls_from)
        self._says = list(script.says)
        self._wanted = script.goal.lines
        self._repeats = 0

    def _respond(self, heard: Heard) -> Move:
        if heard.asked in {Asked.OVER, Asked.GOODBYE}:
            return super()._respond(heard)
        if (heard.missed or heard.asked is Asked.THERE) and self._repeats < MOST_REPEATS:
            self._repeats += 1
            return self._last if self._last.say else Move("hello?")
        self._repeats = 0
        if self._says:
            return Move(self._says.pop(0))
        return super()._respond(heard)

    def _judge(self, heard: Heard) -> Move:
        """What is read back now is what there will be."""
        del heard
        return Move("yes")
