"""The tickets of the queue: lanes on a wide screen, one list on a narrow one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from servizio.tui.order_book import Lane, Ticket
from servizio.tui.selection import Selection
from servizio.tui.widgets.ticket_list import Section, TicketList
from servizio.tui.words import Patience

ONE_LIST = (Lane.MAKING, Lane.RECEIVED, Lane.READY)
"""On a narrow screen: what is in somebody's hands comes first."""

Shown = Mapping[Lane, tuple[Ticket, ...]]


class QueueFloor(Horizontal):
    """Lanes and list are both there; the class `-narrow` of the screen decides which is shown."""

    DEFAULT_CSS = """
    QueueFloor {
        width: 1fr; height: 1fr;
        .lanes { width: 1fr; }
        .lane { width: 1fr; }
        .heading {
            height: 1; width: 1fr; text-style: bold; color: $text-muted; background: $panel;
            margin-right: 1;
        }
        .heading.-here { color: $foreground; text-style: bold underline; }
        #one-list { display: none; width: 1fr; }
        #empty {
            display: none; width: 1fr; height: 1fr; content-align: center middle;
            text-align: center; color: $text-muted;
        }
        &.-empty #empty { display: block; }
        &.-empty .lanes, &.-empty #one-list { display: none; }
    }
    """

    def __init__(self, now: datetime, patience: Patience) -> None:
        super().__init__()
        self._lists = {
            lane: TicketList(id=f"lane-{lane}", now=now, patience=patience) for lane in Lane
        }
        self._headings = {lane: Static(id=f"heading-{lane}", classes="heading") for lane in Lane}
        self._one_list = TicketList(id="one-list", now=now, patience=patience)
        self._empty = Static(id="empty")

    def compose(self) -> ComposeResult:
        """Both ways to show them, and what is said where there is nothing to show."""
        with Horizontal(classes="lanes"):
            for lane in Lane:
                with Vertical(classes="lane"):
                    yield self._headings[lane]
                    yield self._lists[lane]
        yield self._one_list
        yield self._empty

    def show(self, shown: Shown, selection: Selection, now: datetime, why_empty: str) -> None:
        """Show these tickets; `why_empty` is said where there are none."""
        is_empty = not any(shown.values())
        self.set_class(is_empty, "-empty")
        if is_empty:
            self._empty.update(Content(why_empty))
        if self.screen.has_class("-narrow"):
            self._one_list.show(_sections(shown), selection.key, now)
            return
        for lane in Lane:
            heading = self._headings[lane]
            words = Content(f" {lane.upper()} {len(shown[lane])}")
            if heading.content != words:
                heading.update(words, layout=False)
            heading.set_class(lane is selection.lane, "-here")
            self._lists[lane].show([Section("", shown[lane])], selection.key, now)


def _sections(shown: Shown) -> list[Section]:
    return [
        Section(f" {lane.upper()} {len(shown[lane])}", shown[lane])
        for lane in ONE_LIST
        if shown[lane]
    ]
