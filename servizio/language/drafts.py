"""One line of an order: a run of terms with one item at its head, and how well it reads so."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from servizio.language.fitting import Fitting, MenuFit
from servizio.language.lexicon import Entry, Sense
from servizio.language.terms import Term
from servizio.shop.line import Amount

_NEW_LINE = -0.15
_NO_HEAD = -0.9
_DROPPED = -0.6
_LOST_ITEM = -1.5
_OTHER_LINE = -1.5
"""A modifier that says it is for another line, or for all: "both with foam"."""
_NOUN = 1.0
"""An item's name as the noun of a modifier: "with poached eggs"."""
_OTHER_SHARE = -0.5
"""A count among modifiers on their own: "one boba, one pudding"."""
_CLOSING = 0.05
"""A line begun by "and X" where X can end the list before."""


class Choiced(NamedTuple):
    """A term read as a modifier of one item."""

    term: Term
    sense: Sense
    rivals: tuple[Sense, ...]
    """Other modifiers that the same words could mean equally well."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A run of terms read as one line; without a head it belongs to some other line."""

    terms: tuple[Term, ...]
    head: Term | None
    items: tuple[str, ...]
    """Ids of items the head can mean, likeliest first; several when it is not clear."""
    choices: tuple[Choiced, ...]
    dropped: tuple[Term, ...]
    """Terms that fit nowhere in the line."""
    score: float


