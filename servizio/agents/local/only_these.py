"""All but what is named goes: "actually, I only need the black one" of a taro and a black one.

Where everything in the order is named, nothing goes; that is a yes (`already_so`). What is left
is read back, so nobody loses a drink unheard.
"""

from __future__ import annotations

import re
from typing import Final

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Deny,
    Done,
    Remove,
    Repeat,
    Target,
    Thanks,
)
from servizio.language.sound import likeness, sounds_of
from servizio.language.words import stem_of

_ASKED: Final = frozenset({Ask.READ_BACK, Ask.MORE, Ask.PHONE, Ask.PHONE_CHECK})
_ONLY: Final = re.compile(
    r"(?<!and )(?<!also )(?<!plus )\b(?:just|only)\b"
    r"(?: (?:really|actually|want|need|keep|have|take|get|do|like|it|be|having|getting|going|with"
    r"|for))* (?P<named>.+)$"
)
_POINTS: Final = frozenset({"the", "my", "that", "this", "those", "a", "an", "one", "ones", "and"})
_OTHERWISE: Final = re.compile(
    r"\b(?:not|dont|didnt|isnt|arent|why|is it|is that|wrong|right)\b.*\b(?:just|only)\b"
    r"|\b(?:just|only)\b.*\b(?:wrong|right|missing|mine)\b"
)
"""With these it is said of something else that it is just this."""
_AFTER: Final = re.compile(
    r"^(?:(?:please|thanks|thank you|for (?:now|today|us)|for me (?:and thats all)?|now|today|then"
    r"|instead|after all|(?:and )?thats (?:all|it)|(?:is|will be) (?:fine|good|enough|all)"
    r"|all|sorry|actually)(?: |$))+$"
)
"""What may follow the names; with anything else it is another matter."""
_SO_SMALL: Final = (Affirm, Deny, Done, Thanks, Repeat, Add, Change)
_ALIKE: Final = 0.8
"""How much a word must sound like that of a name: "tarot"."""


def read(talk: Talk, said: Said) -> None:
    """Take off the lines that are not named, where only some are."""
    words = re.sub(r"[^\w ]", "", said.words)
    found = None if _OTHERWISE.search(words) else _ONLY.search(words)
    if found is None or talk.state.ask not in _ASKED or not said.only(*_SO_SMALL):
        return
    if talk.state.ask is Ask.MORE and said.has(Add) and not said.has(Deny):
        # "Anything else?" - "Just a black one": that comes on top.
        return
    if any(act.choices for act in said.each(Change)) or any(one.choices for one in said.lines):
        return
    items = {line.item for line in talk.lines}
    named = _named(talk, found["named"], items) if len(items) > 1 else frozenset()
    if not named or named == items or _counts_otherwise(talk, said, named):
        return
    kept = [act for act in said.acts if isinstance(act, Thanks)]
    places = range(len(talk.lines), 0, -1)
    gone = [place for place in places if talk.lines[place - 1].item not in named]
    said.acts = [*kept, *(Remove(Target(index=place)) for place in gone)]


def _counts_otherwise(talk: Talk, said: Said, named: frozenset[str]) -> bool:
    """ "Just one taro" where there are two: which goes, and how many, is another matter."""
    counted = re.search(r"\b(?:just|only)\b(?: \w+){0,2}? (?P<count>an?|one)\b", said.words)
    there = sum(line.quantity for line in talk.lines if line.item in named)
    return counted is not None and there != 1


def _named(talk: Talk, words: str, items: set[str]) -> frozenset[str]:
    """Items of the order that are named and nothing else; none, where something else is said."""
    telling = _telling_words(talk, items)
    shared = {stem_of(word) for item in items for word in talk.menu.item(item).name.lower().split()}
    named: set[str] = set()
    left = words.split()
    while left:
        meant = [item for item, own in telling.items() if _is_one_of(left[0], own)]
        if meant:
            named.update(meant)
        elif left[0] not in _POINTS and stem_of(left[0]) not in shared:
            break
        left.pop(0)
    rest = " ".join(left)
    return frozenset(named) if not rest or _AFTER.match(rest) else frozenset()


def _telling_words(talk: Talk, items: set[str]) -> dict[str, frozenset[str]]:
    """The words of each item's name that no other item of the order has."""
    names = {
        item: frozenset(stem_of(word) for word in talk.menu.item(item).name.lower().split())
        for item in items
    }
    return {
        item: own.difference(*(other for one, other in names.items() if one != item))
        for item, own in names.items()
    }


def _is_one_of(word: str, telling: frozenset[str]) -> bool:
    stem = stem_of(word)
    return stem in telling or any(
        likeness(sounds_of(stem), sounds_of(one)) >= _ALIKE for one in telling
    )
