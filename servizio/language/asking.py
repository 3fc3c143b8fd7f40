"""Questions: what they are about, and about which thing of the menu."""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.meaning import Question, Topic
from servizio.language.phrasebook import Phrasebook
from servizio.language.terms import Mark, Term
from servizio.language.words import plain, stem_of
from servizio.shop.menu import Menu, ModifierGroup


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

    def has_object(self, mark: Mark, texts: Sequence[str]) -> bool:
        """ "How long would it take for two taros": the names are no order."""
        return mark.value == str(Topic.WAIT) and texts[mark.end : mark.end + 1] == ["for"]

    def takes_subject(self, mark: Mark) -> bool:
        """Whether the thing asked about may follow the words of the question."""
        return self._book.subjects[mark.value]

    def question(self, mark: Mark, subject: Sequence[Term], clause: Sequence[str]) -> Question:
        """`subject`: names after the mark; `clause`: all words of the sentence."""
        topic = Topic(mark.value)
        within = self._within(topic, subject, clause)
        if within is not None:
            return self._contents(within, clause)
        item, modifier = _named(subject)
        is_there = topic is Topic.INGREDIENTS and set(clause) >= _IS_THERE
        if is_there and item and not _INSIDE & set(clause):
            topic = Topic.AVAILABILITY
        if topic is Topic.INGREDIENTS and (item or modifier) and _ADDED & set(clause):
            topic = Topic.PRICE
        detail = self._detail(topic, item, clause)
        if topic in _DIETARY:
            detail = self._diet(item, modifier, clause)
        if topic is Topic.MENU and _KINDS & set(clause):
            return Question(topic, detail=detail or self._kind_of(item, modifier))
        if topic in _SIZING and _EXTREMES.keys() & set(clause):
            return self._extreme(clause, item)
        kind = self._detail(Topic.MENU, None, clause)
        if topic is Topic.AVAILABILITY and kind and not (item or modifier):
            return Question(Topic.MENU, detail=kind)
        return Question(topic, item, modifier, detail)

    def _within(self, topic: Topic, subject: Sequence[Term], clause: Sequence[str]) -> Term | None:
        """ "Is there caffeine in the taro": what is asked about is the taro."""
        if topic not in _DIETARY or not subject or not _EXISTS & set(clause):
            return None
        named = _last_name(subject[-1], self._menu)
        place = next((at for at, word in enumerate(clause) if word in _INSIDE), None)
        if place is None or place < 2 or not named:
            return None
        after = set(clause[place + 1 :])
        return subject[-1] if named & after else None

    def _contents(self, term: Term, clause: Sequence[str]) -> Question:
        """What is in the thing named last, and whether that is in it which was named first."""
        item, modifier = _named((term,))
        detail = self._diet(item, modifier, clause)
        return Question(Topic.INGREDIENTS, item, modifier, detail or CONTENTS)

    def _extreme(self, clause: Sequence[str], item: str | None) -> Question:
        """ "What's the biggest size": the first or the last of the sizes."""
        place = next(_EXTREMES[word] for word in clause if word in _EXTREMES)
        sizes = [
            group
            for group in self._menu.modifier_groups
            if stem_of(group.name.split()[-1]) == "size" and group.modifiers
        ]
        if not sizes:
            return Question(Topic.MENU, item)
        return Question(Topic.MENU, item, sizes[0].modifiers[place].id, sizes[0].id)

    def may_follow(self, run: Sequence[Term], mark: Mark, texts: Sequence[str]) -> bool:
        """Whether a question is about the names before it."""
        if not run:
            return self._asks_for_kind(mark, texts)
        asks_for_kinds = mark.value in _LISTING and self.takes_subject(mark)
        before = list(texts[max(0, run[0].start - 4) : run[0].start])
        while before and before[-1] in _BETWEEN:
            before.pop()
        if before and before[-1] in _WHICH:
            return asks_for_kinds or mark.value == str(Topic.PRICE)
        plain = len(run) == 1 and not run[0].leads and not run[0].glue - {"pause"}
        definite = texts[max(0, run[0].start - 1) : run[0].start] == ["the"]
        return plain and definite and run[0].start <= 1 and mark.value in _ABOUT_IT

    def _asks_for_kind(self, mark: Mark, texts: Sequence[str]) -> bool:
        """ "What syrups do you have", where no syrup is named."""
        before = texts[max(0, mark.start - 4) : mark.start]
        asked = [place for place, word in enumerate(before) if word in _WHICH]
        if mark.value not in _LISTING or not asked:
            return False
        return any(stem_of(word) in self._kinds for word in before[asked[-1] :])

    def fronted(self, mark: Mark, subject: Sequence[Term], clause: Sequence[str]) -> Question:
        """The question about names that came before it."""
        item, modifier = _named(subject)
        if mark.value not in _LISTING:
            topic = Topic.PRICE if mark.value == str(Topic.TOTAL) else Topic(mark.value)
            return Question(topic, item, modifier)
        detail = self._detail(Topic.MENU, None, clause) or self._kind_of(item, modifier)
        return Question(Topic.MENU, detail=detail)

    def _kind_of(self, item: str | None, modifier: str | None) -> str:
        if item is not None:
            return self._menu.item(item).category
        own = (group for group in self._menu.modifier_groups if modifier in _ids(group))
        return next((group.id for group in own), "")

    def _detail(self, topic: Topic, item: str | None, clause: Sequence[str]) -> str:
        if topic is Topic.HOURS:
            days = self._book.days
            return next((days[word] for word in clause if word in days), "")
        if topic is not Topic.MENU:
            return ""
        found = self._kinds_named([stem_of(word) for word in clause])
        own = self._menu.item(item).modifier_groups if item else ()
        return next((kind for kind in found if kind in own), found[0] if found else "")

    def _diet(self, item: str | None, modifier: str | None, clause: Sequence[str]) -> str:
        """What must not be in it, where the word is no part of the name."""
        names = [self._menu.item(item).name] if item else []
        names += [
            one.name
            for group in self._menu.modifier_groups
            for one in group.modifiers
            if one.id == modifier
        ]
        named = {word for name in names for word in plain(name).split()}
        diets = self._book.diets
        return next((diets[word] for word in clause if word in diets and word not in named), "")

    def _kinds_named(self, stems: Sequence[str]) -> list[str]:
        """Groups and categories named; of words in a row the last: milk teas are teas."""
        found: list[str] = []
        for place, stem in enumerate(stems):
            following = stems[place + 1] if place + 1 < len(stems) else ""
            if following not in self._kinds:
                kinds = self._kinds.get(stem, [])
                before = stems[place - 1] if place else ""
                found += sorted(kinds, key=lambda kind: before not in map(stem_of, kind.split()))
        return found


