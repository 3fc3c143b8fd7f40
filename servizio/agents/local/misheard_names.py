"""Another word where the name of a flavour must stand: "one pearls milk tea with boba".

Nobody asks for the same thing twice in one line, nor for "a pearls milk tea": what was said was
one of the milk teas, and which one is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from servizio.agents.local.dialogue import WhichThing
from servizio.agents.local.number_words import UNDER_TWENTY
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import Add, Change, Question, Remove, Target
from servizio.language.sound import likeness, sounds_of
from servizio.shop.line import Choice, Line
from servizio.shop.menu import Item

_MOST = 3
"""How many items are offered in one question."""

_COUNTS = ("no", *UNDER_TWENTY[1:10])
_ORDERS_ONE = re.compile(
    r"^(?:(?:um|uh|oh|hi|hello|yeah|yes|okay|and|also|then|can i get|could i get|can i have|id like"
    r"|ill have|ill take|i want|let me get|give me) )*"
    rf"(a|an|{'|'.join(_COUNTS[1:])}) ((?:(?!more|of|with|percent)\w+ ){{1,3}})with\b"
)
"""How an item is ordered together with what is to be in it."""


def read(talk: Talk, said: Said) -> None:
    """Ask which item was meant where a topping's name stands for that of a flavour."""
    for act in said.each(Add):
        doubted = [(line, word) for line in act.lines if (word := _in_its_place(talk, line, said))]
        if not doubted:
            continue
        line, word = doubted[0]
        kept = tuple(one for one in act.lines if one is not line)
        at = said.acts.index(act)
        said.acts[at : at + 1] = [Add(kept)] if kept else []
        said.understood = True
        talk.doubt(WhichThing(_likest(talk, line, word), _without_it(talk, line, word, said)))
        return


def leave_the_item(talk: Talk, said: Said) -> None:
    """ "No, just one pearls milk tea": which item it is was said before; the rest counts."""
    for act in said.each(Change):
        line = Line(act.item, 1, act.choices) if act.item and act.target == Target() else None
        word = _in_its_place(talk, line, said) if line is not None else ""
        if line is None or not word or not talk.lines:
            continue
        choices = tuple(dict.fromkeys(_without_it(talk, line, word, said).choices))
        rest = replace(act, item=None, choices=choices)
        at = said.acts.index(act)
        said.acts[at : at + 1] = [rest] if choices or act.quantity else []


def ask_for_the_item(talk: Talk, said: Said) -> None:
    """ "A tower with boba": an item was ordered, and its name is what was not heard."""
    changes = said.each(Change)
    told = _ORDERS_ONE.match(said.words)
    if told is None or len(changes) != 1 or said.has(Add, Remove, Question):
        return
    (act,) = changes
    if act.item is not None or act.target != Target(all=act.target.all) or not act.choices:
        return
    unheard = set(told[2].split())
    if talk.lines and unheard.isdisjoint(" ".join(said.meaning.leftover).split()):
        return
    quantity = _COUNTS.index(told[1]) if told[1] in _COUNTS else 1
    # "Two perils" is no double boba, whatever it sounds like.
    kept = tuple(dict.fromkeys(one for one in act.choices if one.count == 1))
    fitting = [
        item.id
        for item in talk.menu.items
        if not talk.is_sold_out(item.id) and all(one.group in item.modifier_groups for one in kept)
    ]
    if not 0 < len(fitting) <= _MOST or not kept:
        return
    said.acts.remove(act)
    said.understood = True
    talk.doubt(WhichThing(tuple(fitting), Line(fitting[0], quantity, kept)))


def _in_its_place(talk: Talk, line: Line, said: Said) -> str:
    """The topping's name that stands before what several items are called; empty: none."""
    tail = _tail(talk.menu.item(line.item))
    if not tail or len(_called(talk, tail)) < 2:
        return ""
    for choice in line.choices:
        for name in _names(talk, choice):
            before = re.search(rf"\b{re.escape(name)} {re.escape(tail)}s?\b", said.words)
            if before and (_is_many(name) or _is_said_again(talk, choice, said, before.end())):
                return name
    return ""


def _tail(item: Item) -> str:
    """ "Milk tea", of a taro milk tea."""
    return " ".join(item.name.lower().split()[1:])


def _called(talk: Talk, tail: str) -> tuple[Item, ...]:
    return tuple(one for one in talk.menu.items if _tail(one) == tail)


def _names(talk: Talk, choice: Choice) -> Iterable[str]:
    modifier = talk.menu.group(choice.group).modifier(choice.modifier)
    return sorted((modifier.name.lower(), *map(str.lower, modifier.aliases)), key=len, reverse=True)


def _is_many(name: str) -> bool:
    return name.endswith("s") and not name.endswith("ss")


def _is_said_again(talk: Talk, choice: Choice, said: Said, at: int) -> bool:
    rest = said.words[at:]
    return any(re.search(rf"\b{re.escape(name)}\b", rest) for name in _names(talk, choice))


def _likest(talk: Talk, line: Line, word: str) -> tuple[str, ...]:
    """The items that it can have been, the one that sounds most like it first."""

    def alike(item: Item) -> float:
        return likeness(sounds_of(word), sounds_of(item.name.lower().split()[0]))

    called = _called(talk, _tail(talk.menu.item(line.item)))
    there = [one for one in called if not talk.is_sold_out(one.id)]
    return tuple(one.id for one in sorted(there, key=alike, reverse=True)[:_MOST])


def _without_it(talk: Talk, line: Line, word: str, said: Said) -> Line:
    """The line without the topping, unless that was said once more behind the name."""
    at = said.words.find(f"{word} ") + len(word)
    kept = tuple(
        one
        for one in line.choices
        if word not in _names(talk, one) or _is_said_again(talk, one, said, at)
    )
    return replace(line, choices=kept)
