"""Answers that point, and lines that are said anew: read before anything else is done."""

from __future__ import annotations

from difflib import SequenceMatcher

from servizio.agents.local.dialogue import Ask, WhichLine, WhichThing
from servizio.agents.local.ordering import choice_for, put
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.agents.local.wording import thing_words
from servizio.language.meaning import Add, Affirm, Change, Deny, Goodbye, NotOnMenu, Target
from servizio.shop.line import Line

NEAR_ENOUGH = 0.7
"""Likeness, from 0 to 1, from which another thing is worth offering for what there is not."""

_ORDINALS = {"first": 1, "former": 1, "second": 2, "latter": 2, "third": 3, "last": -1}
_POINTING = frozenset({"the", "one", "ones", "a", "i", "mean", "meant", "please", "no", "yes"})
_SAID_ANEW = frozenset({"said", "meant", "asked", "ordered", "wanted"})


def read(talk: Talk, said: Said) -> None:
    """Mend what was understood by what is known of the conversation."""
    if talk.state.ask is Ask.ORDER and said.has(Add):
        # A "hi" heard as "bye": who orders is not leaving.
        said.drop(Goodbye)
    _point(talk, said)
    said.acts = [
        NotOnMenu(act.words)
        if isinstance(act, NotOnMenu) and act.nearest and not _is_near(talk, act)
        else act
        for act in said.acts
    ]


async def take_line_said_anew(talk: Talk, said: Said) -> None:
    """ "No, I said two black milk teas": the whole of the line with that item, anew."""
    asked = talk.state.ask in {Ask.READ_BACK, Ask.CHANGE_WHAT}
    if not asked or not said.has(Deny) or _SAID_ANEW.isdisjoint(said.meaning.text.split()):
        return
    for act in said.each(Change):
        if act.item is None or act.target != Target():
            continue
        line = Line(act.item, act.quantity or 1, act.choices)
        staged = [at for at, one in enumerate(talk.staged) if one.item == act.item]
        if len(staged) == 1:
            said.acts.remove(act)
            said.drop(Deny, Affirm)
            if act.choices or act.quantity:
                place = talk.first_staged() + staged[0]
                chosen = act.choices or talk.lines[place - 1].choices
                await put(talk, place, Line(act.item, line.quantity, chosen))
        elif not staged and len(talk.staged) == 1 and _is_agreed(talk, line):
            # What is in the cart was right; what was heard after it was not.
            said.acts.remove(act)
            said.drop(Deny, Affirm)
            await talk.do("clear_pending_item", index=1)
            talk.state.passed.clear()
            talk.note("you_have_right")


def _is_agreed(talk: Talk, line: Line) -> bool:
    return any(
        one.item == line.item
        and one.quantity == line.quantity
        and set(line.choices) <= set(one.choices)
        for one in talk.confirmed
    )


def _point(talk: Talk, said: Said) -> None:
    """ "The first one", after "this or that?"."""
    doubt = talk.state.doubts[0] if talk.state.ask is Ask.DOUBT and talk.state.doubts else None
    words = [word.strip(".,!?") for word in said.meaning.text.lower().split()]
    named = [_ORDINALS[word] for word in words if word in _ORDINALS]
    if len(named) != 1 or not _POINTING.issuperset(set(words) - set(_ORDINALS)):
        return
    if isinstance(doubt, WhichLine):
        said.acts = [Change(Target(index=named[0]))]
    elif isinstance(doubt, WhichThing) and named[0] <= len(doubt.candidates):
        thing = doubt.candidates[named[0] - (named[0] > 0)]
        if talk.menu.has_item(thing):
            said.acts = [Change(Target(), item=thing)]
            return
        chosen = next(
            (
                one
                for place in range(len(talk.lines), 0, -1)
                if (one := choice_for(talk, place, thing))
            ),
            None,
        )
        said.acts = [Change(Target(), (chosen,))] if chosen is not None else said.acts


def _is_near(talk: Talk, act: NotOnMenu) -> bool:
    """Whether offering the nearest thing does not sound absurd: a word in common, or alike."""
    name = (thing_words(talk.menu, act.nearest or "") or "").lower()
    said = [word for word in act.words.lower().split() if len(word) > 2]
    return any(
        SequenceMatcher(None, word, other).ratio() >= NEAR_ENOUGH
        for word in said
        for other in name.split()
    )
