"""Questions: what they are about, and about which thing of the menu."""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.meaning import Question, Topic
from servizio.language.phrasebook import Phrasebook
from servizio.language.terms import Mark, Term
from servizio.language.words import plain, stem_of
from servizio.shop.menu import Menu


class Questioner:
    """Makes questions of marks and what follows them. Immutable after construction."""

    def __init__(self, menu: Menu, book: Phrasebook) -> None:
        self._book = book
        self._menu = menu
        self._kinds: dict[str, list[str]] = {}
        """Stem of a kind's name -> ids of the groups and categories of that name."""
        for group in menu.modifier_groups:
            self._add(group.name, group.id)
            self._add(group.id.replace("-", " "), group.id)
        for category in dict.fromkeys(item.category for item in menu.items):
            self._add(category.replace("-", " "), category)

    def _add(self, name: str, kind: str) -> None:
        """A kind goes by the last word of its name: a drink size is a size."""
        for word in plain(name).split()[-1:]:
            self._kinds.setdefault(stem_of(word), []).append(kind)

    def takes_subject(self, mark: Mark) -> bool:
        """Whether the thing asked about may follow the words of the question."""
        return self._book.subjects[mark.value]

    def question(self, mark: Mark, subject: Sequence[Term], clause: Sequence[str]) -> Question:
        """`subject`: names after the mark; `clause`: all words of the sentence."""
        item, modifier = _named(subject)
        topic = Topic(mark.value)
        return Question(topic, item, modifier, self._detail(topic, item, clause))

    def _detail(self, topic: Topic, item: str | None, clause: Sequence[str]) -> str:
        if topic is Topic.HOURS:
            days = self._book.days
            return next((days[word] for word in clause if word in days), "")
        if topic is not Topic.MENU:
            return ""
        found = [kind for word in clause for kind in self._kinds.get(stem_of(word), ())]
        own = self._menu.item(item).modifier_groups if item else ()
        return next((kind for kind in found if kind in own), found[0] if found else "")


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
