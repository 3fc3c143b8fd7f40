"""The time that a request names, and the room for another one that it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import pairwise

from servizio.language.clock_words import (
    SaidTime,
    minutes_of,
    number_at,
    part_of_day,
    time_at,
    times_in,
)
from servizio.shop.reservation import ROOM, room_around

_BEFORE_TIMES = frozenset({
    "at", "by", "around", "about", "from", "until", "till", "til", "between", "and", "to", "or",
    "before", "after", "than", "say", "is", "make", "it", "not", "maybe", "roughly", "-", "ish",
    "like", "either", "for",
})  # fmt: skip
_EXACT = (("sharp",), ("exactly",), ("on", "the", "dot"), ("precisely",), ("only",))
_EXACT_UNITS = {"minutes": 1, "minute": 1, "min": 1, "hour": 60, "hours": 60}
_LAST = time(23, 59)
_ENDS = frozenset({"earliest", "latest"})
_LIMITS = {
    ("not", "before"): "earliest", ("earlier", "than"): "earliest", ("after",): "earliest",
    ("from",): "earliest", ("not", "after"): "latest", ("later", "than"): "latest",
    ("before",): "latest", ("until",): "latest", ("till",): "latest", ("til",): "latest",
    ("by",): "latest",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WantedTime:
    """A time, and from when to when another one would do."""

    at: time
    earliest: time
    latest: time


def wanted_time(words: Sequence[str], *, is_answer: bool = False) -> WantedTime | None:
    """What these words say of the time; `None` where they say nothing of it."""
    part = part_of_day(words)
    said = [each for each in times_in(words) if is_answer or _is_time(words, each)]
    if not said:
        return None
    ranged = _between(words, said, part)
    others = [each for each in said if ranged is None or each not in ranged[1]]
    main = next((each for each in others if not _is_limit(words, each)), None)
    if ranged is not None:
        at = main.plainly(part) if main is not None else _middle(*ranged[0])
        return _ordered(at, *ranged[0])
    if main is None:
        return _only_limits(words, others, part)
    at = main.plainly(part)
    earliest, latest = _limits(words, others, part)
    room = _room(words)
    first, last = room_around(at, room if room is not None else ROOM)
    second = _or_another(words, others, main, at, part)
    if second is not None and earliest is None and latest is None and room is None:
        return _ordered(at, at, second)
    return _ordered(
        at,
        earliest if earliest is not None else first,
        latest if latest is not None else last,
    )


def _is_time(words: Sequence[str], said: SaidTime) -> bool:
    """Whether it is more than a number."""
    before = words[said.start - 1] if said.start else ""
    ranges = words[said.end : said.end + 1] == ["-"] and time_at(words, said.end + 1) is not None
    return said.is_marked or ranges or before in _BEFORE_TIMES


def _between(
    words: Sequence[str], said: Sequence[SaidTime], part: str
) -> tuple[tuple[time, time], tuple[SaidTime, SaidTime]] | None:
    """ "Between six and eight", "from 6 to 8", "6-8 pm"."""
    for one, other in pairwise(said):
        before = words[one.start - 1] if one.start else ""
        joint = tuple(words[one.end : other.start])
        opens = before in {"between", "from", "anytime", "anywhere"}
        if (opens and joint in {("and",), ("to",), ("until",), ("till",), ("-",)}) or joint == (
            "-",
        ):
            last = other.plainly(part)
            first = one.near(last, one.half or (other.half if other.half != "24" else "") or part)
            if minutes_of(first) > minutes_of(last):
                first = one.near(last)
            return (first, last), (one, other)
    return None


def _is_limit(words: Sequence[str], said: SaidTime) -> bool:
    return _limit_of(words, said) != ""


def _limit_of(words: Sequence[str], said: SaidTime) -> str:
    """`earliest`, `latest` or nothing: "not before 7", "no later than 9", "after 6"."""
    before = [word for word in words[max(0, said.start - 3) : said.start] if word != "at"]
    for length in (2, 1):
        if limit := _LIMITS.get(tuple(before[-length:])):
            return limit
    after = words[said.end : said.end + 3]
    return after[2] if after[:2] == ["at", "the"] and after[2:] and after[2] in _ENDS else ""


def _limits(
    words: Sequence[str], said: Sequence[SaidTime], part: str
) -> tuple[time | None, time | None]:
    found: dict[str, time] = {}
    for each in said:
        if limit := _limit_of(words, each):
            found.setdefault(limit, each.plainly(part))
    main = next((each for each in said if not _is_limit(words, each)), None)
    if main is not None:
        tail = [word for word in words[main.end :] if word.isalpha()]
        at = main.plainly(part)
        if _is_exact(words, main):
            found = {"earliest": at, "latest": at} | found
        elif tail[:2] in (["or", "later"], ["or", "after"], ["and", "later"]):
            found = {"earliest": at} | found
        elif tail[:2] in (["or", "earlier"], ["or", "before"]):
            found = {"latest": at} | found
    return found.get("earliest"), found.get("latest")


def _is_exact(words: Sequence[str], main: SaidTime) -> bool:
    after = tuple(words[main.end : main.end + 3])
    before = words[main.start - 2 : main.start] if main.start > 1 else []
    return any(after[: len(each)] == each for each in _EXACT) or bool(
        {"exactly", "only", "precisely"} & set(before)
    )


def _only_limits(words: Sequence[str], said: Sequence[SaidTime], part: str) -> WantedTime:
    """ "Not before seven", "by eight": the limit is also what is asked for."""
    earliest, latest = _limits(words, said, part)
    if earliest is not None and latest is not None:
        return _ordered(_middle(earliest, latest), earliest, latest)
    if earliest is not None:
        return _ordered(earliest, earliest, room_around(earliest)[1])
    at = latest if latest is not None else said[0].plainly(part)
    return _ordered(at, room_around(at)[0], at)


def _or_another(
    words: Sequence[str], said: Sequence[SaidTime], main: SaidTime, at: time, part: str
) -> time | None:
    """ "Seven or half past seven"."""
    for each in said:
        if each is not main and words[main.end : each.start] == ["or"]:
            return each.near(at, part)
    return None


def _room(words: Sequence[str]) -> timedelta | None:
    """ "Give or take half an hour", "thirty minutes either side"."""
    text = " ".join(words)
    if not any(each in text for each in ("give or take", "either side", "either way", "plus or m")):
        return None
    if "half an hour" in text:
        return timedelta(minutes=30)
    if "an hour" in text:
        return timedelta(hours=1)
    for at in range(len(words)):
        found = number_at(words, at)
        unit = words[found[1]] if found is not None and found[1] < len(words) else ""
        if found is not None and unit in _EXACT_UNITS:
            return timedelta(minutes=min(found[0] * _EXACT_UNITS[unit], 12 * 60))
    return None


def _middle(first: time, last: time) -> time:
    """Between the two, to the half hour below."""
    minutes = (minutes_of(first) + minutes_of(last)) // 2
    minutes = max(minutes // 30 * 30, minutes_of(first))
    return time(minutes // 60, minutes % 60)


def _ordered(at: time, earliest: time, latest: time) -> WantedTime:
    """The room always holds the time itself; it ends with the day."""
    if latest < earliest:
        latest = _LAST
    return WantedTime(at, min(earliest, at), max(latest, at))
