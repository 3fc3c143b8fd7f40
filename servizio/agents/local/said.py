"""The acts of one utterance, while the mind works through them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from servizio.language.meaning import Act, Add, Meaning
from servizio.shop.line import Line

_Kind = TypeVar("_Kind")

_ONE_MORE = frozenset({"another", "also", "more", "extra", "plus", "too", "second", "add"})
"""Words that make a line said again one more of it, and no mere repetition."""


class Said:
    """What is still to be dealt with of an utterance: each part takes out what it has used."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.acts: list[Act] = list(meaning.acts)

    def has(self, *kinds: type[Act]) -> bool:
        """Whether any act of these kinds is left."""
        return any(isinstance(act, kinds) for act in self.acts)

    def only(self, *kinds: type[Act]) -> bool:
        """Whether there is something left, and all of it is of these kinds."""
        return bool(self.acts) and all(isinstance(act, kinds) for act in self.acts)

    def each(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """The acts of a kind, in order."""
        return tuple(act for act in self.acts if isinstance(act, kind))

    def drop(self, *kinds: type[Act]) -> bool:
        """Take out all acts of these kinds; whether there were any."""
        found = self.has(*kinds)
        self.acts = [act for act in self.acts if not isinstance(act, kinds)]
        return found

    def put(self, acts: Iterable[Act]) -> None:
        """Add acts that others have turned into."""
        self.acts += acts

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines that are newly ordered."""
        return tuple(line for act in self.each(Add) for line in act.lines)

    @property
    def wants_one_more(self) -> bool:
        """Whether the words say that a line named again is meant in addition."""
        return not _ONE_MORE.isdisjoint(self.meaning.text.split())
