"""What a question of the console looks like: a box in the middle, the answers below the words."""

from __future__ import annotations

from typing import ClassVar, Final, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Answer = TypeVar("Answer")
"""What it is answered with."""


QUIT: Final = Binding("ctrl+q", "app.leave", "Quit", id="app.quit", show=False)
"""Works in every box too: the line below it shows the keys of the screen behind."""


class QuestionScreen(ModalScreen[Answer]):
    """Each question says itself how wide it is, and which answer has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [QUIT]
    DEFAULT_CSS = """
    QuestionScreen {
        align: center middle;
        & > Vertical {
            width: 74; max-width: 96%; height: auto; padding: 1 2;
            background: $surface; border: thick $primary;
        }
        Static { margin-bottom: 1; }
        Horizontal { height: auto; }
        Button { width: 1fr; }
    }
    """
