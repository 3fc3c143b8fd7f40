"""Opening a screen on this terminal, and closing it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from servizio.tui.api import ShopApi
from servizio.tui.console.app import ConsoleApp
from servizio.tui.console.shop_app import ExitChoice
from servizio.tui.quiet_terminal import quiet_terminal
from servizio.tui.tv.app import TvApp


def show_console(
    url: str,
    token: str,
    *,
    title: str,
    owns_server: bool,
    keys: Mapping[str, str] | None,
    log_file: Path | None,
) -> tuple[int, bool]:
    """Show the console; its exit code, and whether its owner wants the server to end."""
    with quiet_terminal(log_file):
        app = ConsoleApp(ShopApi(url, token), title=title, owns_server=owns_server, keys=keys)
        choice = app.run()
    return app.return_code or 0, owns_server and choice is ExitChoice.DRAIN


def show_tv(url: str, *, title: str, log_file: Path | None) -> int:
    """Show the board; its exit code."""
    with quiet_terminal(log_file):
        app = TvApp(ShopApi(url), title=title)
        app.run()
    return app.return_code or 0
