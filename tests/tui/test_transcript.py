"""A conversation on the screen: what stands there is what was said, whatever came between."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from textual.app import App, ComposeResult

from servizio.tui.theme import WAITING_COLOURS
from servizio.tui.views import CallView, Speaker, TranscriptLine
from servizio.tui.widgets.transcript import Transcript
from tests.tui.conftest import NOON, screen_text

CALL = CallView("CA1", "inbound", "completed", "local", NOON, None, "", "")


def said(*words: str) -> CallView:
    """A call in which this was said."""
    return replace(
        CALL, transcript=tuple(TranscriptLine(Speaker.AGENT, each, NOON) for each in words)
    )


class OneTranscript(App[None]):
    """Nothing but a transcript."""

    def compose(self) -> ComposeResult:
        """It alone."""
        yield Transcript()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours of the shop."""
        return WAITING_COLOURS


async def test_no_row_of_another_call_stays_where_drawing_it_was_broken_off() -> None:
    app = OneTranscript()
    async with app.run_test() as pilot:
        transcript = app.query_one(Transcript)
        await transcript.show(said("one", "two", "three", "four"), ())
        for others in (("five",), ("six", "seven", "eight"), ("nine", "ten")):
            drawing = asyncio.ensure_future(transcript.show(said(*others), ()))
            await asyncio.sleep(0)
            drawing.cancel()
            with suppress(asyncio.CancelledError):
                await drawing
        await transcript.show(said("one", "eleven"), ())
        await pilot.pause()
        words = [row.strip() for row in screen_text(app).splitlines() if row.strip()]
        assert words == ["agent: one", "agent: eleven"]
