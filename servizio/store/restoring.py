"""Putting a backup in the place of the database.

Nobody may have the database open meanwhile. What was there is kept beside it, with its log:
a log that stayed behind would be written into the backup at the next start.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from servizio.errors import StoreError
from servizio.store import upkeep
from servizio.store.database import connect
from servizio.store.faults import OF_DAMAGE, code_of, translated
from servizio.store.migrations import APPLICATION_ID

BESIDE = ("", "-wal", "-shm")
"""What SQLite keeps of a database: the file, its log, and the log's index."""
_HEAD = 100
"""Bytes of a database before its first table."""
LOOK_FIRST = (
    "UPDATE outbox SET uncertain = 1, first_attempt_at = coalesce(first_attempt_at, created_at)"
    " WHERE kind = 'sms' AND state IN ('held', 'pending', 'sending')"
)
"""Texts that waited when the backup was made have most likely left since."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now, and what was."""

    orders: int
    newest: str | None
    """When the newest order was taken, ISO 8601 in UTC; `None`: there is none."""
    kept: Path | None
    """Where the database before went; `None`: there was none."""


def restore(backup: Path, path: Path, now: datetime) -> Restored:
    """Replace the database at `path` by a copy of a backup, whole or not at all.

    The backup itself is only read. Raises `StoreError` where it is no whole database of ours;
    then nothing has changed.
    """
    if not backup.is_file():
        raise StoreError(f"There is no file {backup}.", "Name a file that `servizio backup` made.")
    if path.exists() and backup.samefile(path):
        raise StoreError("The database cannot replace itself.", "Name a backup.")
    _know(backup)
    fresh = path.with_name(f".{path.name}.restored.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        orders, newest = _taken_over(backup, fresh)
        kept = _put_aside(path, now)
        fresh.replace(path)
    except OSError as error:
        raise StoreError(
            f"The backup cannot be put in place of {path}: {error.strerror}.",
            "Check that the folder is yours and that there is space for a second database.",
        ) from error
    finally:
        _remove(fresh.with_name(fresh.name + end) for end in BESIDE)
    return Restored(orders, newest, kept)


def _know(backup: Path) -> None:
    """Raise `StoreError` where the file is not marked as ours, or cannot be read."""
    try:
        with backup.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise StoreError(
            f"{backup} cannot be read: {error.strerror}.", "Check that the file is yours."
        ) from error
    # SQLite, "The Database Header": a text at 0, the application's id at 68.
    if not head.startswith(b"SQLite format 3\0") or head[68:72] != APPLICATION_ID.to_bytes(4):
        raise StoreError(
            f"{backup} is no backup of Servizio's. Nothing was changed.",
            "Name a file that `servizio backup` made.",
        )


def _taken_over(backup: Path, fresh: Path) -> tuple[int, str | None]:
    """Copy the backup to `fresh` and prepare it. Damage is the backup's: nothing else is read."""
    try:
        upkeep.copy(backup, fresh)
        return _prepare(fresh)
    except upkeep.DamagedCopyError as error:
        raise _not_whole(backup) from error
    except StoreError as error:
        if code_of(error.__cause__) in OF_DAMAGE:
            raise _not_whole(backup) from error
        raise


def _not_whole(backup: Path) -> StoreError:
    return StoreError(
        f"The backup {backup} is damaged. Nothing was changed.",
        "Name an earlier file that `servizio backup` made.",
    )


def _prepare(fresh: Path) -> tuple[int, str | None]:
    """Bring the copy to this version and have it ask before it sends anything again."""
    with translated(fresh), closing(connect(fresh)) as connection:
        connection.execute(LOOK_FIRST)
        count, newest = connection.execute(
            "SELECT count(*), max(created_at) FROM orders"
        ).fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count, newest


def _put_aside(path: Path, now: datetime) -> Path | None:
    if not path.exists():
        _remove(path.with_name(path.name + end) for end in BESIDE)
        return None
    kept = path.with_name(f"{path.name}.before-{now:%Y%m%d-%H%M%S}")
    for end in reversed(BESIDE):
        part = path.with_name(path.name + end)
        if part.exists():
            part.replace(kept.with_name(kept.name + end))
    return kept


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
