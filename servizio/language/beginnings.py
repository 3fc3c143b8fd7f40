"""Whether words can begin a name: most windows of an utterance need no look-up at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from servizio.language.words import Word


class Beginnings:
    """What the keys of a lexicon begin with. Immutable after construction."""

    def __init__(self, whole: Iterable[str], bare: Iterable[str], loose: AbstractSet[str]) -> None:
        """`whole`: keys of all words of a name; `bare`: of all but the `loose` ones."""
        self._whole = sorted(whole)
        self._bare = sorted(bare)
        self._loose = loose

    def of(self, words: Sequence[Word]) -> list[list[Word]]:
        """Words from the first on that may be a name; none that could not even begin one."""
        found: list[list[Word]] = []
        key = bare = ""
        # Only a whole name may begin with a small word: "with milk" is none without its "with".
        small = words[0].text in self._loose
        for end, word in enumerate(words, start=1):
            key += word.stem
            bare += "" if word.text in self._loose else word.stem
            if not _begins_one(self._whole, key) and (small or not _begins_one(self._bare, bare)):
                break
            found.append(list(words[:end]))
        return found


def _begins_one(keys: Sequence[str], beginning: str) -> bool:
    """Whether one of the sorted keys begins so; all begin with the empty text."""
    place = bisect_left(keys, beginning)
    return place < len(keys) and keys[place].startswith(beginning)
