"""The order lines of one utterance while it is being read.

Later words change earlier ones: "two taros, one with boba and one without" splits a line,
"all with foam" touches every line, "no wait, black" replaces the last. The ledger does these
operations; which of them is meant is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from servizio.language.drafts import Choiced, Draft
from servizio.language.terms import Term
from servizio.language.words import split
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu

MOST_PORTIONS = 20
"""Portions of one modifier on one item."""
_CLEAR = 0.9
_UNCLEAR = 0.7
"""How well words must fit a level, from 0 to 1, to be it beyond doubt, or at all beside that."""
LARGEST_QUANTITY = 99
"""Beyond this a number was no quantity."""
_PIECES = ("piece", "pieces", "pc")


@dataclass(slots=True)
class Entered:
    """A line in the making."""

    item: str
    start: int
    quantity: int = 1
    counted: bool = False
    """Whether a number was said."""
    choices: list[Choice] = field(default_factory=list)
    split_from: int | None = None
    """How many the line had before "one with ..." began to split it."""


class Ledger:
    """Lines entered so far. One for each utterance."""

    def __init__(self, menu: Menu) -> None:
        self._menu = menu
        self._counted_groups = {group.id for group in menu.modifier_groups if group.amounts}
        self._single_groups = {group.id for group in menu.modifier_groups if group.max == 1}
        self.entered: list[Entered] = []
        self.taken_back: set[str] = set()
        """Ids of the modifiers that were asked for and then left out."""

    def enter(self, draft: Draft) -> Entered:
        """A new line."""
        quantity, counted = quantity_of(draft)
        line = Entered(draft.items[0], draft.terms[0].start, quantity, counted)
        self.entered.append(line)
        self.put(line, draft)
        if draft.head is not None and draft.head.folded:
            self._fold(line, draft.head.count)
        if draft.head is not None and draft.head.plural and quantity > 1:
            self._count_pieces(line)
        return line

    def _count_pieces(self, line: Entered) -> None:
        """ "Ten nuggets", where they are sold as ten pieces: one of those."""
        chosen = {choice.group for choice in line.choices}
        for group in map(self._menu.group, self._menu.item(line.item).modifier_groups):
            if group.id in chosen or group.max != 1:
                continue
            for modifier in group.modifiers:
                names = [split(name) for name in (modifier.name, *modifier.aliases)]
                if any([str(line.quantity), piece] in names for piece in _PIECES):
                    line.choices.append(Choice(group.id, modifier.id))
                    line.quantity = 1
                    return

    def _fold(self, line: Entered, count: int) -> None:
        """ "Double espresso", where there are espresso shots: two of those in one."""
        item = self._menu.item(line.item)
        names = [set(split(name)) for name in (item.name, *item.aliases)]
        for group in map(self._menu.group, item.modifier_groups):
            if not group.amounts:
                continue
            for modifier in group.modifiers:
                if any(name <= set(split(modifier.name)) for name in names):
                    merge(line.choices, Choice(group.id, modifier.id, count=count), single=False)
                    return

    def repeat_last(self, start: int) -> None:
        """ "... and the same for my sister": the line said last once more."""
        last = self.entered[-1]
        if last.quantity == 1:
            last.quantity, last.counted = 2, True
        else:
            self.entered.append(Entered(last.item, start, 1, True, list(last.choices)))

    def like_last(self, line: Entered, choices: Sequence[Choice]) -> None:
        """ "The same but black": what was chosen for another line, where this one says nothing."""
        said = {one.group for one in line.choices}
        line.choices += [
            one for one in choices if one.group not in said and self.takes(line.item, one.group)
        ]

    def add(self, line: Line, start: int) -> None:
        """A line that is made up already."""
        self.entered.append(Entered(line.item, start, line.quantity, True, list(line.choices)))

    def put(self, line: Entered, draft: Draft) -> None:
        """Put modifiers on a line; what it cannot have is passed over."""
        for choice in self.chosen(draft, line.item):
            if self.takes(line.item, choice.group):
                had = Choice(choice.group, choice.modifier) in line.choices
                if choice.amount is Amount.NONE and had:
                    self.taken_back.add(choice.modifier)
                merge(line.choices, choice, single=choice.group in self._single_groups)

    def meant_by_all(self, choices: Sequence[Choice]) -> Sequence[Entered]:
        """The lines that "all with ..." is said of: of two taros with boba and four black ones,
        "all with pudding", the four, as the others have been told what they get."""
        last = self.entered[-1]
        groups = {choice.group for choice in choices} - self._single_groups
        told = any(one.group in groups for line in self.entered[:-1] for one in line.choices)
        return [last] if told and last.quantity > 1 and not last.choices else self.entered

    def said_of_all(self, draft: Draft, after: int) -> Draft:
        """What "on both" is said of, in a line that was entered last: what it stands beside, and
        what was named with that after the item (its place), where nobody else has had a say in
        it: "with cream, regular ice in both" leaves the cream where it is."""
        told = {one.group for line in self.entered[:-1] for one in line.choices}
        told -= self._single_groups
        shared = tuple(
            one
            for one in draft.choices
            if one.term.all_after or (one.term.start > after and one.sense.group not in told)
        )
        return replace(draft, choices=shared)

    def chosen(self, draft: Draft, item: str | None = None) -> list[Choice]:
        """The modifiers of a draft as values, as an item has them."""
        made: list[Choice] = []
        for term, first, rivals in self._believed(draft.choices):
            own = (one for one in (first, *rivals) if item and self.takes(item, one.group or ""))
            sense = next(own, first)
            group, modifier = sense.group or "", sense.modifier or ""
            counted = group in self._counted_groups
            amount = term.amount or Amount.REGULAR
            if not counted and amount in {Amount.LIGHT, Amount.EXTRA}:
                amount = Amount.REGULAR
            count = _portions(term, draft) if counted else 1
            made.append(Choice(group, modifier, amount, count))
        return made

    def _believed(self, choices: Sequence[Choiced]) -> list[Choiced]:
        """Without words that only sound like a level where another one was said clearly: "no
        sugar, my doctor would have a fit" is no full sugar."""
        clear = {
            one.sense.group
            for one in choices
            if one.sense.group in self._single_groups and one.term.quality >= _CLEAR
        }
        return [
            one for one in choices if one.sense.group not in clear or one.term.quality >= _UNCLEAR
        ]

    def takes(self, item: str, group: str) -> bool:
        """Whether an item has the modifier group."""
        return group in self._menu.item(item).modifier_groups

    def split(self, draft: Draft, number: int) -> bool:
        """ "Two taros, one with boba and one without": part of the last line gets its own."""
        if not self.entered:
            return False
        last = self.entered[-1]
        if last.split_from is None:
            if last.quantity <= number or not last.counted:
                return False
            whole = last.quantity
            base = list(last.choices)
            last.quantity = number
            self.put(last, draft)
            rest = Entered(last.item, draft.terms[0].start, whole - number, True, base, whole)
            rest.split_from = whole - number
            self.entered.append(rest)
            return True
        remaining = last.split_from
        if number > remaining:
            return False
        base = list(last.choices)
        if number < remaining:
            rest = Entered(last.item, draft.terms[0].start, remaining - number, True, base)
            rest.split_from = remaining - number
            self.entered.append(rest)
        last.quantity = number
        last.split_from = None if number == remaining else last.split_from
        if number < remaining:
            last.split_from = None
        self.put(last, draft)
        return True

    def split_unit(self, draft: Draft, place: int) -> bool:
        """ "Two taros, the second one without ice": one of the lines entered, counted by items.

        `place`: from 1, or -1 for the last one.
        """
        if place == -1:
            place = sum(one.quantity for one in self.entered)
        before = 0
        for at, line in enumerate(self.entered):
            if place <= before + line.quantity:
                first = line.quantity > 1 and place == before + 1
                self._take_one(at, draft, at if first else at + 1)
                return True
            before += line.quantity
        return False

    def _take_one(self, at: int, draft: Draft, place: int) -> None:
        line = self.entered[at]
        if line.quantity > 1:
            line.quantity -= 1
            line = Entered(line.item, draft.terms[0].start, 1, True, list(line.choices))
            self.entered.insert(place, line)
        self.put_or_strip(line, draft)

    def split_other(self, draft: Draft) -> bool:
        """ "Two taros with boba and the other one with pudding": that one has pudding alone."""
        last = self.entered[-1]
        last.quantity -= 1
        plain = [one for one in last.choices if one.group in self._single_groups]
        self.entered.append(Entered(last.item, draft.terms[0].start, 1, True, plain))
        self.put(self.entered[-1], draft)
        return True

    def split_named(self, draft: Draft, item: str, number: int) -> bool:
        """ "Two taros and a black, one of the taros without ice"."""
        for at, line in enumerate(self.entered):
            if line.item == item and line.quantity > number:
                line.quantity -= number
                part = Entered(item, draft.terms[0].start, number, True, list(line.choices))
                self.entered.insert(at + 1, part)
                self.put(part, draft)
                return True
        return False

    def put_or_strip(self, line: Entered, draft: Draft) -> None:
        """Put modifiers on a line; a bare "without" takes off what others have on top."""
        self.put(line, draft)
        if not draft.choices and draft.terms[0].amount is Amount.NONE:
            line.choices = [one for one in line.choices if one.group in self._single_groups]

    def replace_last(self, draft: Draft) -> None:
        """ "A taro, no wait, black": what was said of the first holds for the second."""
        last = self.entered.pop()
        quantity, counted = quantity_of(draft)
        line = Entered(draft.items[0], last.start, quantity if counted else last.quantity)
        line.counted = counted or last.counted
        self.entered.append(line)
        self.put(line, draft)
        if not draft.choices:
            line.choices = [one for one in last.choices if self.takes(line.item, one.group)]

    def correct_last(self, draft: Draft) -> None:
        """ "With boba, no wait, pudding": takes the place of the last modifier of its kind."""
        line = self.entered[-1]
        had = {one.modifier for one in line.choices if one.amount is not Amount.NONE}
        for choice in self.chosen(draft):
            if choice.amount is Amount.NONE and choice.modifier in had:
                self.taken_back.add(choice.modifier)
            same = [one for one in line.choices if one.group == choice.group]
            if same and choice.amount is not Amount.NONE:
                line.choices.remove(same[-1])
        self.put(line, draft)

    def lines(self) -> tuple[Line, ...]:
        """The finished lines, in the order in which they were said."""
        return tuple(
            Line(one.item, max(1, min(one.quantity, LARGEST_QUANTITY)), tuple(one.choices))
            for one in self.entered
        )


