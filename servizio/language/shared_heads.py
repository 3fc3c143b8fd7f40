"""Items that are named once for several lines: "a large and a small coke", "a large one".

People name the item with the last of several descriptions, or once for all, and say "one" after
that. Here each line gets a head of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from servizio.language.terms import Mark, Term

_NEARLY = 0.03
"""Qualities so close are one."""

Elements = Sequence[Term | Mark]


def with_heads(elements: Elements, single: AbstractSet[str]) -> list[Term | Mark]:
    """The same elements, the item of "one large and one small coke" said after both.

    `single`: ids of the groups of which an item has one choice.
    """
    read: list[Term | Mark] = []
    place = 0
    while place < len(elements):
        end = _description(elements, place, single)
        read += elements[place : max(end, place + 1)]
        for head in _later_head(elements, place, end, single) if end > place else ():
            said_at = elements[end - 1].end
            read.append(again(head, said_at, said_at))
        place = max(end, place + 1)
    return read


def again(head: Term, start: int, end: int) -> Term:
    """An item named before, meant once more."""
    items = tuple(entry for entry in head.entries if entry.sense.item)
    return Term(start, end, items or head.entries)


def pronoun_of(elements: Elements, single: AbstractSet[str]) -> tuple[int, Term | None] | None:
    """What the "one" right after these elements stands for; `None`: it is a number.

    Place of the first word that describes it, and the item; no item where the "one" is part of
    a line of several: "two lattes, a large one with soy".
    """
    first = len(elements)
    while first and _describes(elements[first - 1], single, before=elements[first:]):
        first -= 1
        if _leads(elements[first]):
            break
    if first == len(elements) or not _leads(elements[first]):
        return None
    place = next((n for n in range(first - 1, -1, -1) if is_item(elements[n])), None)
    head = elements[place] if place is not None else None
    if place is None or not isinstance(head, Term):
        return None
    return first, None if _count_of(elements, place) > 1 else head


def in_place_of_one(elements: list[Term | Mark], single: AbstractSet[str], at: int) -> bool:
    """Read a "one" at a place as the item that it stands for; `False`: it is a number."""
    stands = pronoun_of(elements, single)
    if stands is None:
        return False
    first, head = stands
    if head is not None:
        elements.append(again(head, at, at + 1))
        return True
    lead = elements[first]
    if isinstance(lead, Term):
        elements[first] = replace(lead, number=lead.number or 1, article=False)
    return True


def is_item(element: Term | Mark) -> bool:
    """Whether this names an item and can name nothing else."""
    return isinstance(element, Term) and any(one.sense.item for one in element.entries)


def _description(elements: Elements, place: int, single: AbstractSet[str]) -> int:
    """Where a description that begins here ends: "one large"; the same place: none begins."""
    if not _leads(elements[place]):
        return place
    end = place
    while end < len(elements) and _describes(elements[end], single, before=elements[end + 1 :]):
        if end > place and (_leads(elements[end]) or elements[end].start != elements[end - 1].end):
            break
        end += 1
    return end


def _later_head(
    elements: Elements, start: int, end: int, single: AbstractSet[str]
) -> tuple[Term, ...]:
    """What the next description ends in, where it is of the same kind: "vanilla latte"."""
    if end >= len(elements):
        return ()
    first, second = elements[start], elements[end]
    joined = isinstance(second, Term) and bool(second.glue & {"and", "pause"})
    after = _description(elements, end, single)
    if after == end or not joined or not _groups(first) & _groups(second) & single:
        return ()
    shared: list[Term] = []
    for place in range(after, len(elements)):
        element = elements[place]
        if not isinstance(element, Term) or element.start != elements[place - 1].end:
            return ()
        shared.append(element)
        if is_item(element):
            return tuple(shared)
        if element.glue or element.amount:
            return ()
    return ()


def _describes(element: Term | Mark, single: AbstractSet[str], *, before: Elements) -> bool:
    """Whether this says of which kind an item is; `before` are the elements after it."""
    if not isinstance(element, Term) or not element.entries or element.amount or element.verb:
        return False
    if element.shares or "with" in element.glue or element.all or element.target:
        return False
    touches = not before or before[0].start == element.end or _leads(before[0])
    top = max(entry.quality for entry in element.entries) - _NEARLY
    likely = (entry for entry in element.entries if entry.quality > top)
    return touches and all(entry.sense.group in single for entry in likely)


def _leads(element: Term | Mark) -> bool:
    return isinstance(element, Term) and element.leads


def _groups(element: Term | Mark) -> set[str]:
    if not isinstance(element, Term):
        return set()
    return {entry.sense.group for entry in element.entries if entry.sense.group}


def _count_of(elements: Elements, place: int) -> int:
    """How many of an item were said, by a number before it or what describes it."""
    while place >= 0:
        element = elements[place]
        if isinstance(element, Term) and element.leads:
            return element.number or 1
        if not place or elements[place - 1].end != element.start:
            break
        place -= 1
    return 1
