"""Which line a draft is about: a new one, one of the order, or one said a moment ago.

"The coke" points at a coke that is there, "no, just one taro" counts anew what was ordered, and
"make it a black milk tea" takes the place of the line just spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.drafts import Draft
from servizio.language.ledger import Ledger, quantity_of
from servizio.language.meaning import Act, Affirm, Change, Expecting, Question, Remove, Unclear
from servizio.language.one_more import OneMore
from servizio.language.order_so_far import OrderSoFar, Situation
from servizio.language.parts import Parts
from servizio.language.terms import Term
from servizio.shop.line import Amount, Choice
from servizio.shop.menu import Menu

_GOES = frozenset({"remove", "off", "out", "scratch", "drop", "cancel", "lose", "delete", "and"})
"""Words after which "just the taro" is all that goes."""


class Pointing:
    """The orders of one utterance as far as they were read, and what drafts point at."""

    def __init__(self, menu: Menu, situation: Situation, texts: Sequence[str]) -> None:
        self._menu = menu
        self._situation = situation
        self._texts = texts
        self._ledger = Ledger(menu)
        self._order = OrderSoFar(menu, situation, texts)
        self._one_more = OneMore(menu, situation, self._ledger)
        self._parts = Parts(menu, texts, situation, self._ledger)
        self._waiting: Draft | None = None
        """Modifiers said before the item that they are for: "pickles on a burger"."""
        self._gone: str | None = None
        self.displacing = False
        """Whether modifiers take the place of the one there was: "pudding instead"."""
        self.denied = False
        """Whether the customer said no before."""
        self.acts: list[tuple[int, Act]] = []
        """Each with the place of its first word."""

    @property
    def begun(self) -> bool:
        """Whether this utterance has ordered a line."""
        return bool(self._ledger.entered)

    @property
    def taken_back(self) -> set[str]:
        """Ids of the modifiers that were asked for and then left out in this utterance."""
        return self._ledger.taken_back

    @property
    def plain(self) -> bool:
        """Whether a line was copied without what was put into the first."""
        return self._one_more.plain

    @property
    def is_ordering(self) -> bool:
        """Whether a line was ordered, be it not clear which."""
        return self.begun or any(isinstance(act, Unclear) and act.line for _, act in self.acts)

    @property
    def last_item(self) -> str:
        """Id of the item ordered last in this utterance; empty where there is none."""
        return self._ledger.entered[-1].item if self._ledger.entered else ""

    def _repeats_for_all(self, draft: Draft) -> bool:
        """ "Five pies, and on all of those pies ...": the item was ordered already."""
        known = any(one.item == draft.items[0] for one in self._ledger.entered)
        return draft.terms[0].all and known and not quantity_of(draft)[1]

    def _repeats_order(self, draft: Draft, head: Term) -> bool:
        """ "Just the taro", when that is in the order already; "scratch the black one, just a taro"
        says what stays."""
        item = draft.items[0]
        if self.begun or not self._order.holds(item) or self._is_more(head):
            return False
        number, counted = quantity_of(draft)
        if counted and number < self._order.count(item):
            return False
        stays = self._took_off_other(item) and number == self._order.count(item)
        return stays or self._order.is_definite(head, within=False)

    def _counts_anew(self, draft: Draft, head: Term) -> bool:
        """ "No, just one taro": how many there should be of what is in the order."""
        item = draft.items[0]
        if self.begun or not self._order.holds(item) or self._is_more(head):
            return False
        number, counted = quantity_of(draft)
        fewer = counted and number < self._order.count(item)
        return self._took_off_other(item) or (self.denied and counted) or fewer

    def _stays(self, head: Term) -> bool:
        """ "Scratch the ..., just a black one", where something was named before the "just"."""
        before = self._texts[: head.start]
        if not head.only or "just" not in before:
            return False
        at = len(before) - 1 - list(reversed(before)).index("just")
        return at > 0 and before[at - 1] not in _GOES

    def _is_more(self, head: Term) -> bool:
        """ "Just one more taro": beside what is in the order."""
        return "more" in self._texts[max(0, head.start - 2) : head.start]

    def _took_off_other(self, item: str) -> bool:
        """Whether something else than this was taken off just before."""
        return any(isinstance(act, Remove) and act.target.item != item for _, act in self.acts)

    def _says_again(self, draft: Draft, head: Term) -> bool:
        """ "A taro, no wait, a black one. Yeah, the black one.": it was ordered a moment ago."""
        if draft.choices or any(term.leads or term.verb for term in draft.terms):
            return False
        known = any(one.item == draft.items[0] for one in self._ledger.entered)
        return known and self._order.is_definite(head, within=False)

    def _touches_up(self, draft: Draft, head: Term) -> bool:
        """ "A burger and a coke, make the coke large": it was ordered a moment ago."""
        if not draft.choices or any(term.leads for term in draft.terms):
            return False
        known = any(one.item == draft.items[0] for one in self._ledger.entered)
        return known and self._order.is_definite(head, within=False)

    def _echoes(self, draft: Draft, head: Term) -> bool:
        """ "A taro, no, a black milk tea. Yeah. The black one.": says the last one again."""
        if draft.choices or not self.begun or self._ledger.entered[-1].item != draft.items[0]:
            return False
        if draft.terms[0].leads or head.leads or draft.terms[0].verb or self._is_more(head):
            return False
        added = draft.terms[0].glue & {"and", "alongside", "or"}
        return not added or self._order.is_definite(head, within=False)

    def _begins_again(self, draft: Draft) -> bool:
        """ "Two taros, two taros with boba": the second time it is said to its end."""
        if not self.begun or draft.terms[0].glue & {"and", "or", "but", "alongside", "cue"}:
            return False
        last, first = self._ledger.entered[-1], draft.terms[0]
        quantity, counted = quantity_of(draft)
        same = last.item == draft.items[0] and last.quantity == quantity
        # "One taro, one taro with boba" counts them off.
        enumerates = counted and quantity == 1
        return same and not last.choices and first.leads and not enumerates

    def _refers(self, draft: Draft, head: Term) -> bool:
        """ "No ice in the black milk tea": the line is in the order already."""
        if not draft.choices or head.leads or self.begun or not self._order.holds(draft.items[0]):
            return False
        should = self._texts[head.end : head.end + 1] in (["should"], ["needs"], ["1"])
        beside = draft.terms[0].glue & {"alongside", "cue"}
        read_back = self._situation.expecting is Expecting.YES_NO and not beside
        return self._order.is_definite(head, within=not (should or read_back))

    def _replaces(self, draft: Draft, *, fixing: bool) -> bool:
        """Whether the item named takes the place of, or is, one already spoken of."""
        asked = self._situation.expecting is Expecting.YES_NO
        if self._gone is not None and (asked or self.denied or self._order.holds(self._gone)):
            return True
        first = draft.terms[0]
        if self.begun and first.verb in {"make", "become"} and first.glue & {"and", "alongside"}:
            # "A latte, make it iced, and then a croissant": the croissant is no latte.
            return False
        pointed = any(term.target for term in draft.terms)
        if first.verb in {"make", "change"} and self._hangs():
            return True
        if first.verb in {"change", "become"} or (
            first.verb == "make" and (pointed or not first.article)
        ):
            return bool(self._situation.lines) or pointed or bool(self.acts)
        if fixing and self._situation.staged:
            return True
        # "Yes, and one black milk tea": agreed to, and ordered beside it.
        beside = "and" in first.glue and any(isinstance(act, Affirm) for _, act in self.acts)
        denied = self._situation.expecting is Expecting.YES_NO and self.denied and not beside
        adds = first.glue & {"alongside", "cue"} and not (
            draft.head and self._order.is_definite(draft.head, within=False)
        )
        return denied and not adds and not self._ledger.entered

    def _hangs(self) -> bool:
        """Whether "make the coke ..." waits for what it becomes."""
        last = self.acts[-1][1] if self.acts else None
        changed = last.choices or last.item or last.quantity if isinstance(last, Change) else True
        return not changed

    def _is_short(self) -> bool:
        """Whether little else was said, so that a bare number can be a quantity."""
        return self._situation.staged and len(self._texts) <= 5

    def _implied(self, choices: list[Choice], number: int | None) -> str | None:
        """ "A large with pepperoni" where only one item of the menu can be meant."""
        asked = self.acts[-1][1] if self.acts else None
        if isinstance(asked, Question) and asked.item and number and choices:
            return asked.item
        if self._situation.staged or self._acts_pending() or not choices:
            return None
        if all(one.amount is Amount.NONE for one in choices):
            return None
        groups = {one.group for one in choices}
        fitting = [item.id for item in self._menu.items if groups <= set(item.modifier_groups)]
        return fitting[0] if len(fitting) == 1 else None

    def _acts_pending(self) -> bool:
        return any(isinstance(act, Change | Question) for _, act in self.acts)