def merge(choices: list[Choice], new: Choice, *, single: bool) -> None:
    """Add a choice; the later word on a modifier, or on a group that takes one, wins."""
    kept = [
        one
        for one in choices
        if not (
            one.group == new.group
            and (
                one.modifier == new.modifier
                or (single and new.amount is not Amount.NONE and one.amount is not Amount.NONE)
            )
        )
    ]
    choices[:] = [*kept, new]


def quantity_of(draft: Draft) -> tuple[int, bool]:
    """How many of a line were asked for, and whether a number was said."""
    if draft.head is None:
        return 1, False
    place = draft.terms.index(draft.head)
    for term in reversed(draft.terms[: place + 1]):
        if term.number is not None and term.number > 0:
            return min(term.number, LARGEST_QUANTITY), True
        if term.article:
            break
    if draft.head.count > 1 and not draft.head.folded:
        return draft.head.count, True
    return _trailing(draft, draft.head)


def _trailing(draft: Draft, head: Term) -> tuple[int, bool]:
    """ "Crab rangoon, two orders": a count that comes right after the item."""
    after = [term for term in draft.terms if term.start >= head.end]
    bare = after[0] if after else None
    if bare is None or bare.entries or head.article or bare.glue & _JOINED or not bare.number:
        return 1, False
    return min(bare.number, LARGEST_QUANTITY), True


_JOINED = frozenset({"and", "or", "but", "with", "alongside"})


def _portions(term: Term, draft: Draft) -> int:
    """Portions of a modifier: "double boba", "two sugars" after the item."""
    if term.count > 1:
        return term.count
    if term.number is None or term.shares or not 1 < term.number <= MOST_PORTIONS:
        return 1
    if draft.head is None:
        return 1 if term is draft.terms[0] and len(draft.terms) > 1 else term.number
    after = draft.terms[draft.terms.index(term) + 1 : draft.terms.index(draft.head) + 1]
    # "Two sugars in a large coffee": what is counted anew is not what was counted before.
    counts = term.start > draft.head.start or any(one.leads for one in after)
    return term.number if counts else 1
