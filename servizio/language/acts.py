"""From terms and marks to acts: what the customer does with what was said.

Reads one utterance from left to right. Runs of terms become lines; what else was said
decides whether those lines are ordered, changed, taken off, asked about or taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.asking import Questioner
from servizio.language.ledger import Ledger, quantity_of
from servizio.language.lines import Draft, LineReader
from servizio.language.meaning import (
    Act,
    Add,
    Affirm,
    AskPerson,
    CancelOrder,
    Change,
    Delivery,
    Deny,
    Done,
    Expecting,
    Frustration,
    Goodbye,
    Hello,
    Pickup,
    Question,
    Remove,
    Repeat,
    StartOver,
    Target,
    Thanks,
    Unclear,
    UseCallingNumber,
    Wait,
)
from servizio.language.terms import Mark, Term
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu

SAYINGS: dict[str, Act] = {
    "affirm": Affirm(),
    "deny": Deny(),
    "done": Done(),
    "start_over": StartOver(),
    "cancel": CancelOrder(),
    "use_calling_number": UseCallingNumber(),
    "ask_person": AskPerson(),
    "repeat": Repeat(),
    "hello": Hello(),
    "wait": Wait(),
    "thanks": Thanks(),
    "goodbye": Goodbye(),
    "frustration": Frustration(),
    "pickup": Pickup(),
    "delivery": Delivery(),
}
"""What each saying of the phrasebook stands for."""


_SENTENCE_ENDS = frozenset({".", "?", "!", ";"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known before the utterance."""

    expecting: Expecting
    groups: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def staged(self) -> bool:
        """Whether modifiers on their own have a line to go to."""
        asked = {Expecting.MODIFIER, Expecting.YES_NO}
        return bool(self.lines) or self.expecting in asked


