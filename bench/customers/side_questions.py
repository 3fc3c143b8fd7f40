"""What a customer answers when the agent asks about a part of the order."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bench.customers.goals import tally
from bench.customers.phrasing import choice_said, joined, line_said
from bench.customers.reading import Heard, Reading
from servizio.agents.local.spoken_figures import speakable
from servizio.agents.local.wording import with_article
from servizio.shop.line import Line
from servizio.shop.menu import Menu

NO = ("no", "no thanks", "nothing, thanks", "no thank you")


class SideQuestions:
    """Answers questions from the lines that are wanted."""

    def __init__(self, menu: Menu, reading: Reading, rng: Random) -> None:
        self._menu = menu
        self._reading = reading
        self._rng = rng

    def choose(self, heard: Heard, lines: Sequence[Line]) -> str:
        """Name what is wanted of the group that was asked about, or nothing of it."""
        groups = self._reading.groups_asked(heard.text)
        about = self._asked_about(heard)
        if about and not any(line.item in about for line in lines):
            return f"I don't want {with_article(self._item(about[0]))}"
        lines = [line for line in lines if line.item in about] or lines
        answers = [
            [choice_said(self._menu, one, self._rng) for one in line.choices if one.group in groups]
            for line in lines
        ]
        if not any(answers):
            return self._rng.choice(NO)
        if len({tuple(one) for one in answers}) == 1:
            return joined(answers[0]) + self._rng.choice(("", " please"))
        return joined(
            [
                f"{joined(answer)} for the {self._item(line.item)}"
                for line, answer in zip(lines, answers, strict=True)
                if answer
            ]
        )

    def _asked_about(self, heard: Heard) -> list[str]:
        """Ids of the items in the question, else of the line that was just read."""
        question = heard.text.lower().rpartition(". ")[2]
        items = [name for group, name in self._reading.named(question) if not group]
        return items or [line.item for line in heard.lines[-1:]]

    def which(self, heard: Heard, lines: Sequence[Line]) -> str:
        """Say which of several things was meant; blank where it was none of them."""
        if len(heard.lines) > 1:
            return self._place_of_the_wrong_one(heard, lines)
        named = self._reading.named(heard.text)
        wanted = {line.item for line in lines} | {
            choice.modifier for line in lines for choice in line.choices
        }
        right = [(group, name) for group, name in named if name in wanted]
        if right and len(named) == 1:
            return "yes"
        for group, name in right:
            if not group:
                return f"the {self._item(name)}"
            return speakable(self._menu.group(group).modifier(name).name)
        return ""

    def _place_of_the_wrong_one(self, heard: Heard, lines: Sequence[Line]) -> str:
        """It is the line that is not as it should be that the customer spoke of."""
        wanted = tally(lines, self._menu)
        wrong = [
            place
            for place, line in enumerate(heard.lines)
            if not tally([line], self._menu) <= wanted
        ]
        place = wrong[0] if wrong else len(heard.lines) - 1
        return f"the {('first', 'second', 'third', 'fourth')[place]} one"

    def wants_the_offer(self, heard: Heard, lines: Sequence[Line]) -> bool:
        """Whether what is offered is part of the order."""
        offered = {name for _, name in self._reading.named(heard.text.rpartition(". ")[2])}
        wanted = {choice.modifier for line in lines for choice in line.choices}
        read = tally(heard.lines, self._menu)
        if read and all(line in tally(lines, self._menu) for line in read):
            return True
        return bool(offered & wanted) and not any(self._menu.has_item(one) for one in offered)

    def said(self, line: Line) -> str:
        """A line as this customer says it."""
        return line_said(self._menu, line, self._rng)

    def _item(self, item: str) -> str:
        return speakable(self._menu.item(item).name)
