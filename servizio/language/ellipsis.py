"""What is left to be understood from what was just said: "one with less ice and one with none",
"and a black one with the same sweetness".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from servizio.language.order_so_far import Situation
from servizio.language.said_names import Named, SaidNames
from servizio.language.words import split
from servizio.shop.menu import Menu, ModifierGroup

_BEFORE_NONE = frozenset({"with", "has", "have", "gets", "and", "having", "wants"})
_SAME = re.compile(r"\b(?:(?:with|at|and) )?(?:the |that )?(?:exact |exactly )?same ")
_LEVEL = re.compile(r"^(?: (?:level|amount|levels))+")
_SHARED = 0.3
"""Share of a group's names that must have a word for it to be the group's own: "ice"."""


class LeftOut:
    """Fills such words in over one menu. Immutable after construction."""

    def __init__(self, menu: Menu, names: SaidNames) -> None:
        self._menu = menu
        self._names = names
        self._kinds = dict(_kinds(menu))

    def filled(self, said: str, situation: Situation) -> str:
        """The words with what they leave out."""
        words = said.split()
        if "none" in words:
            said = self._none(words)
        return self._same(said, situation) if "same" in words else said

    def _none(self, words: Sequence[str]) -> str:
        """ "One with less ice and one with none": no ice."""
        filled: list[str] = []
        for at, word in enumerate(words):
            before, after = words[at - 1 : at], words[at + 1 : at + 2]
            told = bool(before) and (before[0] in _BEFORE_NONE or before[0].startswith("@"))
            left_out = word == "none" and told and after != ["of"]
            named = [one for _, one in self._modifiers(words[:at])] if left_out else []
            kind = words[named[-1].end - 1] if named else ""
            level = self._names.longest(["no", kind], 0) if kind else None
            # Without a level of none it says all there is to say.
            filled += ["no", kind] if level is not None and level.end > 1 else [word]
        return " ".join(filled)

    def _modifiers(self, words: Sequence[str]) -> Iterator[tuple[int, Named]]:
        """The modifiers named in these words, and where each begins."""
        at = 0
        while at < len(words):
            named = self._names.longest(words, at)
            if named is not None and named.modifiers:
                yield at, named
            at = named.end if named is not None else at + 1

    def _same(self, said: str, situation: Situation) -> str:
        """ "The same sweetness": as sweet as the line just spoken of."""
        at = 0
        while (found := _SAME.search(said, at)) is not None:
            at = found.end()
            rest = said[at:].split()
            group = self._kinds.get(rest[0]) if rest else None
            if group is None:
                continue
            before = said[: found.start()]
            level = self._level(before.split(), group, situation)
            after = " ".join(rest[1:])
            after = _LEVEL.sub("", f" {after}")
            said = f"{before}{f'with {level}' if level else ''}{after}"
            at = len(before)
        return said

    def _level(self, before: Sequence[str], group: str, situation: Situation) -> str:
        """In words, what was chosen of this group last; empty where nothing was."""
        told = [
            (start, one.end)
            for start, one in self._modifiers(before)
            if any(kind == group for kind, _ in one.modifiers)
        ]
        if told:
            return " ".join(before[slice(*told[-1])])
        last = situation.lines[-1].choices if situation.lines else ()
        chosen = [one.modifier for one in last if one.group == group]
        names = [self._menu.group(group).modifier(one).name for one in chosen]
        return " ".join(split(names[0])) if names else ""


def _kinds(menu: Menu) -> Iterator[tuple[str, str]]:
    """Words for a group of levels, with its id: "ice", "sweetness", "sugar"."""
    for group in menu.modifier_groups:
        if group.max == 1:
            yield from ((word, group.id) for word in _own_words(group))


def _own_words(group: ModifierGroup) -> Iterator[str]:
    names = [name for one in group.modifiers for name in (one.name, *one.aliases)]
    heads: Mapping[str, int] = Counter(split(name)[-1] for name in names if split(name))
    yield from split(group.name)
    for word, count in heads.items():
        if count >= max(2, _SHARED * len(names)) and word.isalpha():
            yield word
