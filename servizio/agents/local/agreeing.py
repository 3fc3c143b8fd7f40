"""What is staged: asking for what is missing, reading it back, and taking the answer."""

from __future__ import annotations

import re
from dataclasses import replace

from servizio.agents.local.ordering import accept, clear_staged, put, replace_staged, stage
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk, with_choices
from servizio.language.meaning import (
    Add,
    Affirm,
    AskPerson,
    CancelOrder,
    Change,
    Delivery,
    Deny,
    Done,
    Frustration,
    Goodbye,
    Hello,
    Name,
    NotOnMenu,
    PhoneNumber,
    Pickup,
    Question,
    Remove,
    Repeat,
    StartOver,
    Target,
    Thanks,
    Topic,
    Unclear,
    UseCallingNumber,
    Wait,
)
from servizio.shop.line import Choice
from servizio.shop.menu import ModifierGroup

CHOOSES_ITSELF = 4
"""How often a compulsory one is, until the first choice is taken and read back."""
MOST_DENIALS = 3
"""How often the read-back can be wrong until all of it is ordered afresh."""

_PRAISES = re.compile(
    r"\b(sounds?|sounding|looks?|seems?|love|adore|options?|choices?)\b"
    r"|\b(lovely|good|great|nice|amazing|delicious|wonderful|perfect|yummy|tasty|awesome|fantastic"
    r"|tempting|incredible|excellent|gorgeous|heavenly)\b"
)
_TAKES = re.compile(r"\b(take|have|want|put|add|give|get|include|throw|try|go with|with|please)\b")
_NO_ANSWER = (Question, Repeat, Hello, Wait, AskPerson, Frustration, Unclear, NotOnMenu)
_FIXES = (Add, Change, Remove, Unclear, NotOnMenu, StartOver, CancelOrder)
_INSTEAD = frozenset({"wait", "instead", "actually", "sorry"})
_MOVES_ON = (
    Done, PhoneNumber, UseCallingNumber, Thanks, Goodbye, Pickup, Delivery, Name,
)  # fmt: skip


def open_group(talk: Talk) -> tuple[ModifierGroup, tuple[int, ...]] | None:
    """The first group still to be asked about, and the staged lines (from 1) it is for."""
    sync_passed(talk)
    asking: dict[str, list[int]] = {}
    for place, line in enumerate(talk.staged, start=1):
        compulsory = talk.desk.cart.missing_groups(line)
        for group in talk.desk.cart.groups_to_ask(line):
            if group in compulsory or group.id not in talk.state.passed[place - 1]:
                asking.setdefault(group.id, []).append(place)
    for group_id, places in asking.items():
        return talk.menu.group(group_id), tuple(places)
    return None


def sync_passed(talk: Talk) -> None:
    """Keep one note of groups asked about for each staged line."""
    passed = talk.state.passed
    del passed[len(talk.staged) :]
    passed += [set() for _ in range(len(talk.staged) - len(passed))]


async def settle_group(talk: Talk, said: Said) -> None:
    """After "any toppings?"."""
    state = talk.state
    group = talk.menu.group(state.groups[0])
    if said.has(Deny) and said.has(Add) and not _INSTEAD.isdisjoint(said.meaning.text.split()):
        # "No wait, a black milk tea": that, and not what the question was about.
        lines = said.lines
        said.drop(Add, Deny, Affirm)
        await replace_staged(talk, lines)
        return
    _hear_praise(said, group)
    _take_restated_lines(talk, said)
    await _split_line(talk, said)
    if said.has(Affirm) and said.only(Affirm, Thanks):
        said.drop(Affirm, Thanks)
        meant = _named_in_prompt(group)
        if meant is not None:
            said.put([Change(Target(), (Choice(group.id, meant),))])
            pass_group(talk)
        elif state.tries < CHOOSES_ITSELF:
            talk.note("which_of_these")
        return
    if said.has(Question) and not said.has(Add, Change, Deny, Done):
        # "What do you have?" asks for what the question offers, which is said with it again.
        said.acts = [act for act in said.acts if act != Question(Topic.MENU)]
        return
    answered = said.has(Change, Add, Remove, Deny, Done)
    if not said.acts or (not answered and said.has(*_NO_ANSWER)):
        return
    if said.has(Done):
        state.closing = True
    said.drop(Affirm, Deny, Done)
    if not state.unheard or (answered and not said.only(Add)):
        pass_group(talk)


def _hear_praise(said: Said, group: ModifierGroup) -> None:
    """ "Oh, that all sounds lovely" praises what there is to choose from and chooses nothing."""
    if not _PRAISES.search(said.words) or _TAKES.search(said.words):
        return
    every = {one.id for one in group.modifiers}
    for act in said.each(Change):
        if len(every) > 1 and every == {one.modifier for one in act.choices}:
            said.acts[said.acts.index(act)] = Affirm()


