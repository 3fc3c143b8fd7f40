"""How a customer gives a telephone number, and whether it was taken down right."""

from __future__ import annotations

from random import Random

from bench.customers import phrasing
from bench.customers.moves import Move

KEYS_AFTER = 3
"""Tries after which the keys of the telephone are pressed."""
MOST_TRIES = 6
THIS_ONE = (
    "the one I'm calling from", "this number", "use the number I'm calling from",
    "you can use this one",
)  # fmt: skip


class NumberTalk:
    """One customer's number: `phone` is E.164, `presses` whoever never says it."""

    def __init__(self, phone: str, *, calls_from: str, presses: bool, rng: Random) -> None:
        self.digits = phone[-10:]
        self._is_this_one = phone == calls_from
        self._presses = presses
        self._rng = rng
        self._tries = 0
        self._rest: list[str] = []

    def give(self) -> Move:
        """Say the number, or the first part of it."""
        self._tries += 1
        if self._tries > MOST_TRIES:
            return Move(hangs_up=True, why="gave up giving the number")
        if self._presses or self._tries > KEYS_AFTER:
            return Move(keys=self.digits)
        if self._is_this_one:
            return Move(self._rng.choice(THIS_ONE))
        said = phrasing.phone_said(self.digits, self._rng)
        self._rest = said[1:]
        return Move(said[0])

    def go_on(self) -> Move:
        """Say the rest of it."""
        if not self._rest:
            return self.give()
        return Move(self._rest.pop(0))

    def judge(self, digits: str) -> Move:
        """Agree to the number that was read, or say it again."""
        if digits == self.digits:
            return Move(self._rng.choice(phrasing.YES))
        self._tries += 1
        if self._tries > MOST_TRIES:
            return Move(hangs_up=True, why="gave up correcting the number")
        if self._tries > KEYS_AFTER:
            return Move(keys=self.digits)
        said = " ".join(phrasing.phone_said(self.digits, self._rng))
        return Move(f"no, {said}" if said.startswith("it's") else f"no, it's {said}")
