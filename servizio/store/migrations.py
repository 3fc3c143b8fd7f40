"""The tables, and how a database of an earlier version gets them.

A migration that has been released is never changed: a later one changes what it made.
Lines, cart and latency are JSON columns: they are always read and written as a whole, and
never searched, so tables of their own would only add ways to be half written.
"""

from __future__ import annotations

import sqlite3
from typing import cast

from sqlite_utils import Database, Migrations

from servizio.errors import StoreError

APPLICATION_ID = 0x53525649
"""Marks the file as ours (`PRAGMA application_id`): "SRVI"."""

TABLES = (
    """
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL,
        status TEXT NOT NULL,
        source TEXT NOT NULL,
        phone TEXT,
        name TEXT,
        call_sid TEXT,
        fulfilment TEXT NOT NULL,
        address TEXT,
        lines TEXT NOT NULL,
        subtotal TEXT NOT NULL,
        tax TEXT NOT NULL,
        total TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    "CREATE INDEX orders_number ON orders (number)",
    "CREATE INDEX orders_phone ON orders (phone) WHERE phone IS NOT NULL",
    "CREATE INDEX orders_created ON orders (created_at)",
    "CREATE INDEX orders_updated ON orders (updated_at)",
    "CREATE UNIQUE INDEX orders_call ON orders (call_sid) WHERE call_sid IS NOT NULL",
    """
    CREATE UNIQUE INDEX orders_open_number ON orders (number)
    WHERE status NOT IN ('picked_up', 'cancelled')
    """,
    """
    CREATE TABLE calls (
        call_sid TEXT PRIMARY KEY,
        direction TEXT NOT NULL,
        status TEXT NOT NULL,
        agent TEXT,
        phone TEXT,
        order_number TEXT,
        outcome TEXT,
        cart TEXT,
        latency TEXT,
        started_at TEXT NOT NULL,
        ended_at TEXT
    )
    """,
    "CREATE INDEX calls_started ON calls (started_at)",
    "CREATE INDEX calls_open ON calls (call_sid) WHERE ended_at IS NULL",
    """
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY,
        call_sid TEXT NOT NULL REFERENCES calls (call_sid) ON DELETE CASCADE,
        role TEXT NOT NULL,
        text TEXT NOT NULL,
        heard INTEGER NOT NULL,
        at TEXT NOT NULL
    )
    """,
    "CREATE INDEX turns_call ON turns (call_sid)",
    """
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        order_id INTEGER REFERENCES orders (id),
        order_number TEXT,
        call_sid TEXT,
        actor TEXT,
        from_status TEXT,
        to_status TEXT,
        payload TEXT
    )
    """,
    "CREATE INDEX journal_order ON journal (order_id) WHERE order_id IS NOT NULL",
    """
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        recipient TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT NOT NULL,
        first_attempt_at TEXT,
        lease_until TEXT,
        uncertain INTEGER NOT NULL DEFAULT 0,
        recalled INTEGER NOT NULL DEFAULT 0,
        provider_sid TEXT,
        error_code TEXT,
        error_text TEXT,
        call_sid TEXT,
        order_id INTEGER REFERENCES orders (id),
        order_number TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    )
    """,
    """
    CREATE INDEX outbox_waiting ON outbox (kind, next_attempt_at)
    WHERE state IN ('held', 'pending', 'sending')
    """,
    "CREATE INDEX outbox_held ON outbox (call_sid) WHERE state = 'held'",
    """
    CREATE TABLE deliveries (
        provider_sid TEXT PRIMARY KEY,
        status TEXT NOT NULL,
        rank INTEGER NOT NULL,
        error_code TEXT,
        at TEXT NOT NULL
    )
    """,
    "CREATE TABLE sold_out (id TEXT PRIMARY KEY, actor TEXT NOT NULL, at TEXT NOT NULL)",
    "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL, at TEXT NOT NULL)",
)


def first_version(db: Database) -> None:
    """Orders, calls, journal, outbox and what is sold out."""
    for statement in TABLES:
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def second_version(db: Database) -> None:
    """Keys with which a counter sends an order, so that the same one is taken once."""
    db.execute(
        """
        CREATE TABLE counter_keys (
            key TEXT PRIMARY KEY,
            order_id INTEGER NOT NULL REFERENCES orders (id),
            at TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX counter_keys_at ON counter_keys (at)")


def third_version(db: Database) -> None:
    """Texts that customers send, who wants no texts, and texts that came back."""
    db.execute(
        """
        CREATE TABLE incoming_texts (
            sid TEXT PRIMARY KEY,
            phone TEXT NOT NULL,
            body TEXT NOT NULL,
            reply TEXT NOT NULL,
            order_number TEXT,
            at TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX incoming_texts_at ON incoming_texts (at)")
    db.execute("CREATE TABLE opt_outs (phone TEXT PRIMARY KEY, at TEXT NOT NULL)")
    db.execute("ALTER TABLE outbox ADD COLUMN redelivered INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX outbox_recipient ON outbox (recipient, next_attempt_at)")
    db.execute("CREATE INDEX outbox_sid ON outbox (provider_sid)")


def voice_messages(db: Database) -> None:
    """What customers said after the tone: where their sound is, and whether it must go."""
    db.execute(
        """
        CREATE TABLE voice_messages (
            sid TEXT PRIMARY KEY,
            call_sid TEXT NOT NULL,
            phone TEXT,
            seconds INTEGER NOT NULL,
            at TEXT NOT NULL,
            unwanted INTEGER NOT NULL DEFAULT 0
        )
        """
    )
    db.execute("CREATE INDEX voice_messages_at ON voice_messages (at)")


def bookings(db: Database) -> None:
    """Calls for a table elsewhere."""
    db.execute(
        """
        CREATE TABLE bookings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            asked TEXT NOT NULL,
            place TEXT NOT NULL,
            phone TEXT NOT NULL,
            wanted TEXT NOT NULL,
            step TEXT NOT NULL,
            call_sid TEXT,
            result TEXT,
            confirmation TEXT,
            outcome TEXT,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX bookings_open ON bookings (phone) WHERE step <> 'over'")
    db.execute("CREATE INDEX bookings_call ON bookings (call_sid) WHERE call_sid IS NOT NULL")


STEPS = (
    ("001_first_version", first_version),
    ("002_counter_keys", second_version),
    ("003_texts_of_customers", third_version),
    ("004_voice_messages", voice_messages),
    ("005_bookings", bookings),
)
"""Names and functions of all steps, in order. A name that is not here is of a later version."""


def migrations() -> Migrations:
    """Every step from an empty file to the tables of this version, in order."""
    steps = Migrations("servizio")
    for name, step in STEPS:
        steps(name=name)(step)
    return steps


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to this version, whole or not at all.

    Raises `StoreError` for a file that belongs to something else or to a later version.
    """
    db = Database(connection, execute_plugins=False)
    steps = migrations()
    # All questions in one transaction: another process may be making the tables right now.
    connection.execute("BEGIN")
    try:
        _refuse_foreign(db, steps)
        pending = steps.pending(db)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    if not pending:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited for the lock; `apply` looks
        # again, and its own transactions nest in ours.
        steps.apply(db)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _refuse_foreign(db: Database, steps: Migrations) -> None:
    known = {name for name, _ in STEPS}
    later = [step.name for step in steps.applied(db) if step.name not in known]
    if later:
        raise StoreError(
            "The database was written by a later version of Servizio.",
            f"Update Servizio. This version does not know {later[-1]}.",
        )
    marked = cast("int", db.execute("PRAGMA application_id").fetchone()[0])
    if marked != APPLICATION_ID and db.table_names():
        raise StoreError(
            "The file is a database of another program.",
            "Check `store.url` in the settings.",
        )
