"""How the shop takes orders today: pausing, being busy, other hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servizio.errors import ApiError
from servizio.tui.api import ShopApi
from servizio.tui.desk import Notice, Weight
from servizio.tui.shop_views import ShopView
from servizio.tui.words import clock_time

MOST_BUSY = 120
"""Minutes that may be added to the wait at most; the server takes no more."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of the shop's day came to."""

    notice: Notice
    shop: ShopView | None = None
    """The shop afterwards; `None` where nothing changed."""


async def change_day(api: ShopApi, changes: Mapping[str, object]) -> Changed:
    """Ask the server for a change; what it came to."""
    try:
        shop = await api.change_shop(changes)
    except ApiError as error:
        return Changed(Notice(f"NOT changed. {error.message}", Weight.ERROR))
    spells = {"pause": spell_orders, "busy_minutes": spell_wait, "hours_today": spell_hours}
    return Changed(Notice(".  ".join(spells[name](shop) for name in changes)), shop)


def spell_orders(shop: ShopView) -> str:
    """Say whether orders are taken by phone."""
    pause = shop.paused
    if pause is None:
        if shop.turns_calls_away:
            return "▲ Closed now: customers who ring hear when you open"
        return "○ Orders are taken by phone"
    until = f"until {clock_time(pause.until, shop.zone)}" if pause.until else "until you resume"
    said = f", customers hear: “{pause.message}”" if pause.message else ""
    return f"▲ Phone orders are PAUSED {until}{said}"


def spell_wait(shop: ShopView) -> str:
    """Say which wait customers are told."""
    busy = f", {shop.busy_minutes} of it as you are busy" if shop.busy_minutes else ""
    mark = "▲" if shop.busy_minutes else "○"
    return f"{mark} Customers are told {shop.quoted_wait_minutes} min{busy}"


def spell_hours(shop: ShopView) -> str:
    """Say the hours of today."""
    hours = shop.hours_override or shop.hours_today
    if hours is None:
        return "○ Hours of today: not known, never taken for closed"
    other = " (today only)" if shop.hours_override else ""
    now = "open now" if shop.open_now else "closed now"
    said = f"{hours.opens} to {hours.closes}{other}, {now}"
    if hours.is_closed:
        said = f"closed all day{other}" + (", open now" if shop.open_now else "")
    return f"{'▲' if other else '○'} Hours of today: {said}"


def busier(shop: ShopView | None, by: int) -> int:
    """The busy minutes after `by` more of them, never below 0 or above `MOST_BUSY`."""
    now = shop.busy_minutes if shop is not None else 0
    return max(0, min(MOST_BUSY, now + by))
