"""The way from this screen to a tablet: the address of the staff page, as a code and in words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

from servizio.tui.console.question import QUIT
from servizio.tui.look import StaffPage
from servizio.tui.widgets.qr_code import QrCode

_WORDS = 5
"""Rows beside the code: what it is, the address, what it asks for, and the border."""
_TOO_SMALL = "There is no room for the QR code here: type the address, or make this window larger."


class TabletScreen(ModalScreen[None]):
    """A code to point a camera at."""

    DEFAULT_CSS = """
    TabletScreen {
        align: center middle;
        & > VerticalScroll {
            width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
            background: $surface; border: round $primary;
        }
        Static { width: 1fr; text-align: center; }
        #too-small { display: none; color: $text-muted; }
        &.-too-small Center { display: none; }
        &.-too-small #too-small { display: block; }
        Center { height: auto; }
        QrCode { width: auto; }
        #address { text-style: bold; }
        #remark { color: $age-warn; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,Q", "close", "Close", id="tablet.close", key_display="Esc"),
        QUIT,
    ]

    def __init__(self, page: StaffPage) -> None:
        super().__init__()
        self._page = page
        self._code = QrCode(page.address)

    def on_resize(self, event: Resize) -> None:
        """Leave a code out that would be cut: no camera reads half of one."""
        width, height = event.size
        words = _WORDS + (2 if self._page.remark else 0)
        fits = self._code.columns + 4 <= width and self._code.rows + words <= height
        self.set_class(not fits, "-too-small")

    def compose(self) -> ComposeResult:
        """Code, address, and what stands in the way."""
        with VerticalScroll():
            yield Static(Content("The orders on a tablet or telephone"))
            with Center():
                yield self._code
            yield Static(Content(_TOO_SMALL), id="too-small")
            yield Static(Content(self._page.address), id="address")
            yield Static(Content("It asks for the staff token.  Esc closes."))
            if self._page.remark:
                yield Static(Content(self._page.remark), id="remark")

    AUTO_FOCUS = "VerticalScroll"

    def action_close(self) -> None:
        """Go back."""
        _ = self.dismiss(None)

    def on_click(self) -> None:
        """Go back, on a touch anywhere."""
        _ = self.dismiss(None)
