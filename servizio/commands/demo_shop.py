"""`servizio demo`: a whole shop on this machine, in a folder that is thrown away."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from servizio.agents.local.availability import require_packages
from servizio.commands.shop_client import ShopClient
from servizio.commands.supervisor import Supervisor, leaving_on_signals
from servizio.demo.shop_demo import run_customers
from servizio.errors import ApiError, DemoError
from servizio.logs import logging_to
from servizio.paths import Folders
from servizio.settings import load_settings, locate, staff_token
from servizio.tui import ConsoleLook, StaffPage, open_console

READY_SECONDS = 60.0
"""How long the models may take to load."""
ALONE = {
    "SERVIZIO_AGENT__ORDER": "local",
    "SERVIZIO_SHOP__MENU": "boba",
    "SERVIZIO_SHOP__NAME": "",
    "SERVIZIO_SHOP__HOURS": "",
    "SERVIZIO_SHOP__STAFF_PHONE": "",
    "SERVIZIO_TWILIO__ACCOUNT_SID": "",
    "SERVIZIO_TWILIO__AUTH_TOKEN": "",
    "SERVIZIO_SERVER__PUBLIC_URL": "",
    "SERVIZIO_SERVER__HOST": "127.0.0.1",
    "SERVIZIO_STORE__URL": "",
    "SERVIZIO_WEBHOOKS__URLS": "",
    "SERVIZIO_AGENT__GREETING": "",
}
"""The demo is the same on every machine: it spends no account's money and texts nobody."""


def run_demo_shop(*, calls: int, headless: bool) -> None:
    """Open a shop, let customers ring, serve them. Raises `DemoError` where that went wrong."""
    require_packages()
    with (
        leaving_on_signals(),
        throw_away_shop() as folders,
        Supervisor(folders, host=None, port=0) as supervisor,
    ):
        print("Opening the shop ...", file=sys.stderr)
        url = supervisor.wait_until_up()
        token = staff_token(load_settings(), folders).get_secret_value()
        wait_for_agent(url)
        if headless:
            _serve_customers(url, token, calls)
        else:
            _show_customers(url, token, calls)


@contextmanager
def throw_away_shop() -> Iterator[Folders]:
    """A home of its own for everything below this process; kept only where something failed.

    Ctrl-C and the signals that end this process are no failures: nobody would look for its logs.
    """
    before = dict(os.environ)
    home = tempfile.mkdtemp(prefix="servizio-demo-")
    os.environ.update(ALONE | {"SERVIZIO_HOME": home})
    try:
        folders = locate()
        folders.make()
        with logging_to(folders.console_log, level="info", stderr=False):
            yield folders
    except (KeyboardInterrupt, SystemExit):
        shutil.rmtree(home, ignore_errors=True)
        raise
    except DemoError as error:
        raise DemoError(error.message, f"{error.hint} The logs are in {home}.".strip()) from error
    else:
        shutil.rmtree(home, ignore_errors=True)
    finally:
        os.environ.clear()
        os.environ.update(before)


def wait_for_agent(url: str) -> None:
    """Until the agent can talk: its models load behind the server's back."""
    until = time.monotonic() + READY_SECONDS
    state = ""
    while time.monotonic() < until and state != "failed":
        try:
            health = ShopClient(url).get("/health")
        except ApiError as error:
            if error.status != 503:
                raise
            health = {}
        checks = health.get("checks", {}) if isinstance(health, dict) else {}
        state = checks.get("agents", {}).get("status", "")
        if state == "ok":
            return
        time.sleep(0.1)
    raise DemoError("The local agent did not get ready.", "The server's log says why.")


def _serve_customers(url: str, token: str, calls: int) -> None:
    problems = asyncio.run(run_customers(url, token, calls=calls, tell=_say))
    if problems:
        raise DemoError("; ".join(problems), "Run it again; other work on this machine slows it.")
    _say(f"All {calls} orders were taken exactly, made and texted.")


def _say(line: str) -> None:
    print(line, flush=True)


def _show_customers(url: str, token: str, calls: int) -> None:
    """The console here, the customers in a process of their own: they need exact time."""
    spawn = multiprocessing.get_context("spawn")
    customers = spawn.Process(target=_ring_unseen, args=(url, token, calls), daemon=True)
    # Ctrl-C is for this process, which ends them; each would print where it was interrupted.
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        customers.start()
    finally:
        signal.signal(signal.SIGINT, heard)

    def remark() -> str:
        if customers.is_alive():
            return "DEMO: customers and barista are simulated. F3 shows the calls, F2 the orders"
        over = "the call is over" if calls == 1 else f"the {calls} calls are over"
        return f"DEMO: {over}; what you see is yours to try. Ctrl+Q closes"

    page = StaffPage(f"{url}/barista", "The demo can be reached from this machine alone.")
    look = ConsoleLook(title="Demo", staff_page=page, remark=remark)
    try:
        end = open_console(url, token, look)
    finally:
        customers.terminate()
        customers.join()
    if end.exit_code:
        raise DemoError("The screen broke.")


def _ring_unseen(url: str, token: str, calls: int) -> None:
    asyncio.run(run_customers(url, token, calls=calls, tell=lambda _line: None))
