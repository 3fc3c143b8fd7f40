"""Words as large as their row allows: drawn letters where they fit, plain ones where not."""

from __future__ import annotations

from rich.cells import cell_len
from textual.strip import Strip

from servizio.tui.big_digits import big_digits, height_of, in_capitals, width_of
from servizio.tui.rows import Role, Row, Span, fit
from servizio.tui.widgets.row_style import RowWidget


def draw_big(left: str, right: str, width: int, height: int) -> list[Row]:
    """Draw words at the left and, if any, at the right, in the largest letters that fit."""
    big_left, big_right = in_capitals(left), in_capitals(right)
    if big_left is not None and big_right is not None:
        for scale in range(4, 0, -1):
            gap = 4 * scale if left and right else 0
            wide = width_of(big_left, scale) + gap + width_of(big_right, scale)
            if height_of(scale) <= height and wide <= width:
                space = " " * (width - wide + gap)
                pairs = zip(_glyphs(big_left, scale), _glyphs(big_right, scale), strict=True)
                return [(Span(one + space + other),) for one, other in pairs]
    room = max(0, width - cell_len(right) - (1 if right else 0))
    words = (*fit((Span(left),), room), Span(" " if right else ""), Span(right))
    return [*[() for _ in range((height - 1) // 2)], words]


def _glyphs(text: str, scale: int) -> tuple[str, ...]:
    return big_digits(text, scale) if text else ("",) * height_of(scale)


class BigText(RowWidget):
    """A row of words, `height` of its style decides how large at most."""

    DEFAULT_CSS = "BigText { height: 1; width: 1fr; text-style: bold; }"

    def __init__(self, left: str = "", *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - the name is Textual's
        super().__init__(id=id, classes=classes)
        self._said = (left, "")
        self._drawn: tuple[tuple[str, str], int, int, list[Row]] | None = None

    @property
    def said(self) -> str:
        """The words, the right ones behind the left ones."""
        return " ".join(each for each in self._said if each)

    def show(self, left: str, right: str = "") -> None:
        """Show these words."""
        if (left, right) != self._said:
            self._said = (left, right)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width, height = self.content_size
        if self._drawn is None or self._drawn[:3] != (self._said, width, height):
            self._drawn = (self._said, width, height, draw_big(*self._said, width, height))
        rows = self._drawn[3]
        row = rows[y] if y < len(rows) else ()
        return self._paint.strip(fit(row, width, Role.BODY))
