"""What customers are likely to say, by what they were just asked.

The recogniser leans towards these. Weights are nats for each token, found by measuring on
accented telephone speech (`bench/hearing.py`): below two the menu's own words are missed,
above three other words are heard as the menu's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from servizio.agents.local.heard_words import spoken_words
from servizio.agents.local.hypothesis import RecognitionContext
from servizio.language.meaning import Expecting
from servizio.language.phrases import familiar_words, usual_phrases

_MENU: Final = 2.5
_ASKED: Final = 2.5
_USUAL: Final = 1.2
_PASSING: Final = 0.8
_USUAL_AT_ALL: Final = 1.8

_NUMBERS: Final = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_DIGITS: Final = (
    "zero",
    "oh",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)

_ORDERING: Final = (
    "can i get", "could i get", "can i have", "could i have", "i'd like", "i would like",
    "i'll have", "i'll take", "let me get", "i want", "i wanna order", "give me", "i need",
    "and also", "please", "with", "on that one", "on top", "make that", "make it", "add",
    "no", "extra", "light", "regular", "less", "no ice", "less ice", "light ice",
    "regular ice", "extra ice", "less sugar", "half sweet", "zero percent", "percent sugar",
    "percent sweet", "twenty five percent", "fifty percent", "seventy five percent",
    "one hundred percent", "25%", "50%", "75%", "100%", "0%", "small", "medium", "large",
    "same thing again", "another one", "change the", "take off", "remove", "the first one",
    "the second one", "the last one", "instead", "for pickup", "for delivery", "to go",
)  # fmt: skip
_ANSWERS: Final = (
    "yes", "yeah", "yep", "no", "nope", "that's right", "that's wrong", "that's correct",
    "sounds good", "that sounds right", "no thanks", "that's it", "that's it for me",
    "that's all", "nothing else", "i'm good", "i said", "actually", "cancel that", "hold on",
)  # fmt: skip
_QUESTIONS: Final = (
    "do you have", "how much is", "how long will it take", "are you open", "where are you",
    "what time", "talk to a person", "what's the total", "is order", "ready", "what did you say",
)  # fmt: skip
_NUMBER_TALK: Final = (
    *_DIGITS, "my number is", "area code", "the number i'm calling from", "this number",
    "double", "triple",
)  # fmt: skip
_NAME_TALK: Final = ("my name is", "it's", "this is", "name's", "under", "for")
_ADDRESS_TALK: Final = (
    "street", "avenue", "road", "boulevard", "drive", "lane", "apartment", "suite", "floor",
    *_NUMBERS,
)  # fmt: skip

_USUAL_BY_QUESTION: Final[Mapping[Expecting, tuple[str, ...]]] = {
    Expecting.ANYTHING: (),
    Expecting.ORDER: (),
    Expecting.MODIFIER: ("none", "no toppings", "nothing", "plain", "just", "that's it"),
    Expecting.YES_NO: ("yes please", "that's correct", "correct", "wrong", "sure", "perfect"),
    Expecting.PHONE_NUMBER: _NUMBER_TALK,
    Expecting.ORDER_NUMBER: (*_DIGITS, "order number", "order"),
    Expecting.NAME: _NAME_TALK,
    Expecting.ADDRESS: _ADDRESS_TALK,
    Expecting.TABLE: (),
    Expecting.FULFILMENT: ("pickup", "pick up", "delivery", "deliver", "i'll pick it up"),
}


def weighted_phrases(context: RecognitionContext, menu_phrases: Iterable[str]) -> dict[str, float]:
    """Every phrase that is likely in this context, with its weight in nats for each token."""
    weights: dict[str, float] = {}
    if context.expecting is Expecting.TABLE:
        return dict.fromkeys(context.phrases, _PASSING * context.lean)
    usual = usual_phrases()
    names = [phrase for phrase in menu_phrases if phrase not in usual]
    talk = context.expecting in {Expecting.PHONE_NUMBER, Expecting.ORDER_NUMBER}
    for phrases, weight in (
        (_QUESTIONS, _PASSING),
        (_ANSWERS, _USUAL),
        ((*_ORDERING, *_NUMBERS), _PASSING if talk else _USUAL),
        (usual, _PASSING if talk else _USUAL_AT_ALL),
        (names, _PASSING if talk else _MENU),
        (_USUAL_BY_QUESTION[context.expecting], _ASKED),
        (context.phrases, _ASKED),
    ):
        for phrase in phrases:
            weights[phrase] = max(weight * context.lean, weights.get(phrase, 0.0))
    return weights


def known_words(menu_phrases: Iterable[str]) -> frozenset[str]:
    """The words of a menu and of everyday talk, as they are spoken."""
    ours = (*_ORDERING, *_ANSWERS, *_QUESTIONS, *_NUMBERS)
    spoken = (spoken_words(phrase) for phrase in (*menu_phrases, *ours))
    return familiar_words().union(*(phrase.split() for phrase in spoken))
