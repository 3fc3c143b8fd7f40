"""Which modifiers an item takes, for the terms of one utterance: each looked at once.

The best cut into lines asks for the same term beside the same item dozens of times.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from servizio.language.lexicon import SYNONYM, Entry
from servizio.language.terms import Term
from servizio.shop.line import Amount

STEERED = frozenset({Amount.NONE, Amount.LIGHT, Amount.EXTRA})
"""Amounts that only what comes in amounts can have."""
_NO_GROUPS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MenuFit:
    """What of a menu decides which modifier fits where."""

    groups: Mapping[str, AbstractSet[str]]
    """Item id -> ids of its groups."""
    order: Mapping[str, Mapping[str, int]]
    """Item id -> the place of each of its groups."""
    amounts: AbstractSet[str]
    """Ids of the groups whose modifiers come in amounts."""
    nouns: Mapping[str, frozenset[str]]
    """Item id -> the groups that are called by its name."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """The terms of one utterance over one menu. They must outlive it."""

    menu: MenuFit
    _found: dict[tuple[int, str], tuple[Entry, ...]] = field(default_factory=dict)
    _nouns: dict[int, frozenset[str]] = field(default_factory=dict)

    def modifiers(self, term: Term, item: str) -> tuple[Entry, ...]:
        """Modifier readings of a term that an item takes, the best first, then its rivals;
        `""` is an item that is not known yet."""
        key = id(term), item
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = self._fit(term, item)
        return known

    def nouns(self, term: Term) -> frozenset[str]:
        """Ids of the groups of which an item's name is the noun: "eggs" of the egg styles."""
        known = self._nouns.get(id(term))
        if known is None:
            known = _NO_GROUPS
            if term.is_item:
                known = known.union(
                    *(self.menu.nouns.get(one.sense.item or "", ()) for one in term.entries)
                )
            self._nouns[id(term)] = known
        return known

    def _fit(self, term: Term, item: str) -> tuple[Entry, ...]:
        groups = self.menu.groups[item] if item else None
        fitting = [
            entry
            for entry in term.entries
            if entry.sense.modifier
            and not entry.sense.item
            and (groups is None or entry.sense.group in groups)
        ]
        steered = term.amount in STEERED
        if steered:
            # "Light ice" is no light iced: by another word it is named only as it is.
            amounts = self.menu.amounts
            fitting = [e for e in fitting if e.quality != SYNONYM or e.sense.group in amounts]
        if not fitting:
            return ()
        order = self.menu.order.get(item, {})
        fitting.sort(key=lambda e: (-e.quality, order.get(e.sense.group or "", 0)))
        top = fitting[0].quality
        likely = [entry for entry in fitting if entry.quality >= top - 0.03]
        if steered:
            # "Light ice" is about the ice cubes, not about iced.
            likely.sort(key=lambda entry: entry.sense.group not in self.menu.amounts)
        return tuple(likely)
