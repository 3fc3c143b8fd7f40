"""Answers that name nothing and point at what was just spoken of: "I'll take one", "the first"."""

from __future__ import annotations

import re
from dataclasses import replace

from servizio.agents.local.dialogue import Ask, OfferedLine, WhichLine, WhichThing
from servizio.agents.local.ordering import choice_for
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.agents.local.vetting import choice_of
from servizio.language.meaning import (
    Act,
    Add,
    Affirm,
    Change,
    Deny,
    Done,
    Hello,
    Name,
    NotOnMenu,
    PhoneNumber,
    Question,
    Target,
    Thanks,
    Topic,
    Unclear,
    Wait,
)
from servizio.shop.line import Choice, Line

_ORDINALS = {"first": 1, "former": 1, "second": 2, "latter": 2, "third": 3, "last": -1}
_POINTING = frozenset({"the", "one", "ones", "a", "i", "mean", "meant", "please", "no", "yes"})
_TAKES = re.compile(
    r"\b(take|have|get|give me|want|would like|id like|lets do|ill do|make it|sounds good)\b"
    r"|^(ok|okay|yes|yeah|sure|alright|fine|then|just|and|so|um|uh|hmm|oh)?\s*"
    r"(a|one|two|three|four|five|that|it|those|with)\b"
)
_HOW_MANY = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "both": 1}
_SO_MANY_OF = re.compile(r"(?<!the )\b(two|three|four|five) of (?:those|these|them|that)\b")
_ONE_TOO = re.compile(
    r"\b(?:wants?|needs?|would like|will have|will take|ll have|ll take|is having|id like)"
    r" (?:one|the same|the same thing|that)(?: of those)? (?:too|also|as well)\b"
    r"|\b(?:wants?|would like|will have|ll have|ll take|is having) the same\b"
    r"|\b(?:one more|another one|another|one) for my \w+\b"
)
_FEW_DIGITS = 3
_BESIDE_ONE_TOO = (Affirm, Wait, Deny, Hello, Thanks)
_THAT = re.compile(r"\b(one|two|three|four|five|it|that|those|these|them|some|both)\b")
_ASKS_ON = re.compile(r"^(and|or|what about|how about|what if|and what about|and how about)\b")
_WITH_ALL = re.compile(r"\b(both|with (that|it|those|all|everything))\b")
_NO_ORDER = re.compile(r"^(do|does|is|are|how|what|why|when|where|which|who)\b|\b(dont|not|no)\b")
_BESIDE = frozenset({Topic.WAIT, Topic.HOURS, Topic.PAYMENT, Topic.LOCATION, Topic.PARKING})
"""What may be asked together with an order of what was asked about before."""
_MUCH_MORE = (Add, PhoneNumber, Unclear, NotOnMenu, Done, Name)
_INVITING = frozenset({Ask.ORDER, Ask.MORE, Ask.AFTER})
"""Questions at which what was asked about can be ordered without its name."""
_SHORTEST_SPELLING = 3
"""Letters in a row from which a name is being spelled."""


def read(talk: Talk, said: Said) -> None:
    """Mend what was understood by what was spoken of before."""
    _take_spelling(said)
    _point(talk, said)
    _copy_the_same(talk, said)
    _count_those(talk, said)
    _offer_one_too(talk, said)
    if talk.state.ask in _INVITING:
        _take_one_of_those(talk, said)
    else:
        talk.state.asked_about = ()


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
        _point_at_thing(talk, said, doubt.candidates[named[0] - (named[0] > 0)])


def _point_at_thing(talk: Talk, said: Said, thing: str) -> None:
    if talk.menu.has_item(thing):
        said.acts = [Change(Target(), item=thing)]
        return
    places = range(len(talk.lines), 0, -1)
    chosen = next((one for place in places if (one := choice_for(talk, place, thing))), None)
    said.acts = [Change(Target(), (chosen,))] if chosen is not None else said.acts


def _copy_the_same(talk: Talk, said: Said) -> None:
    """ "Another taro with the same": the same toppings as the last taro."""
    words = said.meaning.text.split()
    if "same" not in words or len(said.lines) != 1 or said.lines[0].choices:
        return
    (line,) = said.lines
    like = next((one for one in reversed(talk.lines) if one.item == line.item), None)
    if like is not None:
        same = Add((replace(line, choices=like.choices),))
        said.acts = [same if isinstance(act, Add) else act for act in said.acts]


