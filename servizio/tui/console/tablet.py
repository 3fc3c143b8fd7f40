"""The way from this screen to a tablet: the address of the staff page, as a code and in words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from servizio.tui.look import StaffPage
from servizio.tui.widgets.qr_code import QrCode


class TabletScreen(ModalScreen[None]):
    """A code to point a camera at."""

    DEFAULT_CSS = """
    TabletScreen {
        align: center middle;
        & > Vertical {
            width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
            background: $surface; border: round $primary;
        }
        Static { width: 1fr; text-align: center; }
        Center { height: auto; }
        QrCode { width: auto; }
        #address { text-style: bold; }
        #remark { color: $age-warn; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,Q", "close", "Close", id="tablet.close", key_display="Esc"),
    ]

    def __init__(self, page: StaffPage) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """Code, address, and what stands in the way."""
        with Vertical():
            yield Static(Content("The orders on a tablet or telephone"))
            with Center():
                yield QrCode(self._page.address)
            yield Static(Content(self._page.address), id="address")
            yield Static(Content("It asks for the staff token.  Esc closes."))
            if self._page.remark:
                yield Static(Content(self._page.remark), id="remark")

    def action_close(self) -> None:
        """Go back."""
        _ = self.dismiss(None)

    def on_click(self) -> None:
        """Go back, on a touch anywhere."""
        _ = self.dismiss(None)
