"""The same once more, and what was asked about: "two of those", "the same in black".

Pointing words give way to what they point at, or to the one way of saying it that the grammar
knows, so that whatever else is said stays.
"""

from __future__ import annotations

import re

from servizio.language.meaning import Expecting
from servizio.language.order_so_far import Situation
from servizio.language.said_names import COUNT, SaidNames
from servizio.language.words import split
from servizio.shop.line import Line
from servizio.shop.menu import Menu

_ASKING = re.compile(
    r"^(?:and |but |so |um |oh )*(?:do|does|is|are|how|what|why|when|where|which|who)\b"
)
_REFUSING = re.compile(r"\b(?:dont|not|isnt|wouldnt|never|didnt|nah|nope)\b")
_WANTING = r"(?:take|have|get|try|do|want|like|love|need|order|grab|give me|gimme|getting|taking)"
_POINTED = (
    re.compile(rf"\b({COUNT}|a couple|both) of (?:those|these|them|that)\b"),
    re.compile(rf"\b{_WANTING} (?:just )?(that one|this one|that|it|those|{COUNT})\b"),
    re.compile(
        r"^(?:(?:ok|okay|yes|yeah|sure|alright|great|cool|perfect|fine|so|um|uh|oh|and|then|just|"
        rf"well|sounds|good) )*(that one|this one|{COUNT})\b"
    ),
)
_OFFERED = Expecting.YES_NO
"""Expected where what was asked about is offered: "I'll take two" is then all that must be said."""
_NO_COUNT = frozenset(
    {"percent", "more", "hundred", "thousand", "id", "ill", "i", "can", "could", "let", "give"}
)
"""Words after which a number counts nothing that was asked about: "eight hundred, I'd like ..."."""
_NUMBERLESS = frozenset({"that one", "this one", "that", "it", "those", "both"})
_WHOM = r"(?: for (?:my|her|his|our|the) \w+| for (?:me|him|her|us))?"
_LIKE_IT = (
    r"(?:exactly |just |precisely )?(?:like|as) (?:it|that one|this one|that|this|those|them)"
)
_SAME = (
    r"(?:(?:a|an|another|one more) )?(?:the )?"
    r"(?:(?:exact|exactly|very|precisely|identical) )*(?:the )?"
    r"(?:same|ditto|identical)(?: exact)?"
    r"(?: (?:thing|one|again|deal|drink|order|tea|here|please|once more))*"
    rf"|(?:another one|another|one more|one)(?: of those)? {_LIKE_IT}"
    r"|(?:another one|another|one more) of (?:those|these|them|that)"
)
_BUT = (
    r"(?: (?:but|only|just|except|in|as|with|for|of|made|make it|make that|have it|instead|please"
    r"|and|his|hers|theirs))*(?: (?:a|an))?"
)
_AGAIN = re.compile(
    rf"(?<!all )(?<!both )(?<!\bis )(?<!\bare )(?<!stays )(?<!stay )(?<!\brest )"
    rf"(?<!else )(?<!still )(?<!keep )\b(?:{_SAME}){_WHOM}(?P<but>{_BUT})(?= |$)"
)
_LIKE = re.compile(_LIKE_IT)
_THE_SAME_WAY = re.compile(
    r"(?<= )(?:a|an|one|another) ((?:\w+ ){1,4}?)(?:made |done )?"
    r"(?:(?:in )?the same way|exactly the same|the same|likewise)(?= (?:and|please|but|with)\b|$)"
)
_JOINS = frozenset({"but", "only", "except", "in", "as", "with", "just"})
_LEAVING = frozenset({"without", "minus", "sans", "no", "less", "extra"})
"""Words that say what is otherwise, with no "but" before them."""
_SAYS_SO = ("same", "ditto", "identical", " like ", " as it", " as that", " of th")
"""One of these is in everything that `again` reads."""
_AHEAD = 4
"""Words from "the same but" to the first name."""


class SameAgain:
    """Reads such words over one menu. Immutable after construction."""

    def __init__(self, menu: Menu, names: SaidNames) -> None:
        self._menu = menu
        self._names = names

    def asked_about(self, said: str, situation: Situation) -> str:
        """ "Two of those, half sugar", of what was asked about: its name instead."""
        asked = situation.asked
        if asked is None or _ASKING.match(said) or _REFUSING.search(said):
            return said
        for pattern in _POINTED:
            found = pattern.search(said)
            if found is None:
                continue
            rest = said[found.end() :].split()
            following = self._names.longest(rest, 0)
            if (following is not None and following.items) or not _NO_COUNT.isdisjoint(rest[:1]):
                continue
            told = self._names.any_in(rest)
            if not told and (found[1] in _NUMBERLESS or situation.expecting is not _OFFERED):
                return said
            count = "one" if found[1] in _NUMBERLESS else found[1]
            return f"{said[: found.start(1)]}{count} {self._name(asked, rest)} {' '.join(rest)}"
        return said

    def _name(self, asked: Line, rest: list[str]) -> str:
        """What was asked about, with its modifiers unless others of their kind are named."""
        found = (self._names.longest(rest, at) for at in range(len(rest)))
        named = {group for one in found if one is not None for group, _ in one.modifiers}
        keeps = {"both", "everything"} & set(rest)
        chosen = [
            self._menu.group(one.group).modifier(one.modifier).name
            for one in asked.choices
            if one.group not in named or keeps
        ]
        name = self._menu.item(asked.item).name
        whole = f"{name} with {' and '.join(chosen)}" if chosen else name
        return " ".join(split(whole))

    def _same_way(self, found: re.Match[str]) -> str:
        """ "A black milk tea the same way": the same but a black milk tea."""
        words = found[1].split()
        named = self._names.longest(words, 0)
        is_item = named is not None and named.items and named.end == len(words)
        return f"the same but a {found[1].strip()}" if is_item else found[0]

    def again(self, said: str) -> str:
        """ "The exact same thing again but taro": the same but a taro."""
        if not any(words in said for words in _SAYS_SO):
            return said
        said = _THE_SAME_WAY.sub(self._same_way, said)
        at = 0
        while (found := _AGAIN.search(said, at)) is not None:
            at = found.end()
            rest = said[found.end() :].split()
            ahead = (self._names.longest(rest, place) for place in range(min(_AHEAD, len(rest))))
            first = next((one for one in ahead if one is not None), None)
            joins = bool(_JOINS & set(found["but"].split())) or not _LEAVING.isdisjoint(rest[:1])
            directly = self._names.longest(rest, 0)
            is_item = directly is not None and bool(directly.items)
            before = said[: found.start()]
            if first is None and _LIKE.search(found[0]):
                said = f"{before}another one of those{said[found.end() :]}"
                continue
            if first is None or not (joins or is_item):
                continue
            words = "the same but a" if is_item else "the same but"
            said = f"{before}{words}{said[found.end() :]}"
            at = len(before) + len(words)
        return said
