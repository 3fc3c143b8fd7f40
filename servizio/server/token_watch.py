"""A new staff token counts at once: the server looks at its file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from servizio.server.keys import FOLDERS, SETTINGS, STAFF

LOOK_SECONDS = 2.0

log = logging.getLogger(__name__)


async def watch_token(app: web.Application) -> AsyncIterator[None]:
    """Take up a token that was made anew (`servizio config token --new`).

    One that is set in the settings stays for as long as the server runs.
    """
    if app[SETTINGS].staff.token.get_secret_value():
        yield
        return
    task = asyncio.create_task(_watch(app), name="token watch")
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _watch(app: web.Application) -> None:
    file = app[FOLDERS].staff_token
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        token = await asyncio.to_thread(_read, file)
        if token and token != app[STAFF].token.get_secret_value():
            app[STAFF].change_token(SecretStr(token))
            log.warning("staff_token_changed")


def _read(file: Path) -> str:
    """What the file holds; empty where it is gone: then the old token goes on."""
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
