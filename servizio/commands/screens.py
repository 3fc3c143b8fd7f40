"""`servizio console` and `servizio tv`: a screen on a server that runs already."""

from __future__ import annotations

from servizio.commands.shop_client import address_and_token
from servizio.errors import ServizioError
from servizio.logs import logging_to
from servizio.paths import Folders
from servizio.settings import load_settings, locate
from servizio.tui import open_console, run_tv


def show_console(url: str, token: str) -> None:
    """Open the barista console on a server that is not ours to stop."""
    if open_console(url, token).exit_code:
        raise console_broke(locate())


def console_broke(folders: Folders) -> ServizioError:
    """What to say when a screen ended by itself. No order is lost by it."""
    return ServizioError(
        "The screen broke. The server goes on: no call and no order is lost.",
        f"Open it again with `servizio console`; what happened is in {folders.console_log}.",
    )


def console(url: str, token: str) -> None:
    """Open the barista console on this machine's server, or the one at `url`."""
    address, secret = address_and_token(url, token)
    folders = locate()
    folders.make()
    with logging_to(folders.console_log, level=load_settings().log.level, stderr=False):
        show_console(address, secret)


def tv(url: str) -> None:
    """Open the order board. It needs no token."""
    address, _ = address_and_token(url, "none")
    folders = locate()
    folders.make()
    with logging_to(folders.console_log, level=load_settings().log.level, stderr=False):
        if run_tv(address):
            raise console_broke(folders)
