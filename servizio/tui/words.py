"""How the screens say things: ages, money, phone numbers, and text from outside."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from servizio.shop.line import Amount
from servizio.tui.views import LineView, ModifierView, OrderView

_LONGEST = 400
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_BLANK = frozenset({"Zs", "Zl", "Zp"})

ALLERGENS = frozenset(
    {"almond", "cashew", "coconut", "dairy", "egg", "fish", "gluten", "hazelnut", "lactose"}
    | {"milk", "nut", "oat", "peanut", "pecan", "pistachio", "sesame", "shellfish", "shrimp"}
    | {"soy", "walnut", "wheat"}
)
"""Words that make a modifier stand out: swapping these by mistake can hurt someone."""


class Age(StrEnum):
    """How long a ticket has waited, measured by the shop's patience."""

    FRESH = "fresh"
    WARN = "warn"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Patience:
    """When waiting becomes long, and when too long. A drinks bar is fast."""

    warn: timedelta = timedelta(minutes=4)
    late: timedelta = timedelta(minutes=8)

    def judge(self, waited: timedelta) -> Age:
        """Say how bad it is to have waited that long."""
        if waited >= self.late:
            return Age.LATE
        return Age.WARN if waited >= self.warn else Age.FRESH


def clean(text: object, longest: int = _LONGEST) -> str:
    """Make text from outside fit for one line of a terminal.

    Control, bidirectional and joining characters go (they move the cursor or change the
    width of what stands beside them), line ends and tabs become spaces, and what is longer
    than `longest` characters is cut with an ellipsis. Anything but text becomes "".
    """
    if not isinstance(text, str):
        return ""
    kept = []
    for character in text[: longest * 4]:
        category = unicodedata.category(character)
        if character in "\t\r\n" or category in _BLANK:
            kept.append(" ")
        elif category not in _INVISIBLE and character not in "\ufe0e\ufe0f":
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def phone_tail(phone: str) -> str:
    """Show the last four digits of a phone number, which is all that a screen needs."""
    digits = "".join(character for character in phone if character.isdigit())
    return f"…{digits[-4:]}" if len(digits) >= 4 else ""


def minutes(waited: timedelta) -> str:
    """Say a waiting time in the shortest words: `now`, `3 min`, `1 h 05`."""
    whole = max(0, int(waited.total_seconds() // 60))
    if whole < 1:
        return "now"
    return f"{whole} min" if whole < 60 else f"{whole // 60} h {whole % 60:02}"


def stopwatch(passed: timedelta) -> str:
    """Say how long a call lasts: `0:42`."""
    seconds = max(0, int(passed.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


def clock_time(at: datetime, zone: tzinfo | None) -> str:
    """Say a time of day on the shop's clock, or on this machine's where `zone` is not known."""
    return f"{at.astimezone(zone):%H:%M}"


def day_or_time(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """Say when in six columns: `18:05` on the day of `now`, else the day, `20 Nov`."""
    there = at.astimezone(zone)
    is_today = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M}" if is_today else f"{there:%d %b}"


def time_of(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """Say when to the minute: `18:05` on the day of `now`, else with the day, `20 Nov 18:05`."""
    there = at.astimezone(zone)
    is_today = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M}" if is_today else f"{there:%d %b %H:%M}"


def money(amount: Decimal) -> str:
    """Say an amount: two decimals, no currency sign, as on the menu board."""
    return f"{amount:.2f}"


def spell_modifier(modifier: ModifierView) -> str:
    """Say a modifier as it is called over the counter, what is unusual about it in capitals."""
    name = modifier.name
    if name.endswith("%") or name.lower() in {"no", "none", "less", "light", "regular", "extra"}:
        name = f"{name} {modifier.group}".strip()
    if modifier.amount is Amount.NONE:
        return f"NO {name}"
    said = name if modifier.amount is Amount.REGULAR else f"{modifier.amount.upper()} {name}"
    return f"{modifier.count}x {said}" if modifier.count > 1 else said


def is_critical(modifier: ModifierView) -> bool:
    """Claim that getting this modifier wrong is worse than a wrong taste."""
    if modifier.amount is Amount.NONE:
        return True
    return any(word.rstrip("s") in ALLERGENS for word in modifier.name.lower().split())


def spell_line(line: LineView) -> str:
    """Say a line of an order in one go: `2 taro milk tea, boba, EXTRA ice`."""
    said = [f"{line.quantity} {line.name}", *(spell_modifier(each) for each in line.modifiers)]
    return ", ".join(said)


def matches(order: OrderView, sought: str) -> bool:
    """Claim that an order is meant by what someone typed: number, name, phone or an item."""
    wanted = sought.casefold().split()
    digits = "".join(character for character in order.phone if character.isdigit())
    lines = " ".join(spell_line(line) for line in order.lines)
    where = f"{order.number} {order.name} {digits} {lines}".casefold()
    return all(word in where for word in wanted)
