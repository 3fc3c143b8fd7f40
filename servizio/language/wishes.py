"""Wishes put as questions: "can the taro be without ice?", "can you do two taros with boba?".

What is asked to be so with something that is in the order changes it: "make the taro without ice".
What has a count or modifiers is ordered; "can you do taro?" asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from servizio.language.meaning import Expecting
from servizio.language.order_so_far import Situation
from servizio.language.said_names import COUNT, Named, SaidNames
from servizio.shop.menu import Menu

_OPENING = re.compile(
    r"\b(?:(?:would|is|will) it (?:be )?(?:possible|okay|ok|alright|all right|fine|cool|too late|"
    r"too much trouble)|(?:would|do) you mind(?: if)?|mind if|is there (?:any|a) (?:way|chance)|"
    r"i(?: was|m| am)? wonder(?:ing)?|do you (?:think|reckon|suppose)|would you be able|"
    r"are you able|is it okay|can i (?:trouble|bother) you|could i (?:trouble|bother) you)"
    r"(?: (?:if|that|to|for|for me to|for us to|maybe|perhaps))*(?= )"
)
_VERBS = {
    "making": "make", "having": "have", "getting": "get", "adding": "add", "putting": "put",
    "doing": "do", "leaving": "leave", "taking": "take", "giving": "give", "changing": "change",
}  # fmt: skip
_MAY = r"(?:can|could|may|might|would|will|should)"
_BE = r"(?:be|have|come|get|go|be made|be done)(?: with)?"
_IT_BE = re.compile(rf"\b(?<!of )(?:{_MAY} )?(?<!of )(?:the|my|that|this|his|her) (?=\w)")
_POINTED_BE = re.compile(
    rf"\b{_MAY} (that one|this one|that|it|mine|the (?:first|second|third|last|other) one) {_BE} "
)
_BEING = re.compile(rf"^ (?:{_MAY} )?(?:also |please |maybe |just )*{_BE} ")
_YOU_MAKE = re.compile(
    rf"\b{_MAY} (?:i|we|you|ya|you guys|yall) (?:(?:please|just|maybe) )*"
    r"(?:get|have|do|make|order|change|take) (?:the|my|that) (?=\w)"
)
_YOU_DO = re.compile(
    rf"\b{_MAY} (?:you|ya|you guys|yall|you all) (?:(?:please|also|just|maybe) )*"
    r"(?:do|make|fix|prepare|ring up|put in|ring me up for|put me down for) "
    rf"(?=(?P<n>{COUNT}|a|an) )"
)
_BARE = re.compile(
    r"(?:^|(?<=[.,] ))(?:(?:and|but|oh|wait|actually|um|one thing|one more thing|so|hang on|sorry|"
    r"hold on) |, )*the (?=\w)"
)
_OUT = re.compile(
    r"\b(?:leave|take|keep|hold) (?:the |any )?((?:\w+ ){1,3})"
    r"(?:out|off)(?: of| from| in| on| for)? (?:the|my|that) (?=\w)"
)
_MY_DRINK = re.compile(r"\b(to|in|on|for|from|of|with) (?:my|the|that|this) (\w+)(?= [.,?]|$)")
_SEVERAL = 2
_SO_MANY = re.compile(
    rf"\b(?P<in>(?:in|on|to|for|from) )?(?:(?:the|my) (?P<n>{COUNT})"
    rf"|(?P<all>both|all(?: {COUNT})?)(?: of)?(?: (?:the|my))?) (?=\w)"
)
_BOTH = {2: "both"}
_BECOMING = frozenset({"get", "should", "need", "have", "be", "can", "could", "with", "without"})
_THINGS = frozenset({"drink", "beverage", "cup", "order", "one", "food", "dish"})
_ASKING = frozenset(
    {"can", "could", "may", "might", "would", "will", "should", "is", "mind", "do"}
    | {"wonder", "wondering", "are"}
)
_POINTING = frozenset({"the", "my", "that", "this", "it", "mine", "his", "her", "both", "all"})
_LEVELS = re.compile(r"^ (?:with(?:out)? |with no |no |be |a bit |a little )")
_MORE = re.compile(r"\b(?:also|another|more|too|as well)\b")
_ENDS = re.compile(r" [.,?!;]")


@dataclass(frozen=True, slots=True)
class Wishes:
    """Reads such words over one menu. Immutable after construction."""

    menu: Menu
    names: SaidNames

    def read(self, said: str, situation: Situation) -> str:
        """The words with such wishes put as what they are."""
        if not _ASKING.isdisjoint(said.split()):
            said = self._opened(said)
            said = _YOU_DO.sub(lambda found: self._ordered(said, found), said)
        if not situation.lines or _POINTING.isdisjoint(said.split()):
            return said
        said = _MY_DRINK.sub(lambda found: self._of_last(found, situation), said)
        said = _POINTED_BE.sub(r"make \1 with ", said).replace(" with with", " with")
        said = _SO_MANY.sub(lambda found: self._counted(said, found, situation), said)
        for pattern in (_IT_BE, _YOU_MAKE, _OUT, _BARE):
            said = self._changes(said, pattern, situation)
        return said

    def _opened(self, said: str) -> str:
        """ "Would it be possible to have mine with boba": the wish alone."""
        found = _OPENING.search(said)
        if found is None:
            return said
        rest = said[found.end() :].split()
        if not rest or not self.names.any_in(rest):
            return said
        rest[0] = _VERBS.get(rest[0], rest[0])
        asks = rest[0] in {"get", "have", "order", "grab", "do", "a", "an", *_NUMBERS}
        wish = "can i " if asks and rest[0] not in {"a", "an", *_NUMBERS} else "can i get "
        before = said[: found.start()]
        return f"{before}{wish if asks else ''}{' '.join(rest)}"

    def _ordered(self, said: str, found: re.Match[str]) -> str:
        """ "Can you do two taros": orders, as counts and modifiers do."""
        words = said[found.end() :].split()
        named = self.names.longest(words, 1)
        if named is None or not named.items:
            return found[0]
        more = len(words) > named.end and self.names.any_in(words[named.end :])
        counted = found["n"] not in {"a", "an"}
        return "can i get " if counted or more else found[0]

    def _of_last(self, found: re.Match[str], situation: Situation) -> str:
        """ "Add boba to my tea", where there are many teas: to that which was ordered."""
        if found[2] in _THINGS:
            return f"{found[1]} it"
        ending = self.names.items_that_end_in(found[2])
        held = {line.item for line in situation.lines} & ending
        if len(ending) < _SEVERAL or not held or self.names.longest([found[2]], 0) is not None:
            return found[0]
        if len(held) > 1:
            return f"{found[1]} it"
        return f"{found[1]} the {self.menu.item(held.pop()).name.lower()}"

    def _counted(self, said: str, found: re.Match[str], situation: Situation) -> str:
        """ "Put boba in both taros", where there are two: in the taros."""
        after = said[found.end() :].split()
        named = self.names.longest(after, 0)
        if named is None or not named.items:
            return found[0]
        lines = [line for line in situation.lines if line.item in named.items]
        held = lines[0].quantity if len(lines) == 1 else 0
        number = found["n"] or found["all"].removeprefix("all ")
        known = held > 1 and number in {"all", str(held), _WORDS.get(held), _BOTH.get(held)}
        points = found["in"] or not _BECOMING.isdisjoint(after[named.end : named.end + 1])
        if not (known and points):
            return found[0]
        makes = found["all"] and not found["in"] and after[named.end] in {"with", "without"}
        return f"{'make ' if makes else found['in'] or ''}the "

    def _changes(self, said: str, pattern: re.Pattern[str], situation: Situation) -> str:
        at = 0
        while (found := pattern.search(said, at)) is not None:
            at = found.end()
            words = said[at:].split()
            named = self._held(words, situation)
            if named is None:
                continue
            end, name = named
            after = "".join(f" {word}" for word in words[end:])
            change = self._change(pattern, found, after, situation)
            if change is not None:
                before = said[: found.start()]
                said = f"{before}make the {name}{change}"
                at = len(before) + len(f"make the {name}")
        return said

    def _change(
        self, pattern: re.Pattern[str], found: re.Match[str], after: str, situation: Situation
    ) -> str | None:
        """What the item is to become, and what is said after that; `None`: it is no such wish."""
        if pattern is _OUT:
            gone = found[1].strip()
            return f" without {gone}{after}" if self._is_modifier(gone.split()) else None
        if pattern is _IT_BE:
            being = _BEING.match(after)
            if being is None or not self.names.any_in(_clause(after[being.end() - 1 :])):
                return None
            return f" {_joined(after[being.end() :])}"
        if pattern is _BARE:
            return after if self._is_level(after) else None
        clause = _clause(after)
        if not clause or not self.names.any_in(clause) or _MORE.search(" ".join(clause)):
            return None
        before_it = situation.expecting in {Expecting.ANYTHING, Expecting.ORDER}
        gets = found[0].split()[-2] in {"get", "have", "order", "take"}
        return after if not (gets and before_it and self._tops(clause)) else None

    def _tops(self, clause: list[str]) -> bool:
        """Whether what is said of it may well be said of one more: with a topping."""
        single = {group.id for group in self.menu.modifier_groups if group.max == 1}
        found = (self.names.longest(clause, at) for at in range(len(clause)))
        named = [one for one in found if one is not None and one.modifiers]
        tops = any(group not in single for one in named for group, _ in one.modifiers)
        return tops and "without" not in clause and "no" not in clause

    def _is_level(self, after: str) -> bool:
        """Whether all that is said of an item is a level: "the taro with no ice"."""
        words = _clause(after)
        if not words or words[0] not in {"with", "without", "no"}:
            return False
        words = words[words[0] == "with" :]
        if words[-1:] == ["please"]:
            words.pop()
        named = self.names.longest(words, 0)
        single = {group.id for group in self.menu.modifier_groups if group.max == 1}
        if named is None or named.end != len(words):
            return False
        return all(group in single for group, _ in named.modifiers)

    def _is_modifier(self, words: list[str]) -> bool:
        """Whether these words name something that can be left out: "the ice" as well."""
        named = self.names.longest(words, 0)
        if named is not None:
            return bool(named.modifiers) and not named.items
        return self.names.longest(["no", *words], 0) is not None

    def _held(self, words: list[str], situation: Situation) -> tuple[int, str] | None:
        """Where the name of an item of the order ends, and what that is called."""
        named: Named | None = self.names.longest(words, 0)
        if named is None:
            return None
        held = [one.item for one in situation.lines if one.item in named.items]
        if not held:
            return None
        end = named.end
        if words[end : end + 1] in (["one"], ["ones"]):
            end += 1
        return end, self.menu.item(held[-1]).name.lower()


def _clause(after: str) -> list[str]:
    """The words up to where the sentence pauses."""
    return _ENDS.split(after)[0].split()


def _joined(rest: str) -> str:
    first = rest.split(maxsplit=1)[0]
    return rest if first in {"with", "without", "no"} else f"with {rest}"


_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = dict(enumerate(_NUMBERS, start=1))
