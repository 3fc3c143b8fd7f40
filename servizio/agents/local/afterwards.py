"""What is heard once the order is placed: most of it is thanks, and little of it an order.

A "bye" is easily heard as a topping, and "seven five at the end" speaks of the number that was
just read back. The order is being made by then, and is not changed by what only sounds so.
"""

from __future__ import annotations

import re
from typing import Final

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_mending import digits_in
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import Change

_THANKS_AND_A_WORD: Final = re.compile(
    r"^(?:(?:ok|okay|alright|great|perfect|awesome|so much|very much|thanks|thank you) )+"
    r"(?!no\b|with|without|extra|less|more|and\b|but\b|add\b)\w+$"
)
_TOLD: Final = 2
"""Digits of a number's end that are no count of anything."""


def read(talk: Talk, said: Said) -> None:
    """Leave out what only sounds like a change of the placed order."""
    if talk.state.ask is not Ask.AFTER:
        return
    before = len(said.acts)
    digits = digits_in(said.words)
    if len(digits) >= _TOLD and (talk.desk.cart.phone or "").endswith(digits):
        said.drop_bare_quantities()
    if _THANKS_AND_A_WORD.match(said.words):
        said.drop(Change)
    said.understood = said.understood or len(said.acts) < before
