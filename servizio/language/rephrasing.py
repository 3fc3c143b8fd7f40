"""Roundabout ways of saying it, put into words that the grammar knows, before it is cut up.

"Two of those" becomes what was asked about, "the exact same thing again but taro" the same but
a taro, "the one with pudding" the line that it describes; "the taro's fine" and "that one's
for my husband" order nothing and go. What is said by pointing can so be said with all that
belongs to an order: levels, toppings, a count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.described_lines import DescribedLines
from servizio.language.ellipsis import LeftOut
from servizio.language.meaning import Expecting
from servizio.language.order_so_far import Situation
from servizio.language.said_names import COUNT, SaidNames
from servizio.language.same_again import SameAgain
from servizio.language.swaps import Swaps
from servizio.language.talk_words import Talk
from servizio.language.talked_about import TalkedAbout
from servizio.language.wishes import Wishes
from servizio.shop.menu import Menu

_NUMBERS_ASKED = frozenset({Expecting.PHONE_NUMBER, Expecting.ORDER_NUMBER})
_WORDS_ASKED = frozenset({Expecting.NAME, Expecting.ADDRESS, Expecting.TABLE})
_FINE = (
    r"(?:fine|good|great|perfect|correct|right|okay|ok|alright|unchanged|the same|as it is|as is"
    r"|as they are|the way it is|like that|like it is)"
)
_AS_IT_IS = r"(?: (?:as it is|as is|as they are|the way it is|the way they are|like that|already))?"
_IS_FINE = re.compile(
    r"\b(?:the|my|that|this) ((?:(?!the |my |that )\w+ ){1,4}?)"
    r"(?:is |are |was |stays? |can stay |should stay )?"
    rf"(?:just |all |already |still )?{_FINE}{_AS_IT_IS}(?= |$)"
)
_STAYS_NORMAL = re.compile(
    r"\b(?:the|my|that) ((?:(?!the |my |that )\w+ ){1,4}?)(?:just |still |all |can |should |will )*"
    r"(?:stays?|remains?) (?:just |all |completely )?(?:normal|regular|standard|plain)(?= |$)"
)
_MINE_STAYS = re.compile(
    rf"\b(?:mine|hers|theirs) (?:is|are|stays?|can stay|should stay) {_FINE}{_AS_IT_IS}(?= |$)"
)
_LEAVE_IT = re.compile(
    r"\b(?:leave|keep) (?:the|my|that) ((?:\w+ ){1,4}?)"
    r"(?:as it is|as is|alone|as they are|the way it is|the way they are|the same|unchanged)(?= |$)"
)
_FOR_WHOM = re.compile(
    r"\b(?:and )?(?:thats|that is|that ones|that one is|this ones|this one is|its|it is|those are"
    r"|theyre|the (?:\w+ )?ones?(?: is)?) (?:all |just )?"
    r"(?:for (?:(?:my|her|his|our|their|the) (?:\w+ in law|\w+ \w+s|\w+)|me|him|her|us|them)"
    r"|(?<=one is )mine|(?<=ones )mine)(?= |$)"
)
_PLAIN = re.compile(
    r"\b(?:and |but |with |just )*"
    r"(?:nothing (?:else )?(?:in|on) (?:it|that one|that|them|there|top)"
    r"|nothing (?:added|extra)|(?:no|without any|without|hold the|skip the|minus the|zero) "
    r"(?:toppings?|add ons|add ins)(?: (?:in|on|for) (?:it|that one|that|them|those|there|top))?"
    r"|nothing in that one|(?:i |he |she )?(?:dont|doesnt|do not|does not) (?:need|want) "
    r"(?:any )?toppings?(?: (?:in|on) (?:it|his|hers|mine|that|that one))?)(?= |$)"
)
_JUST_PLAIN = re.compile(r"\b(?:just |completely |totally |all )?plain\b")
_KEEPING = re.compile(r"\b(?:and |but |just )*(keep|keeping|leave|leaving) (?:the |my |it |that )?")
_STAYS = re.compile(
    r"\bthe ((?:\w+ ){1,3}?)(?:stays?|can stay|should stay|remains)(?: in| on)?(?= |$)"
)
_TAKING_OFF = re.compile(
    r"\b(?:take|remove|drop|scratch|lose|rid|delete|cancel|skip|without|off|out)\b"
)
_KEPT = re.compile(r" (?:in (?:it|there)|on it|in|on|as it is|the same)(?= |$)")
_KEPT_PART = re.compile(
    r"(?: [.,])?(?: but| and| just)+ (?:keep|leave) (?:the|my|that) \w+(?: on| in)?(?: it)?"
    r"(?: [.,])*$"
)
"""Of something that is called by a part of its name: "but leave the cream on"."""
_STAMMERED = re.compile(
    rf"\b({COUNT})((?: (?:no|sorry|wait|uh|yeah|yes|actually|just))*) (?:\1)(?= \w)"
)
_NO_COUNT = re.compile(rf"(?<=\w )no (?:just |only )?(?={COUNT} (?!percent|hundred)\w)")
_RECOUNTED = re.compile(
    rf"\b({COUNT}) ((?:\w+ ){{1,6}}?)(?:(?:no|sorry|wait|actually|i mean|oops|make that|make it) )+"
    rf"({COUNT})(?= (?:with|please|both|all)\b|$)"
)
_NEW_COUNT = re.compile(rf"\b(?:no|sorry|wait|actually|mean|oops|that|it) {COUNT}\b")
_HESITANT_NO = re.compile(r"(?<=\w )no(?: ,)?(?: (?:um|uh|er|erm|hmm|hm|mm),?)+ (?=\w)")
_SUBJECTS = frozenset({"thats", "that", "this", "its", "it", "those", "theyre", "one", "ones"})
_NOTHING = frozenset({"thing", "anything", "rest", "everything"})
_AS_THEY_ARE = frozenset(
    {"fine", "good", "great", "perfect", "correct", "right", "okay", "ok", "alright"}
    | {"unchanged", "same", "as", "alone", "like"}
)
_KEEPS = frozenset({"keep", "keeping", "leave", "leaving", "stay", "stays", "remains"})
_PLAINLY = frozenset({"plain", "nothing", "topping", "toppings", "ons", "ins"})
"""Words of which one must be there for the patterns that are named alike."""
_HAS_GOT = re.compile(
    r"\b(?:has|have) (?:the|that|this|your|those) ((?:\w+ ){1,4}?)got (?=\w+ in\b)"
)
_BOTH_IN = re.compile(
    r"\b(?:both of them|the (?:two|pair) of them|both) (?=(?:in|on|to|into) (?:the|that|it))"
)
_SAYING_NOTHING = re.compile(
    r"\b(?:(?:one (?:more|last|other)|another) thing|or anything(?: else| like that)?"
    r"|(?:and |with |just )*(?:(?:the rest|everything(?: else)?) (?:is |as |just )*"
    r"(?:regular|normal|standard|default|usual)|(?:regular|normal) everything))(?= |$)"
)


@dataclass(frozen=True, slots=True)
class Rephrased:
    """The words to be read."""

    tokens: list[str]
    plain: bool = False
    """Whether what is ordered was said to be without toppings; those words are gone."""


class Rephraser:
    """Puts the words of utterances over one menu otherwise. Immutable after construction."""

    def __init__(self, menu: Menu, names: SaidNames, talk: Talk) -> None:
        self._names = names
        self._swaps = Swaps(names)
        self._wishes = Wishes(menu, names)
        self._talked = TalkedAbout(menu, names, talk)
        self._lines = DescribedLines(menu, names)
        self._same = SameAgain(menu, names)
        self._ellipsis = LeftOut(menu, names)
        self._sells_plain = names.knows("plain")

    def hesitant(self, tokens: Sequence[str]) -> list[str]:
        """ "Pudding, no, hmm, crystal boba": who hesitates after "no" corrects, and leaves
        nothing out; "oh, no ice" corrects nothing. To be asked before hesitations are dropped."""
        if "no" not in tokens[1:]:
            return list(tokens)
        said = " ".join(
            word
            for at, word in enumerate(tokens)
            if word != "oh" or not self._no_is_named(tokens, at)
        )
        return _HESITANT_NO.sub("no wait ", said).split()

    def _no_is_named(self, tokens: Sequence[str], at: int) -> bool:
        """Whether the "no" after this word is part of a name: "no ice"."""
        if tokens[at + 1 : at + 2] != ["no"]:
            return False
        named = self._names.longest(tokens, at + 1)
        return named is not None and named.end > at + 2

    def rephrase(self, tokens: Sequence[str], situation: Situation) -> Rephrased:
        """The words as the grammar knows them."""
        if situation.expecting in _WORDS_ASKED or len(tokens) < 2:
            return Rephrased(list(tokens))
        said = self._talked.read(" ".join(tokens), situation)
        said = self._swaps.read(self._wishes.read(said, situation))
        heard = frozenset(tokens)
        if _SUBJECTS & heard and ("for" in heard or "mine" in heard):
            said = _FOR_WHOM.sub(".", said)
        if _NOTHING & heard:
            said = _SAYING_NOTHING.sub("", said)
        if situation.expecting not in _NUMBERS_ASKED:
            said = self._counts(said)
        if "both" in heard or "them" in heard:
            said = _BOTH_IN.sub("", said)
        if (_AS_THEY_ARE | _KEEPS) & heard:
            said = self._nothing_new(said)
        if "got" in heard:
            said = _HAS_GOT.sub(r"does the \1have ", said)
        said = self._ellipsis.filled(said, situation)
        said = self._same.asked_about(said, situation)
        said = self._same.again(said)
        if _KEEPS & heard:
            said = self._kept(said)
        said = self._lines.point(said, situation)
        without = self._without_plain(said) if _PLAINLY & heard else said
        plain = without != said and self._names.any_in(without.split())
        words = (without if plain else said).split()
        while words and words[0] == ".":
            words.pop(0)
        return Rephrased(words or list(tokens), plain)

    def _without_plain(self, said: str) -> str:
        """The words without "plain", "nothing in it" and the like."""
        without = _PLAIN.sub(_apart, said)
        return without if self._sells_plain else _JUST_PLAIN.sub(" ", without)

    def _counts(self, said: str) -> str:
        """ "Three, no, sorry, two, two taros": the last number is meant, once."""

        def once(found: re.Match[str]) -> str:
            after = said[found.end() :].split()
            named = self._names.longest(after, 0)
            is_item = named is not None and named.items
            return f"{found[1]}" if is_item else found[0]

        def again(found: re.Match[str]) -> str:
            mid = found[2].split()
            named = any(
                (one := self._names.longest(mid, at)) is not None and one.items
                for at in range(len(mid))
            )
            return f"{found[3]} {found[2].strip()}" if named else found[0]

        said = _STAMMERED.sub(once, said)
        if _NEW_COUNT.search(said):
            said = _RECOUNTED.sub(again, said)
        return _NO_COUNT.sub("no wait ", said)

    def _nothing_new(self, said: str) -> str:
        """ "The taro's fine", "leave the taro as it is": orders and changes nothing."""

        def cut(found: re.Match[str]) -> str:
            words = found[1].split()
            pointed = len(words) > 1 and words[-1] in {"one", "ones", "drink", "drinks"}
            if pointed:
                words.pop()
            named = self._names.longest(words, 0)
            told = named is not None and (named.items or pointed) and named.end == len(words)
            return "." if told else found[0]

        shorter = _LEAVE_IT.sub(cut, _IS_FINE.sub(cut, _MINE_STAYS.sub(".", said)))
        shorter = _STAYS_NORMAL.sub(cut, shorter)
        says = [word for word in shorter.split() if word != "."]
        if not says and shorter != said:
            return "fine"
        return shorter

    def _kept(self, said: str) -> str:
        """ "Keep the pudding": what is to be there afterwards."""
        part = _KEPT_PART.search(said)
        if part is not None and _TAKING_OFF.search(said[: part.start()]) is not None:
            said = said[: part.start()]
        for pattern in (_KEEPING, _STAYS):
            at = 0
            while (found := pattern.search(said, at)) is not None:
                at = found.end()
                names = self._kept_names(said, found, pattern is _STAYS)
                if names is None:
                    continue
                kept, rest = names
                before = said[: found.start()].rstrip()
                gone = _TAKING_OFF.search(before) is not None
                with_it = "" if gone else f" with {kept}"
                said = f"{before}{with_it}{rest}".strip()
                at = len(before) + len(with_it)
        return said

    def _kept_names(self, said: str, found: re.Match[str], stays: bool) -> tuple[str, str] | None:
        """What is kept, and what is said after that; `None` where nothing is kept."""
        if stays:
            words = found[1].split()
            end = self._names.run(words, 0)
            return (found[1].strip(), said[found.end() :]) if end == len(words) else None
        words = said[found.end() :].split()
        end = self._names.run(words, 0)
        if not end:
            return None
        rest = " " + " ".join(words[end:])
        tail = _KEPT.match(rest)
        if found[1].startswith("leav") and tail is None:
            return None
        if re.match(r" (?:off|out|away|on the side)\b", rest):
            return None
        return " ".join(words[:end]), rest[tail.end() :] if tail else rest.rstrip()


def _apart(found: re.Match[str]) -> str:
    """ "No toppings in that" ends what is said of a drink, "no toppings" may be amid it."""
    return " . " if found[0].split()[-1] in _POINTERS else " "


_POINTERS = frozenset({"it", "that", "one", "them", "those", "there"})