async def _split_line(talk: Talk, said: Said) -> None:
    """ "Boba on one of them": the line becomes two."""
    bare = [act for act in said.each(Change) if act == Change(Target(), quantity=act.quantity)]
    places = talk.state.asked_places
    if not bare or len(places) != 1 or not {"them", "those"} & set(said.meaning.text.split()):
        return
    place = talk.first_staged() + places[0] - 1
    line = talk.lines[place - 1]
    some = bare[0].quantity or 0
    chosen = tuple(choice for act in said.each(Change) for choice in act.choices)
    if not chosen or not 0 < some < line.quantity:
        return
    said.drop(Change)
    pass_group(talk)
    if await put(talk, place, replace(line, quantity=line.quantity - some)):
        first = len(talk.staged)
        await stage(talk, with_choices(talk.menu, replace(line, quantity=some), chosen))
        pass_all_groups(talk, first)


def _named_in_prompt(group: ModifierGroup) -> str | None:
    """The one modifier that a yes means: "would you like it warmed up?"."""
    prompt = (group.prompt or "").lower().replace("?", " ").split()
    named = [
        one.id
        for one in group.modifiers
        if all(word in prompt for word in one.name.lower().split())
    ]
    return named[0] if len(named) == 1 else None


def pass_group(talk: Talk) -> None:
    """Do not ask these lines about this group again, unless it is compulsory."""
    sync_passed(talk)
    for place in talk.state.asked_places:
        if place <= len(talk.state.passed):
            talk.state.passed[place - 1].update(talk.state.groups)


def pass_all_groups(talk: Talk, first: int) -> None:
    """Do not ask about anything optional for the staged lines from this place (from 0) on."""
    sync_passed(talk)
    for line, passed in zip(talk.staged[first:], talk.state.passed[first:], strict=True):
        passed.update(talk.menu.item(line.item).modifier_groups)


async def choose_for_customer(talk: Talk) -> None:
    """After many tries take the first choice there is: the read-back will say it."""
    group = talk.menu.group(talk.state.groups[0])
    there = [one for one in group.modifiers if not talk.is_sold_out(one.id)]
    for place in talk.state.asked_places:
        if not there or place > len(talk.staged):
            await clear_staged(talk)
            return
        line = talk.staged[place - 1]
        if group in talk.desk.cart.missing_groups(line):
            chosen = (*line.choices, Choice(group.id, there[0].id))
            await put(talk, talk.first_staged() + place - 1, replace(line, choices=chosen))


async def settle_read_back(talk: Talk, said: Said) -> None:
    """After "one taro milk tea with boba, is that right?"."""
    state = talk.state
    heard = not state.unheard and state.read == talk.staged
    if said.has(*_FIXES):
        await _fix(talk, said, heard=heard)
        return
    denied = said.has(Deny) and not said.has(Affirm, Done, PhoneNumber, UseCallingNumber)
    if denied:
        said.drop(Deny)
        if said.has(Goodbye):
            await clear_staged(talk)
            return
        state.denials += 1
        state.wrong = True
        if state.denials >= MOST_DENIALS:
            await clear_staged(talk)
            talk.note("start_again")
    elif said.has(Affirm, *_MOVES_ON):
        if said.has(Done, PhoneNumber, UseCallingNumber):
            state.closing = True
        said.drop(Affirm, Deny, Done, Thanks)
        if heard:
            await accept(talk)


async def settle_change_what(talk: Talk, said: Said) -> None:
    """After "what should I change?"."""
    if said.has(Add):
        lines = said.lines
        said.drop(Add, Affirm, Deny)
        await replace_staged(talk, lines)
    elif said.has(Change, Remove, StartOver, CancelOrder):
        said.drop(Affirm, Deny)
    elif said.has(Affirm, Deny, *_MOVES_ON):
        # Nothing to change after all: hear it once more, whole.
        if said.has(Done, PhoneNumber, UseCallingNumber):
            talk.state.closing = True
        said.drop(Affirm, Deny, Done, Thanks)
        talk.state.read = None
    if not said.has(Question, Repeat, Hello, Wait):
        talk.state.wrong = False


async def _fix(talk: Talk, said: Said, *, heard: bool) -> None:
    """Something else was said at the read-back: add to it, or put it right."""
    affirmed, denied = said.has(Affirm), said.has(Deny)
    if said.has(Done):
        talk.state.closing = True
    said.drop(Affirm, Deny, Done)
    if affirmed and not denied and heard and not said.has(Change, Remove):
        await accept(talk)
        return
    if denied and said.has(Add):
        lines = said.lines
        said.drop(Add)
        if said.wants_one_more:
            for line in lines:
                await stage(talk, line)
        else:
            await replace_staged(talk, lines)


def _take_restated_lines(talk: Talk, said: Said) -> None:
    """ "A taro milk tea with boba", or "none on the taro", is an answer and no other line.

    Where another drink is said with it, only "the taro" is the one that was asked about.
    """
    if said.wants_one_more or not (len(said.lines) == 1 or "the" in said.words.split()):
        return
    groups = set(talk.state.groups)
    for line in said.lines:
        wanted = [one for one in line.choices if one.group in groups]
        meant = (
            at
            for at in talk.state.asked_places
            if at <= len(talk.staged) and talk.staged[at - 1].item == line.item
        )
        at = next(meant, None)
        if at is not None and (wanted or (said.has(Deny) and not line.choices)):
            place = talk.first_staged() + at - 1
            others = tuple(one for one in said.lines if one is not line)
            said.drop(Add)
            said.put([Change(Target(index=place), line.choices)] if wanted else [])
            said.put([Add(others)] if others else [])
            return
