"""What happens together, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast


@dataclass(slots=True)
class Transaction:
    """A write in progress. Whoever writes notes here what listeners must hear of."""

    connection: sqlite3.Connection
    now: datetime
    """One time for all that is written together."""
    journal_changed: bool = False
    outbox_changed: bool = False

    def insert(self, statement: str, values: Sequence[str | int | None]) -> int:
        """Run an INSERT of one row; gives its id."""
        return cast("int", self.connection.execute(statement, values).lastrowid)


@contextmanager
def write(connection: sqlite3.Connection, now: datetime, *, durable: bool) -> Iterator[Transaction]:
    """Hold the write lock; commit at the end, or undo everything on any error.

    `durable`: the commit survives a power cut. Without it, it survives a crash of this
    process, and at most the newest commits are missing after a power cut.
    """
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield Transaction(connection, now)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
