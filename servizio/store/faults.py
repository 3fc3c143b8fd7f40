"""From SQLite's errors to sentences that a shop owner can act on."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from servizio.errors import StoreError

RESTORE = "Stop Servizio and put a backup in its place: `servizio restore FILE`."
OF_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_IOERR,
    }
)
"""Codes that tell of the file and its disk, and not of a statement."""
LEAST = 64 * 1024
"""Bytes left on a disk below which it is full for a database."""
OF_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
OF_LOCKS = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def code_of(error: BaseException | None) -> int | None:
    """SQLite's primary result code; `None`: it is not known."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def store_error(error: sqlite3.Error, path: Path) -> StoreError:  # noqa: PLR0911 - one a case
    """Say what is wrong with the database at this place."""
    match code_of(error):
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_IOERR if _is_full(path):
            # What SQLite calls it when the disk is too full for its log's index.
            return _full(path)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY if _is_read_only(path):
            return StoreError(
                f"The disk of {path} is read-only: nothing can be written to it.",
                "The system makes a disk so that fails: look at it. Once it can be written to "
                "again, no restart is needed.",
            )
        case sqlite3.SQLITE_READONLY:
            return StoreError(
                f"The database {path} cannot be written to.",
                "Check that the file and its folder belong to you.",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(
                f"The database {path} is locked by another program.",
                "Close other programs that have it open, then try again.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreError(
                f"The database {path} cannot be opened.",
                "Check that its folder exists and that you may write to it.",
            )
        case sqlite3.SQLITE_IOERR:
            return StoreError(
                f"The disk failed while {path} was read or written.",
                "Check the disk; the database belongs on a local one, not on a network share.",
            )
        case _:
            return StoreError(f"The database {path} refused: {error}.", "See the log file.")


def _full(path: Path) -> StoreError:
    return StoreError(
        f"The disk is full: nothing more can be written to {path}.",
        "Free some space on this disk; no restart is needed.",
    )


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < LEAST
    except OSError:
        return False


def _is_read_only(path: Path) -> bool:
    """Whether the disk takes nothing new. One that failed still calls itself writable."""
    try:
        with TemporaryFile(dir=path.parent):
            return False
    except OSError as error:
        return error.errno == errno.EROFS


def damaged(path: Path) -> StoreError:
    """The file is not whole any more."""
    return StoreError(f"The database {path} is damaged.", RESTORE)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let nothing of SQLite's through but a `StoreError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, path) from error
