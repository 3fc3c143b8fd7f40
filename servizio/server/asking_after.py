"""Asking Twilio what became of texts of which nothing was told.

Twilio tells each status once and does not try again where we did not answer (Twilio, message
status callback), and tells nothing where this server has no public address.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from servizio.errors import StoreError
from servizio.store.outbox_interface import Outbox

ROUND_SECONDS = 120.0
FIRST_AFTER = timedelta(minutes=4)
"""How long Twilio has to tell us by itself; doubled before each later question."""
LAST_AFTER = timedelta(hours=6)
"""Some carriers never say: such a text stays `sent`."""

log = logging.getLogger(__name__)


class Knows(Protocol):
    """Somebody who can be asked after a text."""

    async def delivery_of(self, sid: str) -> tuple[str, str | None] | None:
        """Status and error; `None`: nothing can be learned now."""
        ...


class AskingAfter:
    """Remembers which texts were asked after, and when."""

    def __init__(self, store: Outbox, company: Knows, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._company = company
        self._clock = clock
        self._next: dict[str, tuple[datetime, timedelta]] = {}

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self.round()
            except StoreError as error:
                log.warning("texts_not_asked_after: %s", error.message)

    async def round(self) -> int:
        """Ask after every text that is due; gives how much was news."""
        now, news = self._clock(), 0
        unsettled = await self._store.unsettled_texts(now - LAST_AFTER, now - FIRST_AFTER)
        sids = [message.provider_sid for message in unsettled if message.provider_sid]
        self._next = {sid: self._next[sid] for sid in sids if sid in self._next}
        for sid in sids:
            due, wait = self._next.get(sid, (now, FIRST_AFTER))
            if due > now:
                continue
            self._next[sid] = (now + wait, wait * 2)
            known = await self._company.delivery_of(sid)
            if known is not None:
                news += await self._store.report_delivery(sid, *known)
        return news
