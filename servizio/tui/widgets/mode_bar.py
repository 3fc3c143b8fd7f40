"""The top line: which shop, where one can go, how the connection is, what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from servizio.tui.floor import Floor, LinkStatus
from servizio.tui.key_names import KeyNames
from servizio.tui.order_book import Lane
from servizio.tui.widgets.key_bar import WIDE
from servizio.tui.words import clean, clock_time

_MODES = (("queue", "Queue"), ("calls", "Calls"), ("history", "History"))
_MORE = (("menu", "Menu"), ("health", "Health"), ("report", "Day"))
_COUNTER = ("counter", "Counter")
_LINKS = {
    LinkStatus.CONNECTING: "○ connecting",
    LinkStatus.LIVE: "● live",
    LinkStatus.UNREACHED: "■ NOT REACHED",
    LinkStatus.LOST: "■ LOST",
    LinkStatus.REFUSED: "■ REFUSED",
}


_LEAST = 6
"""Columns that a shop's name must have to be worth its room."""


@dataclass(frozen=True, slots=True)
class _Tab:
    key: str
    mode: str
    label: str
    flag: str
    """What there is to see, such as a number."""

    def words(self, *, is_open: bool, edge: str, is_short: bool) -> Content:
        said = self.key if is_short and not is_open else f"{self.key} {self.label}"
        style = "bold reverse" if is_open else "bold" if self.flag else ""
        words = Content(f"{edge}{said}{self.flag}{edge}")
        return words.stylize(f"{style} @click=app.mode('{self.mode}')")


def _flag(count: int, is_bad: bool) -> str:
    return f" {count}" if count else " !" if is_bad else ""


def _fitting(
    tabs: list[_Tab], mode: str, ends: tuple[str, str, str], width: int, name: int
) -> tuple[Content, str]:
    """The tabs and the right end as they fit: how the connection is must never be cut."""
    whole, brief, least = ends
    ways = (
        (" ", False, whole, name),
        (" ", False, brief, name),
        ("", False, brief, min(name, 12)),
        ("", False, brief, 0),
        ("", True, brief, 0),
    )
    left = Content("")
    for edge, is_short, end, wanted in ways:
        left = _row(tabs, mode, edge, is_short=is_short)
        if left.cell_length + len(end) + wanted + 2 <= width:
            return left, end
    return left, least


def _row(tabs: list[_Tab], mode: str, edge: str, *, is_short: bool) -> Content:
    words = [each.words(is_open=each.mode == mode, edge=edge, is_short=is_short) for each in tabs]
    return Content.assemble("" if edge else " ", Content("" if edge else " ").join(words))


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

    def show(self, mode: str, floor: Floor, title: str, now: datetime, key_names: KeyNames) -> None:
        """Show the state of things; `mode` is the tab that is open."""
        lanes = floor.orders.lanes()
        sold_out = len(floor.menu.sold_out) if floor.menu else 0
        counts = {
            "queue": len(lanes[Lane.RECEIVED]) + len(lanes[Lane.MAKING]),
            "calls": len(floor.calls.live()),
            "menu": sold_out,
            "health": floor.mailbox.waiting,
        }
        bad = floor.health is not None and floor.health.status != "ok"
        link = floor.link.status
        state, clock = _LINKS[link], clock_time(now, floor.zone)
        brief = state.partition(" ")[0] if link is LinkStatus.LIVE else state
        ends = (f"{state}  {clock} ", f"{brief}  {clock} ", f"{state.partition(' ')[0]} ")
        more = (*_MORE, _COUNTER) if self.size.width >= WIDE or mode == _COUNTER[0] else _MORE
        tabs = [
            _Tab(
                key_names(f"app.{name}"),
                name,
                label,
                _flag(counts.get(name, 0), name == "health" and bad),
            )
            for name, label in (*_MODES, *more)
        ]
        shop = clean(title, 40)
        left, right = _fitting(tabs, mode, ends, self.size.width, len(shop))
        room = self.size.width - left.cell_length - len(right) - 2
        named = (
            Content(f"{shop} ") if room > len(shop) else Content(shop[: max(0, room - 2)] + "… ")
        )
        if room < _LEAST:
            named = Content("")
        gap = " " * max(0, self.size.width - left.cell_length - named.cell_length - len(right) - 1)
        colour = {LinkStatus.LIVE: "$age-fresh", LinkStatus.CONNECTING: ""}.get(link, "reverse")
        words = Content.assemble(" ", (named.plain, "bold"), left, gap, (right, colour))
        if (mode, words.plain) != self._shown:
            self._shown = (mode, words.plain)
            self.update(words, layout=False)
