"""Lines that are told by whom they are for, or as "the other one".

"No boba in his", "my daughter wants less ice" and "the other one with no ice" become a pointer
at the line that is meant, where it is clear which that is. Of such a line "mine stays as it is"
says nothing, and goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from servizio.language.order_so_far import Situation
from servizio.language.people import ME, People
from servizio.language.phrasebook import line_pointer
from servizio.language.said_names import COUNT, SaidNames

_THINGS = r"(?: own)?(?: (?:one|ones|drink|tea|cup|order))?"
_NO_THING = (
    r"(?! (?:number|phone|cell|name|card|car|friends?|mom|dad|mother|father|sisters?|brothers?"
    r"|kids?|wife|husband|son|daughter|boss|mind|place|house|way|birthday|favou?rite)\b)"
)
_PRONOUNS = {"his": "male", "hers": "female", "her": "female", "he": "male", "she": "female"}
_PRONOUNS |= {"him": "male", "theirs": "either", "they": "either"}
_SAYS = (
    r"(?:(?:now|also|just|really|actually|would|will|has) )*"
    r"(?:wants?|wanted|needs?|likes?|love|prefers?|says?|said|asks?|asked|is|gets?|have|take"
    r"|changed (?:his|her|their|the) mind|decided)"
    r"(?: (?:(?:he|she|they|id) )?(?:wants?|likes?|that|for|to have|to get|it|to be|is|now))*"
)
_NOT = (
    r"(?:doesnt|does not|dont|do not|didnt|cant|cannot)(?: \w+)?? "
    r"(?:want|need|like|have)(?: any| the)?"
)
_BEFORE = r"(?:\b(?:except|but|and|oh|now|actually|well|so|then|just|that|yes|yeah) )*"
_FINE = (
    r"(?:fine|good|great|perfect|correct|right|okay|ok|alright|unchanged|the same|as it is|as is"
    r"|the way it is|like that|like it is|alone|as before|as ordered)"
)
_STAYS = re.compile(
    r"\b(?:and |but )?(?:(?:leave|keep) )?the (@\d)(?: (?:is|are|was|stays?|remains?|can|should"
    rf"|all|just|still|exactly|be))*(?: {_FINE})+(?: (?:but|and))?(?= |$)"
    r"|\b(?:and |but )?the @\d (?:stays|remains)(?= and| but|$)"
)
_STILL = re.compile(
    r"(the @\d) (?:(?:stays?|remains?|still|keeps?|has|gets|just|only|all) )+(?:with )?"
)
_OTHER = re.compile(
    r"\b(?:the )?other(?: (?:ones?|drink|tea|cup))(?= |$)"
    r"|\bthe others?(?= (?:is|with|no|has|gets)\b|$)"
)
_ORDERS_MORE = re.compile(rf"(?<!@)\b(?:{COUNT}|another|the same|same) (?!percent)")


class WhoseLines:
    """Points at lines by whom they are for. Immutable after construction."""

    def __init__(self, names: SaidNames, people: People) -> None:
        self._names = names
        self._people = people

    def point(self, tokens: Sequence[str], situation: Situation) -> list[str]:
        """The tokens with a pointer where a line is told so."""
        if not situation.lines or not (any(situation.whose) or situation.other):
            return list(tokens)
        said = before = " ".join(tokens)
        if situation.other:
            said = _OTHER.sub(f"the {line_pointer(situation.other)}", said)
        if any(situation.whose):
            said = self._possessives(said, situation)
        said = _STILL.sub(r"\1 with ", _STAYS.sub(" . ", said))
        if any(situation.whose):
            said = self._persons(said, situation)
        if said == before:
            return list(tokens)
        words = said.split()
        while words and words[0] == ".":
            words.pop(0)
        return words or ["fine"]

    def _place(self, who: str, situation: Situation) -> int | None:
        """The one line that is for this person, from 1."""
        owners = situation.whose
        if who in _PRONOUNS:
            held = [self._people.fits(one, _PRONOUNS[who]) for one in owners]
        else:
            held = [one == who for one in owners]
        if sum(held) == 1:
            return held.index(True) + 1
        others = [place for place, one in enumerate(owners, 1) if one == ME]
        if who in {"his", "hers", "he", "she", "him", "her"} and not any(held):
            others = [at for at in range(1, len(owners) + 1) if at not in others]
            mine = len(owners) - len(others)
            return others[0] if len(others) == 1 and mine else None
        if who == ME and not any(held):
            free = [place for place, one in enumerate(owners, 1) if not one]
            return free[0] if len(free) == 1 else None
        return None

    def _possessives(self, said: str, situation: Situation) -> str:
        """ "His", "my husband's", "Tom's", "the one for my friend": all that stand for a drink."""

        def pointer(who: str, found: re.Match[str]) -> str:
            place = self._place(who, situation)
            return found[0] if place is None else f"the {line_pointer(place)}"

        relation = self._people.relation
        people = "|".join({re.escape(one) for one in situation.whose if one and one != ME} | {"_"})
        said = re.sub(
            rf"\bthe (?:one|drink|tea|cup) for (?:{relation}|(?P<other>me|him|her|{people}))\b",
            lambda found: pointer(_who(found["who"] or found["other"]), found),
            said,
        )
        said = self._with_names(said, situation)
        said = re.sub(
            rf"\b(?:{relation}s|(?P<other>{people})s){_THINGS}\b"
            rf"(?! (?:want|would|are|like|need|have)\b){_NO_THING}",
            lambda found: pointer(found["who"] or found["other"], found),
            said,
        )
        said = re.sub(
            rf"\b(?P<who>mine|hers|theirs|his{_THINGS})\b{_NO_THING}",
            lambda found: pointer(_who(found["who"].split()[0]), found),
            said,
        )
        return re.sub(
            r"\b(?P<who>my|her) (?:own )?(?:one|drink|tea|cup)\b",
            lambda found: pointer(_who(found["who"]), found),
            said,
        )

    def _with_names(self, said: str, situation: Situation) -> str:
        """ "His taro", where the taro is his."""
        tokens = said.split()
        for at, token in enumerate(tokens[:-1]):
            place = self._place(_who(token), situation) if token in _OWNING else None
            named = self._names.longest(tokens, at + 1) if place is not None else None
            if named is None or place is None or not named.items:
                continue
            if situation.lines[place - 1].item in named.items:
                words = [*tokens[:at], "the", line_pointer(place), *tokens[named.end :]]
                return " ".join(words)
        return said

    def _persons(self, said: str, situation: Situation) -> str:
        """ "My daughter wants less ice", "no ice for my daughter": where no item is ordered."""
        if self._orders(said):
            return said
        relation = self._people.relation
        people = "|".join({re.escape(one) for one in situation.whose if one and one != ME} | {"_"})
        someone = rf"(?:{relation}|(?P<other>he|she|they|{people})(?:d|ll|s|re)?)"

        def subject(found: re.Match[str], words: str) -> str:
            if words == "without" and not self._names.any_in(said[found.end() :].split()[:4]):
                # "My son doesn't need a straw" is about no drink.
                return found[0]
            place = self._place(found["who"] or found["other"], situation)
            if place is None:
                return found[0]
            pointer = f"the {line_pointer(place)}"
            return " " if pointer in said[found.end() :] else f"{pointer} {words} "

        said = re.sub(rf"{_BEFORE}\b{someone} {_NOT} ", lambda one: subject(one, "without"), said)
        said = re.sub(
            rf"{_BEFORE}\b{someone} {_SAYS} (?!the same\b)",
            lambda one: subject(one, "with"),
            said,
        )
        aim = rf"\bfor (?:{relation}|(?P<other>me|him|her|{people}))\b"

        def point(found: re.Match[str]) -> str:
            place = self._place(_who(found["who"] or found["other"]), situation)
            return found[0] if place is None else f"for the {line_pointer(place)}"

        return " ".join(re.sub(aim, point, said).split()).replace("with no ", "no ")

    def _orders(self, said: str) -> bool:
        """Whether something is ordered, or may be: an item named, or one more of something."""
        tokens = said.split()
        named = (self._names.longest(tokens, at) for at in range(len(tokens)))
        if any(one is not None and one.items and not one.modifiers for one in named):
            return True
        return _ORDERS_MORE.search(said) is not None


_OWNING = frozenset({"my", "his", "her"})


def _who(word: str) -> str:
    return ME if word in {"my", "mine", "me", "myself"} else word
