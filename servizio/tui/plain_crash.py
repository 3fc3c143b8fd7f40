"""Ending a screen that broke without telling the terminal what it knew.

Textual's own way prints a traceback with every local value, such as names and phone numbers.
"""

from __future__ import annotations

import logging
from typing import TypeVar

from rich.segment import Segments
from rich.text import Text
from textual.app import App

Result = TypeVar("Result")

log = logging.getLogger(__name__)


def show_plain_crash(app: App[Result], what: str) -> None:
    """Write the cause to the log and leave one plain line on the terminal."""
    error = app._exception  # noqa: SLF001 - Textual has no public way
    log.critical("the %s broke", what, exc_info=error)
    app.bell()
    kind = type(error).__name__
    words = Text(f"error: The {what} broke ({kind}).\nhint: The log file has the details.\n")
    app._exit_renderables.append(Segments(app.console.render(words)))  # noqa: SLF001 - Textual has no public way
    app._close_messages_no_wait()  # noqa: SLF001 - Textual has no public way
