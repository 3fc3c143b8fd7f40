"""What lines do: ordered, changed, taken off, shared out, or asked about.

A draft of a line says what was named; here it meets what was ordered before, in the same
utterance or in earlier ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from servizio.language.drafts import Draft
from servizio.language.ledger import quantity_of
from servizio.language.meaning import (
    Add,
    Change,
    Deny,
    Done,
    Expecting,
    Remove,
    Target,
    Unclear,
)
from servizio.language.pointing import Pointing
from servizio.language.terms import Term
from servizio.shop.line import Amount, Choice, Line


class Orders(Pointing):
    """Takes the drafts of one utterance, in order, and gathers acts and lines."""

    def take(self, draft: Draft, *, fixing: bool, making: bool, gone: str | None = None) -> None:
        """`fixing`: the draft corrects what was said before it; `making`: by "make that".

        `gone`: id of an item whose place it takes.
        """
        self._gone = gone
        if draft.head is None:
            self._headless(draft, fixing=fixing and not making)
        elif not (self._says_again(draft, draft.head) or self._takes_some(draft, draft.head)):
            self._headed(draft, draft.head, fixing=fixing)

    def undo(self, start: int) -> None:
        """ "Scratch that" with nothing in its place."""
        if self._ledger.entered:
            self._ledger.entered.pop()
        elif self._situation.staged or not self.acts:
            self.acts.append((start, Remove(Target())))

    def again(self, start: int) -> None:
        """ "Another one of those": one more of the line just spoken of."""
        if self.begun:
            self._ledger.repeat_last(start)
        if self._situation.lines and not self.begun:
            last = self._situation.lines[-1]
            self.acts.append((start, Add((Line(last.item, 1, last.choices),))))

    def finish(self) -> None:
        """Make one act of all lines ordered."""
        if self._waiting is not None:
            change = Change(Target(), tuple(self._ledger.chosen(self._waiting)))
            self.acts.append((self._waiting.terms[0].start, change))
        lines = self._ledger.lines()
        if lines:
            self.acts.append((min(one.start for one in self._ledger.entered), Add(lines)))

    def _headed(self, draft: Draft, head: Term, *, fixing: bool) -> None:
        """A line with an item."""
        draft = draft if self.begun else self._order.named(draft, head)
        if self._repeats_last(draft, head):
            return
        if head.amount is Amount.NONE or draft.terms[0].verb == "remove":
            self._remove(draft)
        elif len(draft.items) > 1:
            self._unclear(draft, head)
        elif self._repeats_for_all(draft):
            self._for_all(draft, self._ledger.chosen(draft))
        elif (fixing or self._gone == self.last_item) and self.begun:
            self._ledger.replace_last(draft)
        elif head.only and not draft.choices and self._repeats_order(draft, head):
            self.acts.append((head.start, Done()))
        elif head.only and self._counts_anew(draft, head):
            self._change_count(draft)
        elif self._touches_up(draft, head):
            named = [one for one in self._ledger.entered if one.item == draft.items[0]]
            self._ledger.put(named[-1], draft)
        elif self._refers(draft, head):
            choices = tuple(self._ledger.chosen(draft))
            self.acts.append((draft.terms[0].start, Change(Target(item=draft.items[0]), choices)))
        elif self._replaces(draft, fixing=fixing):
            self._change_item(draft, head)
        else:
            self._enter(draft, head)

    def _enter(self, draft: Draft, head: Term) -> None:
        """A new line."""
        like = self._choices_of_last() if any(t.target == "same" for t in draft.terms) else ()
        line = self._ledger.enter(draft)
        self._ledger.like_last(line, like)
        if self._waiting is not None:
            self._ledger.put(line, self._waiting)
            self._waiting = None
        self._weigh_rivals(draft)
        if any(term.all_after for term in draft.terms):
            # "A small latte and a large one, no foam on both": the sizes stay.
            shared = self._ledger.said_of_all(draft, head.start)
            self._for_all(shared, self._ledger.chosen(shared))

    def _repeats_last(self, draft: Draft, head: Term) -> bool:
        """Whether a line is said once more: to the end, with another item, or for no reason."""
        if len(draft.items) > 1 or head.amount is Amount.NONE or draft.terms[0].verb == "remove":
            return False
        upto = draft.terms[: draft.terms.index(head) + 1]
        if any(term.target == "same" for term in upto) and draft.terms[0].verb is None:
            choices = self._ledger.chosen(draft, draft.items[0])
            return self._one_more.orders_as(draft, choices)
        if self._begins_again(draft):
            self._ledger.entered.pop()
            self._enter(draft, head)
            return True
        return self._echoes(draft, head)

    def _choices_of_last(self) -> Sequence[Choice]:
        """What was chosen for the line just spoken of."""
        if self._ledger.entered:
            return tuple(self._ledger.entered[-1].choices)
        return self._situation.lines[-1].choices if self._situation.lines else ()

    def _takes_some(self, draft: Draft, head: Term) -> bool:
        """ "One of the taros with no ice", where there are more of them."""
        named = draft if self.begun else self._order.named(draft, head)
        if len(named.items) > 1 or head.amount is Amount.NONE or named.terms[0].verb == "remove":
            return False
        return self._parts.takes_named(named, head, self._ledger.chosen(named), self.acts)

    def _remove(self, draft: Draft) -> None:
        """ "Take off the taro"; "black, not taro" takes off nothing that was replaced."""
        item = draft.items[0]
        if draft.head is not None and self._order.holds(item) and self._stays(draft.head):
            self._keep_only(item, draft.terms[0].start)
            return
        if draft.choices and draft.terms[0] is not draft.head and self._order.holds(item):
            gone = tuple(_without(choice) for choice in self._ledger.chosen(draft))
            self.acts.append((draft.terms[0].start, Change(Target(item=item), gone)))
            return
        replaced = any(isinstance(act, Change) and act.item for _, act in self.acts)
        if draft.terms[0].verb == "remove" or (self._order.holds(item) and not replaced):
            number, counted = quantity_of(draft)
            removal = Remove(Target(item=item), number if counted else None)
            self.acts.append((draft.terms[0].start, removal))

    def _keep_only(self, item: str, start: int) -> None:
        """ "Scratch the ..., just a black one": what was not heard goes, where it is clear."""
        others = {line.item for line in self._situation.lines} - {item}
        if len(others) == 1:
            self.acts.append((start, Remove(Target(item=others.pop()))))
        self.acts.append((start, Done()))

    def _change_count(self, draft: Draft) -> None:
        choices = tuple(self._ledger.chosen(draft))
        change = Change(Target(item=draft.items[0]), choices, quantity_of(draft)[0])
        self.acts.append((draft.terms[0].start, change))

    def _change_item(self, draft: Draft, head: Term) -> None:
        item = draft.items[0]
        choices = tuple(self._ledger.chosen(draft))
        number, counted = quantity_of(draft)
        trailing = [term.number for term in draft.terms if not term.entries and term.number]
        if trailing and not counted:
            number, counted = trailing[-1], True
        start = draft.terms[0].start
        target = next((term.target for term in draft.terms if term.target), None)
        previous = self.acts[-1][1] if self.acts else None
        to_other = (self._hangs() and head.article) or "to" in self._texts[
            max(0, head.start - 2) : head.start
        ]
        if (
            to_other
            and isinstance(previous, Change)
            and previous.item is None
            and not previous.choices
        ):
            change = replace(previous, choices=choices, item=item)
            self.acts[-1] = (self.acts[-1][0], change)
            return
        if self._gone is not None and self._order.holds(self._gone):
            gone = Target(item=self._gone)
            change = Change(gone, choices, number if counted else None, item=item)
            self.acts.append((start, change))
            return
        aimed = self._order.holds(item) and target is None and not to_other
        verb = draft.terms[0].verb
        if aimed and (verb in {"make", "change"} or (verb == "become" and counted)):
            change = Change(Target(item=item), choices, number if counted else None)
        else:
            change = Change(_target(target), choices, number if counted else None, item=item)
        self.acts.append((start, change))

    def _headless(self, draft: Draft, *, fixing: bool) -> None:
        first = draft.terms[0]
        entered = self._ledger.entered
        target = next((term.target for term in draft.terms if term.target), None)
        draft = draft if self.begun else self._order.fitted(draft, target)
        choices = self._ledger.chosen(draft)
        if self._parts.takes(draft, choices, target, self.acts):
            return
        if choices and self._one_more.orders(first, choices, target, instead=self.displacing):
            return
        marked = any(term.all_after for term in draft.terms)
        if marked and entered and first.number is not None and not first.all:
            self._refine_and_share(draft, fixing=fixing)
        elif marked or any(term.all for term in draft.terms):
            self._for_all(draft, choices)
        elif self._goes(first, target) and not choices:
            self.acts.append((first.start, Remove(_target(target))))
        elif entered and target in {None, "other"}:
            self._refine(draft, fixing=fixing)
        elif self._situation.expecting is Expecting.MODIFIER and _is_none(first):
            self.acts.append((first.start, Deny()))
        elif choices or first.number is not None or target is not None:
            self._change(draft, choices, target)

    def _goes(self, first: Term, target: str | None) -> bool:
        """ "Take off the second one", "get rid of the one with pudding"."""
        described = target is not None and target.startswith("@")
        return target is not None and (
            first.verb == "remove" or (described and first.amount is Amount.NONE)
        )

    def _refine(self, draft: Draft, *, fixing: bool) -> None:
        """Modifiers without an item, after lines of the same utterance."""
        first = draft.terms[0]
        last = self._ledger.entered[-1]
        bare = not first.entries and first.number is not None
        if first.target == "other" and last.split_from is not None:
            self._ledger.put(last, draft)
            return
        if first.number is not None and not fixing and self._ledger.split(draft, first.number):
            return
        if bare and first.number:
            last.quantity = first.number
            last.counted = True
        if fixing:
            self._ledger.correct_last(draft)
        else:
            self._ledger.put(last, draft)

    def _refine_and_share(self, draft: Draft, *, fixing: bool) -> None:
        """ "One with boba, one with pudding, no ice in either"."""
        own = tuple(one for one in draft.choices if not one.term.all_after)
        marked = tuple(one for one in draft.choices if one.term.all_after)
        self._refine(replace(draft, choices=own), fixing=fixing)
        shared = replace(draft, choices=marked)
        self._for_all(shared, self._ledger.chosen(shared))

    def _for_all(self, draft: Draft, choices: list[Choice]) -> None:
        if self._ledger.entered:
            for line in self._ledger.meant_by_all(choices):
                self._ledger.put(line, draft)
        elif draft.terms[0].verb == "remove" and not choices:
            self.acts.append((draft.terms[0].start, Remove(Target(all=True))))
        elif choices:
            self.acts.append((draft.terms[0].start, Change(Target(all=True), tuple(choices))))
        elif self._situation.expecting is Expecting.MODIFIER:
            every = tuple(self._every_modifier())
            self.acts.append((draft.terms[0].start, Change(Target(), every)))

    def _every_modifier(self) -> list[Choice]:
        """ "All of them", when a group was asked about that has no limit."""
        return [
            Choice(group.id, modifier.id)
            for group in map(self._menu.group, self._situation.groups[:1])
            for modifier in group.modifiers
            if group.max is None or group.max >= len(group.modifiers)
        ]

    def _change(self, draft: Draft, choices: list[Choice], target: str | None) -> None:
        first = draft.terms[0]
        if first.verb == "remove":
            # "Leave the pudding off, just the boba": what comes after "just" stays.
            kept = {
                (sense.group, sense.modifier)
                for term, sense, _ in draft.choices
                if term.only and term is not first
            }
            choices = [
                one if (one.group, one.modifier) in kept else _without(one) for one in choices
            ]
        implied = (
            self._implied(choices, first.number) if target is None and first.verb is None else None
        )
        if implied is not None:
            self._ledger.enter(Draft(draft.terms, None, (implied,), draft.choices, (), draft.score))
            if first.number:
                self._ledger.entered[-1].quantity = first.number
            return
        if not self._situation.staged and target is None:
            if choices:
                bare = first.number is None or first.part is not None
                self._waiting = draft if bare else None
            return
        quantity = (first.number or None) if not draft.choices else None
        last = self.acts[-1][1] if self.acts else None
        if quantity and isinstance(last, Change) and self._hangs():
            self.acts[-1] = (self.acts[-1][0], Change(last.target, (), quantity))
            return
        if quantity is not None and first.verb is None and not self._is_short():
            quantity = None
        if not choices and quantity is None and (target is None or first.verb is None):
            return
        if self.displacing and target is None:
            choices = [*choices, *self._order.displaced(choices)]
        self.acts.append((first.start, Change(_target(target), tuple(choices), quantity)))
        self._weigh_rivals(draft)

    def _unclear(self, draft: Draft, head: Term) -> None:
        quantity, _ = quantity_of(draft)
        line = Line(draft.items[0], quantity, tuple(self._ledger.chosen(draft)))
        words = " ".join(self._texts[head.start : head.end])
        self.acts.append((head.start, Unclear(words, draft.items, line)))

    def _weigh_rivals(self, draft: Draft) -> None:
        for term, sense, rivals in draft.choices:
            others = tuple(dict.fromkeys((*sense.options, *(rival.id for rival in rivals))))
            others = tuple(one for one in others if one != sense.modifier)
            if others and term.amount is not Amount.NONE and sense.modifier:
                words = " ".join(self._texts[term.start : term.end])
                self.acts.append((term.start, Unclear(words, (sense.modifier, *others))))


def _is_none(term: Term) -> bool:
    """ "I don't want any", with nothing named."""
    return term.amount is Amount.NONE and not (term.entries or term.target or term.number)


def _without(choice: Choice) -> Choice:
    return Choice(choice.group, choice.modifier, Amount.NONE)


def _target(pointed: str | None) -> Target:
    """A pointer of the phrasebook as a target: an ordinal is an index, "that one" is empty."""
    if pointed is not None and pointed.startswith("@"):
        return Target(place=int(pointed[1:]))
    if pointed is None or not pointed.lstrip("-").isdigit():
        return Target()
    return Target(index=int(pointed))
