"""One SQLite file, one connection, one thread.

All work is done on the thread that owns the connection, never on the event loop. A commit
is told to the listeners before the one who asked for it goes on, and told even if nobody
waits for it any more.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from servizio.errors import StoreError
from servizio.shop.order_json import time_text
from servizio.store import journal, transaction
from servizio.store.condition import BUSY_SECONDS, PROBE, PROBE_KEY, Condition
from servizio.store.faults import OF_DAMAGE, code_of, translated
from servizio.store.feed import Feed, Signal
from servizio.store.migrations import migrate
from servizio.store.records import Clock, Event
from servizio.store.transaction import Transaction

T = TypeVar("T")
V = TypeVar("V")

POLL_SECONDS = 0.25
"""Between two looks for what other processes wrote."""
FIRST_EXAMINATION, EXAMINATIONS = 60.0, 3600.0
"""Seconds until all of the file is read for the first time, and again. What SQLite has in memory
hides what has become of the disk, until the next start."""
PAGE = 200
"""Events read from the journal at a time."""

log = logging.getLogger(__name__)


def connect(path: Path, *, page_limit: int | None = None) -> sqlite3.Connection:
    """Open the file, made for its owner alone, and bring its tables to this version.

    `page_limit`: the most pages of 4096 bytes it may grow to.
    """
    _make_private(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        migrate(connection)
        if page_limit is not None:
            connection.execute(f"PRAGMA max_page_count = {int(page_limit)}")
    except BaseException:
        connection.close()
        raise
    return connection


def is_whole(path: Path) -> bool:
    """Whether a file is a sound database, read from the disk and beside whoever works on it.

    One that cannot be read at this moment is not called damaged.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error as error:
        return code_of(error) not in OF_DAMAGE


