"""A conversation that grows while it is spoken, and stays put while somebody reads it."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from servizio.tui.call_art import SPEAKERS, spell_turn
from servizio.tui.views import CallView, TranscriptLine

MOST_TURNS = 200
"""Older turns than these are not shown; the server keeps them."""


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
        self._turns: list[tuple[TranscriptLine, bool]] = []
        self.can_focus = False
        self.anchor()

    def say(self, words: str) -> None:
        """Show a remark where there is no conversation."""
        _ = self.mount(Static(Content(words), classes="turn tool"))

    async def show(self, call: CallView | None, speaking: tuple[TranscriptLine, ...]) -> None:
        """Show a call's turns, changing only what differs from before."""
        said = call.transcript[-MOST_TURNS:] if call else ()
        turns = [(line, True) for line in said] + [(line, False) for line in speaking]
        shown = list(self.query(Static))
        for position, (turn, known) in enumerate(zip(turns, shown, strict=False)):
            if position >= len(self._turns) or self._turns[position] != turn:
                self._fill(known, *turn)
        for extra in shown[len(turns) :]:
            await extra.remove()
        fresh = [self._fill(Static(), *turn) for turn in turns[len(shown) :]]
        if fresh:
            await self.mount_all(fresh)
        self._turns = turns

    @staticmethod
    def _fill(widget: Static, line: TranscriptLine, is_final: bool) -> Static:
        widget.set_classes(f"turn {line.role}{'' if is_final else ' speaking'}")
        widget.update(Content(spell_turn(line, is_final=is_final)))
        return widget


__all__ = ["MOST_TURNS", "SPEAKERS", "Transcript"]
