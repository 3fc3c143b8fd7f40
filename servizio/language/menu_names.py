"""The names that a menu gives its things, and those names in other words for the same food."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
