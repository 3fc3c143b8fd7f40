"""How the shop takes orders at this moment: open or not, paused, busy.

Frozen values like those of `views`, made by `shop_wire`; every text in them is clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_named(name: str) -> tzinfo | None:
    """The time zone of this name; `None` where this machine knows none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one day, as times of day of the shop: `09:00`."""

    opens: str
    closes: str
    """Both empty where the shop is closed that day."""

    @property
    def is_closed(self) -> bool:
        """Claim that the shop does not open at all."""
        return not self.opens


@dataclass(frozen=True, slots=True)
class Pause:
    """No new orders by phone."""

    since: datetime | None
    until: datetime | None
    """`None`: until somebody takes them again."""
    message: str = ""
    """What customers who ring are told; empty: the agent's own words."""


@dataclass(frozen=True, slots=True)
class ShopView:
    """The shop at this moment."""

    name: str
    timezone: str
    open_now: bool
    hours_today: Hours | None
    """`None`: not known."""
    hours_override: Hours | None
    """Set for today alone; `None`: the usual hours hold."""
    paused: Pause | None
    busy_minutes: int
    """Added to the wait that customers are told."""
    quoted_wait_minutes: int
    phone_number: str = ""
    staff_page: str = ""
    orders_when_closed: bool = False
    """Calls are taken outside the hours too."""
    can_text: bool = True
    """Texts leave the shop; else they are kept for staff to see."""
    can_ring: bool = True
    """There is a telephone to ring customers with."""

    @property
    def zone(self) -> tzinfo | None:
        """The shop's time zone; `None` where this machine does not know it by that name."""
        return zone_named(self.timezone)

    @property
    def turns_calls_away(self) -> bool:
        """Claim that customers who ring are told that the shop is closed."""
        return not (self.open_now or self.orders_when_closed)


@dataclass(frozen=True, slots=True)
class ShopChanged:
    """Event `shop_changed`."""

    shop: ShopView
