"""Counts that belong to a modifier itself: "with four sugars, tall", "three shots iced".

A number before a name counts order lines, unless the name is a modifier in the plural that
comes in amounts and nothing right after it could be what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from servizio.language.terms import Mark, Term

_MOST = 20
"""Portions of one modifier that anybody asks for."""


def with_own_counts(
    elements: Sequence[Term | Mark], counted: AbstractSet[str | None]
) -> list[Term | Mark]:
    """The same elements, numbers of modifiers put as their counts.

    `counted`: ids of the groups whose modifiers come in amounts.
    """
    read: list[Term | Mark] = []
    for place, element in enumerate(elements):
        following = elements[place + 1] if place + 1 < len(elements) else None
        if isinstance(element, Term) and (
            _counts_itself(element, following, counted)
            or _is_one_of(read, element, following, counted)
        ):
            read.append(replace(element, count=element.number or 1, number=None))
        else:
            read.append(element)
    return read


def _counts_itself(
    term: Term, following: Term | Mark | None, counted: AbstractSet[str | None]
) -> bool:
    if not term.plural or term.number is None or not 1 < term.number <= _MOST or term.shares:
        return False
    if any(entry.sense.item or entry.sense.group not in counted for entry in term.entries):
        return False
    touches = isinstance(following, Term) and following.start == term.end
    # "Two mushrooms pizzas": what touches it may be the thing that is counted.
    return not (touches and isinstance(following, Term) and _is_item(following))


def _is_one_of(
    before: Sequence[Term | Mark],
    term: Term,
    following: Term | Mark | None,
    counted: AbstractSet[str | None],
) -> bool:
    """ "Two creams, one sugar, small coffee": one of them, where nothing is shared out."""
    last = before[-1] if before else None
    listed = isinstance(last, Term) and (last.count > 1 or last.number is None) and last.entries
    if term.number != 1 or not listed or _is_shared_out(before):
        return False
    if any(one.sense.item or one.sense.group not in counted for one in term.entries):
        return False
    goes_on = isinstance(following, Term) and bool(following.glue) and not following.shares
    closed = following is None and any(isinstance(one, Term) and one.all for one in before)
    return (goes_on or closed) and bool(term.entries)


def _is_shared_out(elements: Sequence[Term | Mark]) -> bool:
    """Whether a count above one was said, of which "one ..." can be a part; "both" ends that."""
    shared = False
    for element in elements:
        if isinstance(element, Term):
            shared = (shared or (element.number or 1) > 1) and not element.all
    return shared


def _is_item(term: Term) -> bool:
    return any(entry.sense.item for entry in term.entries)
