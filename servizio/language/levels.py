"""Levels of one thing: "half sugar", "easy on the ice", "no sugar".

A group whose modifiers are percentages, or the same noun with "no", "less", "regular",
"extra" before it, is a scale. People ask for a place on a scale in many ways; they are spelled
out here once, from a table, so that no menu has to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any

from servizio.shop.menu import Modifier, ModifierGroup

Read = Callable[[str], tuple[str, ...]]
"""Text to words, numbers read."""


def level_names(group: ModifierGroup, read: Read) -> dict[str, list[str]]:
    """Modifier id -> further names, for a group that is a scale; empty for any other."""
    tables = _tables()
    percents = {
        m.id: percent for m in group.modifiers if (percent := _percent(m, read)) is not None
    }
    if len(percents) >= 2 and len(percents) >= len(group.modifiers) - 1:
        return _percent_names(group, percents, tables, read)
    return _word_names(group, tables, read)


def _tables() -> dict[str, Any]:
    path = resources.files("servizio.language") / "data" / "levels.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _percent(modifier: Modifier, read: Read) -> int | None:
    words = read(modifier.name)
    if len(words) >= 2 and words[0].isdigit() and words[1] == "percent":
        return int(words[0])
    return None


def _nouns(group: ModifierGroup, tables: dict[str, Any]) -> list[str]:
    named = f"{group.id} {group.name}".lower()
    known = [noun for mark, nouns in tables["nouns"].items() if mark in named for noun in nouns]
    return list(dict.fromkeys([*known, group.name]))


def _percent_names(
    group: ModifierGroup, percents: dict[str, int], tables: dict[str, Any], read: Read
) -> dict[str, list[str]]:
    nouns = _nouns(group, tables)
    names: dict[str, list[str]] = {modifier: [] for modifier in percents}
    for modifier, percent in percents.items():
        for noun in nouns:
            names[modifier] += [f"{percent} {noun}", f"{percent} percent {noun}"]
        names[modifier].append(f"{percent} percent")
    for level, patterns in tables["percent"].items():
        nearest = min(percents, key=lambda one: (abs(percents[one] - int(level)), percents[one]))
        if abs(percents[nearest] - int(level)) <= 25:
            names[nearest] += [pattern.format(noun) for pattern in patterns for noun in nouns]
    if group.default in names:
        names[group.default] += [
            pattern.format(noun)
            for pattern in ("regular {}", "normal {}", "standard {}", "the usual {}")
            for noun in nouns
        ]
    return names


def _word_names(group: ModifierGroup, tables: dict[str, Any], read: Read) -> dict[str, list[str]]:
    marks = {word: level for level, words in tables["marks"].items() for word in words}
    placed: dict[str, tuple[str, str]] = {}
    for modifier in group.modifiers:
        words = read(modifier.name)
        if words and words[0] in marks:
            noun = " ".join(words[1:]) or group.name
            placed[modifier.id] = (marks[words[0]], noun)
    nouns = {noun for _, noun in placed.values()}
    if len({level for level, _ in placed.values()}) < 2 or len(nouns) != 1:
        return {}
    noun = nouns.pop()
    return {
        modifier: [pattern.format(noun) for pattern in tables["words"][level]]
        for modifier, (level, _) in placed.items()
    }
