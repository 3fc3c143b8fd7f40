"""A percentage that nobody asked about, with no word of what it is of.

"Okay" and "hello" can be heard as "one hundred percent", and people say that for yes. So a bare
percentage is asked about before it changes what is in the order, and one that comes with a yes
or a telephone number is passed over.
"""

from __future__ import annotations

import re
from dataclasses import replace

from servizio.agents.local.dialogue import Ask, ChangeThis, OfferedChoice, WhichLine
from servizio.agents.local.said import Said
from servizio.agents.local.spoken_figures import speakable
from servizio.agents.local.talk import Talk
from servizio.language.meaning import Add, Affirm, Change, Deny, PhoneNumber, Target, Unclear
from servizio.shop.line import Amount, Choice, Line

_OF_WHAT = re.compile(r"\b(sugar\w*|sweet\w*)\b")
_STEERS = re.compile(
    r"\b(make|change|do|with|at|to|should|instead|actually|said|meant|wanted|want|not|no|it|that"
    r"|them|and|also|but|only|just|maybe|lets|say|ill|id|like|prefer|try|think|guess|please)\b"
    r".{0,24}\bpercent\b|\bpercent (on|for|in|instead|then|please|thanks|if)\b"
)
"""Words that tell what a percentage is for."""
_AT_FIRST = re.compile(
    r"^(?:(?:um|uh|oh|yes|yeah) )?(?:one |a )?hundred percent\b(?! (?:sugar|sweet))"
)
"""What the first word of a sentence is easily heard as."""
_NO_PERCENT = re.compile(r"\bno (?:[a-z]+[ -]){1,3}?percent\b")
_ASKS_FOR_IT = frozenset({Ask.GROUP, Ask.CHANGE_WHAT})
_LATE = frozenset({Ask.FULFILMENT, Ask.ADDRESS, Ask.PHONE, Ask.PHONE_CHECK, Ask.AFTER})
"""Questions long after any line was spoken of."""


def read(talk: Talk, said: Said) -> None:
    """Doubt percentages without a word of what they are of; read others as they are meant."""
    text = said.words.replace("%", " percent")
    if "percent" in text:
        said.acts = [
            _not_left_out(talk, act, text) if isinstance(act, Change) else act for act in said.acts
        ]
        _drop_other_amounts(talk, said)
    if talk.state.ask in _LATE:
        _ask_of_which(talk, said, text)
    if "percent" not in text or talk.state.ask in _ASKS_FOR_IT or _OF_WHAT.search(text):
        return
    if _AT_FIRST.match(text):
        _doubt_first_words(talk, said)
    bare = [act for act in said.each(Change) if _is_bare(talk, act)]
    if not bare or not talk.lines or _is_plain(talk, said, text):
        return
    said.acts = [act for act in said.acts if act not in bare]
    said.understood = True
    answers = said.has(PhoneNumber) or (said.has(Affirm) and talk.state.ask is not Ask.MORE)
    if not answers and not said.has(Deny):
        talk.doubt(ChangeThis(bare[-1], len(talk.lines)))


def _is_plain(talk: Talk, said: Said, text: str) -> bool:
    """Whether the words, or the question, leave no doubt that an amount is meant."""
    if _AT_FIRST.match(text):
        return False
    put_right = talk.state.ask is Ask.READ_BACK and said.only(Change, Deny)
    return put_right or _STEERS.search(text) is not None


def _is_bare(talk: Talk, act: Change) -> bool:
    named = act.item is not None or act.quantity or act.target != Target()
    return not named and len(act.choices) == 1 and _is_percentage(talk, act.choices[0])


def _is_percentage(talk: Talk, choice: Choice) -> bool:
    name = talk.menu.group(choice.group).modifier(choice.modifier).name
    return speakable(name).endswith(" percent")


def _doubt_first_words(talk: Talk, said: Said) -> None:
    """ "One hundred percent taro milk tea": the taro is ordered, and the rest is asked about."""
    for act in said.each(Add):
        first = act.lines[0]
        doubted = [one for one in first.choices if _is_percentage(talk, one)]
        if len(doubted) != 1:
            return
        kept = replace(first, choices=tuple(one for one in first.choices if one not in doubted))
        said.acts[said.acts.index(act)] = Add((kept, *act.lines[1:]))
        talk.doubt(OfferedChoice(doubted[0], len(talk.lines) + 1))
        return


def _not_left_out(talk: Talk, act: Change, text: str) -> Change:
    """ "No, twenty-five percent sugar" leaves nothing out: there is no going without a level."""
    if not _NO_PERCENT.search(text):
        return act
    chosen = tuple(
        replace(one, amount=Amount.REGULAR)
        if one.amount is Amount.NONE and _is_percentage(talk, one)
        else one
        for one in act.choices
    )
    return replace(act, choices=chosen)


def _drop_other_amounts(talk: Talk, said: Said) -> None:
    """ "No, the sugar is twenty-five percent": that one was named, whatever "no sugar" is."""
    named = {one for act in said.each(Change) for one in act.choices if _is_percentage(talk, one)}
    kinds = {one.group for one in named}
    others = {one.id for kind in kinds for one in talk.menu.group(kind).modifiers}
    said.acts = [
        act
        for act in said.acts
        if not (isinstance(act, Unclear) and others.issuperset(act.candidates))
    ]


def _ask_of_which(talk: Talk, said: Said, text: str) -> None:
    """ "No, twenty-five percent sugar", with several lines and none named: which one?"""
    acts = said.each(Change)
    if len(acts) != 1 or said.has(Add) or re.search(r"\b(it|that|on top)\b", text):
        return
    (act,) = acts
    levels = {one.group for one in act.choices if talk.menu.group(one.group).max == 1}
    if act.item is not None or act.quantity or act.target != Target() or len(levels) != 1:
        return
    places = tuple(at for at, line in enumerate(talk.lines, start=1) if _can_have(talk, line, act))
    others = tuple(at for at in places if _has_other(talk, talk.lines[at - 1], act))
    places = others or places
    if len(places) == 1:
        said.acts[said.acts.index(act)] = replace(act, target=Target(index=places[0]))
    elif places:
        said.acts.remove(act)
        said.drop(Deny)
        said.understood = True
        talk.doubt(WhichLine(act, places))


def _can_have(talk: Talk, line: Line, act: Change) -> bool:
    allowed = talk.menu.item(line.item).modifier_groups
    return all(one.group in allowed for one in act.choices)


def _has_other(talk: Talk, line: Line, act: Change) -> bool:
    """Whether another level was chosen for the line: that is the one to be put right."""
    wanted = {one.group: one.modifier for one in act.choices}
    return any(
        one.group in wanted and one.modifier != wanted[one.group] and not talk.goes_unsaid(one)
        for one in line.choices
    )
