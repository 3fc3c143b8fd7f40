"""Keeps a database as this version of Servizio writes it, for later ones to be tried on.

    python -m tests.store.keep_version > tests/store/versions/version_5.sql

Run it when a version with a new step in `servizio/store/migrations.py` is released; what it
wrote is never changed after that. In a checkout of an earlier version it keeps that one's.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from servizio.shop.order import OrderStatus
from servizio.store.migrations import STEPS
from servizio.store.records import Role
from servizio.store.sqlite import SqliteStore
from tests.store.scene import (
    PHONE,
    StandingClock,
    counting_numbers,
    draft,
    ready_text,
    received_text,
)

HEAD = (
    "-- A database as version {} wrote it. Never changed: later versions must be able to read it."
)


async def fill(path: Path) -> None:
    """A day of a shop: a call with an order that is being made, and one from the counter."""
    store = SqliteStore(
        path, clock=StandingClock(), pick_number=counting_numbers(), ready_text=ready_text
    )
    async with store:
        await store.start_call("CA1", phone=PHONE)
        await store.add_turn("CA1", Role.CUSTOMER, "one taro milk tea")
        await store.place_order(draft(), actor="agent", text=received_text)
        await store.end_call("CA1", outcome="ordered")
        await store.set_status("1001", OrderStatus.MAKING, actor="staff")
        await store.set_sold_out("boba", True, actor="staff")
        if len(STEPS) >= 2:
            await store.place_order_once(draft(None, phone=None), "counter-1", actor="staff")


def dump(path: Path) -> Iterator[str]:
    """The file as SQL, with what `iterdump` leaves out."""
    with closing(sqlite3.connect(path)) as connection:
        yield HEAD.format(len(STEPS))
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        yield f"PRAGMA application_id = {mark};"
        yield from connection.iterdump()


def main() -> None:
    """Write the SQL to standard output."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop" / "servizio.db"
        asyncio.run(fill(path))
        sys.stdout.writelines(f"{line}\n" for line in dump(path))


if __name__ == "__main__":
    main()
