"""One more of the line just spoken of, and part of a line that is to be different.

"Another one without boba", "the same but with pudding" and "and one with no ice" order again
what was ordered last; of two taros "one of them without boba" makes two lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servizio.language.drafts import Draft
from servizio.language.ledger import Ledger, merge, quantity_of
from servizio.language.order_so_far import Situation
from servizio.language.terms import Term
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu

_JOINED = frozenset({"and", "alongside"})


@dataclass(slots=True)
class OneMore:
    """Reads such words in one utterance."""

    menu: Menu
    situation: Situation
    ledger: Ledger
    plain: bool = False
    """Whether a copy has lost all that its line had of a kind: it is not to be asked for."""

    def orders(
        self,
        first: Term,
        choices: Sequence[Choice],
        target: str | None,
        *,
        instead: bool = False,
    ) -> bool:
        """Whether these choices are for one more of the last line; enters it.

        `instead`: they take the place of what it has of their kind.
        """
        last = self._last()
        if last is None or first.verb is not None:
            return False
        same = target == "same"
        if self.ledger.entered:
            if not (same or target == "another"):
                return False
        elif not self._is_meant(first, target):
            return False
        if instead:
            kinds = {one.group for one in choices}
            kept = tuple(one for one in last.choices if one.group not in kinds)
            last = replace(last, choices=kept)
        self.ledger.add(self._like(last, choices, same=same), first.start)
        return True

    def orders_as(self, draft: Draft, choices: Sequence[Choice]) -> bool:
        """ "The same but a taro": the last line again with another item; enters it."""
        last = self._last(whole=True)
        if last is None:
            return False
        quantity, counted = quantity_of(draft)
        item = draft.items[0]
        own = self.menu.item(item).modifier_groups
        kept = tuple(one for one in last.choices if one.group in own)
        like = self._like(Line(item, 1, kept), choices, same=True)
        quantity = quantity if counted else last.quantity
        self.ledger.add(replace(like, quantity=quantity), draft.terms[0].start)
        return True

    def _last(self, *, whole: bool = False) -> Line | None:
        if self.ledger.entered:
            entered = self.ledger.entered[-1]
            return Line(entered.item, entered.quantity if whole else 1, tuple(entered.choices))
        return self.situation.lines[-1] if self.situation.lines else None

    def _is_meant(self, first: Term, target: str | None) -> bool:
        """Whether another line is ordered, like the last one but for what is said of it."""
        if target in {"same", "another"}:
            return True
        one = first.number == 1 and first.shares and target is None
        return one and bool(first.glue & _JOINED)

    def _like(self, last: Line, choices: Sequence[Choice], *, same: bool) -> Line:
        """A line like the last one with these choices; `same`: it keeps all that is not named.

        "Another one with pudding" is a drink of the same kind and has pudding alone;
        whoever names only what is left out wants the rest as it was.
        """
        groups = {group.id: group for group in self.menu.modifier_groups}
        keeps = same or all(one.amount is Amount.NONE for one in choices)
        kept = [one for one in last.choices if keeps or groups[one.group].max == 1]
        own = self.menu.item(last.item).modifier_groups
        for choice in choices:
            added = _added(last, choice)
            if choice.amount is Amount.NONE and added is not None:
                # What was put in is put in no more; only what is in by itself is left out.
                kept = [one for one in kept if one != added]
                self.plain = not any(one.group == added.group for one in kept)
            elif choice.group in own:
                merge(kept, choice, single=groups[choice.group].max == 1)
        return Line(last.item, 1, tuple(kept))


def _added(line: Line, choice: Choice) -> Choice | None:
    """The choice of the same modifier that a line has."""
    same = (one for one in line.choices if one.modifier == choice.modifier)
    return next((one for one in same if one.amount is not Amount.NONE), None)
