"""Looking after the file: is it well, copy it, forget people."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from servizio.errors import StoreError
from servizio.shop.order_json import time_text
from servizio.store import (
    bookings,
    calls,
    counter_keys,
    incoming,
    journal,
    orders,
    outbox,
    voice_messages,
)
from servizio.store.faults import translated
from servizio.store.records import Purged
from servizio.store.transaction import Transaction

LOW_DISK = 100 * 1024 * 1024
"""Bytes left at which staff are warned."""


def faults(connection: sqlite3.Connection) -> list[str]:
    """Everything that SQLite finds wrong; empty where the file is whole."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    found += [f"row {row[1]} of {row[0]} belongs to nothing in {row[2]}" for row in broken]
    return [fault for fault in found if fault != "ok"]


def free_bytes(path: Path) -> int:
    """What is left on the disk of this file; 0 where that cannot be found out."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return 0


class DamagedCopyError(StoreError):
    """What was copied is not whole."""


def copy(source: Path, target: Path) -> None:
    """Copy the database at `source` as it is at one moment, beside whoever works on it.

    `target` is replaced, whole or not at all, and only its owner can read it. Raises
    `StoreError`.
    """
    if target.exists() and target.samefile(source):
        raise StoreError("A backup cannot replace the database itself.", "Name another file.")
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        _copy_pages(source, beside, target)
        beside.replace(target)
    except OSError as error:
        raise StoreError(
            f"The backup {target} cannot be written: {error.strerror}.",
            "Check that its folder exists and that there is space.",
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _copy_pages(source: Path, beside: Path, target: Path) -> None:
    with (
        translated(source),
        closing(sqlite3.connect(source, timeout=5.0, isolation_level=None)) as live,
        translated(target),
        closing(sqlite3.connect(beside, isolation_level=None)) as copied,
    ):
        live.backup(copied)
        # A copy in one file: it may be read where no second file can be made beside it.
        copied.execute("PRAGMA journal_mode = DELETE")
        if found := faults(copied):
            raise DamagedCopyError(
                f"The copy is damaged: {found[0]}.", "Check the database: `servizio doctor`."
            )


def purge(tx: Transaction, before: datetime) -> Purged:
    """Forget who the customers of finished orders and calls from before were.

    What was sold, when and by whom stays. Open orders are not touched.
    """
    purged = Purged(
        orders=orders.forget_people(tx, before),
        calls=calls.forget_people(tx, before),
        messages=outbox.forget_people(tx, before),
    )
    journal.forget_payloads(tx, time_text(before))
    counter_keys.forget(tx, before)
    bookings.forget_people(tx, before)
    incoming.forget_people(tx, before)
    voice_messages.forget_people(tx, before)
    return purged


def empty_log(connection: sqlite3.Connection) -> None:
    """Take what was overwritten out of the write-ahead log too.

    Where somebody reads at this moment it is done later, by SQLite itself.
    """
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