class Drafts:
    """Reads runs of the terms of one utterance as lines over one menu.

    `single`: ids of the groups of which an item has one choice. `staged`: there is a line that
    modifiers on their own can belong to.
    """

    def __init__(self, menu: MenuFit, single: AbstractSet[str], *, staged: bool) -> None:
        self._menu = menu
        self._single = single
        self._staged = staged
        self._fitting = Fitting(menu)

    def heads(self, named: Sequence[Term], nameable: Sequence[Term]) -> list[Term | None]:
        """What a run can be a line of, likeliest first, `None` for no item; empty where it holds
        too many items to be one line.

        `named`: its terms that are items; `nameable`: those that may name one.
        """
        if not nameable:
            return [None]
        must = [term for term in named if not self._fitting.nouns(term)] or named[:1]
        if len(must) > 1:
            return []
        heads: list[Term | None] = [*(must or nameable)]
        if not must or all(map(self._fitting.nouns, must)):
            heads.append(None)
        return heads

    def worth(self, term: Term) -> float:
        """The most that a term adds to the score of a line of which it is not the head."""
        return _NOUN if self._fitting.nouns(term) else term.quality

    def draft(self, run: Sequence[Term], head: Term | None, opening: float) -> Draft:
        """A run read as a line of this head; `opening`: what `opening` says of it."""
        items = self._head_items(run, head)
        groups = self._menu.groups[items[0]] if items else None
        score = opening
        choices: list[Choiced] = []
        dropped: list[Term] = []
        seen: set[str] = set()
        head_at = next((place for place, term in enumerate(run) if term is head), -1)
        for place, term in enumerate(run):
            if place and (term.all or term.target or term.shares):
                score += _OTHER_LINE
            if place and head is None and term.number is not None:
                score += _OTHER_SHARE
            if term is head:
                choices += _with_head(term, items)
                continue
            if not term.entries:
                continue
            if self._is_noun(run, place, groups):
                score += _NOUN
                continue
            fitting = self._fitting.modifiers(term, items[0] if items else "")
            if not fitting:
                dropped.append(term)
                score += _LOST_ITEM if term.is_item else _DROPPED * term.quality
                continue
            if place < head_at:
                fitting = self._adjective_first(fitting, term, groups)
            sense = fitting[0].sense
            choices.append(Choiced(term, sense, tuple(entry.sense for entry in fitting[1:])))
            score += fitting[0].quality + self._place(term, sense, place, head_at, run)
            if sense.group in self._single and term.amount is not Amount.NONE:
                score -= 0.6 if sense.group in seen else 0.0
                seen.add(sense.group or "")
        return Draft(tuple(run), head, items, tuple(choices), tuple(dropped), score)

    def opening(self, run: Sequence[Term], head: Term | None, *, first: bool) -> float:
        """The head, and how much the run begins as a line does. `first`: nothing stands before."""
        lead = run[0]
        if head is None:
            if (
                (first and self._staged)
                or lead.all
                or lead.target
                or lead.shares
                or not lead.entries
            ):
                return -0.05
            if lead.number is not None and not first:
                # "With three shots" goes on; "three with ..." shares out.
                return -0.6 if "with" in lead.glue else -0.25
            # Modifiers that nothing was said to carry order nothing.
            return _NO_HEAD - (0.9 if first else 0.0)
        score = head.item_quality
        if lead.all and self._fitting.nouns(head):
            score -= 0.5
        if head.beside:
            score += 0.5
        if head.amount is Amount.NONE:
            score -= 0.5
        if first:
            return score
        score += _NEW_LINE + _unannounced(run, head)
        if lead.number is not None:
            score += 0.45
        elif lead.article:
            score += 0.35
        for glue, worth in (("cue", 0.1), ("alongside", 0.15), ("and", 0.05), ("pause", 0.05)):
            score += worth if glue in lead.glue else 0.0
        if lead is not head and not lead.leads:
            long = lead.end > lead.start + 1
            if long and "and" in lead.glue and not self._is_adjective(lead):
                # "With bacon and bbq sauce, fries": the last of a list describes nothing.
                score -= _CLOSING
            score += self._opening_modifier(run)
        return score

    def _is_noun(self, run: Sequence[Term], place: int, groups: AbstractSet[str] | None) -> bool:
        """ "A classic breakfast with the eggs over easy": orders no eggs beside it."""
        term = run[place]
        mine = self._fitting.nouns(term)
        mine = mine if groups is None else mine & groups
        if not mine or term.number is not None:
            return False
        beside = (*run[max(0, place - 1) : place], *run[place + 1 : place + 2])
        return any(entry.sense.group in mine for one in beside for entry in one.entries)

    def _is_adjective(self, term: Term) -> bool:
        return any(entry.sense.group in self._single for entry in term.entries)

    def _opening_modifier(self, run: Sequence[Term]) -> float:
        """What it is worth that a line begins with a modifier: "... large fries"."""
        lead, following = run[0], run[1]
        touches = following.start == lead.end and not following.glue
        adjective = self._is_adjective(lead)
        noun = {entry.sense.group for entry in lead.entries} & self._fitting.nouns(following)
        if "with" in lead.glue and not noun:
            # "With large fries": a size that touches an item is that item's.
            return 0.35 if touches and adjective and following.is_item else -0.3
        if "with" in lead.glue or (lead.plural and touches and "and" in lead.glue):
            # "With poached eggs"; "bananas and pecans, pancakes": nobody says pecans pancakes.
            return -0.3
        return 0.1 if touches and adjective and not lead.glue & {"and", "or"} else 0.0

    def _adjective_first(
        self, fitting: tuple[Entry, ...], term: Term, groups: AbstractSet[str] | None
    ) -> tuple[Entry, ...]:
        """ "Ice latte" is iced: before its item a word sooner names a kind than a part."""
        top = fitting[0].quality
        kinds = tuple(
            entry
            for entry in term.entries
            if entry.sense.group in self._single
            and (groups is None or entry.sense.group in groups)
            and entry.quality >= top - 0.05
        )
        return kinds or fitting

    def _place(
        self, term: Term, sense: Sense, place: int, head_at: int, run: Sequence[Term]
    ) -> float:
        """What the place of a modifier in its line is worth."""
        score = 0.0
        if place < head_at:
            if any(other.leads for other in run[place + 1 : head_at + 1]):
                score -= 0.6
            if "with" in run[place + 1].glue and place + 1 < head_at:
                score -= 0.4
        elif head_at >= 0:
            counted = sense.group in self._menu.amounts
            if term.number is not None:
                divides = term.number == 1 and (run[0].number or 1) > 1
                score -= 0.1 if counted and not divides else 0.5
            elif term.article:
                score -= 0.25
            if "alongside" in term.glue:
                score -= 0.1
        if term.beside:
            score -= 0.1
        return score

    def _head_items(self, run: Sequence[Term], head: Term | None) -> tuple[str, ...]:
        if head is None:
            return ()
        entries = [entry for entry in head.entries if entry.sense.item]
        top = max(entry.quality for entry in entries)
        likely = [entry.sense.item or "" for entry in entries if entry.quality >= top - 0.03]
        if len(likely) > 1:
            others = [term for term in run if term is not head and term.entries]
            fits = {
                item: sum(bool(self._fitting.modifiers(term, item)) for term in others)
                for item in likely
            }
            most = max(fits.values())
            likely = [item for item in likely if fits[item] == most]
        return tuple(dict.fromkeys(likely))


def _with_head(head: Term, items: tuple[str, ...]) -> list[Choiced]:
    """The modifier that an item's name brings with it: "rye toast"."""
    senses = [one.sense for one in head.entries if one.sense.item in items[:1]]
    if not senses or any(sense.modifier is None for sense in senses):
        return []
    return [Choiced(head, Sense(group=senses[0].group, modifier=senses[0].modifier), ())]


def _unannounced(run: Sequence[Term], head: Term) -> float:
    """What it costs when part of a name begins a line that nothing announces."""
    lead = run[0]
    if lead.leads or head.leads or head.beside or head.item_quality >= 0.9:
        return 0.0
    announced = lead.glue & {"and", "cue", "alongside", "pause"} and "with" not in lead.glue
    # "Chips with queso": what can be no part of the chips is something beside them.
    announced = announced or ("with" in lead.glue and lead is head and _is_headed(head))
    return -0.2 if announced else -1.2


def _is_headed(term: Term) -> bool:
    """Whether it is named by what it is, not by what it is made of: cinnamon is no roll."""
    items = [entry for entry in term.entries if entry.sense.item]
    return len(items) == len(term.entries) and all(entry.headed for entry in items)
