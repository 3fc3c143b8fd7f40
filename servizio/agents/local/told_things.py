""" "The second one, with pudding", after the agent has told what there is."""

from __future__ import annotations

import re
from typing import Final

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_words import UNDER_TWENTY
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import Add, Affirm, Change, NotOnMenu, Question, Remove
from servizio.shop.line import Line

_PLACES: Final = {
    "first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4,
    "last": -1, "latter": -1,
}  # fmt: skip
_POINTS: Final = re.compile(
    rf"\b(?:(?P<count>one|two|three|four|five) of )?the (?P<place>{'|'.join(_PLACES)})\b"
)
_ORDERS: Final = re.compile(r"\b(take|have|get|add|want|try|order|like)\b")
_OPEN: Final = frozenset({Ask.ORDER, Ask.MORE})


def read(talk: Talk, said: Said) -> None:
    """Order what was pointed at among the items that the last reply told of."""
    told, talk.state.told_items = talk.state.told_items, ()
    pointed = _POINTS.findall(said.words)
    if len(pointed) != 1 or talk.state.ask not in _OPEN or said.has(Add, Remove, Question):
        return
    if talk.lines and not _ORDERS.search(said.words):
        # There are lines that it can be as well: "make the second one no ice".
        return
    count, name = pointed[0]
    place = _PLACES[name]
    if place >= len(told) or not told:
        return
    choices = tuple(choice for act in said.each(Change) for choice in act.choices)
    said.drop(Change, Affirm, NotOnMenu)
    said.put([Add((Line(told[place], UNDER_TWENTY.index(count) if count else 1, choices),))])
