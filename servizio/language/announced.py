"""Kinds that are told before what they consist of: "two milk teas, one taro, one black".

The first number counts what comes after it, and is no order of its own. The noun that was said
once for all tells which black one is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from servizio.language.lexicon import Sense
from servizio.language.shared_heads import is_item
from servizio.language.terms import Mark, Term
from servizio.language.words import Word

LastWords = Mapping[Sense, AbstractSet[str]]


def without_announcements(
    elements: Sequence[Term | Mark], words: Sequence[Word], last_words: LastWords
) -> list[Term | Mark]:
    """The same elements without what only announces those after it.

    `last_words`: stems that the names of a thing end in.
    """
    read = list(elements)
    place = 0
    while place < len(read):
        element = read[place]
        after = read[place + 1 :]
        shared = _shared(element, after) if isinstance(element, Term) else []
        kinds = (
            _kinds(element, after[len(shared) :], words, last_words)
            if isinstance(element, Term)
            else {}
        )
        if kinds:
            after = after[len(shared) :]
            for at, kind in sorted(kinds.items(), reverse=True):
                after[at : at + 1] = [kind, *shared]
            read[place:] = after
        else:
            place += 1
    return read


def _shared(first: Term, after: Sequence[Term | Mark]) -> list[Term]:
    """What is said of all of them before they are told apart: "two milk teas with boba, one
    taro, one black"."""
    shared: list[Term] = []
    for element in after:
        if isinstance(element, Mark) or element.number is not None or element.verb:
            break
        if not is_item(first) or is_item(element):
            break
        shared.append(element)
    return shared


def _kinds(
    first: Term, after: Sequence[Term | Mark], words: Sequence[Word], last_words: LastWords
) -> dict[int, Term]:
    """Of the elements after a term those that it announces, each as one of its kind, by their
    places; empty: it announces nothing."""
    if not is_item(first) or first.amount or first.verb or (first.number or 0) < 2:
        return {}
    noun = words[first.end - 1].stem
    found: dict[int, Term] = {}
    left = first.number or 0
    for at, element in enumerate(after):
        if isinstance(element, Mark):
            if element.kind != "stop":
                break
            continue
        if not found and (element.number is None or "and" in element.glue):
            break
        if element.number is None and not is_item(element):
            continue
        kind = _of_kind(element, noun, words, last_words)
        if kind is None or element.number is None or element.verb:
            break
        found[at] = kind
        left -= element.number
        if left <= 0:
            break
    return found if left == 0 and len(found) > 1 else {}


def _of_kind(term: Term, noun: str, words: Sequence[Word], last_words: LastWords) -> Term | None:
    """A term as an item whose name ends in this noun, which was left out here."""
    if any(word.stem == noun for word in words[term.start : term.end]):
        return None
    items = tuple(
        entry for entry in term.entries
        if entry.sense.item and noun in last_words.get(entry.sense, ())
    )  # fmt: skip
    return replace(term, entries=items) if items else None
