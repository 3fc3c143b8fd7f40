"""A line that is in the order, said once more: "no, just a black milk tea".

Whoever says it again agrees to it or puts it right, and orders no second one, unless the words
say so ("another", "also"). What is staged and was just read back is put right in `correcting`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from servizio.agents.local.dialogue import Ask, ChangeThis, TheUsual, WhichLine, WhichThing
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.agents.local.wording import line_words
from servizio.language.meaning import Act, Add, Affirm, Change, Deny, Done, Target
from servizio.language.sound import likeness as alike
from servizio.language.sound import sounds_of
from servizio.shop.line import Amount, Choice, Line

_ELSEWHERE = frozenset({Ask.ORDER, Ask.GROUP, Ask.READ_BACK, Ask.CHANGE_WHAT})
"""Questions whose answers are told apart where they are settled."""
_NAMES_ANOTHER = (WhichLine, WhichThing, TheUsual)
"""Doubts that are answered by naming a line."""
OPENERS = r"^(?:(?:no|nope|nah|yes|yeah|yep|okay|ok|so|well|um|uh|oh|sorry|wait|right|actually) )*"
_SAID = re.compile(
    r"\bi (?:just |only |already )?(?:said|meant|ordered|asked for|told you)\b"
    r"|\b(?:should|supposed to|must) (?:be|have been)\b"
    rf"|{OPENERS}(?:thats|that is|that was|it was)\b"
    r"(?! (?:all|it|everything|right|fine|okay|good))"
)
"""Words that tell what was ordered before."""
_JUST = re.compile(
    rf"\b(?:just|only)\b|{OPENERS}(?:its|it is|i want|i wanted)\b",
)
"""Words that may do so, and may order as well."""
_OWN = re.compile(rf"{OPENERS}(?:and|also|plus|then)\b")
_ORDERS = re.compile(
    r"\b(?:(?:can|could|may) (?:i|we|you)|(?:ill|id|well|lets) (?:have|take|get|like|do)|give me"
    r"|get me|let me)\b"
)
_ONE = re.compile(r"\b(?:a|an|one|single)\b")


class Manner(IntEnum):
    """How plain it is that a line is said once more."""

    NEW = 0
    """It is ordered."""
    JUST = 1
    """It is said once more where it is what is in the order."""
    DENIED = 2
    """The same after a no: what is otherwise the same is put right."""
    SAID = 3
    """ "I said ...": whatever it is, it puts something right."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A line that was said, and the act that it came with."""

    act: Act
    line: Line


def read(talk: Talk, said: Said) -> None:
    """Take lines out of `said` that the order has already, and turn others into changes."""
    state = talk.state
    if state.ask in _ELSEWHERE or not talk.lines:
        return
    if state.ask is Ask.DOUBT and any(isinstance(one, _NAMES_ANOTHER) for one in state.doubts[:1]):
        return
    named = _named(said)
    manner = manner_of(said)
    if not named or manner is Manner.NEW:
        return
    left = [one for one in named if _place_said(talk, said, one.line, manner) is None]
    if not left:
        _take_as_said(talk, said, named, manner)
    elif manner >= Manner.DENIED and (len(left) == 1 or len(left) == len(talk.lines)):
        _put_right(talk, said, named, left, manner)


def manner_of(said: Said) -> Manner:
    """How plain it is that what was said is said once more."""
    words = said.words
    if said.wants_one_more or _OWN.match(words):
        return Manner.NEW
    if _SAID.search(words):
        return Manner.SAID
    if not _JUST.search(words):
        return Manner.NEW
    if said.has(Deny):
        return Manner.DENIED
    return Manner.NEW if orders_anew(said) else Manner.JUST


def likest(talk: Talk, line: Line, places: Sequence[int]) -> tuple[int, ...]:
    """Of these places of lines the one that sounds most like this line; several that do alike."""

    def likeness(place: int) -> tuple[bool, int, float, bool]:
        other = talk.lines[place - 1]
        heard, held = (sounds_of(talk.menu.item(one.item).name.lower()) for one in (line, other))
        return (
            line.item == other.item,
            len(asked_for(talk, line) & asked_for(talk, other)),
            round(alike(heard, held), 1),
            line.quantity == other.quantity,
        )

    if not places:
        return ()
    best = max(map(likeness, places))
    return tuple(place for place in places if likeness(place) == best)


