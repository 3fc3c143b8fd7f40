"""An item of which the distinguishing word was not heard: "a parallel tea with boba".

It is not on the menu, yet it is ordered like what is. What goes with it must not go to the next
line: the sentence is read once more with the nearest name in its place, and which item it is
is left to be asked. The same where the whole name is lost: "a tail with boba and a black milk tea".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from servizio.language.meaning import Act, Add, Meaning, NotOnMenu, Question, Unclear
from servizio.language.phrasebook import Phrasebook
from servizio.language.sound import likeness, sounds_of
from servizio.shop.line import Line
from servizio.shop.menu import Item, Menu

_MOST = 3
"""Items of a kind from which asking "which one?" is no help."""
_LONGEST = 3
"""Words of what was heard for one name."""
_ALIKE = 0.6
"""How much a word must sound like the first one of an item's name."""
_ORDERED = re.compile(r"\b(?:a|an|one|two|three|four|five|six) (?P<word>[a-z]{3,})(?= with\b)")
"""How an item is ordered together with what is to be in it."""


def with_its_line(
    meaning: Meaning, menu: Menu, book: Phrasebook, read: Callable[[str], Meaning]
) -> Meaning:
    """The meaning with what was ordered together with such a name; else as it is.

    `read` reads a text in the same situation.
    """
    strange = [act for act in meaning.acts if isinstance(act, NotOnMenu)]
    asks = any(isinstance(act, Question | Unclear) for act in meaning.acts)
    if len(strange) != 1 or asks or not _is_misheard(strange[0], menu, book):
        return meaning
    (act,) = strange
    nearest = act.nearest or ""
    name = menu.item(nearest).name.lower()
    text, found = re.subn(rf"\b{re.escape(act.words)}\b", name, meaning.text, count=1)
    if not found:
        return meaning
    acts = _asked_about(read(text).acts, act, _kin(menu, nearest))
    return replace(meaning, acts=acts) if acts else meaning


def with_unheard_names(
    meaning: Meaning,
    menu: Menu,
    vocabulary: AbstractSet[str],
    book: Phrasebook,
    read: Callable[[str], Meaning],
) -> Meaning:
    """The meaning with what was ordered by a word that only sounds like an item's name; else as
    it is. `vocabulary` are all words of the menu's names.
    """
    for found in _ORDERED.finditer(meaning.text):
        word = found["word"]
        item = None if _is_known(word, vocabulary, book) else _sounding_like(menu, word)
        if item is None:
            continue
        start, end = found.span("word")
        before, after = meaning.text[:start], meaning.text[end:]
        place = len(read(before).lines)
        mended = read(f"{before}{item.name.lower()}{after}")
        if len(mended.lines) != len(meaning.lines) + 1:
            continue
        line = mended.lines[place] if place < len(mended.lines) else None
        if line is not None and line.item == item.id and line.choices:
            acts = _without_line(mended.acts, line, Unclear(word, _kin(menu, item.id), line))
            return replace(meaning, acts=acts)
    return meaning


def _is_known(word: str, vocabulary: AbstractSet[str], book: Phrasebook) -> bool:
    others = book.foods | book.flavours | book.describing
    return not {word, word.removesuffix("s")}.isdisjoint(vocabulary | others)


def _sounding_like(menu: Menu, word: str) -> Item | None:
    heard = sounds_of(word)

    def alike(item: Item) -> float:
        return likeness(heard, sounds_of(item.name.lower().split()[0]))

    likest = max(menu.items, key=alike, default=None)
    return likest if likest is not None and alike(likest) >= _ALIKE else None


def _without_line(acts: tuple[Act, ...], line: Line, asked: Unclear) -> tuple[Act, ...]:
    """The acts with this line asked about."""
    found: list[Act] = []
    for act in acts:
        if not isinstance(act, Add) or not any(one is line for one in act.lines):
            found.append(act)
            continue
        rest = tuple(one for one in act.lines if one is not line)
        found += [*([Add(rest)] if rest else []), asked]
    return tuple(found)


def _is_misheard(act: NotOnMenu, menu: Menu, book: Phrasebook) -> bool:
    """Whether only its last word is that of an item, and no other word names a food."""
    words = act.words.split()
    if act.nearest is None or not menu.has_item(act.nearest) or not 1 < len(words) <= _LONGEST:
        return False
    known = book.foods | book.flavours | book.describing | book.common
    return words[-1] == _head(menu, act.nearest) and known.isdisjoint(words[:-1])


def _asked_about(
    acts: tuple[Act, ...], strange: NotOnMenu, kin: tuple[str, ...]
) -> tuple[Act, ...]:
    """The acts with the line of that name taken out, and asked about; none where it has nothing."""
    for at, act in enumerate(acts):
        if not isinstance(act, Add):
            continue
        line = next((one for one in act.lines if one.item == strange.nearest), None)
        if line is None or not (line.choices or len(act.lines) > 1):
            return ()
        rest = tuple(one for one in act.lines if one is not line)
        ordered = (Add(rest),) if rest else ()
        asked = Unclear(strange.words, kin, line)
        return (*acts[:at], *ordered, asked, *acts[at + 1 :])
    return ()


def _kin(menu: Menu, nearest: str) -> tuple[str, ...]:
    """The item, and the others that are called so, if they are few."""
    others = [
        item.id
        for item in menu.items
        if item.id != nearest and _head(menu, item.id) == _head(menu, nearest)
    ]
    return (nearest, *others) if len(others) < _MOST else (nearest,)


def _head(menu: Menu, item: str) -> str:
    return menu.item(item).name.lower().split()[-1]
