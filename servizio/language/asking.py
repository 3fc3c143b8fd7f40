"""Questions: what they are about, and about which thing of the menu."""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.meaning import Question, Topic
from servizio.language.phrasebook import Phrasebook
from servizio.language.terms import Mark, Term
from servizio.language.words import stem_of
from servizio.shop.menu import Menu


class Questioner:
    """Makes questions of marks and what follows them. Immutable after construction."""

    def __init__(self, menu: Menu, book: Phrasebook) -> None:
        self._book = book
        self._kinds: dict[str, str] = {}
        for item in menu.items:
            self._kinds.setdefault(stem_of(item.category.lower().split("-")[-1]), item.category)
        for group in menu.modifier_groups:
            for word in group.name.lower().split():
                self._kinds.setdefault(stem_of(word), group.id)

    def takes_subject(self, mark: Mark) -> bool:
        """Whether the thing asked about may follow the words of the question."""
        return self._book.subjects[mark.value]

    def question(self, mark: Mark, subject: Sequence[Term], clause: Sequence[str]) -> Question:
        """`subject`: names after the mark; `clause`: all words of the sentence."""
        item, modifier = _named(subject)
        topic = Topic(mark.value)
        return Question(topic, item, modifier, self._detail(topic, clause))

    def _detail(self, topic: Topic, clause: Sequence[str]) -> str:
        if topic is Topic.HOURS:
            days = self._book.days
            return next((days[word] for word in clause if word in days), "")
        if topic is Topic.MENU:
            kinds = (self._kinds.get(stem_of(word), "") for word in clause)
            return next((kind for kind in kinds if kind), "")
        return ""


def _named(terms: Sequence[Term]) -> tuple[str | None, str | None]:
    item = modifier = None
    for term in terms:
        best = max(term.entries, key=lambda entry: entry.quality, default=None)
        if best is None:
            continue
        if best.sense.item and item is None:
            item = best.sense.item
        elif best.sense.modifier and modifier is None:
            modifier = best.sense.modifier
    return item, modifier
