"""An item of which the distinguishing word was not heard: "a parallel tea with boba".

It is not on the menu, yet it is ordered like what is. What goes with it must not go to the next
line: the sentence is read once more with the nearest name in its place, and which item it is
is left to be asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from servizio.language.meaning import Act, Add, Meaning, NotOnMenu, Question, Unclear
from servizio.language.phrasebook import Phrasebook
from servizio.shop.menu import Menu

_MOST = 3
"""Items of a kind from which asking "which one?" is no help."""
_LONGEST = 3
"""Words of what was heard for one name."""


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
