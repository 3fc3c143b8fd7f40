"""The calls in progress at the edge of the queue: one row each, or cards where there is room."""

from __future__ import annotations

from datetime import datetime

from textual.geometry import Size
from textual.strip import Strip

from servizio.tui.call_art import draw_call, draw_call_line
from servizio.tui.call_book import CallBook
from servizio.tui.rows import Role, Row, Span, fit
from servizio.tui.widgets.row_style import RowWidget

_CARD_WIDTH = 44
_CARD_HEIGHT = 6


class CallStrip(RowWidget):
    """Live calls, as they are spoken. Hidden while nobody rings."""

    DEFAULT_CSS = """
    CallStrip { height: 1; display: none; &.-live { display: block; } &.-several { height: 2; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self._calls = CallBook()
        self._calls_key = ""
        self._now: datetime | None = None
        self._picture: tuple[Size, list[Row]] | None = None

    def show(self, calls: CallBook, now: datetime, calls_key: str) -> None:
        """Show these calls as of `now`; `calls_key` opens all of them."""
        live = calls.live()
        self.set_class(bool(live), "-live")
        self.set_class(len(live) > 1, "-several")
        self._calls, self._now, self._picture = calls, now, None
        self._calls_key = calls_key
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        rows = self._drawn()
        row = rows[y] if y < len(rows) else ()
        return self._paint.strip(fit(row, self.size.width))

    def _drawn(self) -> list[Row]:
        if self._now is None:
            return []
        if self._picture is None or self._picture[0] != self.size:
            rows = picture_of_calls(self._calls, self.size, self._now, self._calls_key)
            self._picture = (self.size, rows)
        return self._picture[1]


def picture_of_calls(calls: CallBook, room: Size, now: datetime, calls_key: str) -> list[Row]:
    """Draw the live calls into that room: cards in columns, cards in a stack, or single rows."""
    width, height = room
    live = calls.live()
    if height < _CARD_HEIGHT:
        shown = live[: height if len(live) <= height else max(1, height)]
        rows = [draw_call_line(call, calls.speaking(call.sid), width, now) for call in shown]
        if len(live) > len(shown) and rows:
            more = f"  +{len(live) - len(shown)} more, {calls_key}"
            rows[-1] = (*fit(rows[-1], width - len(more)), Span(more, Role.META))
        return rows
    across = max(1, min(len(live), width // _CARD_WIDTH))
    down = max(1, min(-(-len(live) // across), height // _CARD_HEIGHT))
    card_height, card_width = height // down, width // across - 1
    picture: list[Row] = []
    for start in range(0, min(len(live), across * down), across):
        cards = [
            draw_call(call, calls.speaking(call.sid), card_width, card_height, now)
            for call in live[start : start + across]
        ]
        picture += [
            tuple(span for card in cards for span in (*card[row], Span(" ")))
            for row in range(card_height)
        ]
    return picture
