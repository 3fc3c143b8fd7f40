"""Lines that are said anew, and what else is mended before anything is done about it."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from servizio.agents.local import pointing, restating
from servizio.agents.local.agreeing import pass_all_groups
from servizio.agents.local.dialogue import Ask, ChangeThis, WhichLine
from servizio.agents.local.ordering import put, replace_staged
from servizio.agents.local.questions import kind_named
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk, changed
from servizio.agents.local.wording import item_words, thing_words
from servizio.language.meaning import (
    Add,
    Affirm,
    CancelOrder,
    Change,
    Deny,
    Goodbye,
    NotOnMenu,
    Remove,
    Target,
)
from servizio.shop.line import Amount, Choice, Line

NEAR_ENOUGH = 0.7
"""Likeness, from 0 to 1, from which another thing is worth offering for what there is not."""

_FORGET = frozenset({"forget it", "forget that", "forget about it", "never mind"})
_JUST = frozenset({"just", "only"})
_SAID_ANEW = frozenset({"said", "meant", "asked", "ordered", "wanted"})


def read(talk: Talk, said: Said) -> None:
    """Mend what was understood by what is known of the conversation."""
    if talk.state.ask is Ask.ORDER and said.has(Add):
        # A "hi" heard as "bye": who orders is not leaving.
        said.drop(Goodbye)
    kind = kind_named(talk, said.meaning.text) if talk.state.kinds_told else None
    talk.state.kinds_told = False
    if kind is not None:
        said.acts = [kind]
    pointing.read(talk, said)
    _take_forgetting(talk, said)
    _join_exchange(talk, said)
    said.acts = [
        NotOnMenu(act.words)
        if isinstance(act, NotOnMenu) and act.nearest and not _is_near(talk, act)
        else act
        for act in said.acts
    ]


def _take_forgetting(talk: Talk, said: Said) -> None:
    """ "Forget it" takes back what is being talked about, and no line that was agreed to."""
    if Remove(Target()) not in said.acts or (talk.staged and talk.state.ask is not Ask.GROUP):
        return
    text = said.meaning.text
    if not any(words in text for words in _FORGET):
        return
    said.acts.remove(Remove(Target()))
    said.put([CancelOrder()] if talk.state.ask is Ask.PHONE and not said.has(Deny) else [Deny()])


async def take_lines_said_anew(talk: Talk, said: Said) -> None:
    """ "No, I said two black milk teas": the whole of a line, or of all of them, anew."""
    if talk.state.ask not in {Ask.READ_BACK, Ask.CHANGE_WHAT} or not said.has(Deny):
        return
    if await _keep_just(talk, said):
        return
    whole = [act for act in said.each(Change) if act.item is not None and act.target == Target()]
    if len(whole) > 1 and said.only(Deny, Affirm, Change) and len(whole) == len(said.each(Change)):
        said.drop(Deny, Affirm, Change)
        await _take_all_anew(talk, [line for act in whole if (line := _line_of(act))])
        return
    said_anew = not _SAID_ANEW.isdisjoint(said.meaning.text.split())
    for act in whole:
        if said_anew:
            await _take_one_anew(talk, said, act)
        if act in said.acts:
            await _take_for_the_likest(talk, said, act)


async def _take_all_anew(talk: Talk, lines: list[Line]) -> None:
    """Several lines said anew are all that is staged, but for those agreed to already."""
    items = {line.item for line in talk.staged}
    fresh = [line for line in lines if line.item in items or not talk.is_agreed(line)]
    await replace_staged(talk, fresh)
    pass_all_groups(talk, 0)


async def _take_one_anew(talk: Talk, said: Said, act: Change) -> None:
    line = _line_of(act)
    if line is None:
        return
    staged = [at for at, one in enumerate(talk.staged) if one.item == line.item]
    if len(staged) == 1:
        said.acts.remove(act)
        said.drop(Deny, Affirm)
        place = talk.first_staged() + staged[0]
        was = talk.lines[place - 1]
        if not act.choices and was.choices and act.quantity == was.quantity:
            # All that was said is right: it may be what was not said that is wrong.
            without = tuple(replace(choice, amount=Amount.NONE) for choice in was.choices)
            talk.doubt(ChangeThis(Change(Target(), without), place))
        elif act.choices or act.quantity:
            chosen = act.choices or was.choices
            await put(talk, place, Line(line.item, line.quantity, chosen))
            talk.keep_at_hand(place)
    elif len(staged) > 1:
        said.acts.remove(act)
        said.drop(Deny, Affirm)
        await _put_for_the_likest(talk, line, staged)
    elif not staged and len(talk.staged) == 1 and talk.is_agreed(line):
        # What is in the cart was right; what was heard after it was not.
        said.acts.remove(act)
        said.drop(Deny, Affirm)
        await talk.do("clear_pending_item", index=1)
        talk.state.passed.clear()
        talk.note("you_have_right")


async def _take_for_the_likest(talk: Talk, said: Said, act: Change) -> None:
    """ "No, a taro milk tea with boba": of several lines read out, the likest was heard wrong."""
    line = _line_of(act)
    if line is None or len(talk.staged) < 2 or any(one.item == line.item for one in talk.staged):
        return
    first = talk.first_staged()
    places = restating.likest(talk, line, range(first, first + len(talk.staged)))
    said.acts.remove(act)
    said.drop(Deny, Affirm)
    if len({talk.lines[place - 1] for place in places}) > 1:
        talk.doubt(WhichLine(act, places))
        return
    was = talk.lines[places[0] - 1]
    chosen = Line(line.item, act.quantity or was.quantity, act.choices)
    if await put(talk, places[0], chosen if act.choices else changed(talk.menu, was, act)):
        talk.keep_at_hand(places[0])


async def _put_for_the_likest(talk: Talk, line: Line, staged: list[int]) -> None:
    """Of several lines with this item the one that it is most like was heard wrong."""
    wrong = [at for at in staged if talk.staged[at] != line]
    if len(wrong) < len(staged) or not wrong:
        return

    def likeness(at: int) -> tuple[int, bool, int]:
        one = talk.staged[at]
        return len(set(one.choices) & set(line.choices)), one.quantity == line.quantity, at

    place = talk.first_staged() + max(wrong, key=likeness)
    await put(talk, place, line)
    talk.keep_at_hand(place)


async def _keep_just(talk: Talk, said: Said) -> bool:
    """ "No, just two taro milk teas": what goes beyond them is taken off; others stay."""
    if _JUST.isdisjoint(said.meaning.text.split()) or len(said.each(Change)) != 1:
        return False
    act = said.each(Change)[0]
    item, count = act.item or act.target.item, act.quantity
    places = [at for at, one in enumerate(talk.staged, 1) if one.item == item]
    if item is None or count is None or act.choices or len(places) < 2:
        return False
    kept = next((at for at in places if talk.staged[at - 1].quantity == count), None)
    if kept is None:
        return False
    said.drop(Change, Deny, Affirm)
    for place in reversed([at for at in places if at != kept]):
        await talk.do("clear_pending_item", index=place)
        del talk.state.passed[place - 1 : place]
    return True


def _line_of(act: Change) -> Line | None:
    return Line(act.item, act.quantity or 1, act.choices) if act.item is not None else None


def _join_exchange(talk: Talk, said: Said) -> None:
    """ "Make the taros black milk teas": a line named, and then what it is to be, is one change."""
    for first, then in pairwise(list(said.acts)):
        if not (isinstance(first, Change) and isinstance(then, Change)):
            continue
        only_names = first == Change(first.target, first.choices) and first.target != Target()
        says_nothing = only_names and all(
            _is_in_its_name(talk, choice, then.item) for choice in first.choices
        )
        if says_nothing and then.target == Target():
            said.acts[said.acts.index(first)] = replace(then, target=first.target)
            said.acts.remove(then)


def _is_in_its_name(talk: Talk, choice: Choice, item: str | None) -> bool:
    """Whether it is no more than a word of the item's name: the cheese of a "cheese pizza"."""
    name = (thing_words(talk.menu, choice.modifier) or "").lower()
    return item is not None and name in item_words(talk.menu, item).lower()


def _is_near(talk: Talk, act: NotOnMenu) -> bool:
    """Whether offering the nearest thing does not sound absurd: a word in common, or alike."""
    name = (thing_words(talk.menu, act.nearest or "") or "").lower()
    said = [word for word in act.words.lower().split() if len(word) > 2]
    return any(
        SequenceMatcher(None, word, other).ratio() >= NEAR_ENOUGH
        for word in said
        for other in name.split()
    )
