"""What of a line can be had: the rest is said, and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from servizio.agents.local.dialogue import Doubt, NeedsAnother, OfferedChoice
from servizio.agents.local.spoken_figures import number_words
from servizio.agents.local.talk import Talk
from servizio.agents.local.wording import is_level, plural, thing_words
from servizio.shop.availability import modifier_instead
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.line_rules import MAX_COUNT, unmet_rules


def vet(talk: Talk, line: Line, place: int) -> tuple[Line, list[Doubt]]:
    """The line without what cannot be had, and what to ask about that.

    A line is never lost over one of its modifiers: what stays is staged and read back.
    """
    doubts: list[Doubt] = []
    gone = [one for one in line.choices if is_gone(talk, one)]
    line = _without(line, gone)
    for choice in gone:
        talk.note("sold_out", item=thing_words(talk.menu, choice.modifier) or "that")
        group = talk.menu.group(choice.group)
        other = modifier_instead(group, talk.there, group.modifier(choice.modifier))
        if other is not None and not _is_chosen(line, other.id):
            doubts.append(OfferedChoice(Choice(group.id, other.id), place))
    line = _fitting(talk, line)
    for rule in unmet_rules(talk.menu, line, talk.there):
        asked = [one for one in line.choices if one.modifier == rule.modifier]
        line = _without(line, asked)
        added = choice_of(talk, line, rule.requires)
        if added is not None and asked and not is_gone(talk, added):
            doubts.append(NeedsAnother(asked[0], added, place))
        else:
            talk.note(
                "needs_another",
                modifier=thing_words(talk.menu, rule.modifier) or "that",
                requires=thing_words(talk.menu, rule.requires) or "another one",
            )
    return line, doubts


def _fitting(talk: Talk, line: Line) -> Line:
    """The line with no more of anything than the menu allows; what was cut is said."""
    kept: list[Choice] = []
    for choice in line.choices:
        if choice.amount is Amount.NONE:
            kept += _left_out(talk, choice)
        else:
            _take_in(talk, kept, choice)
    return replace(line, choices=tuple(kept))


def _left_out(talk: Talk, choice: Choice) -> list[Choice]:
    """What goes without something is noted; "no less ice" asks for nothing that can be left out."""
    group = talk.menu.group(choice.group)
    level = group.max == 1 and is_level(group.modifier(choice.modifier))
    return [] if level or (group.min and not group.amounts) else [replace(choice, count=1)]


def _take_in(talk: Talk, kept: list[Choice], choice: Choice) -> None:
    group = talk.menu.group(choice.group)
    same = [one for one in kept if one.group == group.id and one.amount is not Amount.NONE]
    if group.max == 1 and same:
        kept[kept.index(same[0])] = choice
    elif group.max is not None and len(same) >= group.max:
        talk.note("group_full", limit=number_words(group.max), group=plural(group.name))
    elif group.amounts or (choice.count == 1 and choice.amount is Amount.REGULAR):
        kept.append(replace(choice, count=min(choice.count, MAX_COUNT)))
    else:
        talk.note("only_regular", modifier=thing_words(talk.menu, choice.modifier) or "that")
        kept.append(Choice(choice.group, choice.modifier))


def choice_of(talk: Talk, line: Line, modifier: str) -> Choice | None:
    """The modifier as a choice of this line; `None` where its item cannot have it."""
    for group in talk.groups(line):
        if any(one.id == modifier for one in group.modifiers):
            return Choice(group.id, modifier)
    return None


def is_gone(talk: Talk, choice: Choice) -> bool:
    """Whether the choice is of something sold out."""
    return choice.amount is not Amount.NONE and talk.is_sold_out(choice.modifier)


def _is_chosen(line: Line, modifier: str) -> bool:
    return any(one.modifier == modifier and one.amount is not Amount.NONE for one in line.choices)


def _without(line: Line, choices: Sequence[Choice]) -> Line:
    return replace(line, choices=tuple(one for one in line.choices if one not in choices))
