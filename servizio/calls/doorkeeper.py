"""Who is let in: not while staff have paused the phone, not while the shop is closed.

A call that is declined is written down too, with why: the owner wants to know how many
customers could not be served.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from servizio.errors import StoreError
from servizio.shop.order import Source
from servizio.shop.profile import ShopProfile
from servizio.shop.today import Today, closed_message, pause_message
from servizio.store.interface import CallLog

REMEMBERED = 1000
"""Declined calls whose answer is still known."""
STAFF_INSTEAD = "Or stay on the line, and I'll put you through to our staff."

A = TypeVar("A")
log = logging.getLogger(__name__)


class Refusal(StrEnum):
    """Why nobody is let in."""

    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Refused:
    """What a customer is told instead of being let in."""

    why: Refusal
    sentence: str


class Doorkeeper:
    """Knows what staff have set for now. Lives on the event loop."""

    def __init__(self, shop: ShopProfile, now: Callable[[], datetime]) -> None:
        self._shop = shop
        self._now = now
        self.today = Today()
        """What staff have set for now; told by whoever watches the store."""

    def refusal(self, source: Source) -> Refused | None:
        """Why no call that comes by this door is taken now; `None`: the door is open."""
        now, shop = self._now(), self._shop
        hours = self.today.hours(shop.hours)
        if not shop.takes_orders_when_closed and not hours.is_open(now):
            return Refused(Refusal.CLOSED, closed_message(shop.name, hours, now, source))
        pause = self.today.pause_at(now)
        if pause is None:
            return None
        if source is Source.BROWSER:
            ours = pause_message(shop.name, pause.until, hours.zone)
            for_browsers = pause_message(shop.name, pause.until, hours.zone, source)
            said = for_browsers if pause.message == ours else pause.message
            return Refused(Refusal.PAUSED, said)
        instead = f" {STAFF_INSTEAD}" if shop.staff_phone else ""
        return Refused(Refusal.PAUSED, pause.message + instead)


class DeclinedCalls(Generic[A]):
    """Calls that were not taken: written down once, and answered the same when they ask again."""

    def __init__(self, store: CallLog) -> None:
        self._store = store
        self._answers: OrderedDict[str, A] = OrderedDict()

    def answer(self, call_sid: str) -> A | None:
        """What this call was told; `None`: it was not declined."""
        return self._answers.get(call_sid)

    async def decline(self, call_sid: str, phone: str | None, answer: A, outcome: str) -> A:
        """Write the call down as over, with this outcome. Gives the answer back."""
        self._answers[call_sid] = answer
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        try:
            await self._store.start_call(call_sid, phone=phone)
            await self._store.end_call(call_sid, outcome=outcome)
        except StoreError as error:
            # The customer hears the sentence all the same: only the count is one short.
            log.warning("declined_call_not_written call=%s: %s", call_sid, error.message)
        return answer
