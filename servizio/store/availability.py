"""What is sold out, what staff have set for now, and other small facts of the shop.

SQL of the tables `sold_out` and `state`.
"""

from __future__ import annotations

import json
import sqlite3

from servizio.shop.order_json import time_text
from servizio.shop.today import Today, today_from_json, today_json
from servizio.store import journal
from servizio.store.records import ChangeOfToday, EventKind, WordedToday
from servizio.store.transaction import Transaction

TODAY = "today"
"""The fact that holds what staff have set for now."""


def sold_out(connection: sqlite3.Connection) -> frozenset[str]:
    """Ids of the items and modifiers that are sold out."""
    return frozenset(row[0] for row in connection.execute("SELECT id FROM sold_out"))


def set_sold_out(tx: Transaction, menu_id: str, *, gone: bool, actor: str) -> frozenset[str]:
    """Mark an item or modifier as sold out, or as back; gives all that are sold out now."""
    if gone:
        changed = tx.connection.execute(
            "INSERT INTO sold_out (id, actor, at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (menu_id, actor, time_text(tx.now)),
        ).rowcount
    else:
        changed = tx.connection.execute("DELETE FROM sold_out WHERE id = ?", (menu_id,)).rowcount
    now = sold_out(tx.connection)
    if changed:
        journal.append(tx, EventKind.MENU_CHANGED, {"sold_out": sorted(now)}, actor=actor)
    return now


def today(connection: sqlite3.Connection) -> Today:
    """What staff have set for now."""
    return today_from_json(fact(connection, TODAY))


def change_today(tx: Transaction, change: ChangeOfToday, *, actor: str, tell: WordedToday) -> Today:
    """Change what staff have set for now, and tell it where it is different then."""
    before = today(tx.connection)
    after = change(before)
    if after != before:
        set_fact(tx, TODAY, today_json(after))
        journal.append(tx, EventKind.SHOP_CHANGED, tell(after), actor=actor)
    return after


def fact(connection: sqlite3.Connection, key: str) -> object:
    """A fact of the shop as JSON values; `None` where it was never set."""
    row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def set_fact(tx: Transaction, key: str, value: object) -> None:
    """Write a fact of the shop, as JSON values."""
    tx.connection.execute(
        "INSERT INTO state (key, value, at) VALUES (?, ?, ?) ON CONFLICT (key)"
        " DO UPDATE SET value = excluded.value, at = excluded.at",
        (key, json.dumps(value, ensure_ascii=False), time_text(tx.now)),
    )