def _use_wal(connection: sqlite3.Connection) -> None:
    """Readers and the writer leave each other alone from here on; the file remembers it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # SQLite itself does not wait for the lock that this one statement needs.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened: {error.strerror}.",
            "Check that its folder exists and that you may write to it, or set `store.url`.",
        ) from error


@dataclass(slots=True)
class _News:
    """What a job has committed that others must hear of."""

    events: list[Event] = field(default_factory=list)
    outbox: bool = False


class Database:
    """Runs work on the connection's thread. Use it as an async context manager."""

    def __init__(self, path: Path, clock: Clock, *, page_limit: int | None = None) -> None:
        self.path = path
        self.outbox = Signal()
        """Raised when messages were written, released or finished."""
        self._clock = clock
        self._page_limit = page_limit
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        self._feed: Feed | None = None
        self._watches: list[asyncio.Task[None]] = []
        self._news = _News()
        self._told = 0
        self._version: int | None = None
        self._condition = Condition(path)

    @property
    def feed(self) -> Feed:
        """The newest events. Raises `StoreError` where the store is closed."""
        if self._feed is None:
            raise _closed()
        return self._feed

    async def open(self) -> None:
        """Open the file. Raises `StoreError`."""
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="servizio-store")
        try:
            await self._on_thread(self._connect)
        except BaseException:
            self._thread.shutdown(wait=False)
            self._thread = None
            raise
        self._feed = Feed(self._told, self._events_after)
        self._watches = [
            asyncio.create_task(self._look_around(), name="journal of other processes"),
            asyncio.create_task(self._examine(), name="examination of the database"),
        ]

    async def close(self) -> None:
        """Close the file once everything that was asked for is done. May be called twice."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        self._watches = []
        if self._feed is not None:
            self._feed.close()
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await self._loop.run_in_executor(thread, self._disconnect)
            thread.shutdown()

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query. Raises `StoreError`."""

        def job() -> T:
            connection = self._open_connection()
            with self._condition.reading():
                return work(connection)

        return await self._on_thread(job)

    async def write(self, work: Callable[[Transaction], T], *, durable: bool = True) -> T:
        """Run work in a transaction of its own; see `transaction.write`. Raises `StoreError`."""

        def job() -> T:
            connection = self._open_connection()
            with (
                self._condition.writing(connection, time.monotonic()),
                transaction.write(connection, self._clock(), durable=durable) as tx,
            ):
                result = work(tx)
            self._tell(connection, tx)
            return result

        return await self._on_thread(job)

    async def fault(self) -> StoreError | None:
        """What keeps orders from being written; `None`: nothing does. Never raises."""
        if self._thread is None:
            return _closed()
        if not self._condition.is_known(time.monotonic()):
            with suppress(StoreError):
                await self.write(_try_to_write, durable=False)
        return self._condition.fault

    async def _on_thread(self, job: Callable[[], T]) -> T:
        """Run a job on the thread and come back with what it gives.

        The loop is woken once: by the answer, which brings the news along.
        """
        if self._thread is None:
            raise _closed()
        answer: asyncio.Future[T] = self._loop.create_future()

        def run() -> None:
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001 - it goes on where the answer is awaited
                self._answer(answer.set_exception, error)
            else:
                self._answer(answer.set_result, result)

        self._thread.submit(run)
        return await answer

    def _answer(self, give: Callable[[V], None], value: V) -> None:
        """Bring an answer to the loop, after the news. Runs on the thread."""
        news, self._news = self._news, _News()

        def arrive() -> None:
            self._publish(news)
            # Whoever asked may have been cancelled since: the work is done all the same.
            with suppress(asyncio.InvalidStateError):
                give(value)

        with suppress(RuntimeError):  # the loop is gone: nobody waits
            self._loop.call_soon_threadsafe(arrive)

    def _connect(self) -> None:
        with translated(self.path):
            connection = connect(self.path, page_limit=self._page_limit)
            self._connection = connection
            self._condition.opened()
            self._told = journal.last_id(connection)
            self._version = connection.execute("PRAGMA data_version").fetchone()[0]

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise _closed()
        return self._connection

    def _tell(self, connection: sqlite3.Connection, tx: Transaction) -> None:
        """Have the loop told of what was committed. Runs on the thread.

        The commit stands whatever happens here: what cannot be read now is read a moment
        later by `_look`.
        """
        self._news.outbox = tx.outbox_changed
        if tx.journal_changed:
            try:
                self._news.events = self._untold(connection)
            except sqlite3.Error:
                log.exception("events_not_read")
                self._version = None

    def _untold(self, connection: sqlite3.Connection) -> list[Event]:
        """Events that the feed does not know yet."""
        events: list[Event] = []
        while True:
            page = journal.events_after(connection, self._told, limit=PAGE)
            if page:
                self._told = page[-1].id
                events += page
            if len(page) < PAGE:
                return events

    def _publish(self, news: _News) -> None:
        if news.events and self._feed is not None:
            self._feed.publish(news.events)
        if news.outbox:
            self.outbox.raise_()

    async def _look_around(self) -> None:
        """Tell listeners of what other processes commit."""
        said = ""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.read(self._look)
                said = ""
            except StoreError as error:
                # Once, and not four times a second.
                if error.message != said:
                    log.warning("journal_not_read: %s", error.message)
                said = error.message

    async def _examine(self) -> None:
        """Find damage of the file before the next start does."""
        await asyncio.sleep(FIRST_EXAMINATION)
        while True:
            if not await asyncio.to_thread(is_whole, self.path):
                with suppress(StoreError):
                    await self._on_thread(self._condition.found_damage)
            await asyncio.sleep(EXAMINATIONS)

    def _look(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._news.events = self._untold(connection)
            self._news.outbox = True
            self._version = version

    async def _events_after(self, position: int) -> list[Event]:
        return await self.read(
            lambda connection: journal.events_after(connection, position, limit=PAGE)
        )


def _try_to_write(tx: Transaction) -> None:
    now = time_text(tx.now)
    tx.connection.execute(PROBE, (PROBE_KEY, "true", now, now))


def _closed() -> StoreError:
    return StoreError("The database is closed.", "Start Servizio again.")
