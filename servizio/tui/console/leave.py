"""Asking what becomes of the server when its owner closes the console in mid-call."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from servizio.tui.console.question import QuestionScreen
from servizio.tui.console.shop_app import ExitChoice


class LeaveScreen(QuestionScreen[ExitChoice | None]):
    """Three ways; staying has the focus."""

    DEFAULT_CSS = "LeaveScreen > Vertical { width: 62; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "stay", "Stay", id="leave.stay"),
        Binding("l", "leave('leave')", "Leave it running", id="leave.leave"),
        Binding("s", "leave('drain')", "Stop after the calls", id="leave.drain"),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self, live: int) -> None:
        super().__init__()
        self._live = live

    def compose(self) -> ComposeResult:
        """The question above its answers."""
        calls = "A customer is" if self._live == 1 else f"{self._live} customers are"
        with Vertical():
            yield Static(Content(f"{calls} on the line. No call is cut off either way."))
            yield Button("Stay (n)", id="stay", variant="primary")
            yield Button("Close the console, leave the server running (l)", id="leave")
            yield Button("Stop the server when the calls have ended (s)", id="drain")

    def action_stay(self) -> None:
        """Close the question only."""
        _ = self.dismiss(None)

    def action_leave(self, choice: str) -> None:
        """Close the console."""
        _ = self.dismiss(ExitChoice(choice))

    @on(Button.Pressed)
    def pressed(self, message: Button.Pressed) -> None:
        """Take the button that was pressed."""
        wanted = message.button.id or "stay"
        _ = self.dismiss(None if wanted == "stay" else ExitChoice(wanted))
