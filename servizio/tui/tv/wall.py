"""A wall of numbers, each as large as lets them all fit."""

from __future__ import annotations

from dataclasses import dataclass

from textual.geometry import Size
from textual.strip import Strip

from servizio.tui.big_digits import big_digits, height_of, width_of
from servizio.tui.rows import Role, Row, Span, fit
from servizio.tui.widgets.row_style import RowWidget

LARGEST = 6
"""Squares a side; larger digits are not read from farther away, they only crowd."""

_WORD = 0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How numbers stand on a wall."""

    scale: int
    """Squares a side; 0 for plain text."""
    across: int
    down: int

    @property
    def places(self) -> int:
        """How many numbers there is room for."""
        return self.across * self.down


def arrange(count: int, size: Size) -> Arrangement:
    """Find the largest digits with which `count` four-digit numbers fit."""
    for scale in (*range(LARGEST, 0, -1), _WORD):
        wide, high = (width_of("0000", scale), height_of(scale)) if scale else (4, 1)
        gap = max(1, scale) * 2
        across = (size.width + gap) // (wide + gap)
        down = (size.height + 1) // (high + 1) if scale else size.height
        if across * down >= count and across and down:
            return Arrangement(scale, across, down)
    return Arrangement(_WORD, max(1, (size.width + 2) // 6), max(1, size.height))


def draw_wall(
    numbers: tuple[str, ...], fresh: frozenset[str], size: Size, role: Role, *, is_lit: bool
) -> list[Row]:
    """Draw a wall. `fresh` numbers stand out, more so while `is_lit`; the rest is in `role`.

    Numbers for which there is no room are counted in the last place.
    """
    plan = arrange(len(numbers), size)
    shown = numbers[: plan.places]
    rest = len(numbers) - len(shown)
    if rest:
        shown = (*shown[:-1], f"+{min(rest + 1, 999)}")
    gap = " " * (max(1, plan.scale) * 2)
    rows: list[Row] = []
    for start in range(0, len(shown), plan.across):
        line = shown[start : start + plan.across]
        glyphs = [
            big_digits(number, plan.scale) if plan.scale else (number.ljust(4),) for number in line
        ]
        for index in range(len(glyphs[0])):
            spans: list[Span] = []
            for number, glyph in zip(line, glyphs, strict=True):
                loud = Role.MARK if is_lit else Role.NUMBER
                spans += [Span(glyph[index], loud if number in fresh else role), Span(gap)]
            rows.append(tuple(spans[:-1]))
        if plan.scale:
            rows.append(())
    return rows


class NumberWall(RowWidget):
    """A wall on the screen."""

    DEFAULT_CSS = "NumberWall { height: 1fr; width: 1fr; }"

    def __init__(self, role: Role, *, id: str) -> None:  # noqa: A002 - the name is Textual's
        super().__init__(id=id)
        self._role = role
        self.numbers: tuple[str, ...] = ()
        """What stands on the wall."""
        self._fresh: frozenset[str] = frozenset()
        self._is_lit = True
        self._drawn: tuple[Size, list[Row]] | None = None

    def show(self, numbers: tuple[str, ...], fresh: frozenset[str], *, is_lit: bool = True) -> None:
        """Show these numbers."""
        if (numbers, fresh, is_lit) == (self.numbers, self._fresh, self._is_lit):
            return
        self.numbers, self._fresh, self._is_lit = numbers, fresh, is_lit
        self._drawn = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        if self._drawn is None or self._drawn[0] != self.size:
            rows = draw_wall(self.numbers, self._fresh, self.size, self._role, is_lit=self._is_lit)
            self._drawn = (self.size, rows)
        rows = self._drawn[1]
        return self._paint.strip(fit(rows[y] if y < len(rows) else (), self.size.width))