CONTENTS = "contents"
"""What is asked to be in something, where it is none of the things that menus tell of."""
_EXISTS = frozenset({"there", "theres"})
_IS_THERE = frozenset({"there", "any"})
_INSIDE = frozenset({"in", "inside"})
_SIZING = frozenset({Topic.MENU, Topic.INGREDIENTS, Topic.AVAILABILITY})
_EXTREMES = {"biggest": -1, "largest": -1, "smallest": 0, "littlest": 0}
_DIETARY = frozenset({Topic.INGREDIENTS, Topic.AVAILABILITY})
_LISTING = frozenset({str(Topic.MENU), str(Topic.AVAILABILITY)})
_ABOUT_IT = frozenset({str(Topic.PRICE), str(Topic.TOTAL), str(Topic.INGREDIENTS)})
_WHICH = frozenset({"what", "which", "whats"})
_BETWEEN = frozenset({"kind", "kinds", "type", "types", "sort", "sorts", "of", "the", "other"})
_KINDS = frozenset({"kind", "kinds", "type", "types", "sort", "sorts"})


def _ids(group: ModifierGroup) -> set[str]:
    return {modifier.id for modifier in group.modifiers}


def merge_questions(elements: Sequence[Term | Mark]) -> list[Term | Mark]:
    """Two question phrases in a row ask one thing: "how much" and "is the"."""
    merged: list[Term | Mark] = []
    for place, element in enumerate(elements):
        if isinstance(element, Mark) and element.kind == "question":
            if _repeats_listing(merged, element, elements[place + 1 :]):
                continue
            last = merged[-1] if merged else None
            if isinstance(last, Mark) and last.value == "repeat" and last.end == element.start:
                merged.pop()
                last = merged[-1] if merged else None
            if isinstance(last, Mark) and _goes_on(last, element):
                merged[-1] = last if element.value in _OPEN else element
                continue
        merged.append(element)
    return merged


