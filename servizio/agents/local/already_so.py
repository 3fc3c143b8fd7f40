"""What is so already and is said once more: it agrees, and orders or changes nothing.

"Yes, just the two taros" after these were read back, "right, the black one with no ice", and
"the other one's just normal ice". `restating` does so at all other questions.
"""

from __future__ import annotations

import re
from collections import Counter

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_words import UNDER_TWENTY
from servizio.agents.local.restating import OPENERS, Manner, asked_for, manner_of, orders_anew
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk, changed
from servizio.agents.local.wording import item_words, thing_words
from servizio.language.meaning import Act, Add, Affirm, Change, Deny, Done, Remove, Target
from servizio.language.people import ME
from servizio.shop.line import Amount, Choice, Line

_ASKED = frozenset({Ask.READ_BACK, Ask.GROUP, Ask.PHONE})
_JUST = re.compile(r"\b(just|only)\b")
_JUST_THAT = re.compile(
    rf"\b(?:just|only) (?:the|those|these|my|that|{'|'.join(UNDER_TWENTY[1:11])})\b"
)
_JUST_ONE = re.compile(r"\b(?:just|only) (?:the (?:\w+ )?one|mine|one \w+)\b")
_BESIDE = re.compile(rf"{OPENERS}(?:thats right )?(?:and|also|plus|then|but)\b(?! (?:the|just)\b)")
"""Before something that comes on top of what there is."""
_NO = re.compile(r"(?:no|nope|nah)\b")
_IS_ALL = re.compile(
    r"\b(?:is|are|s|will be|would be|thats) (?:all|everything|it|plenty|enough|the lot)\b"
)
_DEFINITE = re.compile(r"\b(?:the|my|those|these|its|just|only)\b")
_ONE = re.compile(r"\b(?:a|an|one|single)\b")
_TOLD_BY_IT = re.compile(r"\bthe (?:\w+ ){1,2}ones?\b")


def read(talk: Talk, said: Said) -> None:
    """Take out of `said` what is so already, and hear the yes in it."""
    if talk.state.ask is Ask.MORE and (said.has(Deny) or _NO.match(said.words)):
        _hear_the_end(talk, said)
    if talk.state.ask not in _ASKED or not talk.lines or said.has(Deny):
        return
    if talk.state.ask is Ask.PHONE and not _agrees_late(said):
        return
    before = len(said.acts)
    again = [] if said.wants_one_more else _said_again(talk, said)
    if _JUST_ONE.search(said.words) and len(talk.lines) > 1 and len(again) != len(talk.lines):
        # "Just the one with pudding" of two: no yes to both.
        return
    left = (_without(act, again) for act in said.acts)
    said.acts = [act for act in left if act is not None and not _is_so(talk, said, act)]
    if not again and len(said.acts) == before:
        return
    just = (_JUST if again else _JUST_THAT).search(said.words)
    closes = just is not None and not said.has(Add, Change)
    if talk.state.ask is Ask.PHONE:
        # It answers the question before, and this one is still open.
        said.put([] if said.has(Add, Change, Done) else [Done()])
        return
    if talk.state.ask is Ask.GROUP:
        said.put([Deny()] if closes else [])
        said.understood = True
        return
    if not said.has(Affirm):
        said.acts.insert(0, Affirm())
    if closes and not said.has(Done):
        said.put([Done()])


def _agrees_late(said: Said) -> bool:
    """ "Yes, two taros, that's all", after the number was asked for; `restating` has the rest."""
    return said.has(Affirm) and said.has(Add) and manner_of(said) is Manner.NEW


def _hear_the_end(talk: Talk, said: Said) -> None:
    """ "No, just the two taros", "no, the two taros is all": nothing else, with what there is."""
    if said.wants_one_more or not said.only(Deny, Add, Change, Remove, Done):
        return
    is_all = _IS_ALL.search(said.words) is not None
    again = _said_again(talk, said)
    rest = [
        act
        for act in said.acts
        if not (isinstance(act, Deny | Done) or _is_so(talk, said, act))
        and not (is_all and isinstance(act, Remove))
        and _without(act, again) is not None
    ]
    if not rest and (is_all or _JUST.search(said.words)) and not said.only(Deny):
        said.acts = [Done()]


def _said_again(talk: Talk, said: Said) -> list[Line]:
    """Those of the lines just said that only say again what is in the order."""
    lines = said.lines
    if talk.state.ask is Ask.READ_BACK and _unordered(lines) == _unordered(talk.staged):
        return list(lines)
    definite = _DEFINITE.search(said.words) is not None
    if not (definite or said.has(Affirm)) or _BESIDE.match(said.words) or orders_anew(said):
        return []
    if not {ME, "", *talk.whose}.issuperset(said.meaning.whose):
        # It is for somebody who has nothing yet.
        return []
    free = list(talk.lines)
    found: list[Line] = []
    for line in lines:
        like = next((one for one in free if _says_it(talk, said, line, one)), None)
        if like is not None:
            free.remove(like)
            found.append(line)
    return found


def _says_it(talk: Talk, said: Said, line: Line, held: Line) -> bool:
    counted = line.quantity != 1 or _ONE.search(said.words) is not None
    return (
        line.item == held.item
        and (line.quantity == held.quantity or not counted)
        and asked_for(talk, line) <= asked_for(talk, held)
    )


def _unordered(lines: tuple[Line, ...]) -> Counter[object]:
    return Counter((line.item, line.quantity, frozenset(line.choices)) for line in lines)


def _without(act: Act, again: list[Line]) -> Act | None:
    """The act without these lines; `None` where nothing is left of it."""
    if not isinstance(act, Add):
        return act
    left = tuple(line for line in act.lines if line not in again)
    return Add(left) if left else None


def _is_so(talk: Talk, said: Said, act: Act) -> bool:
    """Whether this is a change to what is so already."""
    if not isinstance(act, Change) or act.some is not None:
        return False
    if act.target == Target() and (talk.state.ask is Ask.GROUP or not act.choices):
        return False
    if act.target == Target() and _TOLD_BY_IT.search(said.words) and said.has(Affirm):
        places: tuple[int, ...] = tuple(range(1, len(talk.lines) + 1))
        return any(_holds(talk, place, act) for place in places)
    names = act.item is None and bool(act.choices)
    if names and said.has(Affirm) and all(_calls_a_line(talk, said, one) for one in act.choices):
        return True
    # With no line named it is so already only where it is so everywhere.
    everywhere = tuple(range(1, len(talk.lines) + 1))
    places = everywhere if act.target == Target() else talk.places(act.target)
    return bool(places) and all(_holds(talk, place, act) for place in places)


def _calls_a_line(talk: Talk, said: Said, choice: Choice) -> bool:
    """ "The pepperoni" is what a pepperoni pizza of the order is called, too."""
    name = (thing_words(talk.menu, choice.modifier) or "").lower()
    called = any(name in item_words(talk.menu, line.item).lower() for line in talk.lines)
    return choice.amount is Amount.REGULAR and called and f"the {name}" in said.words


def _holds(talk: Talk, place: int, act: Change) -> bool:
    """Whether the change would leave the line as it is."""
    was = talk.lines[place - 1]
    will = changed(talk.menu, was, act)
    if any(one.amount is Amount.NONE for one in act.choices):
        return will == was
    return (will.item, will.quantity) == (was.item, was.quantity) and asked_for(
        talk, will
    ) == asked_for(talk, was)
