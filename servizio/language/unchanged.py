"""What is said to stay as it is: "the other three stay like they are". It changes nothing."""

from __future__ import annotations

import re

from servizio.language.words import PUNCTUATION

_NUMBER = r"(one|two|three|four|five|six|seven|eight|nine|ten|\d+)"
_REST = (
    rf"(the |my )?(other|others|rest|remaining|remainder)( {_NUMBER}| ones?)?"
    r"( of (them|those|these|it|the (order|drinks|teas|lot)|my order))?( (drinks|teas|ones))?"
    r"|everything else|all the (others|rest)"
)
_ASIDE = r"( (can|should|will|would|may|could|just|all|exactly|then|please|to|be|still))*"
_AS = (
    r"(as|like|how|the way|just as) (it|they|that|you have (it|them))( (is|are|was|were|s|re))?"
    r"|as (is|before|ordered|normal|usual)|(its|theyre|thats) fine"
    r"|(the )?same( as before| way)?|alone|unchanged|regular|normal|fine|good|okay|ok|be|put"
    r"|untouched"
)
_STAYS = re.compile(
    rf"\b((and|but|then|so|while|with) )*({_REST}){_ASIDE} "
    rf"((stays?|stayed|remains?|is|are|keeps?|left|staying|leave|goes|go){_ASIDE}( ({_AS}))?"
    r"|(as|like|how|the way) (it|they|that)( (is|are|was|were))?|as (is|before|ordered)"
    r"|(the )?same( as before)?)"
    r"(?= |$)(?! with\b)"
    rf"|\b((and|but|then|so|just) )*(leave|keep|let){_ASIDE} ({_REST}|them|it){_ASIDE} "
    rf"({_AS})(?= |$)"
    r"|( ,)?( (and|but|just))* (keep|leave) everything else(?= [.,]|$)"
    r"|( ,)? (otherwise (the )?same|(the )?same otherwise)(?= [.,]|$)"
)


def without_what_stays(tokens: list[str]) -> list[str]:
    """The tokens without what says that something stays as it is."""
    if _MARKS.isdisjoint(tokens):
        return tokens
    text = " ".join(tokens)
    shorter = _STAYS.sub(" . ", text)
    if shorter == text or not shorter.replace(".", "").strip():
        return tokens
    kept = shorter.split()
    while kept and kept[0] in PUNCTUATION:
        kept.pop(0)
    return kept


_MARKS = frozenset(
    {"other", "others", "rest", "remaining", "remainder", "else", "leave", "keep", "otherwise"}
)
