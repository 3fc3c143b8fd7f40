"""The top line: which shop, where one can go, how the connection is, what time it is."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from servizio.tui.floor import Floor, LinkStatus
from servizio.tui.order_book import Lane
from servizio.tui.words import clean, clock_time

_MODES = (("F2", "queue", "Queue"), ("F3", "calls", "Calls"), ("F4", "history", "History"))
_MORE = (("F5", "menu", "Menu"), ("F6", "health", "Health"), ("F7", "report", "Day"))
_LINKS = {
    LinkStatus.CONNECTING: "○ connecting",
    LinkStatus.LIVE: "● live",
    LinkStatus.LOST: "■ LOST",
    LinkStatus.REFUSED: "■ REFUSED",
}


class ModeBar(Static):
    """Tabs that say their keys; a click does the same."""

    DEFAULT_CSS = """
    ModeBar {
        dock: top; height: 1; background: $panel; color: $foreground; text-wrap: nowrap;
        text-overflow: ellipsis; link-style: none; link-color: $foreground;
        link-style-hover: bold; link-color-hover: $background; link-background-hover: $primary;
    }
    """

    _shown = ("", "")

    def show(self, mode: str, floor: Floor, title: str, now: datetime) -> None:
        """Show the state of things; `mode` is the tab that is open."""
        lanes = floor.orders.lanes()
        sold_out = len(floor.menu.sold_out) if floor.menu else 0
        counts = {
            "queue": len(lanes[Lane.RECEIVED]) + len(lanes[Lane.MAKING]),
            "calls": len(floor.calls.live()),
            "menu": sold_out,
            "health": floor.undelivered,
        }
        bad = floor.health is not None and floor.health.status != "ok"
        tabs = []
        for key, name, label in (*_MODES, *_MORE):
            count = counts.get(name, 0)
            flag = f" {count}" if count else " !" if name == "health" and bad else ""
            style = "bold reverse" if name == mode else "bold" if flag else ""
            tabs.append(
                Content(f" {key} {label}{flag} ").stylize(f"{style} @click=app.mode('{name}')")
            )
        left = Content("").join(tabs)
        link = floor.link.status
        right = f"{_LINKS[link]}  {clock_time(now)} "
        if link is LinkStatus.LIVE and left.cell_length + len(right) + 2 > self.size.width:
            right = f"●  {clock_time(now)} "
        room = max(0, self.size.width - left.cell_length - len(right) - 2)
        shop = Content(clean(title, 40)).truncate(room, ellipsis=True) if room > 3 else Content("")
        gap = " " * max(1, self.size.width - left.cell_length - shop.cell_length - len(right) - 1)
        colour = {LinkStatus.LIVE: "$age-fresh", LinkStatus.CONNECTING: ""}.get(link, "reverse")
        words = Content.assemble(" ", (shop.plain, "bold"), left, gap, (right, colour))
        if (mode, words.plain) != self._shown:
            self._shown = (mode, words.plain)
            self.update(words, layout=False)
