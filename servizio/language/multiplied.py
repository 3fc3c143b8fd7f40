"""More of the last line, and one of them otherwise: "make it two, the second one with no ice".

The line is counted anew, and what is said of one is read with as many of them there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from servizio.language.order_so_far import Situation
from servizio.language.said_names import COUNT, COUNTED

_COUNTED = re.compile(
    r"^(?:(?:oh|um|uh|yes|yeah|yep|yup|sure|perfect|great|thats right|thats good|actually|and|but"
    r"|then|so|ok|okay|hmm|well|you know what|on second thought|no|use this number|this number|"
    r"wait|please|can you|could you|can we|could we|lets|let us|id like to|can i|could i) |[.,] )*"
    r"(?:(?:make|get|have|do|take|change|bump|up|put|turn)"
    r"(?: (?:it|that|this|those|them))?(?: (?:up|in))?(?: (?:to|for|into))? "
    rf"|ill (?:take|have|get|do) |give me |gimme |(?={COUNT} of |a couple of |double ))"
    rf"(?:(?P<n>{COUNT}|a couple|a pair|both)(?: of (?:those|them|these|that|it))?"
    r"|double(?: (?:it|that|this|the order|that order|up|up on that))?)"
    r"(?: (?:actually|please|instead|now))*(?= |$)(?! (?:more|percent|of)\b)"
)
_DOUBLED = re.compile(
    r"^(?:(?:oh|um|uh|yes|yeah|actually|and|so|ok|okay|no|wait|can you|could you|lets) |[.,] )*"
    r"(?:double|duplicate) (?:it|that|this|the order|that order|up)(?: order)?(?= |$)"
)
_PART = re.compile(
    r"^(?: [.,]| please| and| but| with| only| on| just| make| have| then| in| for| id like"
    r"| i want| can| could)*(?P<part>"
    r" (?:(?:one|two|three|1|2|3) (?:of (?:them|those|these|the \w+)|with|without|no|less|extra"
    r"|light|half|full|regular|gets|should|has|plain|in|on)|half of (?:them|those)"
    r"|the (?:second|first|other|last|third)(?: one)?)\b.*)$"
)
_MANY = {"a couple": 2, "a pair": 2, "both": 2}
_NUMBERS = {word: number for number, word in enumerate(COUNTED, start=1)}


class Multiplied(NamedTuple):
    """A new count of the last line, and what is said of some of them."""

    number: int
    rest: list[str]
    situation: Situation
    """The order as it is then, as far as the rest can be about it."""


def multiplied(tokens: Sequence[str], situation: Situation) -> Multiplied | None:
    """What is said so; `None` where nothing is."""
    if not situation.lines:
        return None
    said = " ".join(tokens)
    last = situation.lines[-1]
    found = _DOUBLED.match(said)
    number = 2 * last.quantity
    if found is None:
        found = _COUNTED.match(said)
        if found is None:
            return None
        word = found["n"]
        number = _number(word) if word else number
    rest = _PART.match(said[found.end() :])
    if rest is None or number <= last.quantity:
        return None
    more = replace(situation, lines=(replace(last, quantity=number),), asked=None)
    return Multiplied(number, _plainly(rest["part"].split()), more)


def _number(word: str) -> int:
    return _MANY.get(word) or _NUMBERS.get(word) or int(word)


def _plainly(words: list[str]) -> list[str]:
    """ "The second with no ice": the second one."""
    if words[0] == "the" and words[2:3] != ["one"]:
        words.insert(2, "one")
    if words[0] in {"one", "1"} and words[1] != "of":
        words[1:1] = ["of", "them"]
    return words
