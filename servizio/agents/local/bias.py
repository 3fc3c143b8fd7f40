"""Leaning the recogniser towards phrases that are likely to be said.

All phrases of a context become one automaton over tokens (Aho-Corasick: a trie with a way
back to the longest other phrase that may have begun). Each token that goes on with a phrase
earns a bonus; a phrase that breaks off before its last word is whole gives all of it back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Encode = Callable[[str], tuple[int, ...]]
"""Text that begins a word, to token ids."""


_LONG: Final = 2
"""Tokens from which on a phrase is no mere digit or "no"."""


@dataclass(slots=True)
class _Node:
    """A place in the trie: the tokens of a phrase so far."""

    bonus: float
    """Earned by the token that leads here."""
    pending: float
    """Earned since the last whole phrase on the way: what breaking off costs."""
    children: dict[int, int] = field(default_factory=dict)
    suffix: int = 0
    """The node of the longest proper suffix of this path that is itself a path."""
    is_whole: bool = False
    """Whether a phrase ends here."""
    depth: int = 0
    """Tokens from the beginning to here."""


@dataclass(frozen=True, slots=True)
class Favoured:
    """The tokens that go on with a phrase from some state."""

    tokens: npt.NDArray[np.intp]
    gains: npt.NDArray[np.float32]
    """What each adds to the score, losses from leaving another phrase included."""


class PhraseBias:
    """A compiled set of phrases. States are integers; 0 is the state at the beginning.

    `phrases` maps each phrase to its weight, the bonus in nats for every token. `encode` and
    `starts_word` come from the tokenizer. A compiled bias is never changed but for its caches,
    so one is shared by all utterances decoded on the same thread.
    """

    def __init__(
        self, phrases: Mapping[str, float], encode: Encode, starts_word: Sequence[bool]
    ) -> None:
        self._starts_word = starts_word
        self._nodes = [_Node(0.0, 0.0)]
        self._favoured: dict[int, Favoured] = {}
        for phrase, weight in phrases.items():
            for written in ways_to_write(phrase):
                self._add(encode(written), weight)
        self._settle()

    def __len__(self) -> int:
        """How many states there are; 1 where there are no phrases."""
        return len(self._nodes)

    def favoured(self, state: int) -> Favoured:
        """The tokens that go on with a phrase from here."""
        known = self._favoured.get(state)
        if known is None:
            known = self._favoured[state] = self._find_favoured(state)
        return known

    def leave(self, state: int) -> tuple[float, float]:
        """What any other token costs: one that starts a word, and one inside a word."""
        node = self._nodes[state]
        return (0.0 if node.is_whole else -node.pending), -node.pending

    def earned(self, state: int) -> float:
        """What a long phrase that has just become whole has earned; 0 anywhere else, and for
        short ones, which may well be said again and again."""
        node = self._nodes[state]
        return node.pending if node.is_whole and node.depth >= _LONG else 0.0

    def step(self, state: int, token: int) -> tuple[int, float]:
        """The state after this token and what it adds to the score."""
        node = self._nodes[state]
        child = node.children.get(token)
        if child is not None:
            return child, self._nodes[child].bonus
        is_kept = node.is_whole and self._starts_word[token]
        lost = 0.0 if is_kept else node.pending
        # After a whole phrase a new one begins afresh, or its last words would count twice.
        at = 0 if is_kept else node.suffix
        while True:
            child = self._nodes[at].children.get(token)
            if child is not None:
                return child, self._nodes[child].pending - lost
            if at == 0:
                return 0, -lost
            at = self._nodes[at].suffix

    def _add(self, tokens: Iterable[int], weight: float) -> None:
        at = 0
        for token in tokens:
            child = self._nodes[at].children.get(token)
            if child is None:
                child = len(self._nodes)
                self._nodes.append(_Node(weight, 0.0, depth=self._nodes[at].depth + 1))
                self._nodes[at].children[token] = child
            self._nodes[child].bonus = max(self._nodes[child].bonus, weight)
            at = child
        if at:
            self._nodes[at].is_whole = True

    def _settle(self) -> None:
        waiting = deque([0])
        while waiting:
            at = waiting.popleft()
            node = self._nodes[at]
            for token, child in node.children.items():
                banked = node.is_whole and self._starts_word[token]
                below = self._nodes[child]
                below.pending = below.bonus + (0.0 if banked else node.pending)
                below.suffix = self._suffix_of(at, token)
                waiting.append(child)

    def _suffix_of(self, parent: int, token: int) -> int:
        if parent == 0:
            return 0
        at = self._nodes[parent].suffix
        while True:
            child = self._nodes[at].children.get(token)
            if child is not None:
                return child
            if at == 0:
                return 0
            at = self._nodes[at].suffix

    def _find_favoured(self, state: int) -> Favoured:
        tokens = set(self._nodes[0].children)
        at = state
        while at:
            tokens.update(self._nodes[at].children)
            at = self._nodes[at].suffix
        ordered = sorted(tokens)
        gains = [self.step(state, token)[1] for token in ordered]
        return Favoured(np.array(ordered, np.intp), np.array(gains, np.float32))


def ways_to_write(phrase: str) -> set[str]:
    """The recogniser writes sentences: a phrase may begin one, or be taken for a name."""
    words = phrase.split()
    if not words:
        return set()
    plain = " ".join(words)
    return {plain, plain[0].upper() + plain[1:], " ".join(word.capitalize() for word in words)}
