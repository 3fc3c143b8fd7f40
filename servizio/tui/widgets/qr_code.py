"""A QR code on the screen: dark on light in every theme, or no camera reads it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from servizio.tui.qr_art import qr_rows


class QrCode(Static):
    """A code that opens an address, or dials a number (`tel:`)."""

    DEFAULT_CSS = """
    QrCode { width: auto; height: auto; color: #000000; background: #FFFFFF; text-wrap: nowrap; }
    """

    def __init__(self, text: str, *, id: str | None = None) -> None:  # noqa: A002 - the name is Textual's
        rows = qr_rows(text)
        super().__init__(Content("\n".join(rows)), id=id)
        self.rows, self.columns = len(rows), len(rows[0])
        """Room that it needs."""
