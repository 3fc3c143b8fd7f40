"""Those whom an order is for: "my husband would like ...", "and for me ...", "one for Tom".

Found in the words before anything is read as an order, since what they are called is no part
of it. What comes of it points "his", "hers" and "mine" at lines later (`whose`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

ME = "me"
_OWNER = r"(?:my|our|his|her|the|a)"
_WANTS = (
    r"(?:(?:also|just|really|actually) )?(?:wants?|needs|would (?:like|love|want)"
    r"|will (?:have|take)|ll (?:have|take)|gets|is (?:having|getting)|asked (?:me )?for"
    r"|d (?:like|love)|ordered|says|said|likes)"
)
_I_ORDER = (
    r"(?:ill|id|i will|i would|i want|i need|im (?:having|getting)|i(?:ll)? just want|ill just)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is named as one whom something is for."""

    start: int
    end: int
    """Where it stands among the characters of the words."""
    who: str
    weak: bool = False
    """Whether it may be no more than a way of ordering: "I'd like"."""
    after: bool = False
    """Whether it can follow upon what is for them: "a taro for my son"."""


@dataclass(frozen=True, slots=True)
class People:
    """Finds people in words. Immutable."""

    genders: dict[str, str]
    """Relation -> male, female or either."""
    nobody: frozenset[str]

    @property
    def relation(self) -> str:
        """A pattern: "my little daughter", with the relation as `who`."""
        return rf"{_OWNER} (?:\w+ )?(?P<who>{'|'.join(self.genders)})"

    def owners(self, tokens: Sequence[str], count: int) -> tuple[str, ...]:
        """Whom each of so many lines ordered in these words is for; empty where nobody is
        named or it is not clear."""
        found = self._mentions(" ".join(tokens))
        named = [one for one in found if not one.weak]
        if count and len(named) == count:
            return tuple(one.who for one in named)
        if count > 1 and len(named) == count - 1 and len(found) > len(named):
            mine = [one for one in found if one.weak][:1]
            both = sorted([*named, *mine], key=lambda one: one.start)
            return tuple(one.who for one in both) if ME not in {one.who for one in named} else ()
        if count > 1 and len(named) == 1 and named[0].after and named[0].start > 0:
            return ("",) * (count - 1) + (named[0].who,)
        if count == 1 and not named and found:
            return (ME,)
        return ()

    def _mentions(self, said: str) -> list[Mention]:
        found = [
            Mention(match.start(), match.end(), match["who"])
            for match in re.finditer(rf"\b{self.relation}s? {_WANTS}\b", said)
        ]
        for match in re.finditer(rf"\bfor (?:{self.relation}|(?P<other>[a-z]{{2,}}))\b", said):
            who = match["who"] or self._person(said, match)
            if who:
                found.append(Mention(match.start(), match.end(), who, after=True))
        found += [
            Mention(match.start(), match.end(), ME, weak=True)
            for match in re.finditer(rf"\b{_I_ORDER}\b", said)
        ]
        apart: list[Mention] = []
        for one in sorted(found, key=lambda one: (one.start, -one.end)):
            if not apart or one.start >= apart[-1].end:
                apart.append(one)
        return apart

    def _person(self, said: str, match: re.Match[str]) -> str:
        """Whom "for me", "for her" and "for Tom" mean; empty where it is no person."""
        word = match["other"]
        if word in {"me", "myself"}:
            return ME
        if word not in {"him", "her"}:
            return "" if word in self.nobody else word
        fitting = "male" if word == "him" else "female"
        named = [
            one["who"]
            for one in re.finditer(rf"\b{self.relation}\b", said[: match.start()])
            if self.genders[one["who"]] in {fitting, "either"}
        ]
        return named[-1] if named else word

    def fits(self, who: str, gender: str) -> bool:
        """Whether "his" (male) or "hers" (female) can be of this person."""
        if who in {"", ME}:
            return False
        own = {"him": "male", "her": "female"}.get(who, self.genders.get(who, "either"))
        return gender in {own, "either"} or own == "either"


@cache
def load_people() -> People:
    """Read the words that come with the package."""
    path = resources.files("servizio.language") / "data" / "people.toml"
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    genders = {word: gender for gender, words in table["relations"].items() for word in words}
    return People(genders, frozenset(table["nobody"]["words"]))
