"""The screens of the shop: console and TV, both clients of the API.

Importing this costs nothing: Textual, a quarter of a second, is loaded when a screen opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from servizio.tui.look import BoardLook, ConsoleLook, StaffPage
from servizio.tui.setup.answers import Answers, Check, SetupEnd, SetupQuestions

__all__ = [
    "BoardLook",
    "ConsoleEnd",
    "ConsoleLook",
    "SetupQuestions",
    "StaffPage",
    "check_keys",
    "open_console",
    "run_console",
    "run_setup",
    "run_tv",
]


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
    look: ConsoleLook | None = None,
    *,
    owns_server: bool = False,
    log_file: Path | None = None,
) -> ConsoleEnd:
    """Show the barista console until it is closed. Must run on the main thread.

    With `owns_server` the console asks, when calls are live, what shall become of the server.
    Nothing is logged to the terminal: to `log_file`, or nowhere. Raises `SettingsError`
    where the look's keys are unknown or clash.
    """
    from servizio.tui import opening  # noqa: PLC0415 - loads Textual

    exit_code, stop_server = opening.show_console(
        url, token, look or ConsoleLook(), owns_server=owns_server, log_file=log_file
    )
    return ConsoleEnd(exit_code, stop_server)


def run_console(
    url: str, token: str, *, title: str = "Servizio", log_file: Path | None = None
) -> int:
    """Show the barista console of a running server; the exit code."""
    return open_console(url, token, ConsoleLook(title=title), log_file=log_file).exit_code


def check_keys(keys: Mapping[str, str]) -> None:
    """Look at the keys that a shop has given the console's actions, without opening it.

    Raises `SettingsError` where one is unknown, naming the nearest, or means two things.
    """
    if keys:
        from servizio.tui import opening  # noqa: PLC0415 - loads Textual

        opening.check_keys(keys)


def run_tv(url: str, look: BoardLook | None = None, *, log_file: Path | None = None) -> int:
    """Show the order board of a running server on this terminal; the exit code."""
    from servizio.tui import opening  # noqa: PLC0415 - loads Textual

    return opening.show_tv(url, look or BoardLook(), log_file=log_file)


def run_setup(
    questions: SetupQuestions, check: Check, *, log_file: Path | None = None
) -> Answers | SetupEnd:
    """Ask a new shop about itself on this terminal: the answers, or how it ended without."""
    from servizio.tui import opening  # noqa: PLC0415 - loads Textual

    return opening.ask(questions, check, log_file=log_file)
