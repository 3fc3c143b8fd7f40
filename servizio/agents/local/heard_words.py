"""How the recogniser's sentences become plain words.

It writes "I'd like 2, at 50%." and "212-555-0186."; customers say words, and the language
room reads words, whichever way the model chose to write them.
"""

from __future__ import annotations

import re
from typing import Final

_SMALL: Final = (
    "zero",
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
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS: Final = (
    "-",
    "-",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
)
_ORDINALS: Final = {
    1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh",
    8: "eighth", 9: "ninth", 10: "tenth", 12: "twelfth",
}  # fmt: skip
_KEPT: Final = frozenset("0123456789'$%:.,- ")
_TOKEN: Final = re.compile(
    r"\$(?P<money>\d+(?:\.\d\d)?)"
    r"|(?P<ordinal>\d+(?:st|nd|rd|th))\b"
    r"|(?P<clock>\d{1,2}:\d\d)"
    r"|(?P<percent>\d+)\s?%"
    r"|(?P<dashed>\d+(?:[-.]\d+)+)"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
)
_APART: Final = re.compile(r"\b(some|any|every) (one|body|thing)\b(?! (?:of|percent)\b)")
"""The model is fond of writing these as two words."""
_TOO: Final = re.compile(
    r"\b(like|get|have|want|take|need|add|order) too "
    r"(?!(?:many|much|please|and|thank|thanks|but)\b)"
)
"""What sounds like a number, stands where one is said, and can be nothing else there."""
_COULD: Final = re.compile(
    r"\bi'm good (?=(?:you|i) (?:please |also |just |maybe )?"
    r"(?:add|get|have|make|put|do|take|order|change|swap|give|remove|leave)\b)"
)
"""What "um, could" is written as."""
_UH: Final = re.compile(
    r"\ball (?=the (?:first|second|third|fourth|last|other) |(?:could|can) (?:i|you|it)\b)"
)
"""What "uh" is written as where nothing can be all."""
_TWICE: Final = re.compile(rf"\b(?!(?:{'|'.join((*_SMALL, *_TENS[2:]))})\b)([a-z]{{3,}}) \1\b")
"""A word that the model wrote twice; only digits are said so."""
_NODS: Final = {
    "uh huh": re.compile(r"aha|(?:uh|ah|a|u) ?(?:huh|ha|hah)"),
    "mm hmm": re.compile(r"m+ ?h+ ?m+|m m h m|m+ hm+"),
}
"""A hum that means yes, if nothing else is said, in the many ways in which the model writes one."""


def spoken_words(text: str) -> str:
    """Lower-case words as they would be said; numbers in words, punctuation gone.

    Numbers below a hundred and whole hundreds are said as numbers, longer ones digit by
    digit, as in a telephone number.
    """
    plain = text.lower().replace("’", "'").replace("&", " and ")
    plain = "".join(sign if sign.isalpha() or sign in _KEPT else " " for sign in plain)
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", plain)
    said = " ".join(_say(match) for match in _TOKEN.finditer(plain))
    for nod, written in _NODS.items():
        if written.fullmatch(said):
            return nod
    said = _TOO.sub(r"\1 two ", _APART.sub(r"\1\2", said))
    return _TWICE.sub(r"\1", _UH.sub("uh ", _COULD.sub("um could ", said)))


def _say(match: re.Match[str]) -> str:  # noqa: PLR0911 - one way of saying for each kind
    found = match.group(match.lastgroup or 0)
    match match.lastgroup:
        case "money":
            return _say_money(found)
        case "ordinal":
            return _say_ordinal(found[:-2])
        case "clock":
            hours, minutes = found.split(":")
            return say_number(hours) + ("" if minutes == "00" else " " + say_number(minutes))
        case "percent":
            return f"{say_number(found)} percent"
        case "dashed":
            return " ".join(_digit_by_digit(part) for part in re.split("[-.]", found))
        case "number":
            return say_number(found)
        case _:
            return found


def _say_ordinal(digits: str) -> str:
    value = int(digits)
    if value in _ORDINALS:
        return _ORDINALS[value]
    if 20 < value < 100 and value % 10:
        return f"{_TENS[value // 10]} {_ORDINALS[value % 10]}"
    said = say_number(digits)
    return f"{said[:-1]}ieth" if said.endswith("y") else f"{said}th"


def say_number(digits: str) -> str:
    """A number as it is said: "twenty five", "one hundred", "three nine two one", "oh five"."""
    if len(digits) > 1 and digits[0] == "0":
        return _digit_by_digit(digits)
    value = int(digits)
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return _TENS[value // 10] + (f" {_SMALL[value % 10]}" if value % 10 else "")
    if value < 1000 and value % 100 == 0:
        return f"{_SMALL[value // 100]} hundred"
    return _digit_by_digit(digits)


def _digit_by_digit(digits: str) -> str:
    return " ".join(_SMALL[int(digit)] for digit in digits)


def _say_money(amount: str) -> str:
    dollars, _, cents = amount.partition(".")
    said = f"{say_number(dollars)} {'dollar' if dollars == '1' else 'dollars'}"
    return said + (f" {say_number(cents)}" if cents and int(cents) else "")
