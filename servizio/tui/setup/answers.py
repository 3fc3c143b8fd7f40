"""What the set-up asks, and what was answered. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from servizio.shop.hours_text import hours_table, parse_hours


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """A menu to choose."""

    id: str
    name: str
    preview: tuple[str, ...]
    """What is on it, a line each."""


@dataclass(frozen=True, slots=True)
class SetupQuestions:
    """What the set-up knows before it asks."""

    menus: tuple[MenuChoice, ...]
    file: str
    """Where the answers will be written."""
    token: str
    """The staff token."""
    token_file: str
    timezone: str = ""
    """IANA name of this machine's zone, where that is known."""
    timezones: tuple[str, ...] = ()


Answers = Mapping[str, str]
"""Setting to what was typed, `{"shop.name": "Corner Tea"}`; what was left empty is not there."""

Check = Callable[[Answers], Mapping[str, str]]
"""Says what is wrong with answers, setting to a sentence; nothing where they will do."""


class SetupEnd(StrEnum):
    """How the set-up ended without answers."""

    LATER = "later"
    """The shop opens as it is, and is asked again at the next start."""
    NEVER = "never"
    """The shop opens as it is, and is not asked again."""
    QUIT = "quit"
    """Nothing is opened."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line to fill in."""

    setting: str
    label: str
    placeholder: str = ""
    is_secret: bool = False
    needed: str = ""
    """What is said where it is left empty; empty: it may be."""


@dataclass(frozen=True, slots=True)
class Page:
    """Questions that belong together."""

    title: str
    remark: str
    questions: tuple[Question, ...] = field(default_factory=tuple)


SHOP = Page(
    "Your shop",
    "How the agent calls it, and whom customers can be put through to.",
    (
        Question(
            "shop.name",
            "Name of the shop",
            "such as Corner Tea",
            needed="Type a name: customers hear it when the agent answers.",
        ),
        Question(
            "shop.staff_phone", "Your own telephone (may be left empty)", "such as +14155550123"
        ),
    ),
)
MENU = Page("Your menu", "One to start from; you can change it, or write your own, at any time.")
HOURS = Page(
    "When you are open",
    "Without hours the shop never closes: orders are taken day and night. "
    "Without a time zone it is this machine's.",
    (
        Question("shop.timezone", "Time zone", "such as America/New_York"),
        Question("shop.hours", "Hours", "such as mon-fri 09:00-18:00, sat 10:00-16:00"),
    ),
)
ACCOUNTS = Page(
    "Accounts, all optional",
    "Without any, everything works on this machine. Twilio lets real telephones ring you; "
    "the others are agents in the cloud.",
    (
        Question("twilio.account_sid", "Twilio account", "AC..."),
        Question("twilio.auth_token", "Twilio auth token", is_secret=True),
        Question("twilio.phone_number", "Twilio phone number", "such as +14155550123"),
        Question("deepgram.api_key", "Deepgram key", is_secret=True),
        Question("openai.api_key", "OpenAI key", is_secret=True),
    ),
)
READY = Page("Ready", "")
PAGES = (SHOP, MENU, HOURS, ACCOUNTS, READY)


def understood(setting: str, typed: str) -> str:
    """An answer that has passed, as the shop will take it: hours as they are said."""
    return parse_hours(hours_table(typed)).spoken_week() if setting == "shop.hours" else typed
