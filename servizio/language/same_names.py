"""One thing in several groups of a menu goes by the same names in all of them.

"Ranch" may be a sauce of the burgers and a dip of the fries. Whoever wrote the menu gave it an
alias where it came first; customers use it everywhere. "No bun" is left out like anything else.
"""

from __future__ import annotations

from dataclasses import replace

from servizio.language.words import plain
from servizio.shop.menu import Menu, Modifier, ModifierGroup

_LEFT_OUT = ("without {}", "without the {}", "without a {}", "hold the {}", "skip the {}", "{}less")
"""How people ask for a modifier named "no ..."."""


def with_same_names(menu: Menu) -> Menu:
    """The menu, each modifier with the aliases that it has in any group."""
    aliases: dict[tuple[str, str], dict[str, None]] = {}
    for group in menu.modifier_groups:
        for one in group.modifiers:
            known = aliases.setdefault((one.id, one.name), {})
            known.update(dict.fromkeys((*one.aliases, *_left_out(one))))
    return replace(
        menu, modifier_groups=tuple(_named(group, aliases) for group in menu.modifier_groups)
    )


def _named(group: ModifierGroup, aliases: dict[tuple[str, str], dict[str, None]]) -> ModifierGroup:
    taken = {plain(name): one.id for one in group.modifiers for name in (one.name, *one.aliases)}
    modifiers = tuple(
        replace(
            one,
            aliases=tuple(
                alias
                for alias in aliases[one.id, one.name]
                if taken.get(plain(alias), one.id) == one.id
            ),
        )
        for one in group.modifiers
    )
    return replace(group, modifiers=modifiers)


def _left_out(modifier: Modifier) -> list[str]:
    words = plain(modifier.name).split()
    if len(words) < 2 or words[0] != "no":
        return []
    return [way.format(" ".join(words[1:])) for way in _LEFT_OUT]
