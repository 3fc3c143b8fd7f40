"""Keys of orders that were sent over the network, so that the same one is taken once.

SQL of the table `counter_keys`.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from servizio.shop.order_json import time_text
from servizio.store.transaction import Transaction


def order_of(connection: sqlite3.Connection, key: str) -> int | None:
    """The row of the order that was sent with this key; `None`: there is none."""
    row = connection.execute("SELECT order_id FROM counter_keys WHERE key = ?", (key,)).fetchone()
    return None if row is None else int(row[0])


def keep(tx: Transaction, key: str, order_id: int) -> None:
    """Remember with which key an order was sent."""
    tx.connection.execute(
        "INSERT INTO counter_keys (key, order_id, at) VALUES (?, ?, ?)",
        (key, order_id, time_text(tx.now)),
    )


def forget(tx: Transaction, before: datetime) -> None:
    """Remove old keys: nobody sends the same order again after so long."""
    tx.connection.execute("DELETE FROM counter_keys WHERE at < ?", (time_text(before),))
