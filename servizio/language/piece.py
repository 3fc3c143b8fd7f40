"""A piece of an utterance: consecutive words that belong together, and what they may be."""

from __future__ import annotations

from typing import NamedTuple

from servizio.language.lexicon import Entry
from servizio.language.phrasebook import Role

PIECE_COST = 0.12
"""Taken from every piece, so that one long match is better than two short ones."""


class Piece(NamedTuple):
    """Consecutive words that belong together."""

    start: int
    end: int
    entries: tuple[Entry, ...] = ()
    """What of the menu the words name."""
    roles: tuple[Role, ...] = ()
    """What the words do as a phrase."""
    number: int | None = None
    """The number they say."""
    kind: str = "menu"
    """`menu`, `phrase`, `number`, `pause`, `filler` or `unknown`: why the piece is one."""
    score: float = 0.0

    def role(self, kind: str) -> str | None:
        """The value of the role of this kind; `None` where the piece has none such."""
        for role in self.roles:
            if role.kind == kind:
                return role.value
        return None

    @property
    def quality(self) -> float:
        """How well the words fit the name, 0 to 1."""
        entries = self.entries
        if len(entries) < 2:
            # Most pieces name one thing or nothing, and each is asked several times.
            return entries[0].quality if entries else 0.0
        return max(entry.quality for entry in entries)
