"""Customers who say what is written for them, each line when the call has come to it.

A script is a list of steps: when a line falls, what is said, and what shall be in the order
from then on. The agent may ask in another order than the writer thought of; a line is then
said when it is asked for, and what was read or understood wrong is put right as anybody would.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.customers.at_the_phone import AtThePhone
from bench.customers.correcting import correction
from bench.customers.goals import Goal, Lines, tally
from bench.customers.moves import Move
from bench.customers.number_talk import NumberTalk
from bench.customers.personas import Persona
from bench.customers.reading import Asked, Heard, Reading
from servizio.shop.line import Choice, Line
from servizio.shop.menu import Menu

MOST_TURNS = 40
MOST_CORRECTIONS = 6
_ORDERS = ("order", "more")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script."""

    when: str
    """`order`: at the greeting or "anything else?"; `group`: "any toppings?"; `reading` and
    `number_read`: what was read back is right; `number`; `after`: there is an order number."""
    say: str
    wants: tuple[Line, ...] | None = None
    """What is wanted from now on; `None`: as before."""


@dataclass(frozen=True, slots=True)
class Script:
    """One call."""

    name: str
    who: str
    goal: Goal
    steps: tuple[Step, ...]
    says: tuple[str, ...] = ()
    """What is said, one after the other, by somebody who has no steps (`reciting`)."""


def load_scripts(path: Path, menu: Menu) -> list[Script]:
    """The scripts of a TOML file: `[[call]]` with name, who, phone, lines, and steps or says."""
    found = []
    for call in tomllib.loads(path.read_text(encoding="utf-8"))["call"]:
        lines = _lines(menu, call["lines"])
        steps = tuple(
            Step(step[0], step[1], _lines(menu, step[2]) if len(step) > 2 else None)
            for step in call.get("steps", ())
        )
        goal = Goal(lines, f"+1{call['phone']}")
        says = tuple(call.get("says", ()))
        found.append(Script(call["name"], call["who"], goal, steps, says))
    return found


def _lines(menu: Menu, texts: list[str]) -> tuple[Line, ...]:
    """ "2 black-milk-tea boba no-ice", as ids."""
    groups = {one.id: group.id for group in menu.modifier_groups for one in group.modifiers}
    lines = []
    for text in texts:
        quantity, item, *modifiers = text.split()
        lines.append(
            Line(item, int(quantity), tuple(Choice(groups[one], one) for one in modifiers))
        )
    return tuple(lines)


class ScriptedCustomer(AtThePhone):
    """One call's customer. Make a new one for each call."""

    def __init__(
        self, menu: Menu, reading: Reading, script: Script, *, rng: Random, calls_from: str
    ) -> None:
        super().__init__(menu, reading, script.goal, persona=Persona(script.who), rng=rng)
        self._steps = list(script.steps)
        self._wanted: tuple[Line, ...] = ()
        self._number = NumberTalk(script.goal.phone, calls_from=calls_from, presses=False, rng=rng)
        self._was_right = True
        self._given = ""
        """The number as it was said."""

    def answer(self, text: str, *, whole: bool = True) -> Move:
        """What to do now that the agent has said this."""
        del whole
        self._turns += 1
        if self._turns > MOST_TURNS:
            return Move(hangs_up=True, why="no end of talking")
        self._last = self._respond(self._reading.hear(text))
        return self._last

    def _respond(self, heard: Heard) -> Move:
        told = heard.asked in {Asked.MORE, Asked.PHONE} and tally(heard.lines, self._menu)
        if told and not _fits(told, self._all()):
            # Told in passing what is not so: nobody lets that stand.
            self._was_right = True
            return self._judge(Heard(heard.text, Asked.RIGHT, heard.lines))
        answers: dict[Asked, Callable[[Heard], Move]] = {
            Asked.OVER: self._end,
            Asked.GOODBYE: self._hang_up,
            Asked.RIGHT: self._judge,
            Asked.CHANGE: self._judge,
            Asked.NUMBER_RIGHT: self._judge_number,
            Asked.PHONE: self._give_number,
            Asked.REST: self._give_number,
            Asked.GROUP: self._choose,
            Asked.WHICH: self._clear_up,
            Asked.OFFER: self._decide,
            Asked.PERSON: lambda _: Move("no"),
            Asked.CANCEL: lambda _: Move("no"),
        }
        return answers.get(heard.asked, self._go_on)(heard)

    def _end(self, heard: Heard) -> Move:
        del heard
        self.order_number_heard = True
        return self._step("after") or Move("okay, thank you, bye")

    def _judge_number(self, heard: Heard) -> Move:
        if heard.digits == self._number.digits:
            return self._step("number_read") or Move("yes")
        return self._number.judge(heard.digits)

    def _choose(self, heard: Heard) -> Move:
        lines = self._wanted or self.goal.lines
        return self._step("group") or Move(self._questions.choose(heard, lines))

    def _clear_up(self, heard: Heard) -> Move:
        return Move(self._questions.which(heard, list(self._wanted)) or "no")

    def _decide(self, heard: Heard) -> Move:
        if self._questions.wants_the_offer(heard, list(self._wanted)):
            return Move("yes please")
        return self._step(*_ORDERS) or Move("no thank you")

    def _go_on(self, heard: Heard) -> Move:
        if heard.missed or heard.asked is Asked.THERE:
            return self._last if self._last.say else Move("hello?")
        step = self._step(*_ORDERS)
        if step is not None:
            return step
        if heard.asked is Asked.ORDER and self._last.say:
            return Move(correction(self._menu, Lines(), self._all(), self._rng, 1))
        return Move("that's all")

    def _judge(self, heard: Heard) -> Move:
        """The order was read: as it should be by now?"""
        read, wanted = tally(heard.lines, self._menu), self._all()
        if heard.asked is Asked.RIGHT:
            right = self._was_right if not read else _fits(read, wanted)
            self._was_right = right
            if right:
                return self._step("reading") or Move("yes")
        if heard.asked is Asked.CHANGE and self._was_right:
            return Move("no, it was right")
        self._corrections += 1
        if self._corrections > MOST_CORRECTIONS:
            return Move(hangs_up=True, why="gave up correcting the order")
        return Move(correction(self._menu, read, wanted, self._rng, self._corrections))

    def _give_number(self, heard: Heard) -> Move:
        step = self._step("number")
        if step is not None:
            self._given = f"{self._given} {step.say}".strip()
            return step
        if heard.asked is Asked.REST or not self._given:
            return self._number.give()
        again, self._given = self._given, ""
        return Move(again)

    def _step(self, *moments: str) -> Move | None:
        """The next line, if it falls now."""
        for place, step in enumerate(self._steps):
            if step.when in moments:
                del self._steps[place]
                if step.wants is not None:
                    self._wanted = step.wants
                return Move(step.say)
        return None

    def _all(self) -> Lines:
        return tally(self._wanted, self._menu)


def _fits(read: Lines, wanted: Lines) -> bool:
    """Whether what was read is part of what is wanted; nothing is while nothing was ordered."""
    return not wanted or all(wanted[line] == count for line, count in read.items())
