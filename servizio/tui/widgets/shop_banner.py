"""A line that says on every screen that orders are not taken as usual."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from servizio.tui.key_names import KeyNames
from servizio.tui.shop_views import ShopView
from servizio.tui.words import clock_time


class ShopBanner(Static):
    """Hidden while everything is as usual."""

    DEFAULT_CSS = """
    ShopBanner {
        display: none; height: 1; padding: 0 1; text-style: bold; text-wrap: nowrap;
        text-overflow: ellipsis; background: $age-warn; color: $background;
        &.-shown { display: block; }
        &:nocolor { text-style: bold reverse; }
    }
    """

    _said = ""

    def show(
        self, shop: ShopView | None, now: datetime, key_names: KeyNames, remark: str = ""
    ) -> None:
        """Show or hide the line, as of `now`, with a remark before all else."""
        unusual = say_unusual(shop, now, key_names) if shop is not None else ""
        said = "   ".join(each for each in (remark, unusual) if each)
        if said != self._said:
            self._said = said
            self.set_class(bool(said), "-shown")
            self.update(Content(said))


def say_unusual(shop: ShopView, now: datetime, key_names: KeyNames) -> str:
    """Say in one line what is not as usual; empty where nothing is."""
    said = _say_closed(shop)
    pause = shop.paused
    if pause is not None and (pause.until is None or pause.until > now):
        until = pause.until and clock_time(pause.until, shop.zone)
        keys = key_names.fill("({app.menu} {menu.resume})")
        ends = f"until {until}" if until else f"until you resume {keys}"
        said.append(f"▲ PHONE ORDERS PAUSED {ends}")
    if shop.busy_minutes:
        said.append(
            f"▲ BUSY +{shop.busy_minutes} min: customers are told {shop.quoted_wait_minutes} min"
        )
    hours = shop.hours_override
    if hours is not None and not hours.is_closed:
        said.append(f"▲ OTHER HOURS TODAY {hours.opens}-{hours.closes}")
    return "   ".join(said)


def _say_closed(shop: ShopView) -> list[str]:
    """What stands first, so that a narrow screen cuts it last."""
    if shop.hours_override is not None and shop.hours_override.is_closed:
        return ["▲ CLOSED TODAY"]
    if shop.turns_calls_away:
        return ["▲ CLOSED NOW: customers who ring hear when you open"]
    return []
