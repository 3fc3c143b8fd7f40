"""Whether a line can be made as it was asked for, and what is still to be asked.

Every `OrderError` from here is one or two sentences that an agent can say as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from servizio.errors import OrderError
from servizio.shop.availability import (
    EVERYTHING,
    Availability,
    can_be_made,
    modifiers_there,
    sold_out_item,
    sold_out_modifier,
)
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup, Rule

MAX_COUNT = 9
"""Portions of one modifier; more is a misunderstanding."""
_OFFERED = 6
"""Choices read out in a question; more would not be remembered."""


def checked_line(menu: Menu, line: Line, availability: Availability = EVERYTHING) -> Line:
    """The line in the menu's own order, each modifier once (the last word on it counts).

    A line may still lack a compulsory choice: see `missing_groups`. Raises `OrderError`
    for anything that cannot be made.
    """
    if not menu.has_item(line.item):
        raise OrderError("I'm sorry, we don't have that.", "Look the item's id up in the menu.")
    item = menu.item(line.item)
    if line.quantity < 1:
        raise OrderError(f"How many of the {item.name} would you like?")
    if not can_be_made(menu, availability, item):
        raise sold_out_item(menu, availability, item)
    choices = _in_menu_order(menu, item, line.choices)
    for choice in choices:
        _check_choice(menu.group(choice.group), choice, availability)
    for group in menu.groups_of(item):
        _check_maximum(group, [choice for choice in choices if choice.group == group.id])
    checked = replace(line, choices=choices)
    for rule in unmet_rules(menu, checked, availability):
        raise _rule_broken(menu, item, rule, availability)
    return checked


def effective_choices(
    menu: Menu, line: Line, availability: Availability = EVERYTHING
) -> tuple[Choice, ...]:
    """What is made: what was said, and the defaults of groups left unsaid.

    A choice with amount `none` stays: it is what to leave out. A default that is sold out goes
    without saying no longer, so it is not filled in.
    """
    found: list[Choice] = []
    for group in menu.groups_of(menu.item(line.item)):
        said = [choice for choice in line.choices if choice.group == group.id]
        found.extend(said)
        default = group.default
        if default is not None and availability.has(default) and not _speaks_for(said, default):
            found.append(Choice(group.id, default))
    return tuple(found)


def missing_groups(
    menu: Menu, line: Line, availability: Availability = EVERYTHING
) -> tuple[ModifierGroup, ...]:
    """The compulsory groups of which the line has too few, in the order of asking.

    A group whose default is sold out is among them as long as nothing else is chosen:
    what went without saying has to be said.
    """
    made = effective_choices(menu, line, availability)
    missing = []
    for group in menu.groups_of(menu.item(line.item)):
        said = [choice for choice in line.choices if choice.group == group.id]
        chosen = [each for each in made if each.group == group.id and _is_wanted(each)]
        default_is_out = (
            group.default is not None
            and not availability.has(group.default)
            and not said
            and bool(modifiers_there(group, availability))
        )
        if len(chosen) < group.min or default_is_out:
            missing.append(group)
    return tuple(missing)


def groups_to_ask(
    menu: Menu, line: Line, availability: Availability = EVERYTHING
) -> tuple[ModifierGroup, ...]:
    """The groups worth a question: the compulsory ones that are missing, and those that
    have a prompt and of which the customer named nothing."""
    missing = missing_groups(menu, line, availability)
    named = {choice.group for choice in line.choices}
    return tuple(
        group
        for group in menu.groups_of(menu.item(line.item))
        if group in missing
        or (
            group.prompt is not None
            and group.id not in named
            and modifiers_there(group, availability)
        )
    )


def question_for(group: ModifierGroup, availability: Availability = EVERYTHING) -> str:
    """The group's prompt, or a question made from its name and its modifiers."""
    if group.prompt is not None:
        return group.prompt
    there = [modifier.name for modifier in modifiers_there(group, availability)]
    if len(there) > _OFFERED:
        return f"Which {group.name} would you like?"
    return f"Which {group.name} would you like: {one_of(there)}?"


def unmet_rules(
    menu: Menu, line: Line, availability: Availability = EVERYTHING
) -> tuple[Rule, ...]:
    """The rules that the line breaks: it has the modifier, but not what that requires."""
    made = effective_choices(menu, line, availability)
    wanted = {choice.modifier for choice in made if _is_wanted(choice)}
    return tuple(
        rule for rule in menu.rules if rule.modifier in wanted and rule.requires not in wanted
    )


