"""One thing for another in a line: "swap the boba in the taro for pudding", in whatever order.

All of these are put as "swap the boba for pudding in the taro", which the grammar knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from servizio.language.said_names import SaidNames

_VERB = re.compile(
    r"\b(?:swap|swapping|switch|switching|trade|trading|exchange|exchanging|replace|replacing|change|"
    r"changing|substitute|substituting|make|turn|sub|trade in)(?: out)? (?=\w)"
)
_MARKS = frozenset(
    {"swap", "swapping", "switch", "switching", "trade", "trading", "exchange", "exchanging"}
    | {"replace", "replacing", "change", "changing", "substitute", "substituting", "make", "turn"}
    | {"sub", "than"}
)
_RATHER = re.compile(r"\b(?:(?:would|id) )?rather (?:have |get )?((?:\w+ ){1,4})than (?=\w)")
_OWNING = frozenset({"the", "my", "that", "his", "her", "some", "a", "any"})
_IN = frozenset({"in", "on", "of", "for", "from", "inside"})
_FOR = frozenset({"for", "to", "with", "by", "into"})
_LONGEST_OWNER = 4
"""Words in the name of an item that owns something."""
_ONES = frozenset({"one", "ones", "drink"})

_REFUSES = re.compile(
    r"\b(?:dont|do not|never|not to) (?:\w+ )?(?:change|swap|switch|exchange|replace|trade|sub)\b"
)


class _Line(NamedTuple):
    """A line that is pointed at: its words, and the place after them."""

    words: str
    end: int


@dataclass(frozen=True, slots=True)
class Swaps:
    """Reads such words over one menu. Immutable after construction."""

    names: SaidNames

    def read(self, said: str) -> str:
        """The words with such exchanges put as the grammar knows them."""
        if _MARKS.isdisjoint(said.split()) or _REFUSES.search(said):
            return said
        said = _RATHER.sub(self._rather, said)
        at = 0
        while (found := _VERB.search(said, at)) is not None:
            at = found.end()
            words = said[at:].split()
            swapped = self._swapped(words, makes="make" in found[0] or "turn" in found[0])
            turned = found[0].startswith("sub") and "for" in words
            # "Sub pudding for the boba" names first what comes.
            if swapped is not None and not turned:
                before = said[: found.start()]
                said = f"{before}{swapped}"
                at = len(before) + len("swap ")
        return said

    def _rather(self, found: re.Match[str]) -> str:
        """ "I'd rather have pudding than boba": pudding instead of boba."""
        words = found[1].split()
        return f"{found[1]}instead of " if self._modifier(words, 0) == len(words) else found[0]

    def _swapped(self, words: Sequence[str], *, makes: bool) -> str | None:
        """What follows such a verb, in the known order; `None`: it is nothing of the kind."""
        start = _past(words, 0)
        owner = self._owner(words, start)
        if owner is not None:
            # "Change the taro's boba to pudding".
            end = self._modifier(words, owner.end)
            return self._with(words, owner.words, (owner.end, end), end, bare=False)
        end = self._modifier(words, start)
        if end is None:
            return None
        if words[end : end + 1] and words[end] in _IN and words[end + 1 : end + 2]:
            line = self._line(words, _past(words, end + 1))
            if line is not None:
                return self._with(words, line.words, (start, end), line.end, bare=makes)
        return None if makes else self._with(words, None, (start, end), end, bare=False)

    def _with(
        self,
        words: Sequence[str],
        line: str | None,
        gone: tuple[int, int | None],
        at: int | None,
        *,
        bare: bool,
    ) -> str | None:
        """The exchange, where what comes is named at this place, after "for" or (`bare`) not."""
        if at is None or gone[1] is None:
            return None
        joined = words[at : at + 1] and words[at] in _FOR
        if not joined and not bare:
            return None
        start = _past(words, at + 1 if joined else at)
        end = self._modifier(words, start)
        if end is None:
            return None
        what, goes = " ".join(words[start:end]), " ".join(words[gone[0] : gone[1]])
        rest = "".join(f" {word}" for word in words[end:])
        if line is not None and line.endswith(" one") and self._is_ordinal(line):
            return f"for the {line} swap {goes} for {what}{rest}"
        place = f" in the {line}" if line else ""
        return f"swap {goes} for {what}{place}{rest}"

    def _is_ordinal(self, line: str) -> bool:
        return self.names.longest(line.split(), 0) is None

    def _modifier(self, words: Sequence[str], start: int) -> int | None:
        """Where the name of a modifier that begins here ends."""
        named = self.names.longest(words, start) if start < len(words) else None
        return named.end if named is not None and named.modifiers and not named.items else None

    def _owner(self, words: Sequence[str], start: int) -> _Line | None:
        """ "The taro's": the item whose part is named next."""
        for end in range(start + 1, min(start + _LONGEST_OWNER, len(words)) + 1):
            own = words[end - 1].endswith("s")
            named = self.names.longest(words[start:end], 0) if own else None
            whole = end - start - (words[end - 1] == "ones")
            if named is not None and named.items and named.end == whole:
                return _Line(" ".join(words[start:end]), end)
        return None

    def _line(self, words: Sequence[str], start: int) -> _Line | None:
        """The item, or "the first one", that is named here."""
        named = self.names.longest(words, start) if start < len(words) else None
        if named is not None and named.items:
            end = named.end + (words[named.end : named.end + 1] != [] and words[named.end] in _ONES)
            return _Line(" ".join(words[start:end]), end)
        ordinal = words[start + 1 : start + 2] == ["one"]
        return _Line(f"{words[start]} one", start + 2) if ordinal else None


def _past(words: Sequence[str], start: int) -> int:
    """The place after an article or the like."""
    return start + (start < len(words) and words[start] in _OWNING)
