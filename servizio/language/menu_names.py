"""The names that a menu gives its things, and those names in other words for the same food."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from servizio.language.words import stem_of
from servizio.shop.menu import Item, Modifier

EITHER = re.compile(r"^or\((.+)\)$")
"""A modifier that stands for any of several: "or(black beans,pinto beans)"."""


def names_of(thing: Item | Modifier) -> list[str]:
    """Name and aliases; "or(...)" is a note, no name."""
    own = [] if EITHER.match(thing.name) else [thing.name]
    return [*own, *thing.aliases]


def variants(
    words: tuple[str, ...], rows: Sequence[Sequence[tuple[str, ...]]]
) -> list[tuple[str, ...]]:
    """The name with a food word put as another that means the same."""
    stems = tuple(map(stem_of, words))
    made: list[tuple[str, ...]] = []
    for row in rows:
        for known in row:
            size = len(known)
            wanted = tuple(map(stem_of, known))
            for place in range(len(words) - size + 1):
                if stems[place : place + size] == wanted:
                    made += [
                        (*words[:place], *other, *words[place + size :])
                        for other in row
                        if other != known
                    ]
    return made


def namesakes_of(
    names: Iterable[tuple[str | None, Sequence[str], float]], kinds: AbstractSet[str]
) -> dict[str, str]:
    """Ids of items by what stands in their names before a kind of the menu, "pizza"."""
    found: dict[str, str] = {}
    for item, words, quality in names:
        if item and quality == 1 and len(words) > 1 and stem_of(words[-1]) in kinds:
            found.setdefault("".join(map(stem_of, words[:-1])), item)
    return found
