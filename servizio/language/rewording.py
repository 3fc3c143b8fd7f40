"""Other words for the same, put in those that the phrasebook knows, before anything is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from servizio.language.said_names import COUNT

_BUT = r"( ,)?( (but|except|only|just|though))+( that)?( (it|theyre|its))?( (is|are))?"
_FOR = r"( (for|to) (me|him|her|them|us|(my|our|his|her|their|the|a) \w+( \w+)?))?"
_LIKE = (
    r"( exactly| just| precisely)? (like|the same as|same as) "
    r"(it|that|this|those|the (first|last)( one)?)"
)
_THE_SAME = (
    r"\b(the )?(exact |exactly the )?same( exact)?( (thing|one|drink|order|kind))?( again)?"
    rf"{_FOR}{_BUT}(?= )"
)
_LIKE_IT_BUT = rf"\b(another( one)?|one more|a second( one)?|one){_LIKE}{_FOR}{_BUT}(?= )"
_LIKE_IT = rf"\b(another( one)?|one more|a second( one)?){_LIKE}\b"
_WHO = (
    r"(i|ill|we|well|he|hell|she|shell|they|theyll|me"
    r"|(my|our|his|her|their|the) (?!rest|others?)\w+)"
)
_HAVE_THE_SAME = (
    rf"\b{_WHO}( (will|would|wants?|gets?|is|are|also|just))*"
    r"( (have|having|like|get|getting|take|taking|want|wants|do|doing))? (exactly )?"
    r"the (exact )?same( thing| one| drink)?( again)?( (too|please|as well))*(?= [.,]|$)"
)
_SAME_AGAIN = (
    r"( ,)?( (and|then|plus|also))+ (exactly )?the (exact )?same( thing| one| drink)?( again)?"
    rf"{_FOR}( (too|please|as well))*(?= [.,]|$)"
)
_DOUBLED = r"\b(can you |could you )?(double|duplicate) (that|it)(?= please| [.,]|$)"
_ALL_ALIKE = (
    r"( ,)?( and)? (all|both)( of (them|those|these))?( exactly)?"
    r" (the same|alike|identical|like that|that way)( way)?(?= [.,]|$)"
)
_OF_EACH = (
    r"\b(in|on|for|to|from|of) (both|all|each|all \w+) of (the|those|my) "
    r"(?!drinks|teas|ones|two|three|four|five|six)"
)
_CHANCE = r"\b(is there )?(any|a|some) (chance|way|possibility)( at all)?"
_YOU = r"(you guys|you all|yall|you|they|yous)"
_CHANCE_OF_MINE = (
    rf"{_CHANCE} ((that )?(i|we)( (can|could|might|may))? (get|have|order|grab)"
    r"|of (getting|having)|to (get|order|have))\b"
)
_CHANCE_OF_YOURS = rf"{_CHANCE} (that )?{_YOU} (do|have|make|sell|carry|serve|offer|got)\b"
_CHANCE_THAT_YOU = rf"{_CHANCE} (that )?{_YOU} (can|could)\b"
_HAPPEN = (
    rf"\b((do|would|dont|wouldnt) )?{_YOU}( (wouldnt|dont))? happen to "
    rf"(do|have|make|sell|carry|serve|offer)\b|\bi dont suppose {_YOU} "
    r"(do|have|make|sell|carry|serve|offer|got)\b"
)
_ALL_BUT = (
    r"\b(?P<yes>good|fine|yes|yeah|yep|right|correct|perfect|great|lovely)( ,)? except"
    r"( for)?( that)?( ,)?( sorry)?( ,)?"
    r"(?= (light|less|no|extra|more|half|quarter|full|regular|make|can|could|put|add|with)\b)"
)
_NOT_SO_MANY = (
    rf"\b(?P<right>{COUNT}) (?P<what>(\w+ ){{1,4}}?)(, )?not (just |only )?{COUNT}"
    r"(?= (all|both|please)\b| [.,]|$)"
)
_CHANGES_THAT = (
    r"\b((let me|lemme|can i|could i|can we|could we|id like to|i want to|i need to|i have to|wanna"
    r"|gotta|we need to|i would like to|can you|could you|please|just) )*"
    r"(change|fix|correct|adjust|modify|switch|alter|make a( small| quick)? change to"
    r"|make (some|a few|a couple of) changes to) "
    r"(that|this|it|those|these|them|something|one thing|a thing|things|my order|the order"
    r"|that order|a few things|a couple of things|a couple things)( up| around| a (bit|little))?"
    r"( [.,])*(?= (the|my) )"
)
"""Said before what is to be changed, and how."""
_CALLED = (
    r"( ,)?( the| those| that)? (whats|what is|what was|what are|what were|hows) "
    r"(it|that|this|they|those|these|them|the( [a-z]+){1,3}) called( again)?( ,)?(?= \w)"
)
"""A word is looked for, and the name follows."""
_STILL_HAS = r"\b(still|stays?|remains?) (has|have|with|gets|comes with)( the| its)?\b"
_POSSIBLE = r"\b(is it|would it be) possible (for me )?to (get|have|add|do)\b"
_MADE_ALIKE = r"( ,)? (made|done|prepared) (exactly )?the same( way)?( ,)?(?= \w)"
_ADDRESSED = (
    r"\b(do|does|would|could|can|will|are|have) you (fellas|folks|guys|people|lot|ladies)\b"
)
_IN_THE_LOT = r"\b(in|on|for|with|to) the (whole )?lot\b"
_NOT_FREE = r"\bpercent (sugar|sweet|sweetness) free\b"
"""How "fifty percent sugar, please" is heard: nobody calls that free of sugar."""
_ONLY_HAS = (
    r"( ,)? so (that )?(its|it is|it has|it)( only| just)+ (got |has |with )?(?=the |a )"
    r"(\w+ ?){1,3}( [.,])*$"
)
_REWORDINGS = tuple(
    (tuple(needed.split()), re.compile(pattern), words)
    for pattern, words, needed in (
        (_CHANGES_THAT, "make", "change fix correct adjust modify switch alter"),
        (_CALLED, "", "called"),
        (_STILL_HAS, "with", "still stay remain"),
        (_NOT_FREE, r"percent \1", "free"),
        (_ADDRESSED, r"\1 you", "you"),
        (_IN_THE_LOT, r"\1 all of them", "lot"),
        (_MADE_ALIKE, "", "same"),
        (_THE_SAME, "the same but", "same"),
        (_LIKE_IT_BUT, "the same but", "like same"),
        (_HAVE_THE_SAME, "another one of those", "same"),
        (_SAME_AGAIN, " and another one of those", "same"),
        (_DOUBLED, "another one of those", "double duplicate"),
        (_LIKE_IT, "another one of those", "like same"),
        (_ALL_ALIKE, "", "alike same identical that"),
        (_OF_EACH, r"\1 the ", "both all each"),
        (_CHANCE_OF_MINE, "can i get", "chance way possibility"),
        (_CHANCE_OF_YOURS, "do you have", "chance way possibility"),
        (_CHANCE_THAT_YOU, "can you", "chance way possibility"),
        (_HAPPEN, "do you have", "happen suppose"),
        (_NOT_SO_MANY, r"make it \g<right> \g<what>", "not"),
        (_POSSIBLE, "can i get", "possible"),
        (_ONLY_HAS, "", "only just"),
        (_ALL_BUT, r"\g<yes> but", "except"),
        (r" by any chance\b", "", "chance"),
        (r"( ,)? after all\b(?! (of|the|that|those|my)\b)", "", "after"),
    )
)
"""Patterns, what to say instead, and letters of which some are in all that fits."""


def reworded(tokens: Sequence[str]) -> list[str]:
    """The tokens with what is said in other words put in known ones."""
    if _MARKS.isdisjoint(tokens):
        return list(tokens)
    text = " ".join(tokens)
    for needed, pattern, words in _REWORDINGS:
        if any(letters in text for letters in needed):
            text = pattern.sub(words, text)
    return text.split()


_MARKS = frozenset(
    [
        "chance",
        "way",
        "possibility",
        "happen",
        "suppose",
        "same",
        "like",
        "alike",
        "identical",
        "that",
        "it",
        "both",
        "all",
        "each",
        "except",
        "not",
        "possible",
        "called",
        "still",
        "stays",
        "stay",
        "change",
        "fix",
        "adjust",
        "changes",
        "free",
        "only",
        "change",
        "switch",
        "fix",
        "adjust",
        "correct",
        "lot",
        "fellas",
        "folks",
        "guys",
        "people",
        "ladies",
    ]
)
"""One of these is in everything that is put in other words."""
