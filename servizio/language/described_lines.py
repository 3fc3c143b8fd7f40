"""Lines of the order that are told by what is on them: "the one with pudding", "the half sugar
one", "scratch the taro with the egg pudding".

Words that fit exactly one line of several give way to a pointer at that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from servizio.language.order_so_far import Situation
from servizio.language.phrasebook import line_pointer
from servizio.language.said_names import COUNT, SaidNames
from servizio.shop.line import Amount, Line
from servizio.shop.menu import Menu

_DEFINITE = frozenset({"the", "that", "my"})
_ONES = frozenset({"one", "ones"})
_GOING_ON = frozenset({"and", "the", "with", "no", "without", "that", "has", "also", "a", "any"})
_DENYING = frozenset({"no", "without"})
_OPENING = frozenset({"with", "without", "that", "has", "w"})
_ACTS_ON = re.compile(
    r"(?:\b(?:make|change|switch|swap|turn|put|add|take|remove|drop|scratch|cancel|lose|delete"
    r"|off|out|rid|forget|mind|skip|in|on|to|for|from|of|want|need|replace|update|have|give)"
    r"(?: \w+){0,1} ?)$"
)
_SOME_OF = re.compile(rf"\b(?:{COUNT}|half|some|any|all|both|each) of$")
_TAKES_OFF = re.compile(
    r"\b(?:take|remove|drop|scratch|cancel|lose|delete|off|out|rid|forget|skip|dont|without|mind)\b"
)
_TOLD_OF = frozenset({"should", "needs", "gets", "is", "has", "can", "to", "must", "wants"})
_ORDERING = re.compile(r"\b(?:have|get|take|give me|want|like|need|order)(?: \w+)? ?$")


_Readings = tuple[tuple[str, str], ...]
"""What the words of a modifier can be: group and id of each."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of a line as far as it was read."""

    end: int
    item: tuple[str, ...]
    has: tuple[_Readings, ...]
    """The modifiers that it is said to have."""
    lacks: tuple[_Readings, ...]


class DescribedLines:
    """Finds such descriptions over one menu. Immutable after construction."""

    def __init__(self, menu: Menu, names: SaidNames) -> None:
        self._menu = menu
        self._names = names

    def point(self, said: str, situation: Situation) -> str:
        """The words with pointers where they describe one line of several."""
        if len(situation.lines) < 2:
            return said
        tokens = said.split()
        place = 0
        while place < len(tokens):
            if tokens[place] in _DEFINITE:
                found = self._described(tokens, place, situation.lines)
                if found is not None:
                    end, line = found
                    tokens[place:end] = ["the", line_pointer(line)]
            place += 1
        return " ".join(tokens)

    def _described(
        self, tokens: Sequence[str], place: int, lines: Sequence[Line]
    ) -> tuple[int, int] | None:
        """Where the description ends, and the place of its line from 1."""
        before = " ".join(tokens[:place])
        if _SOME_OF.search(before):
            return None
        fitting: tuple[int, int] | None = None
        for told in self._readings(tokens, place + 1):
            by_item = [at for at, line in enumerate(lines, 1) if self._is(line, told)]
            several = sum(not told.item or line.item in told.item for line in lines) > 1
            if len(by_item) != 1 or not several:
                continue
            after = [word for word in tokens[told.end :] if word not in {"please", ".", "one"}]
            acts = _ACTS_ON.search(before) is not None and not (
                _ORDERING.search(before) is not None and _TAKES_OFF.search(before) is None
            )
            is_told = bool(after) and after[0] in _TOLD_OF
            if (acts and (after or _leads_in(before))) or is_told:
                fitting = told.end, by_item[0]
        return fitting

    def _readings(self, tokens: Sequence[str], start: int) -> Iterator[_Told]:
        """All that can be read as a description from here on, the shortest first."""
        head = self._head(tokens, start)
        if head is None:
            return
        if head.has:
            yield head
        at, has = head.end, list(head.has)
        if at >= len(tokens) or tokens[at] not in _OPENING:
            return
        lacks: list[_Readings] = []
        denied = False
        while at < len(tokens):
            named = self._names.longest(tokens, at)
            if named is not None and named.modifiers:
                (lacks if denied else has).append(named.modifiers)
                at, denied = named.end, False
                yield _Told(at, head.item, tuple(has), tuple(lacks))
            elif tokens[at] in _GOING_ON:
                denied = denied or tokens[at] in _DENYING
                at += 1
            else:
                return

    def _head(self, tokens: Sequence[str], start: int) -> _Told | None:
        """ "Pudding one", "black milk tea": what stands for the line, with what is before it."""
        at = start
        has: list[_Readings] = []
        item: tuple[str, ...] = ()
        is_one = False
        while at < len(tokens) and not (item or is_one):
            named = self._names.longest(tokens, at)
            if tokens[at] in _ONES:
                is_one, at = True, at + 1
            elif named is None:
                return None
            elif named.items:
                item, at = named.items, named.end
            else:
                has.append(named.modifiers)
                at = named.end
        if not (item or is_one):
            return None
        if at < len(tokens) and tokens[at] in _ONES:
            at += 1
        return _Told(at, item, tuple(has), ())

    def _is(self, line: Line, told: _Told) -> bool:
        """Whether a line is as it is told."""
        if told.item and line.item not in told.item:
            return False
        there = all(any(self._has(line, one) for one in several) for several in told.has)
        return there and not any(
            any(self._has(line, one) for one in several) for several in told.lacks
        )

    def _has(self, line: Line, wanted: tuple[str, str]) -> bool:
        group, modifier = wanted
        if group not in self._menu.item(line.item).modifier_groups:
            return False
        chosen: list[str | None] = [
            one.modifier
            for one in line.choices
            if one.group == group and one.amount is not Amount.NONE
        ]
        return modifier in (chosen or [self._menu.group(group).default])


def _leads_in(before: str) -> bool:
    """Whether what is done to it was said before: "no ice in the ...", "take off the ..."."""
    if _TAKES_OFF.search(before):
        return True
    return before.split()[-1:] in [["in"], ["on"], ["to"], ["for"], ["from"], ["of"]]
