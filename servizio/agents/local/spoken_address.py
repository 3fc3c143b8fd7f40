"""Reading an address back without saying anything that may have been misheard badly.

An address is free text. Only numbers and ordinary words of addresses are spoken; staff see
all of it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from servizio.agents.local.spoken_figures import digit_words, number_words

_WORD = re.compile(r"\d+|[a-z']+")
_LONGEST_QUANTITY = 3
"""Digits of a house number that is said as one number; longer ones digit by digit."""


def spoken_address(heard: str) -> str:
    """The parts of an address that can be said; may be empty."""
    known = _ordinary_words()
    spoken = []
    for word in _WORD.findall(heard.lower()):
        if word.isdigit():
            spoken.append(_house_number(word))
        elif word in known:
            spoken.append(word)
    return " ".join(spoken)


def _house_number(digits: str) -> str:
    if len(digits) > _LONGEST_QUANTITY or digits.startswith("0"):
        return digit_words(digits)
    return number_words(int(digits))


@cache
def _ordinary_words() -> frozenset[str]:
    text = files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["address"]["words"])
