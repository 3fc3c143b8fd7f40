"""Items that are called by the modifier in their name: "a large pepperoni" is a pepperoni pizza.

What is counted, or stands after an article, is a thing to order and nothing to put on one. With
an item said before, as in "two pizzas, one pepperoni", it takes a size or the like to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from servizio.language.terms import Mark, Term
from servizio.language.words import stem_of

_JOINED = frozenset({"with", "or", "within"})
_AS_SAID = 0.95
"""Quality of a name that was said as it is."""


def with_namesakes(
    elements: Sequence[Term | Mark], namesakes: Mapping[str, str], single: AbstractSet[str]
) -> list[Term | Mark]:
    """The same elements, modifiers that name an item put as that item.

    `single`: ids of the groups of which an item has one choice.
    """
    read: list[Term | Mark] = []
    for place, element in enumerate(elements):
        item = _namesake(element, namesakes) if isinstance(element, Term) else None
        if isinstance(element, Term) and item and _is_ordered(elements, place, single):
            sense = element.entries[0].sense._replace(item=item, group=None, modifier=None)
            named = element.entries[0]._replace(sense=sense)
            read.append(replace(element, entries=(named,)))
        else:
            read.append(element)
    return read


def _namesake(term: Term, namesakes: Mapping[str, str]) -> str | None:
    sure = bool(term.entries) and term.entries[0].quality >= _AS_SAID and not term.names_item
    return namesakes.get("".join(map(stem_of, term.entries[0].words))) if sure else None


def _is_ordered(elements: Sequence[Term | Mark], place: int, single: AbstractSet[str]) -> bool:
    """Whether a count or an article, with no more than a size between, comes before it."""
    term, before = elements[place], elements[place - 1] if place else None
    following = elements[place + 1] if place + 1 < len(elements) else None
    if not isinstance(term, Term) or term.amount is not None or term.verb is not None:
        return False
    if isinstance(following, Term) and following.start == term.end and following.names_item:
        return False
    if term.leads:
        earlier = any(isinstance(one, Term) and one.names_item for one in elements[:place])
        return not earlier and not term.glue & _JOINED
    if not isinstance(before, Term) or before.end != term.start or not before.leads:
        return False
    sized = any(entry.sense.group in single for entry in before.entries)
    return sized and before.amount is None and not before.glue & _JOINED
