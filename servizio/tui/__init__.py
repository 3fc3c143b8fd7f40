"""The screens of the shop: console and TV, both clients of the API.

Importing this costs nothing: Textual, a quarter of a second, is loaded when a screen opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ConsoleEnd", "open_console", "run_console", "run_tv"]


@dataclass(frozen=True, slots=True)
class ConsoleEnd:
    """How a console was closed."""

    exit_code: int
    """0, or 1 where it broke; the log file says why."""
    stop_server: bool
    """True where the owner wants the server to take no more calls and end after the last."""


def open_console(
    url: str,
    token: str,
    *,
    title: str = "Servizio",
    owns_server: bool = False,
    keys: Mapping[str, str] | None = None,
    log_file: Path | None = None,
) -> ConsoleEnd:
    """Show the barista console until it is closed. Must run on the main thread.

    With `owns_server` the console asks, when calls are live, what shall become of the server.
    `keys` gives actions other keys by the id of their binding, such as
    `{"queue.ready": "f9"}`. Nothing is logged to the terminal: to `log_file`, or nowhere.
    """
    from servizio.tui import opening  # noqa: PLC0415 - loads Textual

    exit_code, stop_server = opening.show_console(
        url, token, title=title, owns_server=owns_server, keys=keys, log_file=log_file
    )
    return ConsoleEnd(exit_code, stop_server)


def run_console(
    url: str, token: str, *, title: str = "Servizio", log_file: Path | None = None
) -> int:
    """Show the barista console of a running server; the exit code."""
    return open_console(url, token, title=title, log_file=log_file).exit_code


def run_tv(url: str, *, title: str = "", log_file: Path | None = None) -> int:
    """Show the order board of a running server on this terminal; the exit code."""
    from servizio.tui import opening  # noqa: PLC0415 - loads Textual

    return opening.show_tv(url, title=title, log_file=log_file)
