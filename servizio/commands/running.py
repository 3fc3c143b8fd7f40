"""`servizio run`: a shop's server and its console."""

from __future__ import annotations

import contextlib
import sys

from servizio.commands.first_run import set_up_once
from servizio.commands.screens import console_broke, show_console
from servizio.commands.serving import serve_shop, typed
from servizio.commands.shop_client import here
from servizio.commands.supervisor import Supervisor
from servizio.logs import logging_to
from servizio.paths import Folders
from servizio.server.presence import running_server
from servizio.settings import load_settings, locate, staff_token


def run_shop(host: str | None, port: int | None, *, headless: bool) -> None:
    """Start the server as a process of its own, and the console in this one.

    Attaches where this shop's server is up already. Headless: the server alone. A shop that
    has not said anything of itself is asked first.
    """
    if headless:
        serve_shop(host, port, supervised=False)
        return
    if not set_up_once():
        return
    settings, folders = load_settings(typed(host, port)), locate()
    folders.make()
    with logging_to(folders.console_log, level=settings.log.level, stderr=False):
        running = here(settings, folders)
        if running is not None:
            if show_console(running.url, running.token).exit_code:
                raise console_broke(folders)
            return
        token = staff_token(settings, folders).get_secret_value()
        with Supervisor(folders, host=host, port=port) as supervisor:
            print("Starting the shop ...", file=sys.stderr)
            url = supervisor.wait_until_up()
            end = show_console(url, token, owns_server=True, remark=supervisor.news)
            if end.stop_server:
                _say("Stopping the shop when the last call has ended ...")
            else:
                supervisor.let_go()
                _say_it_goes_on(url, folders)
        if supervisor.restarts:
            often = "once" if supervisor.restarts == 1 else f"{supervisor.restarts} times"
            _say(f"The server had to be restarted {often}.")
        if end.exit_code:
            raise console_broke(folders)


def _say_it_goes_on(url: str, folders: Folders) -> None:
    running = running_server(folders)
    stop = f"; `kill {running.process}` stops it after the last call" if running else ""
    print(f"The shop stays open at {url}. `servizio` opens the console again{stop}.")


def _say(words: str) -> None:
    """Tell the terminal, unless it has been closed."""
    with contextlib.suppress(OSError, ValueError):
        print(words, file=sys.stderr)
