"""A scrolling list of tickets that costs the same with five as with five hundred.

It draws the rows on the screen and no others. When tickets come or go above the selected
one, the list scrolls along, so that what the barista is about to press stays where it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from servizio.tui.order_book import Ticket
from servizio.tui.rows import Role, Row, Span, fit
from servizio.tui.ticket_art import draw_ticket
from servizio.tui.widgets.row_style import row_strip
from servizio.tui.words import Patience


@dataclass(frozen=True, slots=True)
class Section:
    """Tickets under a heading; an empty heading takes no row."""

    heading: str
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    top: int
    height: int
    ticket: Ticket | None
    heading: str = ""


class TicketList(ScrollView):
    """Tickets under each other, one of them selected."""

    DEFAULT_CSS = """
    TicketList {
        height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden;
    }
    """

    class Picked(Message):
        """A ticket was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None, now: datetime, patience: Patience) -> None:  # noqa: A002 - the name is Textual's
        super().__init__(id=id)
        self.can_focus = False
        self._now = now
        self._patience = patience
        self._sections: Sequence[Section] = ()
        self._selected: str | None = None
        self._width = 24
        """Columns that the tickets are laid out for; the drawing must not run ahead of it."""
        self._blocks: list[_Block] = []
        self._tops: list[int] = []
        self._heights: dict[str, tuple[Ticket, int, int]] = {}
        self._drawn: dict[str, tuple[Ticket, tuple[int, int, bool], list[Row]]] = {}

    def show(self, sections: Sequence[Section], selected: str | None, now: datetime) -> None:
        """Show these tickets as of `now`, with that one selected."""
        moved = selected != self._selected
        before = self._top_of(self._selected)
        self._sections, self._selected, self._now = sections, selected, now
        self._lay_out()
        after = self._top_of(selected)
        if not moved and before is not None and after is not None and before != after:
            self.scroll_to(y=self.scroll_offset.y + after - before, animate=False, immediate=True)
        if moved:
            self._bring_into_view()
        self.refresh()

    def _top_of(self, key: str | None) -> int | None:
        return next(
            (each.top for each in self._blocks if each.ticket and each.ticket.key == key), None
        )

    def _bring_into_view(self) -> None:
        for block in self._blocks:
            if block.ticket is not None and block.ticket.key == self._selected:
                height = self.scrollable_content_region.height
                top, bottom = self.scroll_offset.y, self.scroll_offset.y + height
                if block.top < top:
                    heading_above = 1 if block.top == 1 else 0
                    self.scroll_to(y=block.top - heading_above, animate=False, immediate=True)
                elif block.top + block.height > bottom:
                    at = min(block.top, block.top + block.height - height)
                    self.scroll_to(y=at, animate=False, immediate=True)

    def _lay_out(self) -> None:
        self._width = max(24, self.scrollable_content_region.width)
        blocks: list[_Block] = []
        top = 0
        for section in self._sections:
            if section.heading:
                blocks.append(_Block(top, 1, None, section.heading))
                top += 1
            for ticket in section.tickets:
                height = self._height_of(ticket)
                blocks.append(_Block(top, height, ticket))
                top += height
        self._blocks, self._tops = blocks, [block.top for block in blocks]
        shown = {block.ticket.key for block in blocks if block.ticket}
        for stale in [key for key in self._heights if key not in shown]:
            del self._heights[stale]
            self._drawn.pop(stale, None)
        self.virtual_size = Size(self._width, top)

    def _height_of(self, ticket: Ticket) -> int:
        width = self._width
        known = self._heights.get(ticket.key)
        if known is not None and known[0] is ticket and known[1] == width:
            return known[2]
        height = len(draw_ticket(ticket, width, self._now, self._patience, is_selected=False))
        self._heights[ticket.key] = (ticket, width, height)
        return height

    def _rows_of(self, ticket: Ticket) -> list[Row]:
        is_selected = ticket.key == self._selected
        minute = int(self._now.timestamp() // 5)
        shape = (self._width, minute, is_selected)
        known = self._drawn.get(ticket.key)
        if known is not None and known[0] is ticket and known[1] == shape:
            return known[2]
        rows = draw_ticket(ticket, self._width, self._now, self._patience, is_selected=is_selected)
        self._drawn[ticket.key] = (ticket, shape, rows)
        return rows

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        width = self.scrollable_content_region.width
        at = y + self.scroll_offset.y
        index = bisect_right(self._tops, at) - 1
        if index < 0 or at >= self.virtual_size.height:
            return Strip.blank(width, self.rich_style)
        block = self._blocks[index]
        if block.ticket is None:
            heading = (Span(block.heading, Role.HEADING),)
            return row_strip(self, fit(heading, width, Role.HEADING))
        row = self._rows_of(block.ticket)[at - block.top]
        is_last = at - block.top == block.height - 1
        is_selected = block.ticket.key == self._selected and not is_last
        return row_strip(self, fit(row, width), is_selected=is_selected)

    def on_resize(self, event: Resize) -> None:
        """Lay out anew for the new width."""
        del event
        self._lay_out()
        self._bring_into_view()
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Select what was clicked."""
        index = bisect_right(self._tops, event.y + self.scroll_offset.y) - 1
        if (
            0 <= index < len(self._blocks)
            and event.y + self.scroll_offset.y < self.virtual_size.height
        ):
            ticket = self._blocks[index].ticket
            if ticket is not None:
                self.post_message(self.Picked(ticket.key))
