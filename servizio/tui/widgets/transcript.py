"""A conversation that grows while it is spoken, and stays put while somebody reads it."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from servizio.tui.call_art import spell_turn
from servizio.tui.views import CallView, TranscriptLine

MOST_TURNS = 200
"""Older turns than these are not shown; the server keeps them."""


class _Row(Static):
    """One turn. What it shows is its own to know: drawing may be broken off between two rows."""

    turn: tuple[TranscriptLine, bool] | None = None

    def fill(self, line: TranscriptLine, *, is_final: bool) -> None:
        """Show this turn."""
        if self.turn != (line, is_final):
            self.turn = (line, is_final)
            self.set_classes(f"turn {line.role}{'' if is_final else ' speaking'}")
            self.update(Content(spell_turn(line, is_final=is_final)))


class Transcript(VerticalScroll):
    """Turns under each other, newest at the bottom."""

    DEFAULT_CSS = """
    Transcript {
        height: 1fr; scrollbar-size-vertical: 1;
        .turn { height: auto; width: 1fr; }
        .customer { color: $age-fresh; text-style: bold; }
        .agent { color: $foreground; }
        .tool { color: $foreground 60%; }
        .speaking { text-style: italic; }
    }
    """

    def on_mount(self) -> None:
        """Follow the end until the reader scrolls up."""
        self.can_focus = False
        self.anchor()

    def say(self, words: str) -> None:
        """Show a remark where there is no conversation."""
        _ = self.mount(_Row(Content(words), classes="turn tool"))

    async def show(self, call: CallView | None, speaking: tuple[TranscriptLine, ...]) -> None:
        """Show a call's turns, changing only what differs from before."""
        said = call.transcript[-MOST_TURNS:] if call else ()
        turns = [(line, True) for line in said] + [(line, False) for line in speaking]
        shown = list(self.query(_Row))
        for (line, is_final), row in zip(turns, shown, strict=False):
            row.fill(line, is_final=is_final)
        fresh = [_Row() for _ in turns[len(shown) :]]
        for row, (line, is_final) in zip(fresh, turns[len(shown) :], strict=True):
            row.fill(line, is_final=is_final)
        with self.app.batch_update():
            if len(shown) > len(turns):
                await self.remove_children(shown[len(turns) :])
            if fresh:
                await self.mount_all(fresh)
