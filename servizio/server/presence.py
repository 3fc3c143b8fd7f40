"""Saying that a server of this shop is up: a lock that it holds, and a file with its address."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from servizio.errors import ServizioError
from servizio.paths import Folders, write_private


class ServerRunsError(ServizioError):
    """Another server has this shop's data."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that said it was up."""

    url: str
    """Address on this machine: `http://127.0.0.1:8000`."""
    process: int


@contextmanager
def only_server(folders: Folders) -> Iterator[None]:
    """Be the one server on this shop's data; two would send every text twice.

    Raises `ServerRunsError` where another one holds the lock. The system lets go of it with
    the process, however that ends.
    """
    try:
        descriptor = os.open(folders.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _cannot_write(folders, error) from error
    try:
        if not _lock(descriptor):
            running = _read(folders.server_file)
            where = f" at {running.url} (process {running.process})" if running else ""
            raise ServerRunsError(
                f"A server of this shop is already running{where}.",
                "`servizio` opens the console on it; a second shop needs its own SERVIZIO_HOME.",
            )
        yield
    finally:
        os.close(descriptor)


@contextmanager
def announced(folders: Folders, url: str) -> Iterator[None]:
    """Tell other programs of this machine where the server is, for as long as it is there."""
    try:
        write_private(folders.server_file, json.dumps({"url": url, "process": os.getpid()}) + "\n")
    except OSError as error:
        raise _cannot_write(folders, error) from error
    try:
        yield
    finally:
        with suppress(OSError):
            folders.server_file.unlink()


def _cannot_write(folders: Folders, error: OSError) -> ServizioError:
    if error.errno == errno.ENOSPC:
        hint = "Free some space on this disk, then start again."
    else:
        hint = "Check that the folder belongs to you, and that its disk is not mounted read-only."
    return ServizioError(
        f"The data folder {folders.data} cannot be written to: {error.strerror}.", hint
    )


def running_server(folders: Folders) -> RunningServer | None:
    """The server of this shop that says it is up; `None` where there is none.

    After a crash the file may be stale: whether the address answers is for the asker to see.
    """
    running = _read(folders.server_file)
    return running if running is not None and _lives(running.process) else None


def _lives(process: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _read(file: Path) -> RunningServer | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return RunningServer(url=str(said["url"]), process=int(said["process"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _lock(descriptor: int) -> bool:
    """Take the lock, or say that somebody else has it."""
    try:
        import fcntl  # noqa: PLC0415 - not there on Windows
    except ImportError:
        import msvcrt  # noqa: PLC0415 - only there on Windows

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
