"""What is talked about, not ordered: "my daughter raves about your taro, so one taro for her".

Such a name goes, together with the words that say so. What then is ordered by pointing ("can I
get one of those") gets the name back; where nothing is ordered at all, it is asked whether there
is any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.meaning import Expecting
from servizio.language.order_so_far import Situation
from servizio.language.said_names import COUNT, Named, SaidNames
from servizio.language.talk_words import Talk
from servizio.shop.menu import Menu

_OPEN = frozenset({Expecting.ANYTHING, Expecting.ORDER})
"""Where somebody who only talks of a thing is asked whether to have one."""
_WISH = (
    r"(?:can|could|may) (?:i|we)|lemme|let me|let us|ill|id|i will|i would|i want|we want|wed|give|"
    r"i need|we need|well (?:have|take|get)|gimme|please|im getting|i am getting"
)
_WISHING = re.compile(rf"\b(?:{_WISH})\b")
_TURNING = re.compile(rf"\b(?:so|but|today|{_WISH})\b")
_CLAUSE = re.compile(r"^(?:[.,;:?!]|so|but|then)$")
_MUCH = frozenset({"much", "many", "good", "great", "long"})
"""After these "so" begins no clause: "so much about"."""
_OWN = frozenset({"your", "yalls", "about", "of"})
"""Before what is part of a thing, one of these: "she likes less ice" is a wish."""
_INDEFINITE = re.compile(r"\b(?:getting|having|trying|crav\w+|ordering) (?:a|an|some|one) ")
_PAST = re.compile(
    r"\b(?:last|the other) (?:time|week|night|day|month|year|weekend)\b|\byesterday\b"
)
_AFTER = r"(?: more)?(?= with\b| for\b| please\b| [.,?]|$)"
_POINTED = re.compile(
    rf"(?P<before>\b(?:{_WISH})(?: (?:please|just|get|have|take|try|order|grab|do|us|me|also))* "
    r"|(?:^|[.,] |\bso |\band )(?=\w+ of |a couple of ))"
    rf"(?:(?P<count>{COUNT}|a couple) of (?:those|these|them|that)"
    rf"|(?P<one>{COUNT}){_AFTER}|(?:that|it|some|those)(?: one)?{_AFTER})"
)


@dataclass(frozen=True, slots=True)
class TalkedAbout:
    """Reads such words over one menu. Immutable after construction."""

    menu: Menu
    names: SaidNames
    talk: Talk

    def read(self, said: str, situation: Situation) -> str:
        """The words without what is only talked about."""
        if not self.talk.marks.search(said):
            return said
        shorter, item = self._without(said, self.talk.telling)
        least, other = self._without(shorter, self.talk.wont)
        if other is not None and (self._orders(least) or _PAST.search(said)):
            shorter, item = least, other
        if item is None or self._names_item(shorter):
            return shorter
        pointed = _POINTED.search(shorter)
        name = self.menu.item(item).name.lower()
        if pointed is not None:
            count = pointed["count"] or pointed["one"] or "one"
            before, after = shorter[: pointed.start()], shorter[pointed.end() :]
            return f"{before}{pointed['before']}{count} {name}{after}"
        if situation.expecting not in _OPEN or any(line.item == item for line in situation.lines):
            return shorter
        if self.names.any_in(shorter.split()) or _INDEFINITE.search(said):
            # "I'm craving a taro", "she recommended the taro with pudding": that is to be had.
            return said
        return f"do you have {name} . {shorter}"

    def _without(self, said: str, telling: re.Pattern[str]) -> tuple[str, str | None]:
        """The words without the names that are talked about, and the last item of these."""
        words = said.split()
        item: str | None = None
        at = 0
        while at < len(words):
            named = self.names.longest(words, at)
            if named is None:
                at += 1
                continue
            cut = self._cut(words, at, named, telling)
            if cut is None:
                at = named.end
                continue
            item = named.items[0] if len(named.items) == 1 else item
            words[cut[0] : cut[1]] = ["."]
            at = cut[0] + 1
        return " ".join(words), item

    def _cut(
        self, words: Sequence[str], at: int, named: Named, telling: re.Pattern[str]
    ) -> tuple[int, int] | None:
        """Where the talk around a name begins and ends; `None` where it is no talk."""
        start = at
        while start and not (_CLAUSE.match(words[start - 1]) and words[start] not in _MUCH):
            start -= 1
        before = " ".join(words[start:at]) + " "
        found = telling.search(before)
        told = bool(named.items) or not _OWN.isdisjoint(words[start:at][-2:])
        if found is not None and told and not _WISHING.search(before):
            return start + len(before[: found.start()].split()), named.end
        after = " " + " ".join(words[named.end :])
        praised = self.talk.praising.match(after)
        if praised is not None and not _WISHING.search(before):
            start = at - (at > 0 and words[at - 1] in {"the", "your", "that", "this"})
            return start, named.end + len(praised[0].split())
        return None

    def _orders(self, said: str) -> bool:
        """Whether something is ordered beside what is a habit: "but today I'll have"."""
        turned = _TURNING.search(said)
        return turned is not None and (
            self._names_item(said[turned.start() :]) or _POINTED.search(said) is not None
        )

    def _names_item(self, said: str) -> bool:
        words = said.split()
        found = (self.names.longest(words, at) for at in range(len(words)))
        return any(one is not None and one.items for one in found)
