"""Phrases for the recogniser to lean towards, so that it hears the menu's words.

The recogniser prefers what continues one of these phrases. Answers to a question that has few are
not among them: `servizio.agents.local.expected_answers` has those.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any

from servizio.language.levels import level_names, load_levels
from servizio.language.phrasebook import load_phrasebook
from servizio.language.words import split
from servizio.shop.menu import Item, Menu, Modifier

_LEVEL_NAMES = 6
"""Of the many ways to name a level, how many are worth leaning towards."""


def ordering_phrases(menu: Menu) -> list[str]:
    """Names and aliases of the whole menu, plurals of items, and usual ordering phrases.

    Lower case but for "I", most important first, without repetitions.
    """
    tables, levels = _tables(), load_levels()
    names = [name for item in menu.items for name in _spoken(item)]
    names += [f"{name}s" for name in names if name and name[-1].isalpha() and name[-1] != "s"]
    for group in menu.modifier_groups:
        names += [name for modifier in group.modifiers for name in _spoken(modifier)]
        for named in level_names(group, _words, levels).values():
            names += named.full[:_LEVEL_NAMES]
    return _unique([*names, *tables["always"]["phrases"]])


def usual_phrases() -> frozenset[str]:
    """Those of `ordering_phrases` that are said in every shop, whatever it sells."""
    return frozenset(_tables()["always"]["phrases"])


def familiar_words() -> frozenset[str]:
    """The words of everyday talk, of ordering and of food, whatever a shop sells."""
    book = load_phrasebook()
    of_food = (book.describing, book.general, book.foods, book.flavours)
    return frozenset(word for word in book.common.union(*of_food) if word.isalpha())


def _tables() -> dict[str, Any]:
    path = resources.files("servizio.language") / "data" / "ordering.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _spoken(thing: Item | Modifier) -> list[str]:
    """Names in words, as a recogniser writes them; "or(...)" is a note, not a name."""
    names = (thing.name, *thing.aliases)
    return [" ".join(split(name)) for name in names if not name.startswith("or(")]


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(split(phrase))


def _unique(phrases: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(phrase for phrase in phrases if phrase.strip()))
