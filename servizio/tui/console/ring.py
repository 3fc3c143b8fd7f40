"""Asking who shall ring a customer, and what the agent says where it is the agent."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from servizio.tui.console.question import QuestionScreen

LONGEST_MESSAGE = 300
"""Signs that the agent can be given to say."""


class RingScreen(QuestionScreen[dict[str, object] | None]):
    """Answers with what `POST /api/calls` takes beside the order; `None`: nobody rings."""

    DEFAULT_CSS = """
    RingScreen {
        Button { min-width: 10; }
        Input { margin-bottom: 1; }
    }
    """
    AUTO_FOCUS = "#no"
    """The answer that changes nothing."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "ring('')", "I ring", id="ring.staff"),
        Binding("r", "ring('ready')", "Agent: it is ready", id="ring.ready"),
        Binding("o", "ring('sold_out')", "Agent: sold out", id="ring.sold_out"),
        Binding("m", "write", "Message", id="ring.message"),
        Binding("n,escape", "no", "Nobody rings", id="ring.no"),
        Binding("left", "app.focus_previous", "Before", show=False),
        Binding("right", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question, what the agent may say, the answers."""
        with Vertical():
            yield Static(Content(self._question))
            yield Input(
                placeholder="m: the agent tells the customer; then Enter",
                max_length=LONGEST_MESSAGE,
                select_on_focus=False,
            )
            with Horizontal():
                yield Button(Content("I ring (y)"), id="staff")
                yield Button(Content("Agent: ready (r)"), id="ready")
                yield Button(Content("Agent: sold out (o)"), id="sold_out")
            yield Button(Content("Nobody rings (n)"), id="no", variant="primary")

    def action_ring(self, purpose: str) -> None:
        """Answer with who rings: staff, or the agent for this purpose."""
        _ = self.dismiss({"purpose": purpose} if purpose else {})

    def action_write(self) -> None:
        """Write what the agent shall say."""
        self.query_one(Input).focus()

    def action_no(self) -> None:
        """Answer with nobody."""
        _ = self.dismiss(None)

    @on(Input.Submitted)
    def written(self, message: Input.Submitted) -> None:
        """Have the agent say what was written."""
        if words := message.value.strip():
            _ = self.dismiss({"purpose": "message", "message": words})
        else:
            self.query_one("#no", Button).focus()

    @on(Button.Pressed)
    def pressed(self, message: Button.Pressed) -> None:
        """Take the button that was pressed."""
        match message.button.id:
            case "no":
                self.action_no()
            case "staff":
                self.action_ring("")
            case purpose:
                self.action_ring(purpose or "")