def one_of(names: Sequence[str]) -> str:
    """`small, medium or large`."""
    return " or ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def plural(name: str) -> str:
    """`topping` -> `toppings`; for names of groups and items in a sentence."""
    if name.endswith(("ss", "sh", "ch", "x")):
        return f"{name}es"
    if name.endswith("s"):
        return name
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        return f"{name[:-1]}ies"
    return f"{name}s"


def _is_wanted(choice: Choice) -> bool:
    return choice.amount is not Amount.NONE


def _speaks_for(said: Sequence[Choice], default: str) -> bool:
    """Whether what was said of a group leaves no room for its default."""
    return any(_is_wanted(choice) or choice.modifier == default for choice in said)


def _in_menu_order(menu: Menu, item: Item, choices: Iterable[Choice]) -> tuple[Choice, ...]:
    last: dict[tuple[str, str], Choice] = {}
    for choice in choices:
        _check_reach(menu, item, choice)
        last[choice.group, choice.modifier] = choice
    return tuple(
        last[group.id, modifier.id]
        for group in menu.groups_of(item)
        for modifier in group.modifiers
        if (group.id, modifier.id) in last
    )


def _check_reach(menu: Menu, item: Item, choice: Choice) -> None:
    """The choice exists, and this item can have it."""
    known = {group.id: group for group in menu.modifier_groups}
    group = known.get(choice.group)
    if group is None:
        raise OrderError("I'm sorry, we don't have that.", f'There is no group "{choice.group}".')
    modifier = next((each for each in group.modifiers if each.id == choice.modifier), None)
    if modifier is None:
        raise OrderError(
            f"I'm sorry, we don't have that {group.name}.",
            f'There is no modifier "{choice.modifier}" in the group "{group.id}".',
        )
    if choice.group not in item.modifier_groups:
        raise OrderError(f"I'm sorry, we can't do {modifier.name} with the {item.name}.")


def _check_choice(group: ModifierGroup, choice: Choice, availability: Availability) -> None:
    modifier = group.modifier(choice.modifier)
    if choice.amount is Amount.NONE:
        if group.min and not group.amounts:
            raise OrderError(f"Which {group.name} would you like instead of {modifier.name}?")
        if choice.count != 1:
            raise OrderError(f"Would you like {modifier.name}, or none of it?")
        return
    if not availability.has(modifier.id):
        raise sold_out_modifier(group, availability, modifier)
    if not 1 <= choice.count <= MAX_COUNT:
        raise OrderError(f"I can do from 1 to {MAX_COUNT} portions of {modifier.name}.")
    if group.amounts:
        return
    if choice.count > 1:
        raise OrderError(f"I'm sorry, I can do {modifier.name} only once.")
    if choice.amount is not Amount.REGULAR:
        raise OrderError(f"I'm sorry, I can't do {choice.amount} {modifier.name}.")


def _check_maximum(group: ModifierGroup, said: Sequence[Choice]) -> None:
    wanted = [group.modifier(choice.modifier).name for choice in said if _is_wanted(choice)]
    if group.max is None or len(wanted) <= group.max:
        return
    if group.max == 1:
        raise OrderError(f"I can do only one {group.name}. Would you like {one_of(wanted)}?")
    raise OrderError(
        f"I can do up to {group.max} {plural(group.name)}. Which ones would you like to keep?"
    )


def _rule_broken(menu: Menu, item: Item, rule: Rule, availability: Availability) -> OrderError:
    modifier, _ = _find(menu, rule.modifier)
    required, group = _find(menu, rule.requires)
    start = f"I can do {modifier.name} only together with {required.name}"
    if not any(required in each.modifiers for each in menu.groups_of(item)):
        return OrderError(f"I'm sorry, I can't do {modifier.name} with the {item.name}.")
    if not availability.has(required.id):
        return OrderError(f"{start}, and we're out of that right now. Shall I leave it out?")
    return OrderError(
        f"{start}. Would you like to add {required.name}?",
        f'Add the modifier "{required.id}" of the group "{group.id}", or leave it out.',
    )


def _find(menu: Menu, modifier_id: str) -> tuple[Modifier, ModifierGroup]:
    return next(
        (modifier, group)
        for group in menu.modifier_groups
        for modifier in group.modifiers
        if modifier.id == modifier_id
    )
