"""`servizio demo` and `servizio call`: being, or watching, the customer."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from servizio.commands.shop_client import ShopClient, configured_url
from servizio.demo.customer_call import ShopAccess, ring
from servizio.errors import ApiError
from servizio.paths import Folders
from servizio.server.presence import running_server
from servizio.settings import Settings, load_settings, locate, staff_token


def run_the_demo(*, calls: int, headless: bool) -> None:
    """A whole shop in a throw-away folder. Raises `DemoError` where anything went wrong."""
    from servizio.commands.demo_shop import run_demo_shop

    run_demo_shop(calls=calls, headless=headless or not sys.stdout.isatty())


def ring_the_shop(url: str, *, text: bool, recordings: tuple[Path, ...]) -> None:
    """Be the customer: typed, recorded, or with microphone and speaker."""
    if text and recordings:
        raise typer.BadParameter("--text and --wav are two ways of speaking: take one.")
    settings, folders = load_settings(), locate()
    running = running_server(folders)
    ours = running.url if running else ""
    address = url.rstrip("/") or ours or configured_url(settings)
    _ask_how_it_is(address)
    access = _access(settings, folders) if address == ours else ShopAccess()
    try:
        ring(address, text=text, recordings=recordings, access=access)
    except ApiError as error:
        hint = how_to_open(address, access.token)
        raise ApiError(error.message, hint or error.hint, status=error.status) from error


def how_to_open(url: str, token: str) -> str:
    """What has this machine's own shop take calls again; empty: it takes them, or is another's."""
    if not token:
        return ""
    try:
        shop = ShopClient(url, token).get("/api/shop")
    except ApiError:
        return ""
    if not isinstance(shop, dict):
        return ""
    if not (shop.get("open_now") or shop.get("orders_when_closed")):
        return "It is closed. `servizio hours 10:00-22:00` opens it for today."
    return "It is paused. `servizio resume` takes calls again." if shop.get("paused") else ""


def _ask_how_it_is(url: str) -> None:
    """Raise `ApiError` where no server answers; one that is not well may say so to the call."""
    try:
        ShopClient(url).get("/health")
    except ApiError as error:
        if error.status != 503:
            raise


def _access(settings: Settings, folders: Folders) -> ShopAccess:
    """What only this machine's own shop may be told."""
    twilio = settings.twilio
    auth_token = twilio.auth_token.get_secret_value()
    return ShopAccess(
        token=staff_token(settings, folders).get_secret_value(),
        auth_token=auth_token,
        account_sid=twilio.account_sid,
        public_url=settings.server.public_url,
    )
