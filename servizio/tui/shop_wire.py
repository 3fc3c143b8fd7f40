"""From the server's JSON to the values of `shop_views`."""

from __future__ import annotations

from servizio.tui.shop_views import Hours, Pause, ShopChanged, ShopView
from servizio.tui.wire_values import Raw, maybe_time, number, table
from servizio.tui.words import clean


def maybe_table(value: object, field: str) -> Raw | None:
    """Read an object that may be missing."""
    return None if value is None else table(value, field)


def _hours(value: object, field: str) -> Hours | None:
    raw = maybe_table(value, field)
    if raw is None:
        return None
    if raw.get("closed"):
        return Hours("", "")
    return Hours(clean(raw.get("opens"), 5), clean(raw.get("closes"), 5))


def _hours_today(raw: Raw) -> Hours | None:
    """Read the hours of today: known ones that are missing are those of a closed day."""
    known = raw.get("hours_known")
    if known is False:
        return None
    hours = _hours(raw.get("hours_today"), "hours_today")
    return Hours("", "") if hours is None and known is True else hours


def _pause(value: object) -> Pause | None:
    raw = maybe_table(value, "pause")
    if raw is None:
        return None
    return Pause(
        maybe_time(raw.get("since"), "since"),
        maybe_time(raw.get("until"), "until"),
        clean(raw.get("message")),
    )


def shop_from(value: object) -> ShopView:
    """Read how the shop takes orders at this moment."""
    raw = table(value, "shop")
    return ShopView(
        name=clean(raw.get("name")),
        timezone=clean(raw.get("timezone")),
        open_now=raw.get("open_now") is not False,
        hours_today=_hours_today(raw),
        hours_override=_hours(raw.get("hours_override"), "hours_override"),
        paused=_pause(raw.get("paused")),
        busy_minutes=number(raw.get("busy_minutes"), "busy_minutes", 0),
        quoted_wait_minutes=number(raw.get("quoted_wait_minutes"), "quoted_wait_minutes", 0),
        phone_number=clean(raw.get("phone_number")),
        staff_page=clean(raw.get("staff_page")),
        orders_when_closed=raw.get("orders_when_closed") is True,
        can_text=raw.get("can_text") is not False,
        can_ring=raw.get("can_ring") is not False,
    )


def shop_changed(raw: Raw) -> ShopChanged:
    """Read the event; the shop stands in it as such, or under `shop`."""
    return ShopChanged(shop_from(raw.get("shop", raw)))
