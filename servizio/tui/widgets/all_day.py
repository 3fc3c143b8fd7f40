"""How many of each item are still to make, whatever order they belong to."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip

from servizio.tui.rows import Role, Row, Span, fit
from servizio.tui.widgets.row_style import RowWidget

Counts = tuple[tuple[str, int], ...]


class AllDay(RowWidget):
    """Counts under a heading. It draws the rows whose count has changed and no others."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name is Textual's
        super().__init__(id=id)
        self._rows: list[Row] = []

    def show(self, counts: Counts) -> None:
        """Show these counts, most first."""
        rows: list[Row] = [(Span("ALL DAY", Role.NAME),)]
        rows += [(Span(f"{count:>3}  {name}"),) for name, count in counts]
        before, self._rows = self._rows, rows
        changed = [
            Region(0, y, self.content_size.width, 1).translate(self.gutter.top_left)
            for y in range(max(len(before), len(rows)))
            if before[y : y + 1] != rows[y : y + 1]
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        row = self._rows[y] if y < len(self._rows) else ()
        return self._paint.strip(fit(row, self.content_size.width))
