"""How the concierge says times, days, names and numbers, and the sentences around them."""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from typing import Final

from servizio.agents.local.spoken_figures import (
    clock_words,
    digit_words,
    number_words,
    ordinal_words,
    phone_words,
    time_words,
)
from servizio.agents.local.wording import Wording, sentences_of
from servizio.language.calendar_words import MONTHS, WEEKDAYS
from servizio.shop.reservation import ReservationRequest

_NEAR_DAYS: Final = 7
"""Days ahead within which the weekday alone is clear."""
_EVENING: Final = 17


def concierge_wording(rng: random.Random) -> Wording:
    """Picks a wording for each sentence."""
    return Wording(rng, sentences_of(__package__))


def party_words(count: int) -> str:
    """ "four people", "one person"."""
    return f"{number_words(count)} {'person' if count == 1 else 'people'}"


def hour_words(at: time) -> str:
    """A time in short, where the half of the day is clear: "seven o'clock", "half past seven"."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    return time_words((at.hour - 1) % 12 + 1, at.minute)


def whole_time_words(at: time) -> str:
    """A time with its half of the day: "seven PM", as "p.m." would be the end of a sentence."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    return clock_words(at.hour, at.minute).replace("p.m.", "PM").replace("a.m.", "AM")


def day_words(day: date, today: date, at: time) -> str:
    """ "tonight", "tomorrow", "Friday", "Saturday, November twenty-eighth"."""
    if day == today:
        return "tonight" if at.hour >= _EVENING else "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    weekday = WEEKDAYS[day.weekday()].capitalize()
    if day - today < timedelta(days=_NEAR_DAYS):
        return weekday
    return f"{weekday}, {MONTHS[day.month - 1].capitalize()} {ordinal_words(day.day)}"


def when_words(day: date, today: date, at: time) -> str:
    """ "tomorrow at seven p.m."."""
    opening = day_words(day, today, at)
    joint = "on " if opening[:1].isupper() else ""
    return f"{joint}{opening} at {whole_time_words(at)}"


def opening_words(request: ReservationRequest, caller: str, today: date) -> str:
    """The request in one sentence."""
    (text,) = sentences_of(__package__)["request"]
    return text.format(
        caller=caller,
        party=party_words(request.party),
        when=when_words(request.day, today, request.at),
    )


def letters(name: str) -> str:
    """A name letter by letter: "R, O, S, S, I"; each part after a pause."""
    parts = ["".join(sign for sign in part if sign.isalpha()) for part in name.split()]
    return ". ".join(", ".join(part.upper()) for part in parts if part)


def code_words(code: str) -> str:
    """A confirmation number sign by sign: "four, eight, A, one"."""
    said = [digit_words(sign) if sign.isdecimal() and sign.isascii() else sign.upper()
            for sign in code if sign.isalnum() and sign.isascii()]  # fmt: skip
    return ", ".join(said)


def spoken_phone(phone: str) -> str:
    """A telephone number in groups."""
    return phone_words(phone)
