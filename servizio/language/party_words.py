"""How many people are spoken of: "for four", "party of six", "my wife and me", "two adults and
three kids"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.clock_words import number_at, time_at

PEOPLE = frozenset({
    "people", "persons", "person", "guests", "guest", "adults", "adult", "kids", "kid",
    "children", "child", "friends", "friend", "colleagues", "diners", "seats", "places", "pax",
    "ladies", "gentlemen", "grownups", "toddlers", "toddler", "covers", "folks", "others",
})  # fmt: skip
_SELF = frozenset({"me", "myself", "i"})
_TWO = frozenset({"parents", "grandparents"})
_GROUP = frozenset({"party", "group", "family", "table", "us", "reservation", "booking", "tables"})
_OPENS = frozenset({"for", "of", "with"})
_UNKNOWN_MANY = frozenset({"friends", "colleagues", "kids", "children", "family", "others"})
_COUNTED = PEOPLE | {"my"}
_SPANS = frozenset({"hours", "hour", "minutes", "days", "weeks", "nights"})
_WORDS_OF_COUNT = {"couple": 2, "dozen": 12, "both": 2}


@dataclass(frozen=True, slots=True)
class SaidParty:
    """A number of people, and the words that say it: from `start` up to `end`."""

    count: int
    start: int
    end: int


def party_in(words: Sequence[str], *, is_answer: bool = False) -> SaidParty | None:
    """How many people these words speak of; `is_answer`: a bare number is one too."""
    for at in range(len(words)):
        listed = _listed(words, at)
        if listed is not None:
            return listed
    for at in range(len(words)):
        counted = _counted(words, at)
        if counted is not None:
            return counted
    if is_answer:
        return _bare(words)
    return None


def _listed(words: Sequence[str], at: int) -> SaidParty | None:
    """People one after the other: "my wife and me", "two adults and three kids"."""
    total, end, members = 0, at, 0
    knows_all = True
    while (member := _member(words, end)) is not None:
        count, after, is_sure = member
        total, members = total + count, members + 1
        knows_all = knows_all and is_sure
        end = after
        joint = end
        while words[joint : joint + 1] and words[joint] in {",", "and", "plus", "with"}:
            joint += 1
        if joint == end or _member(words, joint) is None:
            break
        end = joint
    names_self = any(word in _SELF for word in words[at:end])
    if members < 2 or not knows_all or not (names_self or _all_counted(words[at:end])):
        return None
    return SaidParty(total, at, end)


def _member(words: Sequence[str], at: int) -> tuple[int, int, bool] | None:
    """One of a list: how many, where it ends, whether the number is certain."""
    word = words[at] if at < len(words) else ""
    if word in _SELF:
        return 1, at + 1, True
    if word in {"my", "our"}:
        return _relatives(words, at + 1)
    if word == "a" and words[at + 1 : at + 2] and words[at + 1] in PEOPLE:
        return 1, at + 2, True
    found = number_at(words, at)
    if found is None:
        return None
    count, of = found
    while of < len(words) and words[of] in {"more", "other", "small", "little", "of"}:
        of += 1
    named = words[of] if of < len(words) else ""
    return (count, of + 2 if named == "my" else of + 1, True) if named in _COUNTED else None


def _relatives(words: Sequence[str], at: int) -> tuple[int, int, bool] | None:
    """Who follows "my": "wife", "parents", "three friends"."""
    counted = number_at(words, at)
    if counted is not None and counted[1] < len(words):
        return counted[0], counted[1] + 1, True
    relative = words[at] if at < len(words) else ""
    if not relative.isalpha():
        return None
    return (2 if relative in _TWO else 1), at + 1, relative not in _UNKNOWN_MANY


def _all_counted(words: Sequence[str]) -> bool:
    return any(word in PEOPLE for word in words)


def _counted(words: Sequence[str], at: int) -> SaidParty | None:
    """ "For four", "party of six", "four people", "the two of us", "a table for two"."""
    return _in_a_word(words, at) or _in_figures(words, at)


def _in_a_word(words: Sequence[str], at: int) -> SaidParty | None:
    before = words[at - 1] if at else ""
    if words[at] in _WORDS_OF_COUNT and before in {"a", "for", "of", ""}:
        return SaidParty(_WORDS_OF_COUNT[words[at]], at, at + 1)
    if tuple(words[at : at + 2]) == ("just", "me"):
        return SaidParty(1, at, at + 2)
    if words[at] == "myself" and before in _OPENS:
        return SaidParty(1, at, at + 1)
    is_alone = tuple(words[at : at + 3]) == ("for", "me", "alone")
    return SaidParty(1, at, at + 3) if is_alone else None


def _in_figures(words: Sequence[str], at: int) -> SaidParty | None:
    found = number_at(words, at)
    if found is None or not found[0]:
        return None
    count, end = found
    after = words[end : end + 2]
    if tuple(after) in {("of", "us"), ("of", "you"), ("-", "top")}:
        return SaidParty(count, at, end + 2)
    if after and (after[0] in PEOPLE or after[0] == "top"):
        return SaidParty(count, at, end + 1)
    said = time_at(words, at)
    if (said is not None and said.is_marked) or (after and after[0] in _SPANS):
        return None
    before = words[max(0, at - 2) : at]
    # "Party of four" is often heard as "party the four".
    is_group = before[-1:] and before[-1] in {"of", "the", "to"} and before[0] in _GROUP
    is_said = before[-1:] == ["for"] or (is_group and (before[-1] == "of" or before[0] == "party"))
    return SaidParty(count, at, end) if is_said else None


def _bare(words: Sequence[str]) -> SaidParty | None:
    if [word for word in words if word.isalnum()] in (["me"], ["only", "me"]):
        return SaidParty(1, 0, len(words))
    for at in range(len(words)):
        found = number_at(words, at)
        if found is not None and found[0]:
            return SaidParty(found[0], at, found[1])
    return None
