"""A scrolling list of tickets that costs the same with five as with five hundred.

It draws the rows on the screen and no others, and of these only the ones that look different
from before. When tickets come or go above the selected one, the list scrolls along, so that
what the barista is about to press stays where it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from servizio.tui.order_book import Ticket
from servizio.tui.rows import Role, Span, fit
from servizio.tui.ticket_art import age_of, draw_ticket
from servizio.tui.widgets.row_style import RowPaint
from servizio.tui.words import Patience

_NARROWEST = 24


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


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A ticket as it was drawn, and all that its looks depend on."""

    ticket: Ticket
    looks: tuple[int, Span, bool]
    strips: tuple[Strip, ...]


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
        self._sections: tuple[Section, ...] = ()
        self._selected: str | None = None
        self._width = _NARROWEST
        """Columns that the tickets are laid out for; the drawing must not run ahead of it."""
        self._blocks: list[_Block] = []
        self._tops: list[int] = []
        self._places: dict[str, int] = {}
        """Index of each ticket's block, by key."""
        self._heights: dict[str, tuple[Ticket, int]] = {}
        """Height of each ticket at the present width."""
        self._drawn: dict[str, _Drawn] = {}
        self._headings: dict[str, Strip] = {}
        self._on_screen: list[Strip] = []
        """What each row of the screen looks like."""
        self._thumb = (0, 0, 0)
        """Height of the scrollbar, and top and height of its thumb, as it knows them."""
        self._paint = RowPaint(self)

    def show(self, sections: Sequence[Section], selected: str | None, now: datetime) -> None:
        """Show these tickets as of `now`, with that one selected."""
        moved = selected != self._selected
        before = self._top_of(self._selected)
        self._selected, self._now = selected, now
        if not self.size:
            # Hidden: it is laid out when it is shown, for the width that it then has.
            self._sections = tuple(sections)
            return
        if self._sections != tuple(sections) or self._width != self._room():
            self._sections = tuple(sections)
            self._lay_out()
        after = self._top_of(selected)
        if not moved and before is not None and after is not None and before != after:
            self.scroll_to(y=self.scroll_offset.y + after - before, animate=False, immediate=True)
        if moved:
            self._bring_into_view()
        self._repaint()

    def _room(self) -> int:
        return max(_NARROWEST, self.scrollable_content_region.width)

    def _top_of(self, key: str | None) -> int | None:
        index = self._places.get(key) if key else None
        return None if index is None else self._blocks[index].top

    def _bring_into_view(self) -> None:
        index = self._places.get(self._selected) if self._selected else None
        if index is None:
            return
        block = self._blocks[index]
        height = self.scrollable_content_region.height
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + height
        if block.top < top:
            heading_above = 1 if block.top == 1 else 0
            self.scroll_to(y=block.top - heading_above, animate=False, immediate=True)
        elif block.top + block.height > bottom:
            # A third of the screen at once: a list that creeps along with every step is drawn
            # whole each time, and cannot be read.
            at = min(block.top, block.top + block.height - height + height // 3)
            self.scroll_to(y=at, animate=False, immediate=True)

    def _lay_out(self) -> None:
        if self._width != self._room():
            self._width = self._room()
            self._heights.clear()
            self._drawn.clear()
            self._headings.clear()
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
        self._places = {
            block.ticket.key: index for index, block in enumerate(blocks) if block.ticket
        }
        for key in self._heights.keys() - self._places.keys():
            del self._heights[key]
            self._drawn.pop(key, None)
        self._grow_to(Size(self._width, top))

    def _grow_to(self, size: Size) -> None:
        """Take that height. The screen is laid out anew only when the scrollbar comes or goes."""
        room = self.scrollable_content_region.height
        if (
            size.width == self.virtual_size.width
            and room
            and self.show_vertical_scrollbar == (size.height > room)
        ):
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def _height_of(self, ticket: Ticket) -> int:
        known = self._heights.get(ticket.key)
        if known is not None and known[0] is ticket:
            return known[1]
        rows = draw_ticket(ticket, self._width, self._now, self._patience, is_selected=False)
        self._heights[ticket.key] = (ticket, len(rows))
        return len(rows)

    def _strips_of(self, ticket: Ticket) -> tuple[Strip, ...]:
        is_selected = ticket.key == self._selected
        looks = (self._width, age_of(ticket, self._now, self._patience), is_selected)
        known = self._drawn.get(ticket.key)
        if known is not None and known.ticket is ticket and known.looks == looks:
            return known.strips
        rows = draw_ticket(ticket, self._width, self._now, self._patience, is_selected=is_selected)
        last = len(rows) - 1
        strips = tuple(
            self._paint.strip(fit(row, self._width), is_selected=is_selected and index != last)
            for index, row in enumerate(rows)
        )
        self._drawn[ticket.key] = _Drawn(ticket, looks, strips)
        return strips

    def _heading(self, words: str) -> Strip:
        known = self._headings.get(words)
        if known is None:
            row = fit((Span(words, Role.HEADING),), self._width, Role.HEADING)
            known = self._headings[words] = self._paint.strip(row)
        return known

    def _strips_in_view(self) -> list[Strip]:
        """What each row of the screen should look like now."""
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        strips: list[Strip] = []
        index = max(0, bisect_right(self._tops, top) - 1)
        skip = top - self._tops[index] if self._tops else 0
        while index < len(self._blocks) and len(strips) < height:
            block = self._blocks[index]
            strips += (
                self._strips_of(block.ticket)[skip:]
                if block.ticket
                else (self._heading(block.heading),)
            )
            index, skip = index + 1, 0
        return strips[:height]

    def _repaint(self) -> None:
        """Draw the rows that look different from before."""
        before, after = self._on_screen, self._strips_in_view()
        self._on_screen = after
        changed = [
            y
            for y in range(max(len(before), len(after)))
            if y >= len(before) or y >= len(after) or before[y] is not after[y]
        ]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what has moved."""
        self._place_thumb()
        if round(old_value) != round(new_value):
            self._repaint()

    def _scroll_update(self, virtual_size: Size) -> None:
        del virtual_size
        self._refresh_scrollbars()
        self._place_thumb()
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def _place_thumb(self) -> None:
        """Tell the scrollbar where we are, where that shows: its drawing costs more than ours."""
        if not self.show_vertical_scrollbar:
            return
        height, total = self.container_size.height, max(1, self.virtual_size.height)
        thumb = (height, self.scroll_offset.y * height // total, height * height // total)
        if thumb != self._thumb:
            self._thumb, bar = thumb, self.vertical_scrollbar
            bar.window_size, bar.window_virtual_size = height, total
            bar.position = self.scroll_y

    def notify_style_update(self) -> None:
        """Draw in other colours from now on."""
        super().notify_style_update()
        self._paint.forget()
        self._drawn.clear()
        self._headings.clear()
        self._on_screen = []

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        if not self._on_screen:
            self._on_screen = self._strips_in_view()
        if y < len(self._on_screen):
            return self._on_screen[y]
        return Strip.blank(self.scrollable_content_region.width, self._paint.style())

    def on_resize(self, event: Resize) -> None:
        """Lay out anew for the new width."""
        del event
        self._lay_out()
        self._bring_into_view()
        self._on_screen = []
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Select what was clicked."""
        at = event.y + self.scroll_offset.y
        index = bisect_right(self._tops, at) - 1
        if 0 <= index < len(self._blocks) and at < self.virtual_size.height:
            ticket = self._blocks[index].ticket
            if ticket is not None:
                self.post_message(self.Picked(ticket.key))
