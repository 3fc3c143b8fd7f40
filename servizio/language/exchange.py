"""One thing in place of another: "boba instead of pudding", "swap the boba for pudding".

What goes is marked as left out among modifiers; among items it is set aside, so that the
other item takes its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from servizio.language.terms import Term
from servizio.shop.line import Amount

_EXCHANGING = frozenset({"swap", "replace", "switch", "change", "out", "sub", "substitute"})
_FOR = frozenset({"for", "to", "with", "by"})
_DEFINITE = frozenset({"the", "my", "that"})
_TURNED = frozenset({"sub", "substitute"})
"""After these, "for" names first what comes, then what goes."""


class Exchanges:
    """Reads exchanges in one utterance, given its words."""

    def __init__(self, texts: Sequence[str], single: AbstractSet[str]) -> None:
        self._texts = texts
        self._single = single
        self.aside: set[str] = set()
        """Ids of the modifiers that went."""

    def read(self, run: Sequence[Term]) -> tuple[list[Term], str | None]:
        """The terms that stay, and the id of the item that goes, if one does."""
        terms = self._swapped(run)
        gone: str | None = None
        kept: list[Term] = []
        for place, term in enumerate(terms):
            if not self._goes(terms, place):
                kept.append(term)
                continue
            if _item(term):
                gone = _item(term)
                continue
            self.aside |= {one.sense.modifier for one in term.entries if one.sense.modifier}
            if not self._is_displaced(term, terms):
                kept.append(replace(term, amount=Amount.NONE, number=None, article=False))
        return kept, gone

    def _goes(self, terms: Sequence[Term], place: int) -> bool:
        term = terms[place]
        if term.replaced:
            return True
        others = any(_item(other) for other in terms if other is not term)
        before = [word for word in self._texts[max(0, term.start - 2) : term.start] if word != "a"]
        return bool(_item(term)) and others and "not" in before

    def _is_displaced(self, term: Term, terms: Sequence[Term]) -> bool:
        """Whether what comes shuts it out anyhow: of milks there is one."""
        mine = _groups(term) & self._single
        return any(mine & _groups(other) for other in terms if not other.replaced)

    def _swapped(self, run: Sequence[Term]) -> list[Term]:
        """ "Swap the boba for pudding": the first of two goes."""
        terms = list(run)
        for place in range(len(terms) - 1):
            first, second = terms[place : place + 2]
            if not self._exchanges(first, second):
                continue
            before = self._texts[max(0, first.start - 3) : first.start]
            between = self._texts[first.end : second.start]
            # "Sub mustard for mayo" names first what comes, "sub the bun for a roll" what goes.
            turned = "for" in between and _TURNED & set(before) and before[-1] not in _DEFINITE
            goes = place if not turned else place + 1
            terms[goes] = replace(terms[goes], replaced=True)
        return terms

    def _exchanges(self, first: Term, second: Term) -> bool:
        """Whether one of two things comes in place of the other."""
        if first.verb != "change" or first.amount or second.amount:
            return False
        between = set(self._texts[first.end : second.start])
        before = self._texts[max(0, first.start - 3) : first.start]
        if not between & _FOR or not _EXCHANGING & set(before):
            return False
        return bool(_item(first)) == bool(_item(second))


def _item(term: Term) -> str | None:
    """Id of the item that a term names, where it names no modifier as well."""
    if any(entry.sense.modifier for entry in term.entries):
        return None
    best = max(term.entries, key=lambda entry: entry.quality, default=None)
    return best.sense.item if best else None


def _groups(term: Term) -> set[str]:
    return {entry.sense.group for entry in term.entries if entry.sense.group}
