"""When an order is wanted: "for five thirty", "to pick up at six", "in half an hour".

The words are cut out before the order is read, so that their numbers count nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.answers import Answer
from servizio.language.clock_words import number_at, time_at
from servizio.language.meaning import Expecting, WantedAt
from servizio.language.words import PUNCTUATION

_BEFORE = frozenset({"for", "at", "by", "around", "about"})
_FETCHES = frozenset({"pick", "picking", "pickup", "ready", "come", "coming", "get"})
"""With one of these a bare hour is a time as well: "pick it up at six"."""
_AFTER = frozenset({
    "please", "if", "and", "thanks", "thank", "or", "ish", "today", "tonight", "tomorrow", "when",
    "for", "to", "is", "ok", "okay", "i", "a", "an", "with", "pickup", "possible",
})  # fmt: skip
"""What may come after a time; before other words a number is a house or a price."""
_ABOUT_HOURS = frozenset({
    "open", "close", "closed", "closing", "opening", "hours", "much", "cost", "costs", "dollars",
})  # fmt: skip
"""Words of other talk in which there are times and numbers."""
_UNITS = frozenset({"minute", "minutes", "hour", "hours"})
_ELSEWHERE = frozenset({
    Expecting.PHONE_NUMBER, Expecting.ORDER_NUMBER, Expecting.ADDRESS, Expecting.TABLE,
})  # fmt: skip
"""Where numbers are something else."""


def find_set_time(tokens: Sequence[str], expecting: Expecting) -> list[Answer]:
    """The time that an order is wanted at, if one is named. `tokens` are as from `words.split`."""
    if expecting in _ELSEWHERE or _ABOUT_HOURS.intersection(tokens):
        return []
    for at, token in enumerate(tokens):
        end = None
        if token in _BEFORE:
            end = _clock_time(tokens, at + 1)
        elif token in {"in", "within"}:
            end = _while(tokens, at + 1)
        if end is not None and (end == len(tokens) or tokens[end] in _AFTER | PUNCTUATION):
            return [Answer(at, end, WantedAt(" ".join(tokens[at:end])))]
    return []


def _clock_time(tokens: Sequence[str], at: int) -> int | None:
    """Where a time that begins here ends."""
    if at < len(tokens) and tokens[at] in _BEFORE:
        at += 1
    if at + 2 < len(tokens) and tokens[at + 1] == ":" and tokens[at].isdigit():
        return at + 3 + (tokens[at + 3 : at + 4] in (["am"], ["pm"]))
    said = time_at(tokens, at)
    if said is None:
        return None
    fetched = tokens[at - 1] != "for" and bool(_FETCHES.intersection(tokens[:at]))
    return said.end if said.is_marked or fetched else None


def _while(tokens: Sequence[str], at: int) -> int | None:
    """Where "half an hour", "about twenty minutes" ends."""
    if tokens[at : at + 1] == ["about"]:
        at += 1
    if list(tokens[at : at + 3]) == ["half", "an", "hour"]:
        return at + 3
    counted = (at, at + 1) if tokens[at : at + 1] in (["a"], ["an"]) else number_at(tokens, at)
    if counted is None or tokens[counted[1] : counted[1] + 1] == []:
        return None
    return counted[1] + 1 if tokens[counted[1]] in _UNITS else None
