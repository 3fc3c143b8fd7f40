"""`servizio demo` and `servizio call`: being, or watching, the customer."""

from __future__ import annotations

import sys
from pathlib import Path

from servizio.commands.shop_client import configured_url
from servizio.paths import Folders
from servizio.server.presence import running_server
from servizio.settings import load_settings, locate


def run_the_demo(*, calls: int, headless: bool) -> None:
    """A whole shop in a throw-away folder. Raises `DemoError` where anything went wrong."""
    from servizio.commands.demo_shop import run_demo_shop

    run_demo_shop(calls=calls, headless=headless or not sys.stdout.isatty())


def ring_the_shop(url: str, *, text: bool, recordings: tuple[Path, ...]) -> None:
    """Be the customer: typed, recorded, or with microphone and speaker."""
    from servizio.demo.customer_call import ring

    folders = locate()
    ring(url or _address(folders), text=text, recordings=recordings)


def _address(folders: Folders) -> str:
    running = running_server(folders)
    return running.url if running else configured_url(load_settings())
