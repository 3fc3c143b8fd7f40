"""From a few typed letters to a line of an order: `2 taro boba less ice`.

Pure. Words may be cut short or misspelt. What could be meant comes best first, each with the
words that nothing was made of, so that nothing typed is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from servizio.shop.line import Amount
from servizio.tui.views import MenuEntry, MenuView

MOST_WORDS = 14
"""More words than one line of an order has are not looked at."""
_LONGEST_NAME = 5
_GOOD_ENOUGH = 72.0
"""Alike in percent, from which a word counts as misspelt and not as another one."""
_OWN_NAME = 5.0
"""By so much a fit to an item's own name beats the same fit to an alias."""
_CANDIDATES = 8
_MOST_REMEMBERED = 4000
_AMOUNTS = {
    "no": Amount.NONE,
    "without": Amount.NONE,
    "less": Amount.LIGHT,
    "light": Amount.LIGHT,
    "extra": Amount.EXTRA,
    "more": Amount.EXTRA,
}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_FILLERS = frozenset({"with", "and", "of", "the", "please", ","})


@dataclass(frozen=True, slots=True)
class PickedModifier:
    """A modifier as it was typed."""

    entry: MenuEntry
    amount: Amount = Amount.REGULAR
    count: int = 1


@dataclass(frozen=True, slots=True)
class PickedLine:
    """A line of an order as it was typed."""

    item: MenuEntry
    quantity: int = 1
    modifiers: tuple[PickedModifier, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words that nothing was made of."""

    def as_json(self) -> dict[str, object]:
        """Write it as `POST /api/orders` takes it."""
        return {
            "item": self.item.id,
            "quantity": self.quantity,
            "modifiers": [
                {
                    "group": each.entry.group,
                    "modifier": each.entry.id,
                    "amount": each.amount.value,
                    "count": each.count,
                }
                for each in self.modifiers
            ],
        }


def _alike(typed: str, word: str) -> float:
    """Say how well a typed word stands for a word of the menu, from 0 to 100."""
    if typed == word:
        return 100.0
    if word.startswith(typed):
        return 80.0 + 15.0 * len(typed) / len(word)
    if len(typed) < 3 or abs(len(typed) - len(word)) > 3:
        return 0.0
    alike = fuzz.ratio(typed, word)
    return alike * 0.8 if alike >= _GOOD_ENOUGH else 0.0


def _phrase(typed: Sequence[str], name: Sequence[str]) -> float:
    """Say how well typed words stand for a name: each for a part of it, in the name's order."""
    total, at = 0.0, 0
    for each in typed:
        rest = range(at, len(name))
        best = max(rest, key=lambda place: _alike(each, name[place]), default=-1)
        score = _alike(each, name[best]) if best >= 0 else 0.0
        if not score:
            return 0.0
        total += score
        at = best + 1
    return total / len(typed) * 0.8 + 20.0 * len(typed) / max(1, len(name))


def _names(entry: MenuEntry) -> list[list[str]]:
    return [name.casefold().replace("-", " ").split() for name in (entry.name, *entry.aliases)]


class MenuSearch:
    """One menu, ready to be searched."""

    def __init__(self, menu: MenuView) -> None:
        self._items = [(each, _names(each)) for each in menu.entries if not each.group]
        self._modifiers = {
            group.id: [(each, _names(each)) for each in menu.entries if each.group == group.id]
            for group in menu.groups
        }
        self._known: dict[tuple[str, tuple[str, ...]], tuple[MenuEntry | None, float]] = {}
        self._most = {group.id: group.most for group in menu.groups}

    def find(self, text: str) -> tuple[PickedLine, ...]:
        """Say which lines may be meant, likeliest first; nothing typed means every item."""
        quantity, words = _quantity(_words(text))
        if not words:
            return tuple(PickedLine(entry, quantity) for entry, _ in self._items)
        found = []
        for entry, names in self._items:
            added = self._added(entry, names, words)
            for score, start, end in _spans(words, names, added):
                line, before = self._with_modifiers(PickedLine(entry, quantity), words[:start])
                inside = [each for each in words[start:end] if each in added]
                line, within = self._with_modifiers(line, inside)
                line, after = self._with_modifiers(line, words[end:])
                found.append((score + before + within + after - 30.0 * len(line.unknown), line))
        found.sort(key=lambda each: -each[0])
        best: dict[str, PickedLine] = {}
        for _, line in found:
            best.setdefault(line.item.id, line)
        return tuple(best.values())[:_CANDIDATES]

    def _added(
        self, item: MenuEntry, names: Sequence[Sequence[str]], words: Sequence[str]
    ) -> frozenset[str]:
        """Say which words name a modifier, even inside an alias: `boba` in `taro boba`."""
        modifiers = {
            name[0]
            for group in item.groups
            for _, spelt in self._modifiers.get(group, ())
            for name in spelt
            if len(name) == 1
        } - set(names[0])
        own = {word for name in names for word in name} - modifiers
        return frozenset(
            word
            for word in words
            if any(_alike(word, each) for each in modifiers)
            and not any(_alike(word, each) for each in own)
        )

    def change(self, line: PickedLine, text: str) -> PickedLine | None:
        """Say what a line becomes when only modifiers are typed; `None` where it is no sense."""
        words = _words(text)
        changed, _ = self._with_modifiers(line, words)
        return changed if words and not changed.unknown else None

    def _with_modifiers(self, line: PickedLine, words: Sequence[str]) -> tuple[PickedLine, float]:
        """Make modifiers of these words; the line, and how much sense they made."""
        picked, unknown = list(line.modifiers), list(line.unknown)
        sense = 0.0
        at = 0
        while at < len(words):
            taken, modifier, score = self._modifier_at(line.item, words[at:])
            if modifier is None:
                unknown.append(words[at])
                at += 1
                continue
            picked = [*self._without_rivals(picked, modifier), modifier]
            sense += score / 10 * taken
            at += taken
        return replace(line, modifiers=tuple(picked), unknown=tuple(unknown)), sense

    def _without_rivals(
        self, picked: Iterable[PickedModifier], newest: PickedModifier
    ) -> list[PickedModifier]:
        """Drop what the newest one replaces: itself, and others where only one can be."""
        group = newest.entry.group
        alone = self._most.get(group) == 1
        return [
            each
            for each in picked
            if each.entry.id != newest.entry.id and not (alone and each.entry.group == group)
        ]

    def _modifier_at(
        self, item: MenuEntry, words: Sequence[str]
    ) -> tuple[int, PickedModifier | None, float]:
        """Find what these words begin with: how many were used, what it is, how surely."""
        best: tuple[float, int, PickedModifier | None] = (0.0, 0, None)
        for skipped, amount, count in _leads(words):
            for end in range(skipped + 1, min(len(words), skipped + _LONGEST_NAME) + 1):
                entry, score = self._best_modifier(item, words[skipped:end])
                if entry is not None and score + 12.0 * end > best[0]:
                    best = (score + 12.0 * end, end, PickedModifier(entry, amount, count))
        return best[1], best[2], best[0]

    def _best_modifier(
        self, item: MenuEntry, typed: Sequence[str]
    ) -> tuple[MenuEntry | None, float]:
        best: tuple[MenuEntry | None, float] = (None, 0.0)
        for group in item.groups:
            found = self._best_of(group, tuple(typed))
            if found[1] > best[1]:
                best = found
        return best

    def _best_of(self, group: str, typed: tuple[str, ...]) -> tuple[MenuEntry | None, float]:
        """Find the modifier of a group; remembered, as each key press asks much the same."""
        if (group, typed) not in self._known:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            best: tuple[MenuEntry | None, float] = (None, 0.0)
            for entry, names in self._modifiers.get(group, ()):
                for name in (*names, [*names[0], *entry.section.casefold().split()]):
                    score = _phrase(typed, name)
                    if score > best[1]:
                        best = (entry, score)
            self._known[group, typed] = best
        return self._known[group, typed]


def _words(text: str) -> list[str]:
    words = text.casefold().replace(",", " ").split()
    return [each for each in words if each not in _FILLERS][:MOST_WORDS]


def _quantity(words: list[str]) -> tuple[int, list[str]]:
    if words and (number := _count(words[0])):
        return number, words[1:]
    return 1, words


def _count(word: str) -> int:
    digits = word.removesuffix("x")
    if digits.isascii() and digits.isdigit() and 0 < int(digits[:3]) < 100:
        return int(digits[:3])
    return _NUMBERS.get(word, 0)


def _leads(words: Sequence[str]) -> list[tuple[int, Amount, int]]:
    """Say how the first word may be meant: part of a name, an amount or a count."""
    leads = [(0, Amount.REGULAR, 1)]
    if len(words) > 1 and words[0] in _AMOUNTS:
        leads.append((1, _AMOUNTS[words[0]], 1))
    if len(words) > 1 and (count := _count(words[0])):
        leads.append((1, Amount.REGULAR, count))
    return leads


def _spans(
    words: Sequence[str], names: Sequence[Sequence[str]], added: frozenset[str]
) -> list[tuple[float, int, int]]:
    """Say which words in a row may be the item's name: the best few, with their scores.

    Words that are all `added` ones are modifiers and tell no item from another.
    """
    found = []
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + _LONGEST_NAME) + 1):
            span = words[start:end]
            if added.issuperset(span):
                continue
            own = _phrase(span, names[0])
            score = max(own and own + _OWN_NAME, *(_phrase(span, name) for name in names))
            if score:
                found.append((score + 10.0 * (end - start) - 4.0 * start, start, end))
    return sorted(found, reverse=True)[:3]
