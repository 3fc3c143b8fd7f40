"""What was taken back, or exchanged, leaves nothing behind where it never was.

"Pudding, no, crystal boba instead of the pudding" orders crystal boba: a ticket that says "no
egg pudding" would make the kitchen look for one. "No onions", as such, stays.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import Act, Add, Change
from servizio.shop.line import Amount, Choice


def read(talk: Talk, said: Said) -> None:
    """Drop what was only set aside from lines that do not have it."""
    gone = said.meaning.set_aside
    if not gone:
        return
    acts: list[Act] = []
    for act in said.acts:
        # Said twice, it goes once.
        before = {one for done in acts if isinstance(done, Change) for one in done.choices}
        acts.append(_without(talk, act, gone, before))
    said.acts = acts


def _without(talk: Talk, act: Act, gone: frozenset[str], before: AbstractSet[Choice]) -> Act:
    def stays(choice: Choice) -> bool:
        return choice.amount is not Amount.NONE or choice.modifier not in gone

    if isinstance(act, Add):
        kept = (
            replace(line, choices=tuple(one for one in line.choices if stays(one)))
            for line in act.lines
        )
        return Add(tuple(kept))
    if not isinstance(act, Change):
        return act
    held = {
        one.modifier
        for place in talk.places(act.target)
        for one in talk.lines[place - 1].choices
        if one.amount is not Amount.NONE
    }
    there = (
        one
        for one in dict.fromkeys(act.choices)
        if stays(one) or (one.modifier in held and one not in before)
    )
    return replace(act, choices=tuple(there))
