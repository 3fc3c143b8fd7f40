"""The name under which a table is to be reserved, as it is written in a request."""

from __future__ import annotations

import re

LONGEST_NAME = 40
"""Characters: it is spoken, and spelt letter by letter."""
_TEXT = 2880
_OPENING = re.compile(
    r"\b(?:under(?:\s+the)?\s+name(?:\s+of)?|in\s+the\s+name\s+of|(?:my|the|our)\s+name\s+is"
    r"|name(?:\s*(?::|is|of))|under|name)\s+",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^\s*(?:it(?:'s| is)|(?:my|the|our)\s+name\s+is|that(?:'s| is)|i\s*am|i'm|under|put it under"
    r"|the\s+name\s+of|name|for|this is)\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][^\W\d_.'’-]*\.?(?:['’-][^\W\d_]+)*")
_ENDS = frozenset({
    "at", "for", "on", "in", "tomorrow", "tonight", "today", "between", "around", "with", "this",
    "next", "by", "from", "after", "before", "about", "please", "and", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "the", "a", "to", "table", "inside",
    "outside", "noon", "half", "quarter", "party", "just", "not", "or", "no", "thanks", "thank",
})  # fmt: skip
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "mr.", "mrs.", "ms.", "dr."})
_MOST_WORDS = 4


def name_in(text: str) -> str:
    """The name that a request gives; empty where it gives none."""
    for found in _OPENING.finditer(text[:_TEXT]):
        name = _from(text, found.end())
        if name:
            return name
    return ""


def name_answered(text: str) -> str:
    """The name in an answer to "Under what name?"; empty where there is none."""
    found = _ANSWER.match(text[:_TEXT])
    return name_in(text) or _from(text, found.end() if found else 0)


def _from(text: str, start: int) -> str:
    """The words of a name from here on, each with a capital."""
    words: list[str] = []
    at = start
    while len(words) < _MOST_WORDS:
        while text[at : at + 1] == " ":
            at += 1
        found = _WORD.match(text, at)
        if found is None or found.group().lower() in _ENDS:
            break
        word = found.group()
        at = found.end()
        is_title = word.lower() in _TITLES
        words.append(_capital(word if is_title else word.rstrip(".")))
        if word.endswith(".") and not is_title:
            break
    return " ".join(words)[:LONGEST_NAME].strip()


def _capital(word: str) -> str:
    return word if word[:1].isupper() else word[:1].upper() + word[1:]
