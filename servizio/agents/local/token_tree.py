"""Words and sentences as paths of tokens, for a search that may say nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from servizio.agents.local.bias import Encode

_BETWEEN: Final = (",", ".", "!", "?")


@dataclass(slots=True)
class Place:
    """Somewhere on a path."""

    next: dict[int, int] = field(default_factory=dict)
    """The place after each token that goes on from here."""
    is_whole: bool = False
    """Whether a path ends here."""


class TokenTree:
    """Paths that begin at one of so many roots: the places 0, 1, ..."""

    def __init__(self, encode: Encode, *, roots: int) -> None:
        self.places = [Place() for _ in range(roots)]
        self.between = frozenset(encode(f"a{sign}")[-1] for sign in _BETWEEN)
        """Tokens of punctuation."""

    def add(self, root: int, tokens: Sequence[int]) -> None:
        """One path more from this root. No tokens, no path."""
        at = root
        for token in tokens:
            after = self.places[at].next.get(token)
            if after is None:
                after = len(self.places)
                self.places.append(Place())
                self.places[at].next[token] = after
            at = after
        if at != root:
            self.places[at].is_whole = True

    def words(self, tokens: Iterable[int]) -> tuple[int, ...]:
        """Tokens without the punctuation between them."""
        return tuple(token for token in tokens if token not in self.between)
