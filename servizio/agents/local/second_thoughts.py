"""Words about what is in the order already, told apart from words that order more."""

from __future__ import annotations

import re
from dataclasses import replace

from servizio.agents.local import restating
from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_words import UNDER_TWENTY
from servizio.agents.local.said import Said
from servizio.agents.local.spoken_figures import speakable
from servizio.agents.local.talk import Talk
from servizio.agents.local.wording import is_level
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Deny,
    Done,
    Question,
    Remove,
    Target,
    Wait,
)
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item

_JUST = re.compile(r"\b(just|only)\b")
_JUST_THE_ONE = re.compile(r"\b(just|only) (the |that )?one\b|\bjust (that|the one|this)\b")
_AS_IT_IS = re.compile(
    r"\b(regulars?|normal|standard|usual|default)\b.*\b(fine|okay|ok|good|right)\b"
)
_SCRATCH = re.compile(r"^((oh|um|uh|no|wait|sorry|actually|hmm),? )*(scratch|strike|forget) that\b")
_NUMBERS = UNDER_TWENTY[1:11]
_MAKE_IT = re.compile(rf"\bmake (it|that|them) ({'|'.join(_NUMBERS)})\b(?! percent| hundred)")
_SO_MANY_FIRST = re.compile(
    rf"\b({'|'.join(_NUMBERS[1:])}) (?:\w+ )?\w+s (?:and )?(?:the )?first (?:one |is |will |a |an )"
)
_HOLD_ON = re.compile(r"\b((hold|hang) on|(one|a) (sec|second|moment|minute))\b")
_NO_FIRST = re.compile(r"^(no|nope|nah|not|wrong|thats not|thats wrong)\b")
_OTHERWISE = re.compile(r"\b(other way (a)?round|vice versa|mixed (it|them|that) up|swapped)\b")
_OWN = re.compile(r"^(and|also|plus|then)\b")
_BACK_TO = re.compile(r"\b((go|going|switch|change|get) back to|back to the)\b")
_IS_SO = re.compile(
    r"\bthe [a-z ]{0,24}?\b(is|was|has|gets|should (be|have|get)|goes|comes) "
    r"(without|with|plain|no)\b"
)
_PLACES = ("first", "second", "third", "fourth", "last")
_ORDINAL_IS = re.compile(
    rf"\bthe ({'|'.join(_PLACES)}) (?:one )?(?:is|was|should (?:be|have been)|ought to be)\b"
)
_READ_OUT = frozenset({Ask.READ_BACK, Ask.CHANGE_WHAT})
"""Questions at which the first line is the first one just read out."""


def read(talk: Talk, said: Said) -> None:
    """Mend what was understood by what is in the order."""
    text = said.words
    _take_it_otherwise(said, text)
    _wait_for_them(talk, said, text)
    _order_by_its_flavour(talk, said)
    _keep_what_stays(talk, said, text)
    said.acts = [
        _not_left_out(talk, act, text) if isinstance(act, Change) else act for act in said.acts
    ]
    _count_too(said, text)
    _count_the_first(said, text)
    _leave_as_it_is(talk, said, text)
    if talk.state.ask is Ask.READ_BACK:
        _hear_the_no(talk, said, text)
    if talk.state.ask is Ask.MORE:
        _hear_it_again(talk, said, text)
    _tell_of_the_first(talk, said, text)
    restating.read(talk, said)
    _go_back(talk, said, text)
    _tell_of_a_line(talk, said, text)


def _take_it_otherwise(said: Said, text: str) -> None:
    """ "Scratch that, one of the taros without boba": taken back is what was meant before."""
    undone = said.acts[:1] == [Remove(Target())] and _SCRATCH.match(text)
    if undone and len(said.acts) > 1 and all(isinstance(act, Change) for act in said.acts[1:]):
        del said.acts[0]


def _wait_for_them(talk: Talk, said: Said, text: str) -> None:
    """ "Can I get a ... hold on": nothing was ordered, and nothing is to be left out."""
    if _HOLD_ON.search(text) and not said.has(Add, Remove, Question, Wait) and not talk.lines:
        said.acts = [Wait()]


def _order_by_its_flavour(talk: Talk, said: Said) -> None:
    """ "A large pepperoni", with nothing ordered yet: an item, and no topping of nothing."""
    changes = said.each(Change)
    if talk.lines or said.has(Add) or len(changes) != 1 or changes[0].target != Target():
        return
    choices = changes[0].choices
    for choice in choices:
        item = _item_called_after(talk, choice)
        if item is None or choice.amount is not Amount.REGULAR:
            continue
        rest = tuple(one for one in choices if one != choice and one.group in item.modifier_groups)
        line = Line(item.id, changes[0].quantity or 1, rest)
        said.acts = [Add((line,)) if act is changes[0] else act for act in said.acts]
        return


def _item_called_after(talk: Talk, choice: Choice) -> Item | None:
    """The one item whose name begins with the choice's: a "pepperoni pizza" after pepperoni."""
    name = talk.menu.group(choice.group).modifier(choice.modifier).name.lower()
    called = [one for one in talk.menu.items if one.name.lower().startswith(f"{name} ")]
    return called[0] if len(called) == 1 else None


def _keep_what_stays(talk: Talk, said: Said, text: str) -> None:
    """ "Scratch the taro, just the black milk tea": the one after "just" is to stay."""
    removes = said.each(Remove)
    if len(removes) < 2 or not _JUST.search(text):
        return
    gone = {act.target.item for act in removes}
    if None in gone or not {line.item for line in talk.lines} <= gone:
        return
    said.acts.remove(removes[-1])


