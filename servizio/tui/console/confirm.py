"""Asking before something that cannot be taken back easily."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from servizio.tui.console.question import QuestionScreen


class ConfirmScreen(QuestionScreen[bool]):
    """A question with a safe answer, which has the focus, and another one."""

    DEFAULT_CSS = """
    ConfirmScreen {
        & > Vertical { width: auto; min-width: 40; max-width: 90%; }
        Static { width: auto; max-width: 70; }
        Horizontal { width: auto; }
        Button { width: auto; margin-right: 2; }
    }
    """
    AUTO_FOCUS = "#no"
    """The answer that changes nothing."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes"),
        Binding("n,escape", "answer(False)", "No", id="confirm.no"),
        Binding("left,right", "app.focus_next", "Other answer", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """The question above its answers."""
        with Vertical():
            yield Static(Content(self._question))
            with Horizontal():
                yield Button(Content(f"{self._no} (n)"), id="no", variant="primary")
                yield Button(Content(f"{self._yes} (y)"), id="yes", variant="error")

    def action_answer(self, answer: bool) -> None:
        """Answer and close."""
        _ = self.dismiss(answer)

    @on(Button.Pressed)
    def answer_pressed(self, message: Button.Pressed) -> None:
        """Take the button that was pressed."""
        _ = self.dismiss(message.button.id == "yes")
