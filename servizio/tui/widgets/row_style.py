"""From roles to the colours of the stylesheet.

The roles are component classes of the screen, once, not of every widget that draws rows:
Textual works all of them out again for a widget whenever anything about it changes.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from servizio.tui.rows import Role, Row

SELECTED = "role--selected"
"""The component class of what is selected, under the roles of its words."""

ROLE_CLASSES = {f"role--{role.value}" for role in Role if role is not Role.BODY} | {SELECTED}
"""The component classes that a screen must have whose widgets draw rows."""


class RowPaint:
    """The colours of one widget's rows, each worked out once.

    The widget must `forget` them in its `notify_style_update`, as `RowWidget` does.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[Role, bool], Style] = {}

    def forget(self) -> None:
        """Work all colours out again."""
        self._styles.clear()

    def strip(self, row: Row, *, is_selected: bool = False) -> Strip:
        """Draw a row over the widget's own colours, which are all that plain words get."""
        return Strip(
            [Segment(span.text, self.style(span.role, is_selected)) for span in row if span.text]
        )

    def style(self, role: Role = Role.BODY, is_selected: bool = False) -> Style:
        """The colours of one role."""
        known = self._styles.get((role, is_selected))
        if known is None:
            known = self._styles[role, is_selected] = self._work_out(role, is_selected)
        return known

    def _work_out(self, role: Role, is_selected: bool) -> Style:
        style = self._widget.rich_style
        screen = self._widget.screen
        if is_selected:
            style += screen.get_component_rich_style(SELECTED, partial=True)
        if role is not Role.BODY:
            style += screen.get_component_rich_style(f"role--{role.value}", partial=True)
        return style


class RowWidget(Widget):
    """A widget that draws rows: `_paint` has its colours, which follow the stylesheet."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - the name is Textual's
        super().__init__(id=id, classes=classes)
        self._paint = RowPaint(self)

    def notify_style_update(self) -> None:
        """Draw in other colours from now on."""
        super().notify_style_update()
        self._paint.forget()
