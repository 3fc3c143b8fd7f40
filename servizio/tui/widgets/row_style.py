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


def row_strip(widget: Widget, row: Row, *, is_selected: bool = False) -> Strip:
    """Draw a row over the widget's own colours, which are all that plain words get."""
    base = widget.rich_style
    if is_selected:
        base += widget.screen.get_component_rich_style(SELECTED, partial=True)
    return Strip([Segment(span.text, _style(widget, span.role, base)) for span in row if span.text])


def _style(widget: Widget, role: Role, base: Style) -> Style:
    if role is Role.BODY:
        return base
    return base + widget.screen.get_component_rich_style(f"role--{role.value}", partial=True)
