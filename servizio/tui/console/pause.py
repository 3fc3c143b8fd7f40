"""Asking how long no orders shall be taken by phone, and what customers are told."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, Key
from textual.widgets import Button, Input, Static

from servizio.tui.console.question import QuestionScreen

PAUSES = (("1", 10), ("2", 20), ("3", 30))
"""Keys and minutes."""


class PauseScreen(QuestionScreen[dict[str, object] | None]):
    """Answers with the pause as `PATCH /api/shop` takes it; `None` for no pause."""

    DEFAULT_CSS = """
    PauseScreen {
        Button { min-width: 10; }
        #for-0 { width: 2fr; }
        Input { margin-bottom: 1; }
    }
    """
    AUTO_FOCUS = "#no"
    """The answer that changes nothing."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"pause({minutes})", f"{minutes} minutes", id=f"pause.{minutes}")
            for key, minutes in PAUSES
        ),
        Binding("0", "pause(0)", "Until resumed", id="pause.open"),
        Binding("escape", "no", "No pause", id="pause.no"),
        Binding("left", "app.focus_previous", "Before", show=False),
        Binding("right", "app.focus_next", "Next", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The question, the message, the answers."""
        question = "Pause phone orders for how long? Calls in progress may finish."
        with Vertical():
            yield Static(Content(question))
            yield Input(
                placeholder="customers are told (optional); then Enter",
                max_length=200,
                select_on_focus=False,
            )
            with Horizontal():
                for key, minutes in PAUSES:
                    yield Button(Content(f"{minutes} min ({key})"), id=f"for-{minutes}")
                yield Button(Content("Until I resume (0)"), id="for-0")
            yield Button(Content("No pause (Esc)"), id="no", variant="primary")

    def action_pause(self, minutes: int) -> None:
        """Answer with a pause; 0 lasts until somebody resumes."""
        pause: dict[str, object] = {"minutes": minutes or None}
        if message := self.query_one(Input).value.strip():
            pause["message"] = message
        _ = self.dismiss(pause)

    def action_no(self) -> None:
        """Answer with no pause, and say so: the question may have been closed by a slip."""
        self.notify("Phone orders are NOT paused.", markup=False)
        _ = self.dismiss(None)

    @on(DescendantFocus)
    @on(DescendantBlur)
    def name_keys(self) -> None:
        """Let the answers name their keys only while a key is not a letter of the message."""
        is_writing = self.query_one(Input).has_focus
        for key, minutes in (*PAUSES, ("0", 0)):
            words = f"{minutes} min" if minutes else "Until I resume"
            label = words if is_writing else f"{words} ({key})"
            self.query_one(f"#for-{minutes}", Button).label = Content(label)

    def on_key(self, event: Key) -> None:
        """Take a letter as the message's first: whoever reads the question just types."""
        field = self.query_one(Input)
        letter = event.character or ""
        # Who types fast has typed more before the field has the focus: all of it but digits.
        is_message = letter.isalpha() or (field.value and not letter.isdigit())
        if not field.has_focus and event.is_printable and is_message:
            event.stop()
            field.focus()
            field.insert_text_at_cursor(letter)

    @on(Input.Submitted)
    def written(self) -> None:
        """Go from the message to the answers."""
        self.query_one("#for-10", Button).focus()

    @on(Button.Pressed)
    def pressed(self, message: Button.Pressed) -> None:
        """Take the button that was pressed."""
        wanted = message.button.id or "no"
        if wanted == "no":
            self.action_no()
        else:
            self.action_pause(int(wanted.removeprefix("for-")))
