"""Numbers, money, times and digits as the words a voice reads best.

A speech synthesiser given "4782", "$6.25" or "9:30" guesses; given words it cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from servizio.agents.local.number_words import TENS, UNDER_TWENTY

_TENS = ("", "", *TENS)

_COINS = {
    "USD": ("dollar", "cent"),
    "CAD": ("dollar", "cent"),
    "AUD": ("dollar", "cent"),
    "NZD": ("dollar", "cent"),
    "EUR": ("euro", "cent"),
    "GBP": ("pound", "pence"),
}

_FIGURES = re.compile(
    r"(?P<phone>\+\d{8,15})"
    r"|[$€£](?P<money>\d+(?:\.\d\d)?)"
    r"|(?P<hour>\d{1,2}):(?P<minute>\d\d)(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"|(?P<bare_hour>\d{1,2})\s*(?P<bare_half>[ap])\.?m\b\.?"
    r"|(?P<percent>\d+)\s*%"
    r"|(?P<ordinal>\d+)(?:st|nd|rd|th)\b"
    r"|(?P<decimal>\d+\.\d+)"
    r"|(?P<number>\d+)",
    re.IGNORECASE,
)
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_LONGEST_NUMBER = 3
"""Digits of a figure that is still a quantity; order numbers and the like are longer, and are
read digit by digit."""


def number_words(number: int) -> str:
    """A whole number from 0 to 999,999: `21` is "twenty-one"."""
    if not 0 <= number <= 999_999:
        raise ValueError(f"{number} is outside 0 to 999,999")
    if number < 20:
        return UNDER_TWENTY[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{UNDER_TWENTY[ones]}" if ones else "")
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    head, rest = divmod(number, size)
    joint = " and " if rest < 100 else " "
    return f"{number_words(head)} {name}" + (f"{joint}{number_words(rest)}" if rest else "")


def ordinal_words(number: int) -> str:
    """A place in a row: `2` is "second"."""
    head, dash, last = number_words(number).rpartition("-")
    before, space, word = last.rpartition(" ")
    if word in _ORDINALS:
        word = _ORDINALS[word]
    else:
        word = f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th"
    return f"{head}{dash}{before}{space}{word}"


def money_words(amount: Decimal, currency: str = "USD") -> str:
    """An amount in full: "six dollars and twenty-five cents"."""
    unit, small = _COINS.get(currency, ("unit", "cent"))
    whole, cents = divmod(int((abs(amount) * 100).to_integral_value()), 100)
    parts = []
    if whole or not cents:
        parts.append(f"{number_words(whole)} {unit}" + ("" if whole == 1 else "s"))
    if cents:
        plural = "" if cents == 1 or small == "pence" else "s"
        parts.append(f"{number_words(cents)} {small}{plural}")
    return " and ".join(parts)


def price_words(amount: Decimal, currency: str = "USD") -> str:
    """A price the way it is said over a counter: "five fifty", "six dollars"."""
    whole, cents = divmod(int((abs(amount) * 100).to_integral_value()), 100)
    if whole and cents >= 10:
        return f"{number_words(whole)} {number_words(cents)}"
    return money_words(amount, currency)


def digit_words(digits: str) -> str:
    """Digits one by one: `555` is "five five five". Everything else is left out."""
    return " ".join(UNDER_TWENTY[int(digit)] for digit in digits if digit in "0123456789")


def order_number_words(number: str) -> str:
    """An order number with a pause after each digit: "four, seven, eight, two"."""
    return digit_words(number).replace(" ", ", ")


def says_order_number(text: str, number: str) -> bool:
    """Whether a sentence tells this order number, in figures or digit by digit."""
    digits = {word: str(digit) for digit, word in enumerate(UNDER_TWENTY[:10])}
    said = (digits.get(each, each) for each in re.findall(r"[\d.]|[a-z]+", text.lower()))
    return number in "".join(each if each.isdigit() else " " for each in said)


def phone_words(phone: str) -> str:
    """A telephone number in groups with pauses: "five five five, one two three, ..."."""
    digits = "".join(digit for digit in phone if digit in "0123456789")
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) in {7, 10}:
        groups = [digits[:-7], digits[-7:-4], digits[-4:]]
    else:
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        if len(groups) > 1 and len(groups[-1]) == 1:
            groups[-2:] = [groups[-2] + groups[-1]]
    return ", ".join(digit_words(group) for group in groups if group)


def time_words(hour: int, minute: int, half: str = "") -> str:
    """A time of day: "half past nine", "nine p.m.". `half` is "a", "p" or empty."""
    name = number_words(hour)
    if minute == 0:
        return f"{name} {half}.m." if half else f"{name} o'clock"
    if minute == 30 and not half:
        return f"half past {name}"
    minutes = f"oh {number_words(minute)}" if minute < 10 else number_words(minute)
    return f"{name} {minutes}" + (f" {half}.m." if half else "")


def clock_words(hour: int, minute: int) -> str:
    """A time on the 24-hour clock as it is said: 21:00 is "nine p.m."."""
    return time_words((hour - 1) % 12 + 1, minute, "a" if hour % 24 < 12 else "p")


def speakable(text: str) -> str:
    """The text with every figure in words, for names and sentences that come from data."""
    return _FIGURES.sub(_figure_words, text)


def _figure_words(match: re.Match[str]) -> str:
    in_words = _IN_WORDS.get(match.lastgroup or "")
    return in_words(match) if in_words is not None else _quantity(_digits(match))


def _digits(match: re.Match[str]) -> str:
    return "".join(re.findall(r"\d+", match.group(0)))


def _money_figure(match: re.Match[str]) -> str:
    figure = match.group(0)
    return money_words(Decimal(figure[1:]), _SYMBOLS[figure[0]])


def _ordinal_figure(match: re.Match[str]) -> str:
    digits = _digits(match)
    return ordinal_words(int(digits)) if len(digits) <= _LONGEST_NUMBER else _quantity(digits)


def _decimal_figure(match: re.Match[str]) -> str:
    whole, _, part = match.group(0).partition(".")
    return f"{_quantity(whole)} point {digit_words(part)}"


def _time_figure(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    half = (match["half"] or "").lower()
    if half or hour > 23 or minute > 59:
        return time_words(hour, minute, half)
    return clock_words(hour, minute)


def _quantity(digits: str) -> str:
    if len(digits) > _LONGEST_NUMBER or (len(digits) > 1 and digits.startswith("0")):
        return digit_words(digits)
    return number_words(int(digits))


_IN_WORDS: Mapping[str, Callable[[re.Match[str]], str]] = {
    "phone": lambda match: phone_words(match.group(0)),
    "money": _money_figure,
    "minute": _time_figure,
    "half": _time_figure,
    "bare_half": lambda match: time_words(int(_digits(match)), 0, match["bare_half"].lower()),
    "percent": lambda match: f"{_quantity(_digits(match))} percent",
    "ordinal": _ordinal_figure,
    "decimal": _decimal_figure,
}
"""The words of each kind of figure, by the last group that the pattern has found."""
