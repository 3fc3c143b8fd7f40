"""What is known of the database file: whether orders can be written, and if not, why.

It is learned from the work itself, so that nobody has to ask the disk all the time; only where
nothing was written for a while a small write finds out. Belongs to the store's thread.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from servizio.errors import StoreError
from servizio.store.faults import (
    OF_DAMAGE,
    OF_LOCKS,
    OF_THE_FILE,
    code_of,
    damaged,
    translated,
)

BUSY_SECONDS = 5.0
"""How long a write waits for another process."""
STILL_BUSY_SECONDS = 0.2
"""The same while that process is known to hold on: calls are waiting behind each write."""
PROBE_SECONDS = 10.0
"""After which a file that nobody wrote to is tried."""
PROBE = "INSERT INTO state (key, value, at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET at = ?"
"""Writes a row: asking for the lock alone would not tell of a full disk."""
PROBE_KEY = "store probe"

log = logging.getLogger(__name__)


class Condition:
    """Watches over one connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None
        self._is_damaged = False
        self._wrote_at = float("-inf")
        self.fault: StoreError | None = None
        """What is wrong, until a write has shown that it is over."""

    def opened(self) -> None:
        """The file at the path is the one that is open."""
        self._file = _identity(self._path)

    def is_known(self, now: float) -> bool:
        """Whether a write of late has told; `now` is in seconds, of the monotonic clock."""
        return self._is_damaged or (self.fault is None and now - self._wrote_at < PROBE_SECONDS)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Work that writes nothing. Raises `StoreError`."""
        try:
            with translated(self._path):
                yield
        except StoreError as error:
            self._note(error)
            raise

    @contextmanager
    def writing(self, connection: sqlite3.Connection, now: float) -> Iterator[None]:
        """Work that writes; that anything was written is good news. Raises `StoreError`."""
        before = connection.total_changes
        self._see_that_it_is_there()
        try:
            with translated(self._path):
                yield
        except StoreError as error:
            if self._note(error) in OF_LOCKS:
                _wait_for_locks(connection, STILL_BUSY_SECONDS)
            raise
        if connection.total_changes == before:
            return
        self._wrote_at = now
        if self.fault is not None and not self._is_damaged:
            log.warning("database_well_again")
            self.fault = None
            _wait_for_locks(connection, BUSY_SECONDS)

    def _see_that_it_is_there(self) -> None:
        """Raises `StoreError` where what is written would be gone with this process."""
        if self._file is None or _identity(self._path) == self._file:
            return
        moved = StoreError(
            f"The database {self._path} was moved or replaced while Servizio runs.",
            "Move it back, or start Servizio again to work with what is there now.",
        )
        self._set(moved)
        raise moved

    def _note(self, error: StoreError) -> int | None:
        """Remember what tells of the file; gives SQLite's code."""
        code = code_of(error.__cause__)
        # Damage stays until the file is opened again: writing beside it proves nothing.
        if code in OF_THE_FILE and not self._is_damaged:
            self._set(error)
            self._is_damaged = code in OF_DAMAGE
        return code

    def found_damage(self) -> None:
        """Somebody has read all of the file and found that it is not whole."""
        if not self._is_damaged:
            self._is_damaged = True
            self._set(damaged(self._path))

    def _set(self, fault: StoreError) -> None:
        if self.fault is None or self.fault.message != fault.message:
            log.error("database_fault: %s", fault.message)
        self.fault = fault


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _wait_for_locks(connection: sqlite3.Connection, seconds: float) -> None:
    with suppress(sqlite3.Error):
        connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
