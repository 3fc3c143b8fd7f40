"""Phone numbers: out of any way of writing or speaking them, into E.164 and back into words.

Google's `phonenumbers` takes about a tenth of a second to load, so it is loaded with the
first number, not with the module.
"""

from __future__ import annotations

import re
from importlib import resources

from servizio.errors import OrderError

DEFAULT_REGION = "US"
MAX_TEXT = 200
"""Characters that are looked at; a number with everything around it is shorter."""
MAX_SHOWN = 40
"""Characters that are shown of what is no number."""

_UNITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3}
_ROUND = {"hundred": "00", "thousand": "000"}
_EXTENSION = re.compile(r"\bext(?:ension)?\b|\bx(?=\d)", re.IGNORECASE)
_PIECE = re.compile(r"[a-z]+|\d+|\+")


def parse_phone_number(text: str, region: str = DEFAULT_REGION) -> str:
    """The number in a text, as E.164: `555-123-4567` -> `+15551234567`.

    Takes digits, digit words ("five five five, one two three, ...", "double five", "eight
    hundred") and words around them. `region` (ISO 3166, two letters) tells what a number
    without a country code means. A number must be possible, not known to exist: made-up
    ones are fine. Raises `OrderError` with a sentence to say.
    """
    digits = spoken_digits(_EXTENSION.split(text[:MAX_TEXT])[0])
    if not digits.strip("+"):
        raise OrderError("I didn't get a phone number. Could you say it digit by digit?")
    import phonenumbers  # noqa: PLC0415  (slow to load, see above)

    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as error:
        raise _impossible(digits) from error
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise _impossible(digits)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written_phone_number(text: str, region: str = DEFAULT_REGION) -> str:
    """The same of what was written by hand or program: `OrderError` is told to a reader."""
    try:
        return parse_phone_number(text, region)
    except OrderError as error:
        shown = " ".join(text.split())[:MAX_SHOWN] or "Nothing"
        raise OrderError(
            f"{shown} is no phone number; write it with its country: +14155550100."
        ) from error


def spoken_digits(text: str) -> str:
    """The digits in a text, digit words read, other words dropped; a leading `+` is kept."""
    digits = ""
    times = 1
    ten = ""
    for piece in _PIECE.findall(text.casefold()):
        if ten:
            if piece in _UNITS and _UNITS[piece] != "0":
                digits += ten + _UNITS[piece]
                ten = ""
                continue
            digits, ten = digits + ten + "0", ""
        if piece in _TIMES:
            times = _TIMES[piece]
        elif piece in {"+", "plus"}:
            digits = digits or "+"
        elif piece in _TENS:
            ten = _TENS[piece]
        elif piece in _ROUND:
            digits += _ROUND[piece] if digits.strip("+") else ""
        else:
            found = _UNITS.get(piece) or _TEENS.get(piece) or (piece if piece.isdigit() else "")
            digits += found * times if len(found) == 1 else found
            times = 1
    return digits + (f"{ten}0" if ten else "")


def mask(number: str) -> str:
    """For logs and shared screens: `+15551234567` -> `+*******4567`."""
    kept = last_digits(number)
    plus = "+" if number.startswith("+") else ""
    return plus + "*" * max(0, len(number) - len(plus) - len(kept)) + kept


def last_digits(number: str, count: int = 4) -> str:
    """The digits that tell one customer from another at the counter."""
    return "".join(sign for sign in number if sign.isdigit())[-count:]


def digit_groups(number: str) -> tuple[str, ...]:
    """An E.164 number as people say it: `+15551234567` -> `555`, `123`, `4567`.

    North American numbers lose their country code and go 3-3-4; others keep it and go in
    threes, with two to four digits at the end.
    """
    digits = "".join(sign for sign in number if sign.isdigit())
    if number.startswith("+1") and len(digits) == 11:
        return digits[1:4], digits[4:7], digits[7:]
    groups = []
    while len(digits) > 4:
        groups.append(digits[:3])
        digits = digits[3:]
    return tuple(groups) + ((digits,) if digits else ())


def spoken_number(number: str) -> str:
    """To be read out digit by digit, a breath between groups: `5 5 5, 1 2 3, 4 5 6 7`."""
    return ", ".join(" ".join(group) for group in digit_groups(number))


def region_of_zone(zone_name: str) -> str:
    """The country of an IANA time zone: `Europe/Berlin` -> `DE`; the default where unknown."""
    table = resources.files("tzdata.zoneinfo") / "zone.tab"
    for line in table.read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) > 2 and columns[2] == zone_name and not line.startswith("#"):
            return columns[0]
    return DEFAULT_REGION


def _impossible(digits: str) -> OrderError:
    count = len(digits.strip("+"))
    return OrderError(
        f"I got {count} digit{'' if count == 1 else 's'}, which is not a whole phone number. "
        "Could you say it again, with the area code?"
    )
