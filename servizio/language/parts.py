"""Some of what was ordered: "make one of the four no ice", "half of them with boba".

Of lines of the same utterance they are split off at once; of lines of the order they become a
`Change` of some of the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.drafts import Draft
from servizio.language.ledger import Ledger
from servizio.language.meaning import Act, Change, Remove, Target
from servizio.language.order_so_far import Situation
from servizio.language.terms import Term
from servizio.shop.line import Amount, Choice
from servizio.shop.menu import Menu

_CHANGES = frozenset({"make", "change"})
_OTHER = "other"
_PAIR = 2
_FOR = frozenset({"in", "on", "for", "to", "into", "from", "with"})
_ONES = frozenset({"one", "ones", "1", "kind"})
_NEAR = 5
"""Words from "in" to the name in "in one of those black ones"."""


@dataclass(slots=True)
class Parts:
    """Reads such words in one utterance."""

    menu: Menu
    texts: Sequence[str]
    situation: Situation
    ledger: Ledger
    place: int | None = None
    """Of the line of the order, from 1, that was split; the rest of it is there still."""

    def takes(
        self,
        draft: Draft,
        choices: Sequence[Choice],
        target: str | None,
        acts: list[tuple[int, Act]],
    ) -> bool:
        """Whether this is about some of a line; changes it if so. `draft` has no item."""
        if self.ledger.entered:
            return self._within(draft, choices, target)
        start = draft.terms[0].start
        if self.place is not None and target == _OTHER:
            if choices:
                acts.append((start, Change(Target(index=self.place), tuple(choices))))
            return True
        return self._of_order(draft, choices, target, acts)

    def takes_named(
        self, draft: Draft, head: Term, choices: Sequence[Choice], acts: list[tuple[int, Act]]
    ) -> bool:
        """ "One of the taros with no ice", where there are more of them."""
        number, item = head.part or draft.terms[0].part, draft.items[0]
        if not number:
            return False
        if self.ledger.entered:
            return bool(choices) and self.ledger.split_named(draft, item, number)
        held = any(one.item == item and one.quantity > number for one in self.situation.lines)
        hangs = draft.terms[0].verb in _CHANGES
        if held and not choices and not hangs and self._was_for_it(head, acts):
            start, before = acts.pop()
            put = before.choices if isinstance(before, Change) else ()
            acts.append((start, Change(Target(item=item), put, some=number)))
            return True
        if not held or not (choices or hangs):
            return False
        change = Change(Target(item=item), tuple(choices), some=number)
        acts.append((draft.terms[0].start, change))
        return True

    def _was_for_it(self, head: Term, acts: Sequence[tuple[int, Act]]) -> bool:
        """ "Boba in one of those black ones": what was said before it is for that."""
        before = acts[-1][1] if acts else None
        if not isinstance(before, Change) or not before.choices or before.target != Target():
            return False
        near = self.texts[max(0, head.start - _NEAR) : head.start]
        return before.item is None and before.some is None and not _FOR.isdisjoint(near)

    def _within(self, draft: Draft, choices: Sequence[Choice], target: str | None) -> bool:
        """Of the lines of the same utterance."""
        lines = self.ledger.entered
        part = _part_of(draft)
        if part is not None and choices:
            number = part or lines[-1].quantity // 2
            fits = 0 < number < lines[-1].quantity or lines[-1].split_from is not None
            return fits and self.ledger.split(draft, number)
        if target == _OTHER and choices and lines[-1].quantity == _PAIR:
            return self.ledger.split_other(draft)
        place = _place_of(target)
        return place is not None and self._pointed_within(draft, place)

    def _pointed_within(self, draft: Draft, place: int) -> bool:
        """ "The second one": of two kinds the second line, of one kind the second of them."""
        lines = self.ledger.entered
        if len({line.item for line in lines}) > 1:
            is_last = place == -1 and lines[-1].quantity == 1
            if is_last or 0 < place <= len(lines):
                self.ledger.put_or_strip(lines[place - 1 if place > 0 else -1], draft)
                return True
        return self.ledger.split_unit(draft, place)

    def _of_order(
        self,
        draft: Draft,
        choices: Sequence[Choice],
        target: str | None,
        acts: list[tuple[int, Act]],
    ) -> bool:
        """Of a line of the order."""
        first = draft.terms[0]
        found = self._pointed(target) or self._some(draft)
        if found is None:
            return False
        number, place = found
        if first.verb == "remove" and first.part is not None and _describe(choices):
            # "Drop one of the two with regular ice": tells which line it is of.
            acts.append((first.start, Remove(Target(index=self._described(choices)), number)))
            return True
        last = place == len(self.situation.lines) and self.place is None
        aim = Target() if last else Target(index=place)
        if len(choices) > 1 and first.part is not None and self._is_told_by(first):
            # "One of the boba ones without ice".
            described = self._described(choices[:1])
            acts.append(
                (first.start, Change(Target(index=described), tuple(choices[1:]), some=number))
            )
        elif choices:
            self.place = place
            acts.append((first.start, Change(aim, tuple(choices), some=number)))
        elif first.verb == "remove":
            acts.append((first.start, Remove(aim, number)))
        elif first.verb in _CHANGES:
            acts.append((first.start, Change(aim, some=number)))
        elif self.place is None or not first.shares:
            return False
        return True

    def _is_told_by(self, term: Term) -> bool:
        after = self.texts[term.end : term.end + 1]
        return bool(term.entries) and bool(after) and after[0] in _ONES

    def _described(self, choices: Sequence[Choice]) -> int:
        """The line that is best told by these choices, from 1."""
        defaults = {(group.id, group.default) for group in self.menu.modifier_groups}

        def likeness(place: int) -> tuple[int, int]:
            line = self.situation.lines[place - 1]
            held = {choice.group for choice in line.choices}
            fits = sum(
                choice in line.choices
                or ((choice.group, choice.modifier) in defaults and choice.group not in held)
                for choice in choices
            )
            return fits, line.quantity

        return max(range(1, len(self.situation.lines) + 1), key=likeness)

    def _pointed(self, target: str | None) -> tuple[int, int] | None:
        """ "The second one", of a line of two."""
        wanted, lines = _place_of(target), self.situation.lines
        if wanted is None or 0 < wanted <= len(lines) != 1:
            return None
        if len(lines) == 1 and lines[0].quantity > 1 and wanted <= lines[0].quantity:
            return 1, 1
        before = 0
        for at, line in enumerate(lines, start=1):
            if 0 < wanted <= before + line.quantity:
                return 1, at
            before += line.quantity
        return None

    def _some(self, draft: Draft) -> tuple[int, int] | None:
        """How many of which line."""
        first = draft.terms[0]
        part = _part_of(draft)
        if part is None and first.number and (first.shares or first.verb in _CHANGES):
            part = first.number
        if part is None:
            return None
        lines = self.situation.lines
        places = [self.place] if self.place is not None else range(len(lines), 0, -1)
        for place in places:
            held = lines[place - 1].quantity
            number = part or held // 2
            if 0 < number < held or (self.place is not None and 0 < number <= held):
                return number, place
        return None


def _describe(choices: Sequence[Choice]) -> bool:
    return bool(choices) and all(one.amount is not Amount.NONE for one in choices)


def _part_of(draft: Draft) -> int | None:
    return next((term.part for term in draft.terms if term.part is not None), None)


def _place_of(target: str | None) -> int | None:
    """The place that an ordinal points at."""
    return int(target) if target and target.lstrip("-").isdigit() else None
