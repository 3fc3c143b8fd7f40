"""Nouns of modifier groups: the eggs of the egg styles, the cheese of cheddar and swiss.

"A classic breakfast with the eggs over easy" names no eggs beside the breakfast, where the
breakfast has egg styles of its own, and "cheddar cheese" is cheddar.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from servizio.language.menu_names import EITHER, names_of
from servizio.language.words import split, stem_of
from servizio.shop.menu import Menu, ModifierGroup


def nouns_of_groups(menu: Menu) -> dict[str, frozenset[str]]:
    """Item id -> the groups called by its name that it has: an egg has egg styles."""
    found: dict[str, frozenset[str]] = {}
    for item in menu.items:
        names = {stem_of(name) for name in (item.name, *item.aliases)}
        groups = (menu.group(one) for one in item.modifier_groups)
        found[item.id] = frozenset(
            group.id
            for group in groups
            if names & set(map(stem_of, split(f"{group.id} {group.name}")))
        )
    return found


def class_nouns(group: ModifierGroup, words_of: Callable[[str], tuple[str, ...]]) -> list[str]:
    """Words that end several names of a group, as "cheese" or "sauce" do.

    People put them after the other names of the group, too: "cheddar cheese". A word that is a
    modifier by itself is none of them: "bacon onions" are two. `words_of` reads a name.
    """
    endings: dict[str, set[str]] = defaultdict(set)
    alone: set[str] = set()
    for modifier in group.modifiers:
        for words in map(words_of, names_of(modifier)):
            if len(words) > 1:
                endings[words[-1]].add(modifier.id)
            elif words and not EITHER.match(modifier.name):
                alone.add(stem_of(words[0]))
    return [word for word, ids in endings.items() if len(ids) > 1 and stem_of(word) not in alone]
