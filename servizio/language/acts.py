"""From terms and marks to acts: what the customer does with what was said.

Reads one utterance from left to right. Runs of terms become lines; what else was said
decides whether those lines are ordered, changed, taken off, asked about or taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from servizio.language.asking import (
    Questioner,
    is_aside,
    merge_questions,
    opens_question,
    with_asides,
    without_requests,
)
from servizio.language.drafts import Draft
from servizio.language.evidence import Evidence
from servizio.language.exchange import Exchanges
from servizio.language.lines import LineReader
from servizio.language.meaning import (
    Act,
    Affirm,
    AskPerson,
    CancelOrder,
    Delivery,
    Deny,
    Done,
    Frustration,
    Goodbye,
    Hello,
    NotOnMenu,
    Pickup,
    Repeat,
    StartOver,
    Thanks,
    Topic,
    UseCallingNumber,
    Wait,
)
from servizio.language.order_so_far import Situation
from servizio.language.orders import Orders
from servizio.language.terms import Mark, Term
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


_SPEAKERS = frozenset({"i", "id", "ill", "im", "we", "wed", "well", "me", "us", "lets"})
"""Whoever says one of these between two names turns from asking to ordering."""
_FEW = 3
"""In more words than these "terrible" alone is no complaint about the call."""
_AS_SAID = 0.9
"""Quality of a name that was said as it is."""
_SENTENCE_ENDS = frozenset({".", "?", "!", ";"})


def _is_correction(element: Term | Mark) -> bool:
    return isinstance(element, Mark) and element.kind == "correct"


def _sounds_alike(draft: Draft) -> bool:
    """Whether nothing of it was said as it is, and nothing leads up to it."""
    return draft.head is None and all(
        term.entries
        and term.quality < _AS_SAID
        and not (term.glue or term.amount or term.leads or term.verb or term.target)
        for term in draft.terms
    )


class ActReader:
    """Makes the acts of one utterance."""

    def __init__(
        self,
        menu: Menu,
        reader: LineReader,
        situation: Situation,
        questioner: Questioner,
        evidence: Evidence,
    ) -> None:
        texts = [word.text for word in evidence.words]
        self._evidence = evidence
        self._reader = reader
        self._situation = situation
        self._texts = texts
        self._questioner = questioner
        self._orders = Orders(menu, situation, texts)
        self._exchanges = Exchanges(
            texts, {group.id for group in menu.modifier_groups if group.max == 1}
        )
        self._gone: str | None = None
        self._ordering = False
        self._meant = False
        self._making = False
        self._agrees = False
        self.dropped: list[Term] = []
        self.coherence = 0.0
        """How well what was named makes lines; below 0 where it does not."""

    @property
    def plain(self) -> bool:
        """Whether what was ordered is to be without what belongs to another line."""
        return self._orders.plain

    @property
    def set_aside(self) -> frozenset[str]:
        """Ids of the modifiers that were only taken back or exchanged."""
        return frozenset(self._exchanges.aside | self._orders.taken_back)

    def read(
        self, elements: Sequence[Term | Mark], *, denied: bool = False
    ) -> list[tuple[int, Act]]:
        """All acts, each with the place of its first word; `denied`: "no" was said before."""
        self._orders.denied = denied
        if opens_question(elements, self._texts):
            elements = [Mark(0, 1, "question", str(Topic.INGREDIENTS)), *elements]
        begun = bool(self._situation.lines)
        elements = without_requests(elements, self._texts, begun=begun)
        elements = merge_questions(with_asides(elements, self._texts))
        self._ordering = any(isinstance(element, Term) for element in elements)
        self._agrees = any(isinstance(one, Mark) and one.value == "affirm" for one in elements)
        run: list[Term] = []
        fixing = False
        place = 0
        while place < len(elements):
            element = elements[place]
            if isinstance(element, Term):
                run.append(element)
            elif element.kind in {"correct", "actually"}:
                instead = self._texts[element.start] == "instead"
                self._order(run, fixing=fixing or instead, instead=instead)
                run = []
                self._meant = element.value == "meant"
                fixing = self._fixes(element, elements[place + 1 :])
                corrected = place > 0 and _is_correction(elements[place - 1])
                self._making = element.value == "make" and not corrected
            elif element.kind == "question":
                asked = self._fronted(run, element)
                if asked is None:
                    self._order(run, fixing=fixing)
                run, fixing = [], False
                place += self._ask(element, elements[place + 1 :], asked)
            elif element.kind in {"undo", "again"}:
                self._order(run, fixing=fixing)
                run, fixing = [], False
                act = self._orders.undo if element.kind == "undo" else self._orders.again
                act(element.start)
            elif element.kind == "say":
                self._say(element)
            place += 1
        self._order(run, fixing=fixing)
        self._orders.finish()
        return self._orders.acts

    def _fixes(self, mark: Mark, following: Sequence[Term | Mark]) -> bool:
        """Whether what follows takes the place of what came before."""
        if mark.kind == "correct":
            return True
        first = next((one for one in following if isinstance(one, Term)), None)
        if first is None or not (self._orders.begun or self._orders.acts):
            return False
        return not first.glue & {"cue", "and", "alongside"}

    def _say(self, mark: Mark) -> None:
        lone = mark.end == mark.start + 1 and (self._ordering or len(self._texts) > _FEW)
        if mark.value == "frustration" and lone:
            return
        self._orders.denied |= mark.value == "deny"
        self._orders.acts.append((mark.start, SAYINGS[mark.value]))

    def _fronted(self, run: Sequence[Term], mark: Mark) -> list[Term] | None:
        """What stands before its question: "what milk teas do you have"; `None`: no such."""
        if not self._questioner.may_follow(run, mark, self._texts):
            return None
        first = run[0].start if run else mark.start
        acts = self._orders.acts
        if acts and acts[-1][1] == Repeat() and acts[-1][0] >= first - 4:
            acts.pop()
        return list(run)

    def _ask(
        self, mark: Mark, following: Sequence[Term | Mark], asked: Sequence[Term] | None
    ) -> int:
        """A question; returns how many of the elements after it are its subject."""
        if asked is not None:
            question = self._questioner.fronted(mark, asked, self._clause(mark))
            self._orders.acts.append((asked[0].start if asked else mark.start, question))
            return 0
        subject: list[Term] = []
        has_object = self._questioner.has_object(mark, self._texts)
        if has_object or self._questioner.takes_subject(mark):
            for element in following:
                if not isinstance(element, Term):
                    break
                if "cue" in element.glue and self._turns(mark, subject, element):
                    break
                subject.append(element)
        about = () if has_object else subject
        strange = self._evidence.flavour_before(subject[0].start) if subject else None
        if strange is not None and mark.value == str(Topic.AVAILABILITY):
            self._not_sold(strange, subject[0])
            return len(subject)
        if subject and self._evidence.is_strangers(subject[0]):
            # "Do you have mango green tea": it is told as what is not on the menu.
            return len(subject)
        question = self._questioner.question(mark, about, self._clause(mark))
        if is_aside(self._texts[mark.start : mark.end]) and self._orders.begun:
            question = replace(question, item=self._orders.last_item, modifier=None)
        self._orders.acts.append((mark.start, question))
        return len(subject)

    def _turns(self, mark: Mark, subject: Sequence[Term], element: Term) -> bool:
        """ "The music you have is nice, can I get a taro": from asking to ordering."""
        if not subject:
            return self._evidence.orders_within(mark.end, element.start)
        return bool(_SPEAKERS & set(self._texts[subject[-1].end : element.start]))

    def _not_sold(self, start: int, term: Term) -> None:
        """ "Do you have strawberry milk tea", where there is another milk tea."""
        words = " ".join(self._texts[start : term.end])
        best = max(term.entries, key=lambda entry: entry.quality, default=None)
        self._orders.acts.append((start, NotOnMenu(words, best.sense.id if best else None)))

    def _clause(self, mark: Mark) -> Sequence[str]:
        """The words of the sentence that a mark stands in."""
        start, end = mark.start, mark.end
        while start > 0 and self._texts[start - 1] not in _SENTENCE_ENDS:
            start -= 1
        while end < len(self._texts) and self._texts[end] not in _SENTENCE_ENDS:
            end += 1
        return self._texts[start:end]

    def _order(self, run: list[Term], *, fixing: bool, instead: bool = False) -> None:
        run, gone = self._exchanges.read(run)
        self._gone = gone or self._gone
        if not run:
            return
        staged = self._situation.staged or self._orders.begun
        for draft in self._reader.read(run, staged=staged):
            self.coherence += draft.score - len(draft.terms)
            strange = self._evidence.other_flavour(draft)
            if strange is not None and draft.head is not None:
                words = " ".join(self._texts[strange : draft.head.end])
                self._orders.acts.append((strange, NotOnMenu(words, draft.items[0])))
                continue
            if self._agrees and _sounds_alike(draft):
                # "Yes, you nailed it": no less ice, although it sounds like that.
                self.dropped += draft.terms
                continue
            goes_on = fixing or self._gone is not None or self._orders.is_ordering
            if not (goes_on or self._evidence.supports(draft)):
                self.dropped += draft.terms
                continue
            self.dropped += draft.dropped
            self._orders.displacing = instead or self._meant
            self._orders.take(draft, fixing=fixing, making=self._making, gone=self._gone)
            self._gone = None
            fixing = False
