"""What is heard once the order is placed: most of it is thanks, and little of it an order.

A "bye" is easily heard as a topping, and "seven five at the end" speaks of the number that was
just read back. The order is being made by then: it is changed only by words that ask for it.
"""

from __future__ import annotations

import re
from typing import Final

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import Act, Change, Goodbye, Target, Thanks

_ASKS_FOR_IT: Final = re.compile(
    r"\b(make|change|want|get|have|need|add|put|with|without|no|extra|more|less|light|can|could"
    r"|actually|instead|only|just|forgot|on|in)\b"
)


def read(talk: Talk, said: Said) -> None:
    """Leave out what only sounds like a change of the placed order."""
    if talk.state.ask is not Ask.AFTER or _ASKS_FOR_IT.search(said.words):
        return
    amounts = len(said.acts)
    said.drop_bare_quantities()
    if said.has(Thanks, Goodbye):
        said.acts = [act for act in said.acts if not _only_names_a_choice(act)]
    said.understood = said.understood or len(said.acts) < amounts


def _only_names_a_choice(act: Act) -> bool:
    return (
        isinstance(act, Change) and act == Change(Target(), act.choices) and len(act.choices) == 1
    )
