"""What people in restaurants say; what tells it stands in `data/restaurant_phrases.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final


class Says(StrEnum):
    """What somebody in a restaurant says to whoever wants a table."""

    GREETING = "greeting"
    ASKS_PARTY = "asks_party"
    ASKS_DAY = "asks_day"
    ASKS_TIME = "asks_time"
    ASKS_NAME = "asks_name"
    ASKS_SPELLING = "asks_spelling"
    ASKS_PHONE = "asks_phone"
    ASKS_EMAIL = "asks_email"
    ASKS_CARD = "asks_card"
    ASKS_NEEDS = "asks_needs"
    """Allergies, high chairs, occasions."""
    ASKS_SEATING = "asks_seating"
    ASKS_ROBOT = "asks_robot"
    ASKS_WHO = "asks_who"
    ASKS_REPEAT = "asks_repeat"
    ASKS_MORE = "asks_more"
    """Whether there is anything else."""
    ASKS_RIGHT = "asks_right"
    """Whether what was said before is right."""
    HOLD = "hold"
    AVAILABLE = "available"
    FULL = "full"
    OFFER = "offer"
    """Another time, or several."""
    OFFER_VAGUE = "offer_vague"
    """Another time, without saying which."""
    OTHER_DAY = "other_day"
    ONLY_OUTSIDE = "only_outside"
    ONLY_BAR = "only_bar"
    CLOSED = "closed"
    NO_RESERVATIONS = "no_reservations"
    WRONG_NUMBER = "wrong_number"
    READS_BACK = "reads_back"
    BOOKED = "booked"
    NUMBER = "number"
    NO_NUMBER = "no_number"
    YES = "yes"
    NO = "no"
    OK = "ok"
    """Heard, and nothing more."""
    GOODBYE = "goodbye"
    VOICEMAIL = "voicemail"
    MENU = "menu"
    """A machine that wants keys pressed."""


@cache
def patterns() -> Mapping[Says, re.Pattern[str]]:
    """What tells each of these, read once: the file is part of the program."""
    file = files(__package__).joinpath("data", "restaurant_phrases.toml")
    said = tomllib.loads(file.read_text(encoding="utf-8"))["says"]
    return {Says(kind): re.compile(rf"\b(?:{'|'.join(each)})\b") for kind, each in said.items()}


GIVES_NUMBER: Final = re.compile(
    r"\b(?:confirmation|reference|booking|reservation|number|code|ref)\b"
)
"""What stands before a number of the reservation."""
TURNS: Final = frozenset({"but", "however", "though", "although", ".", ";", "!", "?"})
"""Words and signs at which a statement ends and perhaps its contrary begins."""
OPENS_OFFER: Final = re.compile(
    r"\b(?:(?:i|we) (?:have|can|could|do|might)|ive got|weve got|(?:how|what) about|could you|"
    r"can you|would|theres|there is)\b"
)
"""What begins an offer where nothing else parts it from a refusal."""
