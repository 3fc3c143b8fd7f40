"""What can go wrong with a file is said in a sentence with a hint, and undoes nothing."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from servizio.errors import StoreError
from servizio.store import faults
from servizio.store.faults import store_error, translated
from servizio.store.migrations import STEPS
from servizio.store.records import Role
from servizio.store.sqlite import SqliteStore
from tests.store.scene import StandingClock, draft, received_text

MakeStore = Callable[..., SqliteStore]


def scratch(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 8)


async def refused(store: SqliteStore) -> StoreError:
    with pytest.raises(StoreError) as caught:
        await store.open()
    return caught.value


async def test_a_full_disk_is_said_and_what_was_there_stays(make_store: MakeStore) -> None:
    async with make_store() as store:
        placed = await store.place_order(draft(), actor="agent")
        await store.start_call("CA1")
    async with make_store(page_limit=1) as store:
        with pytest.raises(StoreError, match="disk is full") as caught:
            for _ in range(100):
                await store.add_turn("CA1", Role.CUSTOMER, "so many words " * 100)
        assert "Free some space" in caught.value.hint
        with pytest.raises(StoreError, match="disk is full"):
            for n in range(100):
                await store.place_order(draft(f"CB{n}"), actor="agent", text=received_text)
        orders = await store.orders(limit=1000)
        assert orders[-1] == placed
        history = [await store.order_history(order.number) for order in orders]
        assert all(len(events) == 1 for events in history), "no order is without its row"
    async with make_store() as store:
        placed = await store.place_order(draft("CA9"), actor="agent")
        assert placed in await store.orders(limit=1), "space again, orders again"
        assert await store.check() == []


@pytest.fixture
def nonsense(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all, whatever its name says" * 100)


@pytest.mark.usefixtures("nonsense")
async def test_a_damaged_file_is_said_at_the_start(make_store: MakeStore) -> None:
    error = await refused(make_store())
    assert "damaged" in error.message
    assert "backup" in error.hint
    assert isinstance(error.__cause__, sqlite3.Error)


async def test_damage_inside_is_found(make_store: MakeStore, path: Path) -> None:
    async with make_store() as store:
        for n in range(30):
            await store.place_order(draft(f"CA{n}"), actor="agent", text=received_text)
    scratch(path)
    async with make_store() as store:
        try:
            faults = list(await store.check())
        except StoreError as error:
            faults = [error.message]
        assert faults


async def test_a_later_version_is_not_touched(make_store: MakeStore, path: Path) -> None:
    async with make_store():
        pass
    with closing(sqlite3.connect(path)) as later:
        later.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('servizio', '999_time_travel', '2031-01-01')"
        )
        later.commit()
    error = await refused(make_store())
    assert "later version" in error.message
    assert "999_time_travel" in error.hint


async def test_a_database_of_another_program_is_not_touched(
    make_store: MakeStore, path: Path
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE photos (id INTEGER)")
    assert "another program" in (await refused(make_store())).message
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]


async def test_a_place_that_cannot_be_is_said(tmp_path: Path, clock: StandingClock) -> None:
    (tmp_path / "file").touch()
    error = await refused(SqliteStore(tmp_path / "file" / "shop.db", clock=clock))
    assert "cannot be opened" in error.message
    assert "folder" in error.hint
    assert "cannot be opened" in (await refused(SqliteStore(tmp_path, clock=clock))).message


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("PRAGMA query_only = ON; INSERT INTO state VALUES ('a', 'b', 'c')", "written to"),
        ("INSERT INTO nowhere VALUES (1)", "refused"),
    ],
)
async def test_what_sqlite_refuses_is_said(
    store: SqliteStore, path: Path, work: str, said: str
) -> None:
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(StoreError, match=said) as caught,
        translated(path),
    ):
        for statement in work.split(";"):
            connection.execute(statement)
    assert caught.value.hint


async def test_a_file_locked_by_another_program_is_said(store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            closing(sqlite3.connect(path, timeout=0)) as connection,
            pytest.raises(StoreError, match="locked"),
            translated(path),
        ):
            connection.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_IOERR_READ, "disk failed"),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, "cannot be opened"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "damaged"),
    ],
)
def test_finer_codes_of_sqlite_are_known(code: int, said: str, path: Path) -> None:
    error = sqlite3.OperationalError("some words")
    error.sqlite_errorcode = code
    assert said in store_error(error, path).message


def test_a_failing_disk_without_space_is_a_full_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    error = sqlite3.OperationalError("some words")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR | (19 << 8)
    assert "disk failed" in store_error(error, path).message
    monkeypatch.setattr(faults, "LEAST", 1 << 62)
    assert "disk is full" in store_error(error, path).message


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_READONLY])
def test_a_disk_that_the_system_made_read_only_is_called_so(
    code: int, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    error = sqlite3.OperationalError("some words")
    error.sqlite_errorcode = code
    assert "read-only" not in store_error(error, path).message

    def refuse(**_given: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(faults, "TemporaryFile", refuse)
    told = store_error(error, path)
    assert "is read-only" in told.message
    assert "no restart is needed" in told.hint


async def test_a_closed_store_says_so(make_store: MakeStore) -> None:
    store = make_store()
    async with store:
        await store.sold_out()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.sold_out()
    with pytest.raises(StoreError, match="closed"):
        await make_store().place_order(draft(), actor="agent")
    health = await store.health()
    assert (health.ok, health.detail) == (False, "The database is closed. Start Servizio again.")


async def test_a_sound_store_is_well(store: SqliteStore) -> None:
    health = await store.health()
    assert health.ok
    assert health.free_bytes > 0


def test_steps_have_names_in_order() -> None:
    names = [name for name, _ in STEPS]
    assert names == sorted(names)
    assert names[0] == "001_first_version"
