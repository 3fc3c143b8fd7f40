"""One line of the log for each thing that happened in the shop: who, when, from and to.

The journal knows them all, whichever process did them. Numbers, names and words stay there.
"""

from __future__ import annotations

import logging

from servizio.store.interface import Store
from servizio.store.records import Event, EventKind

LOGGED = frozenset(
    {
        EventKind.ORDER_CREATED,
        EventKind.ORDER_UPDATED,
        EventKind.ORDER_STATUS_CHANGED,
        EventKind.CALL_STARTED,
        EventKind.CALL_UPDATED,
        EventKind.MENU_CHANGED,
        EventKind.SHOP_CHANGED,
        EventKind.CALLBACK_STARTED,
        EventKind.OUTBOX_CHANGED,
        EventKind.TEXT_RECEIVED,
        EventKind.VOICE_MESSAGE,
    }
)
"""The end of a call has a line of its own that says more."""

log = logging.getLogger(__name__)


async def log_events(store: Store) -> None:
    """Log what happens from now on, until cancelled."""
    async for event in store.listen(kinds=LOGGED):
        log.info("%s %s", event.kind.value, words_of(event))


def words_of(event: Event) -> str:
    """The event as `key=value`, without anybody's data."""
    parts = {
        "id": event.id,
        "call": event.call_sid,
        "order": event.order_number,
        "status": event.to_status,
        "actor": event.actor,
    }
    return " ".join(f"{name}={value}" for name, value in parts.items() if value is not None)
