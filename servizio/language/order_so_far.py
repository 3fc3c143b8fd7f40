"""The order before an utterance, and how its lines are pointed at.

"The pizza" is the one in the order whose name has that word; "pudding instead" displaces the
topping that the last line has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servizio.language.drafts import Choiced, Draft
from servizio.language.meaning import Expecting
from servizio.language.terms import Term
from servizio.language.words import split
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu

_WITHIN = frozenset({"in", "on", "for", "to", "of"})
_DEFINITE = frozenset({"the", "my", "that"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known before the utterance."""

    expecting: Expecting
    groups: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    asked: Line | None = None
    """What the customer asked about just before, which "one of those" means."""
    whose: tuple[str, ...] = ()
    """Whom each line is for, as `people` names them; empty where nobody was named."""
    other: int = 0
    """Place of the line, from 1, that "the other one" means; 0: none, or not clear."""

    @property
    def staged(self) -> bool:
        """Whether modifiers on their own have a line to go to."""
        asked = {Expecting.MODIFIER, Expecting.YES_NO}
        return bool(self.lines) or self.expecting in asked


class OrderSoFar:
    """What was ordered in earlier utterances. One for each utterance."""

    def __init__(self, menu: Menu, situation: Situation, texts: Sequence[str]) -> None:
        self._menu = menu
        self._situation = situation
        self._texts = texts
        self._single = {group.id for group in menu.modifier_groups if group.max == 1}

    def holds(self, item: str) -> bool:
        """Whether an item is in the order."""
        return any(line.item == item for line in self._situation.lines)

    def count(self, item: str) -> int:
        """How many of an item are in the order."""
        return sum(line.quantity for line in self._situation.lines if line.item == item)

    def is_definite(self, head: Term, *, within: bool) -> bool:
        """Whether "the" comes before it; `within`: after "on" or the like."""
        before = self._texts[max(0, head.start - 2) : head.start]
        if not before or before[-1] not in _DEFINITE:
            return False
        return not within or before[0] in _WITHIN

    def named(self, draft: Draft, head: Term) -> Draft:
        """ "Thin crust on the pizza": the one in the order whose name has these words."""
        verb = draft.terms[0].verb
        points = self.is_definite(head, within=verb not in {"make", "change", "remove"})
        if not points or any(map(self.holds, draft.items)):
            return draft
        said = set(self._texts[head.start : head.end])
        names = {line.item: self._menu.item(line.item).name for line in self._situation.lines}
        meant = [item for item, name in names.items() if said <= set(split(name))]
        return replace(draft, items=(meant[0],)) if len(meant) == 1 else draft

    def fitted(self, draft: Draft, target: str | None) -> Draft:
        """Modifiers as the line that they are for has them."""
        lines = self._situation.lines
        if not lines:
            return draft
        pointed = target.lstrip("@") if target else ""
        index = int(pointed) if pointed.lstrip("-").isdigit() else -1
        place = index - 1 if index > 0 else index
        line = lines[place] if -len(lines) <= place < len(lines) else lines[-1]
        own = self._menu.item(line.item).modifier_groups
        fitted: list[Choiced] = []
        for term, sense, rivals in draft.choices:
            fits = [one for one in (sense, *rivals) if one.group in own]
            fitted.append(Choiced(term, fits[0] if fits else sense, tuple(fits[1:])))
        return replace(draft, choices=tuple(fitted))

    def displaced(self, choices: Sequence[Choice]) -> list[Choice]:
        """What the line just spoken of had of the same kind, where one was meant for another."""
        if not self._situation.lines:
            return []
        new = {one.group for one in choices if one.amount is not Amount.NONE}
        had = [
            one
            for one in self._situation.lines[-1].choices
            if one.group in new - self._single and one.amount is not Amount.NONE
        ]
        if len(had) != 1 or any(one.modifier == had[0].modifier for one in choices):
            return []
        return [Choice(had[0].group, had[0].modifier, Amount.NONE)]
