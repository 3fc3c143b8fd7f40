"""Asking for other opening hours, today alone."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from servizio.shop.hours_text import parse_range
from servizio.tui.console.question import QuestionScreen
from servizio.tui.shop_views import Hours

_TIME = re.compile(r"([01]?\d|2[0-4])(?:[:.]?([0-5]\d))?")

Answer = dict[str, object]


def read_time(typed: str) -> str:
    """Read a time of day as people type it: `9`, `930`, `9:30`; empty where it is none.

    A leading zero stays or is missing as it was typed: it tells five in the morning from
    the `5` of `9-5`.
    """
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{found[1]}:{minute:02}" if hour < 24 or not minute else ""


class HoursScreen(QuestionScreen[Answer | None]):
    """Answers with `hours_today` as `PATCH /api/shop` takes it; `None` for no change."""

    DEFAULT_CSS = """
    HoursScreen {
        & > Vertical { width: 66; }
        Input { width: 1fr; }
        #wrong { color: $age-late; text-style: bold; margin: 0; height: auto; min-height: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "As it is", id="hours.no"),
    ]

    def __init__(self, now: Hours | None) -> None:
        super().__init__()
        self._now = now if now is not None and not now.is_closed else Hours("09:00", "18:00")

    def compose(self) -> ComposeResult:
        """Two times, three answers."""
        with Vertical():
            yield Static(Content("Other hours, for today only:"))
            with Horizontal():
                yield Input(self._now.opens, placeholder="opens, 09:00", id="opens")
                yield Input(self._now.closes, placeholder="closes, 18:00", id="closes")
            yield Static(id="wrong")
            with Horizontal():
                yield Button("Set (Enter)", id="set", variant="primary")
                yield Button("Closed today", id="closed")
                yield Button("Usual hours", id="usual")

    @on(Input.Submitted, "#opens")
    def on_to_the_end(self) -> None:
        """Go on to when the shop closes."""
        self.query_one("#closes", Input).focus()

    @on(Input.Submitted, "#closes")
    @on(Button.Pressed, "#set")
    def set_hours(self) -> None:
        """Answer with the two times, where they are times."""
        opens = read_time(self.query_one("#opens", Input).value)
        closes = read_time(self.query_one("#closes", Input).value)
        wrong = "" if opens and closes else "Two times of day, please, such as 9:30 and 17."
        try:
            _ = wrong or parse_range(f"{opens}-{closes}")
        except ValueError as error:
            wrong = f"{error}."
        if wrong:
            self.query_one("#wrong", Static).update(Content(wrong))
        else:
            _ = self.dismiss({"opens": opens, "closes": closes})

    @on(Button.Pressed, "#closed")
    def close_today(self) -> None:
        """Answer that the shop does not open today."""
        _ = self.dismiss({"closed": True})

    @on(Button.Pressed, "#usual")
    def as_usual(self) -> None:
        """Answer that the usual hours hold."""
        _ = self.dismiss({})
