"""From roles to the colours of the stylesheet."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from servizio.tui.rows import Role, Row

ROLE_CLASSES = {f"role--{role.value}" for role in Role}
"""The component classes by which a stylesheet says how each role looks."""


def row_strip(widget: Widget, row: Row, base: Style) -> Strip:
    """Draw a row in the widget's colours over `base`, which is all that plain words get."""
    return Strip([Segment(span.text, _style(widget, span.role, base)) for span in row if span.text])


def _style(widget: Widget, role: Role, base: Style) -> Style:
    if role is Role.BODY:
        return base
    return base + widget.get_component_rich_style(f"role--{role.value}", partial=True)
