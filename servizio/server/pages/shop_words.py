"""What the shop's own page says: the menu with prices, the hours of a week, open or closed.

Pure: values in, values out, with the time as an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from servizio.shop.availability import Availability, can_be_made
from servizio.shop.hours import ALL_DAY, OpeningHours, Ranges, spoken_time
from servizio.shop.menu import Item, Menu, ModifierGroup
from servizio.shop.money import money_text
from servizio.shop.phone_number import digit_groups

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = 7


@dataclass(frozen=True, slots=True)
class MenuRow:
    """Something with a name, and mostly a price."""

    name: str
    price: str
    """`$5.50`, `+$0.75`; empty where it costs nothing more."""
    sold_out: bool
    note: str = ""
    """One sentence about it; of a modifier: that it is the usual one."""
    choices: str = ""
    """Names of the groups it can be had with."""


@dataclass(frozen=True, slots=True)
class MenuSection:
    """A part of the menu under one heading."""

    title: str
    rows: tuple[MenuRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the week ahead."""

    day: str
    hours: tuple[str, ...]
    """One for each time the shop opens that day; empty: closed."""
    is_today: bool


@dataclass(frozen=True, slots=True)
class OpenWords:
    """Whether the shop is open, in words."""

    is_open: bool
    text: str
    """`Open now, until 9 PM`, `Closed, opens Monday at 10 AM`."""


def item_sections(menu: Menu, availability: Availability) -> tuple[MenuSection, ...]:
    """The items by category, in the menu's order."""
    categories: dict[str, list[MenuRow]] = {}
    for item in menu.items:
        row = _item_row(menu, availability, item)
        categories.setdefault(item.category or "menu", []).append(row)
    return tuple(MenuSection(title, tuple(rows)) for title, rows in categories.items())


def choice_sections(menu: Menu, availability: Availability) -> tuple[MenuSection, ...]:
    """The modifiers by group: what an item can be had with."""
    used = {group_id for item in menu.items for group_id in item.modifier_groups}
    return tuple(
        _group_section(menu, availability, group)
        for group in menu.modifier_groups
        if group.id in used
    )


def _item_row(menu: Menu, availability: Availability, item: Item) -> MenuRow:
    return MenuRow(
        name=item.name,
        price=money_text(item.price, menu.currency),
        sold_out=not can_be_made(menu, availability, item),
        note=item.description,
        choices=", ".join(group.name for group in menu.groups_of(item)),
    )


def _group_section(menu: Menu, availability: Availability, group: ModifierGroup) -> MenuSection:
    rows = tuple(
        MenuRow(
            name=each.name,
            price=f"+{money_text(each.price, menu.currency)}" if each.price else "",
            sold_out=not availability.has(each.id),
            note="as usual" if each.id == group.default else "",
        )
        for each in group.modifiers
    )
    return MenuSection(group.name, rows, _how_many(group))


def _how_many(group: ModifierGroup) -> str:
    if group.max == 1:
        return "one" if group.min or group.default else "one, if you like"
    if group.max is None:
        return "as many as you like"
    return f"up to {group.max}"


def week_ahead(hours: OpeningHours, now: datetime) -> tuple[DayRow, ...]:
    """Today and the six days after it, with holidays and what staff have set for today."""
    today = now.astimezone(hours.zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(_WEEK)]
    return tuple(
        DayRow(_DAYS[day.weekday()], tuple(_span_words(hours.hours_on(day))), day == today)
        for day in days
    )


def _span_words(ranges: Ranges) -> Iterable[str]:
    if ranges == ALL_DAY:
        return ("open all day",)
    return (f"{spoken_time(span.start)} – {spoken_time(span.end)}" for span in sorted(ranges))


def open_words(hours: OpeningHours, now: datetime) -> OpenWords | None:
    """Whether it is open now, and until when; `None` where no hours are known."""
    if not hours.is_known and now.astimezone(hours.zone).date() not in hours.dates:
        return None
    is_open, change = hours.is_open(now), hours.next_change(now)
    if change is None:
        return OpenWords(is_open, "Open now" if is_open else "Closed")
    at = spoken_time(change.hour * 60 + change.minute)
    if is_open:
        return OpenWords(is_open, f"Open now, until {at}")
    return OpenWords(is_open, f"Closed, opens {_when(now.astimezone(hours.zone), change)} at {at}")


def _when(now: datetime, then: datetime) -> str:
    days = (then.date() - now.date()).days
    if days <= 1:
        return "tomorrow" if days else "today"
    return _DAYS[then.weekday()] if days < _WEEK else f"on {then:%B} {then.day}"


def phone_words(number: str) -> str:
    """An E.164 number as it is printed: `415-555-0123`, `+44 207 946 0123`."""
    groups = digit_groups(number)
    is_american = number.startswith("+1") and len(groups) == 3
    return "-".join(groups) if is_american else f"+{' '.join(groups)}"
