"""Rows of words with roles: what the pictures of tickets and calls are made of.

Widths are columns of a terminal, not characters. No widget and no colour here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, chop_cells, set_cell_size


class Role(StrEnum):
    """What words on a screen mean; the stylesheet decides how it looks."""

    BODY = "body"
    NUMBER = "number"
    ITEM = "item"
    MODIFIER = "modifier"
    CRITICAL = "critical"
    META = "meta"
    NAME = "name"
    FRESH = "fresh"
    WARN = "warn"
    LATE = "late"
    MARK = "mark"
    GONE = "gone"
    HEADING = "heading"
    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Span:
    """Words with one role, in one row."""

    text: str
    role: Role = Role.BODY


Row = tuple[Span, ...]


def wrap(text: str, width: int) -> list[str]:
    """Break words into rows of at most `width` columns; a word that is too long is cut up."""
    rows: list[str] = []
    row = ""
    for word in text.split():
        pieces = [word] if cell_len(word) <= width else chop_cells(word, max(1, width))
        for piece in pieces:
            if row and cell_len(row) + 1 + cell_len(piece) <= width:
                row = f"{row} {piece}"
            else:
                rows += [row] if row else []
                row = piece
    return [*rows, row] if row else rows


def fit(row: Row, width: int, padding: Role = Role.BODY) -> Row:
    """Cut or pad a row to exactly `width` columns."""
    kept: list[Span] = []
    left = width
    for span in row:
        size = cell_len(span.text)
        if size > left:
            short = set_cell_size(span.text, max(0, left - 1)) + ("…" if left > 0 else "")
            kept.append(Span(short, span.role))
            left = 0
            break
        kept.append(span)
        left -= size
    return (*kept, Span(" " * left, padding)) if left > 0 else tuple(kept)
