"""A program for `test_processes`: takes orders in a database that others write to as well.

    python -m tests.store.busy_shop DATABASE NAME COUNT

Opens the file (perhaps as the first), takes COUNT orders and prints their numbers.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from servizio.store.sqlite import SqliteStore
from tests.store.scene import draft, received_text


async def take_orders(database: Path, name: str, count: int) -> None:
    async with SqliteStore(database, clock=lambda: datetime.now(UTC)) as store:
        for n in range(count):
            order = await store.place_order(draft(f"CA-{name}-{n}"), actor=name, text=received_text)
            sys.stdout.write(f"{order.number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(take_orders(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