def anew(talk: Talk, was: Line, line: Line) -> tuple[Choice, ...]:
    """The choices that make of `was` what the line says: of the kinds that it names, only those."""
    kinds = {one.group for one in line.choices}
    said = {one.modifier for one in line.choices}
    gone = (
        replace(one, amount=Amount.NONE, count=1)
        for one in was.choices
        if one.group in kinds
        and one.modifier not in said
        and one.amount is not Amount.NONE
        and talk.menu.group(one.group).max != 1
    )
    return (*line.choices, *gone)


def _named(said: Said) -> list[_Named]:
    ordered = [_Named(act, line) for act in said.each(Add) for line in act.lines]
    whole = [
        _Named(act, Line(act.item, act.quantity or 1, act.choices))
        for act in said.each(Change)
        if act.item is not None and act.target == Target()
    ]
    return [*ordered, *whole]


def _place_said(talk: Talk, said: Said, line: Line, manner: Manner) -> int | None:
    """The place of the line of the order that was said once more, if it was."""
    asked = asked_for(talk, line)
    in_part = manner > Manner.JUST or said.has(Done) or " the " in f" {said.words} "
    for place, one in enumerate(talk.lines, start=1):
        if one.item != line.item or one.quantity != line.quantity:
            continue
        held = asked_for(talk, one)
        if asked == held or (in_part and asked <= held):
            return place
    return None


def orders_anew(said: Said) -> bool:
    """Whether it is said in the words of ordering: "can I get"."""
    return _ORDERS.search(said.words) is not None


def asked_for(talk: Talk, line: Line) -> frozenset[Choice]:
    """What a line asks for, without what goes without saying."""
    return frozenset(one for one in line.choices if not talk.goes_unsaid(one))


def _take_as_said(talk: Talk, said: Said, named: Sequence[_Named], manner: Manner) -> None:
    """All of it is as it should be: say so, or take it for "that's all"."""
    denied = said.has(Deny)
    said.acts = [act for act in said.acts if not any(act is one.act for one in named)]
    if talk.state.ask is Ask.DOUBT:
        said.put([] if denied or said.acts else [Deny()])
        return
    said.drop(Deny)
    if talk.state.ask is Ask.MORE and manner < Manner.SAID:
        said.put([] if said.has(Done) else [Done()])
    elif not said.acts or (talk.state.ask is Ask.PHONE and said.only(Affirm)):
        said.drop(Affirm)
        place = _place_said(talk, said, named[0].line, manner)
        talk.note("it_is_so", line=line_words(talk.menu, talk.lines[(place or 1) - 1]))
        said.understood = True


def _put_right(
    talk: Talk, said: Said, named: Sequence[_Named], left: Sequence[_Named], manner: Manner
) -> None:
    """Each line that is not in the order as it was said takes the place of the likest."""
    taken = {
        place
        for one in named
        if one not in left and (place := _place_said(talk, said, one.line, manner)) is not None
    }
    changes: list[Change] = []
    for one in left:
        free = [at for at in range(1, len(talk.lines) + 1) if at not in taken]
        places = likest(talk, one.line, free)
        if not places:
            return
        act = _change_to(talk, said, one.line, places)
        other = all(talk.lines[place - 1].item != one.line.item for place in places)
        if len(places) > 1 and len(left) == 1:
            talk.doubt(WhichLine(act, places))
        elif other and manner < Manner.SAID:
            talk.doubt(ChangeThis(act, places[0]))
        else:
            changes.append(replace(act, target=Target(index=places[0])))
        taken.add(places[0])
    said.acts = [act for act in said.acts if not any(act is one.act for one in named)]
    said.drop(Deny)
    said.put(changes)
    said.understood = True


def _change_to(talk: Talk, said: Said, line: Line, places: Sequence[int]) -> Change:
    was = talk.lines[places[0] - 1]
    counted = line.quantity != 1 or _ONE.search(said.words) is not None
    quantity = line.quantity if counted and line.quantity != was.quantity else None
    item = line.item if line.item != was.item else None
    return Change(Target(), anew(talk, was, line), quantity, item)
