"""The title of the terminal's window or tab, which is seen while the console is not.

Source: xterm, "Control Sequences": OSC 2 sets the title, CSI 22;2 t keeps the one before and
CSI 23;2 t brings it back. Terminals that do not know them ignore them.
"""

from __future__ import annotations

from collections.abc import Callable

from servizio.tui.words import clean

KEEP, BRING_BACK = "\x1b[22;2t", "\x1b[23;2t"


class TerminalTitle:
    """Says how many orders nobody has looked at. `write` sends to the terminal."""

    def __init__(self, shop: str, write: Callable[[str], object]) -> None:
        self._shop = clean(shop, 60)
        self._write = write
        self._shown: str | None = None

    def show(self, unseen: int) -> None:
        """Say it, where it is not what the title says already."""
        title = f"({unseen} new) {self._shop}" if unseen else self._shop
        if title == self._shown:
            return
        if self._shown is None:
            self._write(KEEP)
        self._shown = title
        self._write(f"\x1b]2;{title}\x07")

    def close(self) -> None:
        """Leave the terminal with the title that it had."""
        if self._shown is not None:
            self._write(BRING_BACK)
