"""Whether words can begin a name: most windows of an utterance need no look-up at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable


class Beginnings:
    """What the keys of a lexicon begin with. Immutable after construction."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = sorted(keys)

    def hold(self, beginning: str) -> bool:
        """Whether a key begins so; every key begins with the empty text."""
        place = bisect_left(self._keys, beginning)
        return place < len(self._keys) and self._keys[place].startswith(beginning)
