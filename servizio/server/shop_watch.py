"""Ends a pause and a day's own hours when their time has come, and says when the shop opens.

Calls do not wait for this: they look at the clock themselves. It is for the screens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from servizio.errors import StoreError
from servizio.server.keys import CLOCK, PROFILE, STORE
from servizio.server.shop_api import shop_view
from servizio.store.records import EventKind

WATCH_SECONDS = 0.5
"""Between two looks at the clock."""
SYSTEM = "system"
"""Who did it, in the audit trail."""

log = logging.getLogger(__name__)


async def watch_shop(app: web.Application) -> AsyncIterator[None]:
    """Look at the clock for as long as the server runs."""
    task = asyncio.create_task(_watch(app), name="shop watch")
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _watch(app: web.Application) -> None:
    was_open: bool | None = None
    while True:
        try:
            was_open = await _look(app, was_open)
        except StoreError as error:
            log.warning("shop_not_watched: %s", error.message)
        except Exception:
            # Nobody would start this watch again.
            log.exception("shop_watch_broke")
        await asyncio.sleep(WATCH_SECONDS)


async def _look(app: web.Application, was_open: bool | None) -> bool:
    """Look once. Gives whether the shop is open; tells it where that is different from before."""
    store, now, usual = app[STORE], app[CLOCK](), app[PROFILE].hours
    today = await store.today()
    zone = today.hours(usual).zone
    is_open = today.hours(usual).is_open(now)
    if today.still_true(now, zone) != today:
        view = await shop_view(app)
        await store.change_today(
            lambda each: each.still_true(now, zone), actor=SYSTEM, tell=view.words
        )
    elif was_open is not None and is_open != was_open:
        view = await shop_view(app)
        await store.append_event(EventKind.SHOP_CHANGED, view.words(today), actor=SYSTEM)
    return is_open
