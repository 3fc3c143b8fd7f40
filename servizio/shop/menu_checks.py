"""What can only be seen across a whole menu: ids that clash, names that do not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup, Rule
from servizio.shop.menu_table import Faults, nearest, printable, same_name
from servizio.shop.toml_lines import Path

_Thing = Item | Modifier | ModifierGroup


def check_menu_values(menu: Menu, faults: Faults) -> Menu:
    """Add every fault of the menu as a whole; names that stand for ids become ids."""
    is_said = any(", items" in fault.place for _, fault in faults.found)
    if not menu.items and not is_said:
        faults.add(("items",) if ("items",) in faults.lines else (), "the menu has no [[items]].")
    groups = tuple(
        _group(group, ("modifier_groups", place), faults)
        for place, group in enumerate(menu.modifier_groups)
    )
    _once(menu.items, "items", (), faults)
    _once(groups, "modifier_groups", (), faults)
    items = tuple(
        _item(item, groups, ("items", place), faults) for place, item in enumerate(menu.items)
    )
    rules = tuple(
        _rule(rule, groups, ("rules", place), faults) for place, rule in enumerate(menu.rules)
    )
    checked = replace(menu, items=items, modifier_groups=groups, rules=rules)
    _warn_of_shared_names(checked, faults)
    _warn_of_dead_ends(checked, faults)
    return checked


def _group(group: ModifierGroup, path: Path, faults: Faults) -> ModifierGroup:
    if not group.modifiers:
        faults.add(path, f'the group "{printable(group.id)}" has no modifiers.')
        return group
    _once(group.modifiers, "modifiers", path, faults)
    if group.max == 0:
        faults.add((*path, "max"), "is 0: nothing of the group could be ordered.")
    elif group.max is not None and group.min > group.max:
        faults.add((*path, "min"), f"is {group.min}, more than max, which is {group.max}.")
    if group.min > len(group.modifiers):
        faults.add(
            (*path, "min"), f"is {group.min}, but there are only {len(group.modifiers)} modifiers."
        )
    default = group.default
    if default is None:
        return group
    found = _find(default, group.modifiers)
    if found is None:
        names = tuple(modifier.id for modifier in group.modifiers)
        faults.add(
            (*path, "default"),
            f'"{printable(default)}" is none of its modifiers.'
            + (
                nearest(default, names)
                or f" They are: {', '.join(list(dict.fromkeys(names))[:12])}."
            ),
        )
        return replace(group, default=None)
    return replace(group, default=found)


def _item(item: Item, groups: Sequence[ModifierGroup], path: Path, faults: Faults) -> Item:
    found: list[str] = []
    for place, wanted in enumerate(item.modifier_groups):
        here = (*path, "modifier_groups", place)
        group = _find(wanted, groups)
        if group is None:
            known = tuple(each.id for each in groups)
            faults.add(
                here, f'there is no modifier group "{printable(wanted)}".{nearest(wanted, known)}'
            )
        elif group in found:
            faults.add(here, f'the group "{printable(group)}" is there twice.')
        else:
            found.append(group)
    return replace(item, modifier_groups=tuple(found))


def _rule(rule: Rule, groups: Sequence[ModifierGroup], path: Path, faults: Faults) -> Rule:
    modifiers = {modifier.id: modifier for group in groups for modifier in group.modifiers}
    ids: dict[str, str] = {}
    for key, wanted in (("modifier", rule.modifier), ("requires", rule.requires)):
        found = _find(wanted, tuple(modifiers.values()))
        if wanted and found is None:
            faults.add(
                (*path, key),
                f'there is no modifier "{printable(wanted)}".{nearest(wanted, modifiers)}',
            )
        ids[key] = found or wanted
    if ids["modifier"] and ids["modifier"] == ids["requires"]:
        faults.add((*path, "requires"), "a modifier cannot require itself.")
    return Rule(ids["modifier"], ids["requires"])


def _find(wanted: str, among: Sequence[_Thing]) -> str | None:
    """The id of what `wanted` names, by id or else by name."""
    for thing in among:
        if thing.id == wanted:
            return thing.id
    for thing in among:
        if same_name(thing.name) == same_name(wanted):
            return thing.id
    return None


def _once(
    things: Sequence[_Thing],
    key: str,
    path: Path,
    faults: Faults,
) -> None:
    """Ids and names that two things have: neither a program nor a customer could choose."""
    ids: dict[str, int] = {}
    names: dict[str, int] = {}
    for place, thing in enumerate(things):
        here = (*path, key, place)
        if thing.id and thing.id in ids:
            first = faults.lines.get((*path, key, ids[thing.id]))
            what = "id" if (*here, "id") in faults.lines else "name"
            faults.add(
                (*here, what),
                f'the id "{printable(thing.id)}" is taken already, on line {first}.',
            )
        elif thing.name and thing.name in names:
            first = faults.lines.get((*path, key, names[thing.name]))
            faults.add(
                (*here, "name"),
                f'the name "{printable(thing.name)}" is taken already, on line {first}.',
            )
        ids.setdefault(thing.id, place)
        names.setdefault(thing.name, place)


def _warn_of_shared_names(menu: Menu, faults: Faults) -> None:
    _warn_of_shared("items", (), menu.items, faults)
    for place, group in enumerate(menu.modifier_groups):
        _warn_of_shared("modifiers", ("modifier_groups", place), group.modifiers, faults)
    _warn_of_groups_that_share(menu, faults)


def _warn_of_shared(
    key: str, path: Path, things: Sequence[Item | Modifier], faults: Faults
) -> None:
    """Names that stand for two things of one list: the first one would be taken."""
    owners: dict[str, int] = {}
    for place, thing in enumerate(things):
        owner = owners.setdefault(same_name(thing.name), place)
        if owner != place and thing.name != things[owner].name:
            faults.warn(
                (*path, key, place, "name"),
                f'"{printable(thing.name)}" sounds like "{printable(things[owner].name)}".',
            )
    for place, thing in enumerate(things):
        for number, alias in enumerate(thing.aliases):
            owner = owners.setdefault(same_name(alias), place)
            if owner != place:
                faults.warn(
                    (*path, key, place, "aliases", number),
                    f'"{printable(alias)}" also means "{printable(things[owner].name)}".',
                )


def _warn_of_groups_that_share(menu: Menu, faults: Faults) -> None:
    """The same name in two groups of one item: the customer has to be asked which."""
    places = {group.id: place for place, group in enumerate(menu.modifier_groups)}
    warned: set[tuple[str, str]] = set()
    for item in menu.items:
        owners: dict[str, str] = {}
        for group_id in item.modifier_groups:
            for name, path in _names_in(menu.group(group_id), places[group_id]):
                owner = owners.setdefault(name, group_id)
                if owner != group_id and (name, group_id) not in warned:
                    warned.add((name, group_id))
                    faults.warn(
                        path,
                        f'"{printable(name)}" is also in the group "{printable(owner)}" '
                        f"of {printable(item.name)}.",
                    )


def _names_in(group: ModifierGroup, place: int) -> Iterable[tuple[str, Path]]:
    for number, modifier in enumerate(group.modifiers):
        path: Path = ("modifier_groups", place, "modifiers", number)
        yield same_name(modifier.name), (*path, "name")
        for at, alias in enumerate(modifier.aliases):
            yield same_name(alias), (*path, "aliases", at)


def _warn_of_dead_ends(menu: Menu, faults: Faults) -> None:
    """A modifier of an item whose rule asks for one that the item cannot have."""
    groups_with: dict[str, set[str]] = defaultdict(set)
    for group in menu.modifier_groups:
        for modifier in group.modifiers:
            groups_with[modifier.id].add(group.id)
    for place, rule in enumerate(menu.rules):
        for item in menu.items:
            applies = set(item.modifier_groups)
            if groups_with[rule.modifier] & applies and not groups_with[rule.requires] & applies:
                faults.warn(
                    ("rules", place, "requires"),
                    f'"{printable(item.name)}" can have {printable(rule.modifier)}, but not '
                    f"{printable(rule.requires)}, so neither can be ordered with it.",
                )
