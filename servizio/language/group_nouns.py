"""Items whose name is the noun of a modifier group: the eggs of the egg styles.

"A classic breakfast with the eggs over easy" names no eggs beside the breakfast, where the
breakfast has egg styles of its own.
"""

from __future__ import annotations

from servizio.language.words import split, stem_of
from servizio.shop.menu import Menu


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
