"""`servizio run --tunnel`: a public address for a shop behind a router, for as long as it runs.

ngrok's package opens the tunnel: `forward(address, authtoken=..., domain=...)` blocks until it
is open where no event loop runs, and `disconnect(url)` closes it (ngrok-python).
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from servizio.commands.running import run_shop
from servizio.commands.serving import typed
from servizio.commands.shop_client import configured_url, here
from servizio.errors import ServizioError
from servizio.settings import Settings, load_settings, locate
from servizio.settings.loading import read_environment

TOKEN = "NGROK_AUTHTOKEN"  # noqa: S105 - its name
TOKEN_PAGE = "https://dashboard.ngrok.com/get-started/your-authtoken"  # noqa: S105 - a page
PUBLIC_URL = "SERVIZIO_SERVER__PUBLIC_URL"
OWN_DOMAINS = (".ngrok.app", ".ngrok.dev", ".ngrok-free.app", ".ngrok-free.dev", ".ngrok.io")
"""How names end that ngrok keeps for an account."""


def run_in_public(host: str | None, port: int | None, *, headless: bool) -> None:
    """As `run_shop`, with a tunnel. Raises `ServizioError` where the shop is up already."""
    settings = load_settings(typed(host, port))
    running = here(settings, locate())
    if running is not None:
        raise ServizioError(
            f"The shop is up at {running.url} already, and knows of no tunnel.",
            "Stop it first: quit its console and stop the server with it.",
        )
    with public_tunnel(settings):
        run_shop(host, port, headless=headless)


@contextmanager
def public_tunnel(settings: Settings) -> Iterator[str]:
    """Open a tunnel to the server's port; the server is told its address by the environment.

    Gives that address. Raises `ServizioError` that says how to get a tunnel where none opens.
    """
    _check(settings)
    address = configured_url(settings)
    outside, inside = read_environment()
    token = outside.get(TOKEN, "").strip() or inside.get(TOKEN, "").strip()
    ngrok = _package(address)
    if not token:
        raise ServizioError(
            f"A tunnel needs an account at ngrok: {TOKEN} is not set.",
            f"Put {TOKEN}=... into .env ({TOKEN_PAGE}), or {_by_hand(address)}",
        )
    url = _open(ngrok, address, _options(settings, token))
    try:
        with _public_url(url):
            _say(f"The shop can be reached at {url} while this runs.")
            _say(f"Have your number's calls come here: servizio link --url {url}")
            yield url
    finally:
        # Whatever it raises, the tunnel ends with this process.
        with suppress(Exception):
            ngrok.disconnect(url)
        _say("The tunnel is closed: no calls come through it any more.")


def _check(settings: Settings) -> None:
    if not settings.twilio.auth_token.get_secret_value():
        raise ServizioError(
            "Through a tunnel everybody reaches this shop, and twilio.auth_token is not set: "
            "nobody could tell Twilio's calls from a stranger's.",
            "Set twilio.auth_token (Twilio Console, Account Info).",
        )
    if not settings.server.port:
        raise ServizioError("A tunnel needs to know the port.", "Name one: --port 8000")


def _package(address: str) -> Any:
    try:
        return importlib.import_module("ngrok")
    except ImportError as error:
        raise ServizioError(
            "A tunnel needs the package ngrok, which is not installed.",
            f"pip install ngrok, and put {TOKEN}=... into .env ({TOKEN_PAGE}); "
            f"or {_by_hand(address)}",
        ) from error


def _by_hand(address: str) -> str:
    return (
        f"open one yourself, such as `cloudflared tunnel --url {address}`, set server.public_url "
        "to the address it prints, and start the shop without --tunnel."
    )


def _options(settings: Settings, token: str) -> Mapping[str, str]:
    """The account, and its own name where `server.public_url` is one of ngrok's."""
    host = urlsplit(settings.server.public_url).hostname or ""
    options = {"authtoken": token}
    return options | {"domain": host} if host.endswith(OWN_DOMAINS) else options


def _open(ngrok: Any, address: str, options: Mapping[str, str]) -> str:
    _say("Opening the tunnel ...")
    try:
        return str(ngrok.forward(address.removeprefix("http://"), **options).url()).rstrip("/")
    except Exception as error:
        # The package raises plain classes of Python's; what they say may repeat the token.
        raise ServizioError(
            f"ngrok opened no tunnel ({type(error).__name__}).",
            f"Check {TOKEN}, and that no other tunnel of this account is open; "
            f"or {_by_hand(address)}",
        ) from error


@contextmanager
def _public_url(url: str) -> Iterator[None]:
    """Have every process that is started here know this address as `server.public_url`."""
    before = os.environ.get(PUBLIC_URL)
    os.environ[PUBLIC_URL] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ[PUBLIC_URL]
        else:
            os.environ[PUBLIC_URL] = before


def _say(words: str) -> None:
    """Tell the terminal, unless it has been closed."""
    with suppress(OSError, ValueError):
        print(words, file=sys.stderr, flush=True)