def _not_left_out(talk: Talk, act: Change, text: str) -> Change:
    """ "No pudding, just the boba" leaves no boba out, nor "less ice, not extra" the less ice."""

    def meant(choice: Choice) -> Choice:
        modifier = talk.menu.group(choice.group).modifier(choice.modifier)
        name = re.escape(speakable(modifier.name).lower())
        is_kept = re.search(rf"\b(just|only) (with )?(the )?{name}\b", text)
        named = re.search(rf"\b{name}\b", text)
        denied = re.search(rf"\b(no|not|without|dont \w+|hold the|minus) (the )?{name}\b", text)
        if is_kept or (is_level(modifier) and named and not denied):
            return replace(choice, amount=Amount.REGULAR)
        return choice

    return replace(
        act,
        choices=tuple(meant(one) if one.amount is Amount.NONE else one for one in act.choices),
    )


def _count_too(said: Said, text: str) -> None:
    """ "Make it three, and leave the pudding off": both of one line."""
    counted = _MAKE_IT.search(text)
    bare = [act for act in said.each(Change) if act.target == Target() and act.choices]
    if counted is None or len(bare) != 1 or any(act.quantity for act in said.each(Change)):
        return
    number = _NUMBERS.index(counted[2]) + 1
    at = said.acts.index(bare[0])
    said.acts[at] = replace(bare[0], quantity=number)


def _count_the_first(said: Said, text: str) -> None:
    """ "I have three drinks, the first one is a taro": of the first there is one."""
    told = _SO_MANY_FIRST.search(text)
    if told is None or not said.lines:
        return
    count = _NUMBERS.index(told[1]) + 1
    said.acts = [
        Add(
            tuple(
                replace(line, quantity=1) if line.quantity == count else line for line in one.lines
            )
        )
        if isinstance(one, Add)
        else one
        for one in said.acts
    ]


def _leave_as_it_is(talk: Talk, said: Said, text: str) -> None:
    """ "Regular's fine" asks for nothing that goes without saying."""
    if not _AS_IT_IS.search(text):
        return
    for act in said.each(Change):
        if act == Change(Target(), act.choices) and all(map(talk.goes_unsaid, act.choices)):
            said.acts.remove(act)
            said.understood = True


def _hear_it_again(talk: Talk, said: Said, text: str) -> None:
    """ "No, just the one", after it was agreed to, changes nothing."""
    if not said.has(Deny) or not _JUST.search(text) or said.wants_one_more:
        return
    is_one = bool(talk.lines) and talk.lines[-1].quantity == 1
    if is_one and said.only(Deny, Change) and _JUST_THE_ONE.search(text):
        said.acts = [Done()]


def _hear_the_no(talk: Talk, said: Said, text: str) -> None:
    """ "No, the other way round", and the same things ordered otherwise, call it wrong."""
    if not said.acts and (_NO_FIRST.match(text) or _OTHERWISE.search(text)):
        said.acts = [Deny()]
    items = sorted(line.item for line in said.lines)
    anew = len(items) > 1 and items == sorted(line.item for line in talk.staged)
    if anew and not said.wants_one_more and not said.has(Deny, Affirm) and _OWN.match(text) is None:
        said.acts.insert(0, Deny())


def _go_back(talk: Talk, said: Said, text: str) -> None:
    """ "Go back to the taro": the last line is to be one, and no other beside it."""
    if len(said.lines) != 1 or not talk.lines or not _BACK_TO.search(text):
        return
    (line,) = said.lines
    last = talk.lines[-1]
    if line.item == last.item or any(one.item == line.item for one in talk.lines):
        return
    back = Change(Target(index=len(talk.lines)), line.choices, item=line.item)
    said.acts = [back if isinstance(act, Add) else act for act in said.acts]
    said.drop(Affirm, Deny)


def _tell_of_a_line(talk: Talk, said: Said, text: str) -> None:
    """ "The taro is without topping" tells how the taro in the order is to be."""
    if len(said.lines) != 1 or not _IS_SO.search(text) or said.wants_one_more:
        return
    (line,) = said.lines
    places = [at for at, one in enumerate(talk.lines, start=1) if one.item == line.item]
    if len(places) != 1:
        return
    is_now = talk.lines[places[0] - 1]
    choices = line.choices or tuple(
        _left_out(one) for one in is_now.choices if _is_extra(talk, one)
    )
    act = Change(Target(index=places[0]), choices)
    said.acts = [act if isinstance(one, Add) else one for one in said.acts]
    said.drop(Deny)


def _tell_of_the_first(talk: Talk, said: Said, text: str) -> None:
    """ "The first one is a taro" tells what the first line is to be, where there is one."""
    told = _ORDINAL_IS.search(text)
    if told is None or len(said.lines) != 1 or said.wants_one_more:
        return
    before = len(talk.confirmed) if talk.staged and talk.state.ask in _READ_OUT else 0
    place = len(talk.lines) if told[1] == "last" else before + _PLACES.index(told[1]) + 1
    if not before < place <= len(talk.lines):
        return
    (line,) = said.lines
    was = talk.lines[place - 1]
    act = Change(
        Target(index=place),
        restating.anew(talk, was, line),
        item=line.item if line.item != was.item else None,
    )
    said.acts = [act if isinstance(one, Add) else one for one in said.acts]
    said.drop(Deny)


def _is_extra(talk: Talk, choice: Choice) -> bool:
    """Whether it can be gone without: a topping can, a level of ice cannot."""
    group = talk.menu.group(choice.group)
    return group.max != 1 and not group.min


def _left_out(choice: Choice) -> Choice:
    return replace(choice, amount=Amount.NONE, count=1)
