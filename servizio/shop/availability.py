"""What is sold out now ("86"), and what to offer instead.

It is kept apart from the menu because it changes in the middle of a shift, while calls are
going on; each change makes a new value, so nobody sees half of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from servizio.errors import OrderError
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup


@dataclass(frozen=True, slots=True)
class Availability:
    """Ids of the items and modifiers that are sold out; everything else is there."""

    sold_out: frozenset[str] = frozenset()

    def without(self, thing_id: str) -> Availability:
        """With this item or modifier sold out."""
        return Availability(self.sold_out | {thing_id})

    def has(self, thing_id: str) -> bool:
        """Whether this item or modifier can be had, as far as it is for itself alone."""
        return thing_id not in self.sold_out


EVERYTHING = Availability()
"""Nothing is sold out."""


def availability_from_json(told: Mapping[str, object]) -> Availability:
    """What an event `menu_changed` tells; what it does not tell is there."""
    gone = told.get("sold_out")
    return Availability(frozenset(map(str, gone)) if isinstance(gone, list) else frozenset())


_Thing = TypeVar("_Thing", Item, Modifier)


def can_be_made(menu: Menu, availability: Availability, item: Item) -> bool:
    """Whether an item can be had: it is there, and so is enough of each compulsory group."""
    return availability.has(item.id) and all(
        len(modifiers_there(group, availability)) >= group.min for group in menu.groups_of(item)
    )


def items_there(menu: Menu, availability: Availability) -> tuple[Item, ...]:
    """The items that can be had now, in the menu's order."""
    return tuple(item for item in menu.items if can_be_made(menu, availability, item))


def modifiers_there(group: ModifierGroup, availability: Availability) -> tuple[Modifier, ...]:
    """The modifiers of a group that can be had now, in the menu's order."""
    return tuple(each for each in group.modifiers if availability.has(each.id))


def item_instead(menu: Menu, availability: Availability, item: Item) -> Item | None:
    """The nearest item of the same category that can be had: most like it, then in price."""
    there = [
        each
        for each in items_there(menu, availability)
        if each.category == item.category and each.id != item.id
    ]
    return _nearest(item, there)


def modifier_instead(
    group: ModifierGroup, availability: Availability, modifier: Modifier
) -> Modifier | None:
    """The nearest modifier of the same group that can be had."""
    there = [each for each in modifiers_there(group, availability) if each.id != modifier.id]
    return _nearest(modifier, there)


def sold_out_item(menu: Menu, availability: Availability, item: Item) -> OrderError:
    """The sentence for an item that is sold out, with what to have instead."""
    instead = item_instead(menu, availability, item)
    offer = f" How about the {instead.name}?" if instead else ""
    return OrderError(f"I'm sorry, the {item.name} is sold out right now.{offer}")


def sold_out_modifier(
    group: ModifierGroup, availability: Availability, modifier: Modifier
) -> OrderError:
    """The sentence for a modifier that is sold out, with what to have instead."""
    instead = modifier_instead(group, availability, modifier)
    offer = f" How about {instead.name}?" if instead else ""
    return OrderError(f"I'm sorry, we're out of {modifier.name} right now.{offer}")


def find_ids(menu: Menu, text: str) -> tuple[str, ...]:
    """Ids of the items and modifiers that staff may mean by an id, a name or an alias.

    An id wins over names, names win over aliases. Several only where names are shared.
    Raises `OrderError` that names the nearest known thing.
    """
    wanted = " ".join(text.casefold().split())
    things: list[Item | Modifier] = [*menu.items]
    things += [each for group in menu.modifier_groups for each in group.modifiers]
    for names_of in (_ids, _names, _aliases):
        found = dict.fromkeys(each.id for each in things if wanted in names_of(each))
        if found:
            return tuple(found)
    names = [name for each in things for name in (*_ids(each), *_names(each), *_aliases(each))]
    close = get_close_matches(wanted, names, n=1)
    hint = f'Did you mean "{close[0]}"?' if close else "`servizio menu show` lists what there is."
    raise OrderError("There is no such thing on the menu.", hint)


def _nearest(wanted: _Thing, there: Sequence[_Thing]) -> _Thing | None:
    words = set(wanted.name.split())
    return min(
        there,
        key=lambda each: (
            -len(words & set(each.name.split())),
            abs(each.price - wanted.price),
        ),
        default=None,
    )


def _ids(thing: Item | Modifier) -> Iterable[str]:
    return (thing.id.casefold(),)


def _names(thing: Item | Modifier) -> Iterable[str]:
    return (" ".join(thing.name.casefold().split()),)


def _aliases(thing: Item | Modifier) -> Iterable[str]:
    return tuple(" ".join(alias.casefold().split()) for alias in thing.aliases)