def _count_those(talk: Talk, said: Said) -> None:
    """ "Yeah, oh, actually two of those": so many of the line just spoken of."""
    told = _SO_MANY_OF.search(said.words)
    if told is None or not talk.lines or not said.only(Affirm):
        return
    said.acts = [Change(Target(), quantity=_HOW_MANY[told[1]])]


def _offer_one_too(talk: Talk, said: Said) -> None:
    """ "My friend wants one too": another like the last one, if that is what is meant."""
    if not talk.lines or _ONE_TOO.search(said.words) is None:
        return
    if not all(isinstance(act, _BESIDE_ONE_TOO) or _counts_one(act) for act in said.acts):
        return
    is_yes = said.has(Affirm) and talk.state.ask in {Ask.READ_BACK, Ask.PHONE_CHECK}
    said.take_all()
    said.put([Affirm()] if is_yes else [])
    talk.doubt(OfferedLine(replace(talk.lines[-1], quantity=1), "offer_the_same"))


def _counts_one(act: Act) -> bool:
    """What "one too" is taken for where its words are read alone."""
    if isinstance(act, PhoneNumber):
        return len(act.digits) <= _FEW_DIGITS
    return isinstance(act, Change) and act == Change(Target(), quantity=act.quantity)


def _take_one_of_those(talk: Talk, said: Said) -> None:
    """ "I'll take one", "and with pudding?", after a question about something."""
    state = talk.state
    item, asked = state.spoken_of, state.asked_about
    state.asked_about = ()
    changes = said.each(Change)
    bare = all(act.target == Target() and act.item is None for act in changes)
    if item is None or not asked or said.has(*_MUCH_MORE) or not bare:
        return
    words = said.words.removeprefix("yes ")
    named = tuple(choice for act in changes for choice in act.choices)
    if named and _ASKS_ON.match(words) and not re.search(r"\b(one|take|get|have)\b", words):
        # The price of that, too; it is remembered for "one with both".
        said.drop(Change, Affirm)
        said.put([Question(Topic.PRICE, modifier=one.modifier) for one in named])
        state.asked_about = (*asked, *(one.modifier for one in named))
        return
    foreign = bool(said.meaning.leftover)
    asks_more = foreign or any(act.topic not in _BESIDE for act in said.each(Question))
    takes = _TAKES.search(words) and _THAT.search(words) and not _NO_ORDER.search(words)
    if asks_more or said.has(Deny) or not takes:
        state.asked_about = asked if said.has(Question) else ()
        return
    said.drop(Change, Affirm)
    said.acts.insert(0, Add((_line_of(talk, words, item, named, asked),)))


def asked_line(talk: Talk) -> Line | None:
    """What was just asked about, with what was asked about it: what "one of those" means."""
    state = talk.state
    offered = state.doubts[0] if state.ask is Ask.DOUBT and state.doubts else None
    if isinstance(offered, OfferedLine):
        return offered.line
    if state.spoken_of is None or not state.asked_about or state.ask not in _INVITING:
        return None
    line = Line(state.spoken_of)
    found = [one for name in state.asked_about if (one := choice_of(talk, line, name)) is not None]
    return replace(line, choices=tuple(dict.fromkeys(found)))


def _line_of(
    talk: Talk, words: str, item: str, named: tuple[Choice, ...], asked: tuple[str, ...]
) -> Line:
    """What was asked about, with what was asked about it where nothing else is named."""
    counts = [_HOW_MANY[word] for word in words.split() if word in _HOW_MANY]
    line = Line(item, max(counts, default=1))
    extras = any(talk.menu.group(one.group).max != 1 for one in named)
    others = extras or re.search(r"\b(with|plain|without|nothing)\b", words)
    modifiers = asked if not others or _WITH_ALL.search(words) else ()
    found = [one for name in modifiers if (one := choice_of(talk, line, name)) is not None]
    return replace(line, choices=tuple(dict.fromkeys((*found, *named))))


def _take_spelling(said: Said) -> None:
    """ "S, I, O, B, H, A, N" is a name, and no word of it stands for anything."""
    words = said.meaning.text.replace(",", " ").split()
    runs = re.findall(rf"(?:\b[a-z]\b ?){{{_SHORTEST_SPELLING},}}", " ".join(words))
    if not runs:
        return
    name = "".join(runs[-1].split()).capitalize()
    rest = [word for word in words if len(word) > 1]
    if not rest or said.has(Name):
        said.acts = [act for act in said.acts if not isinstance(act, Name | NotOnMenu | Unclear)]
        said.put([Name(name)])
