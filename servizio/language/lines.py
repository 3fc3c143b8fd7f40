"""From terms to order lines: where one line ends and the next begins.

A line is a run of terms with one item at its head; the modifiers before and after the head
are its own. Every way to cut a run of terms into such lines has a score, made of how well
modifiers fit their item and how much each cut looks like a beginning ("and a ..."). The
best cut is found by dynamic programming; what cannot be part of it is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from servizio.language.drafts import Draft, Drafts
from servizio.language.fitting import MenuFit
from servizio.language.group_nouns import nouns_of_groups
from servizio.language.terms import Term
from servizio.shop.menu import Menu

LONGEST_LINE = 20
"""Terms in one line; longer ones are cut."""

_TORN = 0.5
"""What touches, cut: "an almond | croissant"."""
_ROUNDING = 1e-9
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
        worths = [0.0, *accumulate(map(drafts.worth, terms))]
        best: list[float] = [0.0]
        chosen: list[Draft | None] = [None]
        for end in range(1, len(terms) + 1):
            top, pick, picked = float("-inf"), None, (-1, 0)
            for option in _likeliest_first(drafts, terms, end, best, worths):
                if option.bound + _ROUNDING < top:
                    break
                read = drafts.draft(terms[option.start : end], option.head, option.opening)
                score = option.before + read.score
                # Of equals the shortest line, and of its heads the first.
                if score > top or (score == top and option.place > picked):
                    top, pick, picked = score, read, option.place
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


class _Option(NamedTuple):
    """A line that may end at some term, not read yet."""

    bound: float
    """The most that the cut into lines can be worth with it."""
    place: tuple[int, int]
    """Where it begins, and which of its heads this is, counted down."""
    head: Term | None
    opening: float
    before: float
    """What the lines before it are worth, less the cut."""

    @property
    def start(self) -> int:
        """The place of its first term."""
        return self.place[0]


def _likeliest_first(
    drafts: Drafts,
    terms: Sequence[Term],
    end: int,
    best: Sequence[float],
    worths: Sequence[float],
) -> list[_Option]:
    """The lines that may end before `end`, by what each can be worth at most: few need be read.

    `best`: what the best cut before each place is worth. `worths`: the sums of what the terms
    before each place are worth at most.
    """
    options: list[_Option] = []
    named: list[Term] = []
    nameable: list[Term] = []
    for start in range(end - 1, max(-1, end - 1 - LONGEST_LINE), -1):
        run = terms[start:end]
        if run[0].names_item:
            nameable.insert(0, run[0])
        if run[0].is_item:
            named.insert(0, run[0])
        heads = drafts.heads(named, nameable)
        if not heads:
            break
        before = best[start] - (_torn(terms[start - 1], run[0]) if start else 0.0)
        worth = before + worths[end] - worths[start]
        for rank, head in enumerate(heads):
            opening = drafts.opening(run, head, first=start == 0)
            own = drafts.worth(head) if head is not None else 0.0
            options.append(_Option(worth - own + opening, (start, -rank), head, opening, before))
    options.sort(key=lambda option: option.bound, reverse=True)
    return options


def _torn(before: Term, term: Term) -> float:
    """What it costs to cut within "an almond croissant", whatever is known of almonds."""
    touches = before.leads and before.end == term.start and bool(before.entries)
    if "within" in term.glue and term.is_item and before.entries and not before.names_item:
        # "No ice in the taro": what goes in it is named with it.
        return _PARTED
    parts = not term.glue and not term.leads and term.is_item and not before.names_item
    return _TORN if touches and parts else 0.0
