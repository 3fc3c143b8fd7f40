"""From terms to order lines: where one line ends and the next begins.

A line is a run of terms with one item at its head; the modifiers before and after the head
are its own. Every way to cut a run of terms into such lines has a score, made of how well
modifiers fit their item and how much each cut looks like a beginning ("and a ..."). The
best cut is found by dynamic programming.
"""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.drafts import Draft, Drafts
from servizio.language.fitting import MenuFit
from servizio.language.group_nouns import nouns_of_groups
from servizio.language.terms import Term
from servizio.shop.menu import Menu

LONGEST_LINE = 20
"""Terms in one line; longer ones are cut."""

_TORN = 0.5
"""What touches, cut: "an almond | croissant"."""
_PARTED = 1.0
"""What goes into an item, cut from it: "no ice | in the taro"."""


class LineReader:
    """Reads runs of terms over one menu. Immutable after construction."""

    def __init__(self, menu: Menu) -> None:
        self._single = frozenset(group.id for group in menu.modifier_groups if group.max == 1)
        self._menu = MenuFit(
            groups={item.id: frozenset(item.modifier_groups) for item in menu.items},
            order={
                item.id: {group: place for place, group in enumerate(item.modifier_groups)}
                for item in menu.items
            },
            amounts=frozenset(group.id for group in menu.modifier_groups if group.amounts),
            nouns=nouns_of_groups(menu),
        )

    def read(self, terms: Sequence[Term], *, staged: bool) -> list[Draft]:
        """The best cut of a run of terms into lines.

        `staged`: there is a line that modifiers on their own can belong to.
        """
        drafts = Drafts(self._menu, self._single, staged=staged)
        best: list[float] = [0.0]
        chosen: list[Draft | None] = [None]
        for end in range(1, len(terms) + 1):
            top, pick = float("-inf"), None
            for start in range(end - 1, max(-1, end - 1 - LONGEST_LINE), -1):
                run = terms[start:end]
                draft = drafts.best(run, first=start == 0)
                cut = _torn(terms[start - 1], run[0]) if start else 0.0
                if draft is None:
                    break
                if best[start] + draft.score - cut > top:
                    top, pick = best[start] + draft.score - cut, draft
            best.append(top)
            chosen.append(pick)
        lines: list[Draft] = []
        place = len(terms)
        while place > 0:
            draft = chosen[place]
            if draft is None:
                break
            lines.append(draft)
            place -= len(draft.terms)
        return lines[::-1]


def _torn(before: Term, term: Term) -> float:
    """What it costs to cut within "an almond croissant", whatever is known of almonds."""
    touches = before.leads and before.end == term.start and bool(before.entries)
    if "within" in term.glue and term.is_item and before.entries and not before.names_item:
        # "No ice in the taro": what goes in it is named with it.
        return _PARTED
    parts = not term.glue and not term.leads and term.is_item and not before.names_item
    return _TORN if touches and parts else 0.0