def with_asides(elements: Sequence[Term | Mark], texts: Sequence[str]) -> list[Term | Mark]:
    """ "A black milk tea, is that sweet": a question about the line just spoken of."""
    asked: list[Term | Mark] = []
    for element in elements:
        before = texts[max(0, element.start - 2) : element.start]
        if isinstance(element, Term) and is_aside(before) and not element.leads:
            asked.append(Mark(element.start - 2, element.start, "question", _INGREDIENTS))
        asked.append(element)
    return asked


def is_aside(words: Sequence[str]) -> bool:
    """Whether these words ask about what was named before them."""
    return tuple(words) in _ASIDES


_INGREDIENTS = str(Topic.INGREDIENTS)
_ASIDES = frozenset({("is", "that"), ("is", "it"), ("are", "they"), ("are", "those")})


def opens_question(elements: Sequence[Term | Mark], texts: Sequence[str]) -> bool:
    """Whether a name comes where "is oat milk extra" asks about it."""
    start = next((place for place, word in enumerate(texts) if word not in _BEFORE), len(texts))
    terms = [one for one in elements if isinstance(one, Term)]
    inverted = start < len(texts) and texts[start] in _INVERTED
    return inverted and bool(terms) and elements[0] is terms[0] and terms[0].start <= start + 3


def _goes_on(last: Mark, mark: Mark) -> bool:
    near = mark.start - last.end <= _NEAR
    return last.kind == "question" and last.value in _OPEN and near


def _repeats_listing(
    before: Sequence[Term | Mark], mark: Mark, after: Sequence[Term | Mark]
) -> bool:
    """ "What kinds of tea do you have": the second phrase belongs to the first."""
    asked = next((one for one in reversed(before) if isinstance(one, Mark)), None)
    if asked is None or asked.kind != "question" or asked is before[-1]:
        return False
    ends = not after or not isinstance(after[0], Term)
    lists = asked.value == str(Topic.MENU) and mark.value == str(Topic.AVAILABILITY)
    topics = {asked.value, mark.value}
    again = topics <= _OPEN and (len(topics) == 1 or topics == _ABOUT_EXTRAS)
    return ends and (lists or again)


_OPEN = _LISTING | {str(Topic.PRICE), str(Topic.INGREDIENTS)}
"""Topics whose question goes on: the thing asked about is still to come."""
_NEAR = 3
_ABOUT_EXTRAS = {str(Topic.INGREDIENTS), str(Topic.PRICE)}
_ADDED = frozenset({"cost", "costs", "extra", "charge", "charged"})
_INVERTED = frozenset({"is", "are", "does"})
_BEFORE = frozenset({"um", "uh", "so", "and", "hi", "hey", "okay", "oh", "well"})


def _named(terms: Sequence[Term]) -> tuple[str | None, str | None]:
    item = modifier = None
    for term in terms:
        best = max(term.entries, key=lambda entry: entry.quality, default=None)
        if best is None:
            continue
        if best.sense.item and item is None:
            item = best.sense.item
        elif best.sense.modifier and modifier is None and not (item and _describes(term)):
            modifier = best.sense.modifier
    return item, modifier


def _last_name(term: Term, menu: Menu) -> set[str]:
    """The words of what a term names most likely."""
    item, modifier = _named((term,))
    names = [menu.item(item).name] if item else []
    names += [
        one.name for group in menu.modifier_groups for one in group.modifiers if one.id == modifier
    ]
    return {word for name in names for word in plain(name).split()}


def _describes(term: Term) -> bool:
    """ "Is the taro sweet": a word after the item, joined by nothing, says how it is."""
    return not term.glue and not term.leads and term.amount is None
