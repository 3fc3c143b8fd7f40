"""Reading an address back without saying anything that may have been misheard badly.

An address is free text. Only numbers and ordinary words of addresses are spoken; staff see
all of it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from servizio.agents.local.number_mending import digits_in
from servizio.agents.local.spoken_figures import digit_words, number_words

_WORD = re.compile(r"\d+|[a-z']+")
_AROUND_A_NUMBER = frozenset({
    "no", "its", "is", "it", "the", "number", "house", "not", "sorry", "i", "said", "thats", "that",
    "actually", "wait", "should", "be", "um", "uh",
})  # fmt: skip
_PARTS_OF_A_HOUSE = frozenset({"apartment", "unit", "suite", "floor", "room"})
_LONGEST_HOUSE_NUMBER = 5
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


def with_number(address: str, text: str) -> str | None:
    """The address with its house number, or its apartment's, put right: "no, two forty-four".

    `None` where no such number was said, or where more was said than that.
    """
    words = text.lower().replace("'", "").split()
    others = [word for word in words if word not in _AROUND_A_NUMBER]
    inside = next((word for word in others if word in _PARTS_OF_A_HOUSE), None)
    digits = digits_in(" ".join(word for word in others if word != inside))
    spoken = [word for word in others if word != inside and not digits_in(word)]
    if not 0 < len(digits) <= _LONGEST_HOUSE_NUMBER or len("".join(spoken)) > 1:
        return None
    letter = spoken[0].upper() if spoken else ""
    number = f"{digits} {letter}".strip()
    if inside is None:
        found = re.sub(r"^\d[\d ]*(?=[A-Za-z])", f"{number} ", address)
    else:
        found = re.sub(
            rf"({inside}) \d[\d ]*([A-Za-z]\b)?", rf"\g<1> {number}", address, flags=re.IGNORECASE
        )
    return found if found != address else None


def _house_number(digits: str) -> str:
    if len(digits) > _LONGEST_QUANTITY or digits.startswith("0"):
        return digit_words(digits)
    return number_words(int(digits))


@cache
def _ordinary_words() -> frozenset[str]:
    text = files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["address"]["words"])
