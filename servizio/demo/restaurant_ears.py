"""What the simulated restaurant understands of whoever wants a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from servizio.language.calendar_words import day_in
from servizio.language.clock_words import part_of_day, times_in, words_of
from servizio.language.party_words import party_in
from servizio.language.spoken_codes import code_at

_NAME = re.compile(
    r"\b(?:the name is|name is|names|under the name of|under the name|under|calling for|"
    r"assistant of|for the name)\s+((?!the\b|a\b|an\b|for\b|your\b)[a-z]+)\b"
)
_BARE_NAME = re.compile(r"^(?:its |it is |thats |that is )?(?:mister |mr |mrs |miss )?([a-z]+)"
                        r"(?: please)?$")  # fmt: skip
_SPELT = re.compile(r"\b((?:[a-z] ){2,}[a-z])\b")
_YES = re.compile(
    r"\b(?:yes|yeah|yep|thats right|correct|right|works|is fine|fine|well take|take it|thats all "
    r"right|please do|sure|perfect|great|wonderful|that would be)\b"
)
_NO = re.compile(r"\b(?:no|nope|not|sorry|wrong|doesnt|too (?:late|early))\b")
_BYE = re.compile(r"\b(?:goodbye|good bye|bye|thank you anyway|thanks anyway)\b")
_NUMBER = re.compile(r"\b(?:confirmation|number)\b")
_BOOKED = re.compile(r"\bis (?:it|the table|that) (?:\w+ )?(?:booked|reserved)\b")
_OTHER = re.compile(r"\b(?:anything|another time|any time|something)\b")
_ONCE_MORE = re.compile(r"\b(?:say that again|once more|repeat|catch that|pardon)\b")
_TABLE = re.compile(r"\b(?:table|reservation|reserve|book|booking)\b")
_SHORTEST_NUMBER = 3
_SHORTEST_PHONE = 7
_NO_NAMES = frozenset({
    "yes", "no", "please", "thanks", "thank", "sure", "okay", "ok", "hello", "hi", "people",
    "tomorrow", "tonight", "today", "right", "correct", "goodbye", "bye", "sorry", "inside",
    "great", "wonderful", "fine", "perfect", "that", "it",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said, as far as it is about a table."""

    text: str
    party: int | None
    day: date | None
    times: tuple[time, ...]
    name: str
    phone: str
    digits: str
    """A short number, read back to us."""
    yes: bool
    no: bool
    bye: bool
    wants_number: bool
    wants_other: bool
    asks_if_booked: bool
    once_more: bool
    wants_table: bool


def hear_wish(texts: Sequence[str], today: date, *, asked_name: bool) -> Wish:
    """What the first of these hypotheses says, with what only a later one tells added."""
    wishes = [_read(text, today, asked_name=asked_name) for text in texts[:4]]
    if not wishes:
        return _read("", today, asked_name=asked_name)
    first = wishes[0]
    return Wish(
        text=first.text,
        party=next((each.party for each in wishes if each.party), None),
        day=next((each.day for each in wishes if each.day), None),
        times=next((each.times for each in wishes if each.times), ()),
        name=next((each.name for each in wishes if each.name), ""),
        phone=first.phone,
        digits=first.digits,
        yes=first.yes,
        no=first.no,
        bye=first.bye,
        wants_number=first.wants_number,
        wants_other=first.wants_other,
        asks_if_booked=first.asks_if_booked,
        once_more=first.once_more,
        wants_table=first.wants_table,
    )


def _read(text: str, today: date, *, asked_name: bool) -> Wish:
    words = words_of(text)
    bare = [word for word in words if word.isalnum()]
    joined = " ".join(bare)
    phone = _phone(bare)
    if phone:
        words = []
    party, day = party_in(words), day_in(words, today)
    rest = words if party is None else [*words[: party.start], ",", *words[party.end :]]
    part = part_of_day(rest)
    times = tuple(
        each.plainly(part) for each in times_in(rest) if each.is_marked or _opens(rest, each.start)
    )
    return Wish(
        text=joined,
        party=None if party is None else party.count,
        day=None if day is None else day.day,
        times=times,
        name=_name(joined, asked=asked_name),
        phone=phone,
        digits=_digits(bare),
        yes=bool(_YES.search(joined)),
        no=bool(_NO.search(joined)),
        bye=bool(_BYE.search(joined)),
        wants_number=bool(_NUMBER.search(joined)) and not phone,
        wants_other=bool(_OTHER.search(joined)),
        asks_if_booked=bool(_BOOKED.search(joined)),
        once_more=bool(_ONCE_MORE.search(joined)),
        wants_table=bool(_TABLE.search(joined)),
    )


def _opens(words: Sequence[str], at: int) -> bool:
    return at > 0 and words[at - 1] in {"at", "be", "its", "between", "and", "about", "around"}


def _name(text: str, *, asked: bool) -> str:
    spelt = _SPELT.search(text)
    if spelt is not None:
        return spelt.group(1).replace(" ", "").capitalize()
    found = _NAME.search(text) or (_BARE_NAME.match(text) if asked else None)
    name = found.group(1) if found is not None else ""
    return "" if name in _NO_NAMES else name.capitalize()


def _digits(words: Sequence[str]) -> str:
    for at in range(len(words)):
        code, _ = code_at(words, at)
        if _SHORTEST_NUMBER <= len(code) < _SHORTEST_PHONE and code.isdecimal():
            return code
    return ""


def _phone(words: Sequence[str]) -> str:
    for at in range(len(words)):
        code, _ = code_at(words, at)
        if len(code) >= _SHORTEST_PHONE and code.isdecimal():
            return code
    return ""
