"""Asking, before the set-up is skipped, whether it shall come again."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from servizio.tui.setup.answers import SetupEnd


class SkipScreen(ModalScreen[SetupEnd | None]):
    """Three answers; going back has the focus."""

    DEFAULT_CSS = """
    SkipScreen {
        align: center middle;
        & > Vertical {
            width: 62; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
            background: $surface; border: round $primary;
        }
        Static { margin-bottom: 1; }
        Button { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b", "end('')", "Back", id="skip.back"),
        Binding("l", "end('later')", "Later", id="skip.later"),
        Binding("n", "end('never')", "Never", id="skip.never"),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self, *, is_typed: bool) -> None:
        super().__init__()
        self._is_typed = is_typed

    def compose(self) -> ComposeResult:
        """The question above its answers."""
        lost = " What you have typed is not kept." if self._is_typed else ""
        said = f"The shop opens with a sample menu and no name.{lost}"
        with Vertical():
            yield Static(Content(said))
            yield Button("Back to the questions (b)", id="back", variant="primary", compact=True)
            yield Button("Skip, ask me at the next start (l)", id="later", compact=True)
            yield Button("Skip, never ask again (n)", id="never", compact=True)

    def action_end(self, how: str) -> None:
        """Answer."""
        _ = self.dismiss(SetupEnd(how) if how else None)

    @on(Button.Pressed)
    def pressed(self, message: Button.Pressed) -> None:
        """Take the button that was pressed."""
        chosen = message.button.id or "back"
        _ = self.dismiss(None if chosen == "back" else SetupEnd(chosen))