class ActReader:
    """Makes the acts of one utterance."""

    def __init__(
        self,
        menu: Menu,
        reader: LineReader,
        situation: Situation,
        texts: Sequence[str],
        questioner: Questioner,
    ) -> None:
        self._menu = menu
        self._reader = reader
        self._situation = situation
        self._texts = texts
        self._questioner = questioner
        self._ledger = Ledger(menu)
        self._acts: list[tuple[int, Act]] = []
        self._said: set[str] = set()
        self._making = False
        self.dropped: list[Term] = []

    def read(self, elements: Sequence[Term | Mark]) -> list[tuple[int, Act]]:
        """All acts, each with the place of its first word."""
        run: list[Term] = []
        fixing = False
        place = 0
        while place < len(elements):
            element = elements[place]
            if isinstance(element, Term):
                run.append(element)
            elif element.kind in {"correct", "actually"}:
                self._order(run, fixing=fixing)
                run = []
                fixing = self._fixes(element, elements[place + 1 :])
                self._making = element.value == "make"
            elif element.kind == "question":
                self._order(run, fixing=fixing)
                run, fixing = [], False
                place += self._ask(element, elements[place + 1 :])
            elif element.kind == "undo":
                self._order(run, fixing=fixing)
                run, fixing = [], False
                self._undo(element)
            elif element.kind == "say":
                self._say(element)
            place += 1
        self._order(run, fixing=fixing)
        self._finish()
        return self._acts

    def _fixes(self, mark: Mark, following: Sequence[Term | Mark]) -> bool:
        """Whether what follows takes the place of what came before."""
        if mark.kind == "correct":
            return True
        first = next((one for one in following if isinstance(one, Term)), None)
        if first is None or not (self._ledger.entered or self._acts):
            return False
        return not first.glue & {"cue", "and", "alongside"}

    def _undo(self, mark: Mark) -> None:
        """ "Scratch that" with nothing in its place."""
        if self._ledger.entered:
            self._ledger.entered.pop()
        elif self._situation.staged or not self._acts:
            self._acts.append((mark.start, Remove(Target())))

    def _say(self, mark: Mark) -> None:
        self._said.add(mark.value)
        self._acts.append((mark.start, SAYINGS[mark.value]))

    def _ask(self, mark: Mark, following: Sequence[Term | Mark]) -> int:
        """A question; returns how many of the elements after it are its subject."""
        subject: list[Term] = []
        if self._questioner.takes_subject(mark):
            for element in following:
                if not isinstance(element, Term) or (subject and "cue" in element.glue):
                    break
                subject.append(element)
        question = self._questioner.question(mark, subject, self._clause(mark))
        self._acts.append((mark.start, question))
        return len(subject)

    def _clause(self, mark: Mark) -> Sequence[str]:
        """The words of the sentence that a mark stands in."""
        start, end = mark.start, mark.end
        while start > 0 and self._texts[start - 1] not in _SENTENCE_ENDS:
            start -= 1
        while end < len(self._texts) and self._texts[end] not in _SENTENCE_ENDS:
            end += 1
        return self._texts[start:end]

    def _order(self, run: list[Term], *, fixing: bool) -> None:
        if not run:
            return
        staged = self._situation.staged or bool(self._ledger.entered)
        for draft in self._reader.read(run, staged=staged):
            self.dropped += draft.dropped
            if draft.head is None:
                self._headless(draft, fixing=fixing)
            else:
                self._headed(draft, fixing=fixing)
            fixing = False

    def _headed(self, draft: Draft, *, fixing: bool) -> None:
        head = draft.head
        if head is None:
            return
        start = draft.terms[0].start
        item = draft.items[0]
        verb = draft.terms[0].verb
        if head.amount is Amount.NONE or verb == "remove":
            replaced = any(isinstance(act, Change) and act.item for _, act in self._acts)
            if verb == "remove" or (self._in_cart(item) and not replaced):
                number, counted = quantity_of(draft)
                self._acts.append((start, Remove(Target(item=item), number if counted else None)))
            return
        if len(draft.items) > 1:
            self._unclear(draft)
            return
        if any(term.all_after for term in draft.terms) and self._ledger.entered:
            self._ledger.enter(draft)
            self._for_all(draft, self._ledger.chosen(draft))
            return
        if (
            draft.terms[0].all
            and not quantity_of(draft)[1]
            and any(one.item == item for one in self._ledger.entered)
        ):
            self._for_all(draft, self._ledger.chosen(draft))
            return
        if fixing and self._ledger.entered:
            self._ledger.replace_last(draft)
            return
        if self._replaces(draft, fixing=fixing):
            self._change_item(draft)
            return
        self._ledger.enter(draft)
        self._weigh_rivals(draft)

    def _replaces(self, draft: Draft, *, fixing: bool) -> bool:
        """Whether the item named takes the place of, or is, one already spoken of."""
        first = draft.terms[0]
        pointed = any(term.target for term in draft.terms)
        if first.verb == "change" or (first.verb == "make" and not first.article):
            return self._situation.staged or pointed or bool(self._acts)
        if fixing and self._situation.staged:
            return True
        denied = self._situation.expecting is Expecting.YES_NO and "deny" in self._said
        return denied and not first.glue & {"alongside", "cue"} and not self._ledger.entered

    def _change_item(self, draft: Draft) -> None:
        head = draft.head
        item = draft.items[0]
        choices = tuple(self._ledger.chosen(draft))
        number, counted = quantity_of(draft)
        start = draft.terms[0].start
        target = next((term.target for term in draft.terms if term.target), None)
        previous = self._acts[-1][1] if self._acts else None
        to_other = head is not None and "to" in self._texts[max(0, head.start - 2) : head.start]
        if (
            to_other
            and isinstance(previous, Change)
            and previous.item is None
            and not previous.choices
        ):
            self._acts[-1] = (self._acts[-1][0], Change(previous.target, choices, item=item))
            return
        aimed = self._in_cart(item) and target is None and not to_other
        if aimed and draft.terms[0].verb is not None:
            change = Change(Target(item=item), choices, number if counted else None)
        else:
            change = Change(_target(target), choices, number if counted else None, item=item)
        self._acts.append((start, change))

    def _headless(self, draft: Draft, *, fixing: bool) -> None:
        first = draft.terms[0]
        entered = self._ledger.entered
        choices = self._ledger.chosen(draft)
        target = next((term.target for term in draft.terms if term.target), None)
        if any(term.all or term.all_after for term in draft.terms):
            self._for_all(draft, choices)
        elif first.verb == "remove" and not choices and target is not None:
            self._acts.append((first.start, Remove(_target(target))))
        elif entered and target in {None, "other"}:
            self._refine(draft, fixing=fixing)
        elif choices or first.number is not None or target is not None:
            self._change(draft, choices, target)

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
        if fixing and not self._making:
            self._ledger.correct_last(draft)
        else:
            self._ledger.put(last, draft)

    def _for_all(self, draft: Draft, choices: list[Choice]) -> None:
        if self._ledger.entered:
            for line in self._ledger.entered:
                self._ledger.put(line, draft)
        elif draft.terms[0].verb == "remove" and not choices:
            self._acts.append((draft.terms[0].start, Remove(Target(all=True))))
        elif choices:
            self._acts.append((draft.terms[0].start, Change(Target(all=True), tuple(choices))))
        elif self._situation.expecting is Expecting.MODIFIER:
            every = tuple(self._every_modifier())
            self._acts.append((draft.terms[0].start, Change(Target(), every)))

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
            choices = [Choice(one.group, one.modifier, Amount.NONE) for one in choices]
        implied = self._implied(choices) if target is None and first.verb is None else None
        if implied is not None:
            self._ledger.enter(Draft(draft.terms, None, (implied,), draft.choices, (), draft.score))
            if first.number:
                self._ledger.entered[-1].quantity = first.number
            return
        if not self._situation.staged and first.number is not None and target is None:
            return
        quantity = first.number if not draft.choices else None
        if quantity is not None and first.verb is None and not self._is_short():
            quantity = None
        if not choices and quantity is None and target is None:
            return
        self._acts.append((first.start, Change(_target(target), tuple(choices), quantity)))

    def _is_short(self) -> bool:
        """Whether little else was said, so that a bare number can be a quantity."""
        return self._situation.staged and len(self._texts) <= 5

    def _implied(self, choices: list[Choice]) -> str | None:
        """ "A large with pepperoni" where only one item of the menu can be meant."""
        if self._situation.staged or self._acts_pending() or not choices:
            return None
        if all(one.amount is Amount.NONE for one in choices):
            return None
        groups = {one.group for one in choices}
        fitting = [item.id for item in self._menu.items if groups <= set(item.modifier_groups)]
        return fitting[0] if len(fitting) == 1 else None

    def _acts_pending(self) -> bool:
        return any(isinstance(act, Change | Question) for _, act in self._acts)

    def _unclear(self, draft: Draft) -> None:
        head = draft.head
        if head is None:
            return
        quantity, _ = quantity_of(draft)
        line = Line(draft.items[0], quantity, tuple(self._ledger.chosen(draft)))
        words = " ".join(self._texts[head.start : head.end])
        self._acts.append((head.start, Unclear(words, draft.items, line)))

    def _weigh_rivals(self, draft: Draft) -> None:
        for term, sense, rivals in draft.choices:
            others = tuple(dict.fromkeys((*sense.options, *(rival.id for rival in rivals))))
            others = tuple(one for one in others if one != sense.modifier)
            if others and term.amount is not Amount.NONE and sense.modifier:
                words = " ".join(self._texts[term.start : term.end])
                self._acts.append((term.start, Unclear(words, (sense.modifier, *others))))

    def _in_cart(self, item: str) -> bool:
        return any(line.item == item for line in self._situation.lines)

    def _finish(self) -> None:
        lines = self._ledger.lines()
        if lines:
            self._acts.append((min(one.start for one in self._ledger.entered), Add(lines)))


def _target(pointed: str | None) -> Target:
    """A pointer of the phrasebook as a target: an ordinal is an index, "that one" is empty."""
    if pointed is None or not pointed.lstrip("-").isdigit():
        return Target()
    return Target(index=int(pointed))
