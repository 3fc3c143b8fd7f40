"""`servizio console` and `servizio tv`: a screen on a server that runs already."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from servizio.errors import ServizioError
from servizio.logs import logging_to
from servizio.paths import Folders
from servizio.tui import BoardLook, ConsoleEnd, ConsoleLook, open_console, run_tv

if TYPE_CHECKING:
    from servizio.settings import Settings

NOTHING = "none"
"""What `tv.order_at` says where customers shall not be told how to order."""


def console_look(settings: Settings, folders: Folders, url: str) -> ConsoleLook:
    """How this shop wants its console."""
    from servizio.commands.staff_page import staff_page

    console = settings.console
    return ConsoleLook(
        title=settings.shop.name or "Servizio",
        theme=console.theme,
        keys=console.keys,
        warn_minutes=console.warn_minutes,
        late_minutes=console.late_minutes,
        print_command=console.print_command,
        folder=folders.data / "papers",
        staff_page=staff_page(settings, url),
    )


def board_look(settings: Settings) -> BoardLook:
    """How this shop wants its order board."""
    place = settings.tv.order_at or settings.twilio.phone_number
    return BoardLook(
        title=settings.shop.name or "Servizio",
        theme=settings.tv.theme,
        ticker=settings.tv.ticker,
        ready_minutes=settings.tv.ready_minutes,
        order_at="" if place == NOTHING else place,
    )


def show_console(
    url: str, token: str, *, owns_server: bool = False, remark: Callable[[], str] = lambda: ""
) -> ConsoleEnd:
    """Open the barista console of this shop, until it is closed.

    `remark`: what every screen says above all else, asked again each second.
    """
    from servizio.settings import load_settings, locate

    look = replace(console_look(load_settings(), locate(), url), remark=remark)
    return open_console(url, token, look, owns_server=owns_server)


def console_broke(folders: Folders) -> ServizioError:
    """What to say when a screen ended by itself. No order is lost by it."""
    return ServizioError(
        "The screen broke. The server goes on: no call and no order is lost.",
        f"Open it again with `servizio console`; what happened is in {folders.console_log}.",
    )


def console(url: str, token: str) -> None:
    """Open the barista console on this machine's server, or the one at `url`."""
    _need_terminal("console")
    _load_beside()
    from servizio.commands.shop_client import address_and_token, is_up
    from servizio.settings import load_settings, locate

    address, secret = address_and_token(url, token)
    if not url and not is_up(address):
        raise ServizioError("No shop runs on this machine.", "Start it with `servizio`.")
    folders = locate()
    folders.make()
    with logging_to(folders.console_log, level=load_settings().log.level, stderr=False):
        if show_console(address, secret).exit_code:
            raise console_broke(folders)


def tv(url: str) -> None:
    """Open the order board. It needs no token."""
    _need_terminal("tv")
    _load_beside()
    from servizio.commands.shop_client import address_and_token
    from servizio.settings import load_settings, locate

    address, _ = address_and_token(url, "none")
    settings, folders = load_settings(), locate()
    folders.make()
    with logging_to(folders.console_log, level=settings.log.level, stderr=False):
        if run_tv(address, board_look(settings)):
            raise console_broke(folders)


def _need_terminal(command: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ServizioError(
            f"`servizio {command}` needs a terminal.", "Run it in one, and not in a pipe."
        )


def _load_beside() -> None:
    """Load what reads certificates, which needs no interpreter, while the rest is loaded."""
    Thread(target=import_module, args=("aiohttp",), name="load aiohttp", daemon=True).start()
