"""Levels of one thing: "half sugar", "easy on the ice", "no sugar".

A group whose modifiers are percentages, or the same noun with "no", "less", "regular",
"extra" before it, is a scale. People ask for a place on a scale in many ways; they are spelled
out here once, from a table, so that no menu has to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from importlib import resources
from itertools import pairwise
from typing import Any, Final, NamedTuple

from servizio.language.words import Word
from servizio.shop.menu import ModifierGroup

_PERCENT: Final = "percent"


class Levels(NamedTuple):
    """Further names of one level."""

    full: list[str]
    """With the thing named: "half sugar"."""
    short: list[str]
    """Without: "half", where the thing was asked about."""


_OPEN = frozenset(
    {"of", "the", "with", "without", "any", "on", "added", "at", "hold", "not", "put"}
)
"""Words that a short answer does not end in."""

_NOTHING = ("none", "none at all", "none please")
"""How the lowest level is asked for when the thing was just named by the agent."""

Read = Callable[[str], tuple[str, ...]]
"""Text to words, numbers read."""

Tables = Mapping[str, Any]
"""What `data/levels.toml` holds."""


def level_names(group: ModifierGroup, read: Read, tables: Tables) -> dict[str, Levels]:
    """Modifier id -> further names, for a group that is a scale; empty for any other."""
    percents = {
        m.id: percent for m in group.modifiers if (percent := _percent_in(read(m.name))) is not None
    }
    if len(percents) >= 2 and len(percents) >= len(group.modifiers) - 1:
        return _percent_names(group, percents, tables)
    return _word_names(group, tables, read)


def load_levels() -> Tables:
    """Read the table of level names that comes with the package."""
    path = resources.files("servizio.language") / "data" / "levels.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def percents_of(names: Iterable[Sequence[str]]) -> frozenset[int]:
    """The percentages that names of a menu begin with; `names` as words, numbers read."""
    found = (_percent_in(words) for words in names)
    return frozenset(percent for percent in found if percent is not None)


def on_scale(words: Sequence[Word], percents: AbstractSet[int]) -> list[Word]:
    """The same words with each percentage that is not sold as the nearest one that is, the lower
    of two: "thirty percent sugar" is said back as twenty-five."""
    read = list(words)
    for place, (word, following) in enumerate(pairwise(words)):
        wanted = word.number
        if wanted is None or following.text != _PERCENT or not percents:
            continue
        nearest = min(percents, key=lambda one: (abs(one - wanted), one))
        read[place] = Word(str(nearest), str(nearest), nearest)
    return read


def _percent_in(words: Sequence[str]) -> int | None:
    """The percentage that these words begin with, numbers read; `None`: with none."""
    begins = len(words) >= 2 and words[0].isdigit() and words[1] == _PERCENT
    return int(words[0]) if begins else None


def _nouns(group: ModifierGroup, tables: Tables) -> list[str]:
    named = f"{group.id} {group.name}".lower()
    known = [noun for mark, nouns in tables["nouns"].items() if mark in named for noun in nouns]
    return list(dict.fromkeys([*known, group.name]))


def _percent_names(
    group: ModifierGroup, percents: dict[str, int], tables: Tables
) -> dict[str, Levels]:
    nouns = _nouns(group, tables)
    names = {modifier: Levels([], []) for modifier in percents}
    for modifier, percent in percents.items():
        for noun in nouns:
            names[modifier].full.extend([f"{percent} {noun}", f"{percent} percent {noun}"])
        names[modifier].full.append(f"{percent} percent")
        names[modifier].short.append(str(percent))
        if percent == 0:
            names[modifier].short.extend(_NOTHING)
    for level, patterns in tables["percent"].items():
        nearest = min(percents, key=lambda one: (abs(percents[one] - int(level)), percents[one]))
        if abs(percents[nearest] - int(level)) <= 25:
            names[nearest].full.extend(p.format(noun) for p in patterns for noun in nouns)
            names[nearest].short.extend(_shortened(patterns))
    if group.default in names:
        usual = ("regular {}", "normal {}", "standard {}", "the usual {}")
        names[group.default].full.extend(p.format(noun) for p in usual for noun in nouns)
        names[group.default].short.extend([*_shortened(usual), "the same as always", "default"])
    return names


def _word_names(group: ModifierGroup, tables: Tables, read: Read) -> dict[str, Levels]:
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
        modifier: Levels(
            [pattern.format(noun) for pattern in tables["words"][level]],
            [*_shortened(tables["words"][level]), *(_NOTHING if level == "none" else ())],
        )
        for modifier, (level, _) in placed.items()
    }


def _shortened(patterns: Iterable[str]) -> list[str]:
    """Patterns without the thing; "no" and "a" alone are left out, they answer too much."""
    bare = [pattern.replace("{}", "").strip() for pattern in patterns]
    return [words for words in bare if len(words) > 3 and words.split()[-1] not in _OPEN]
