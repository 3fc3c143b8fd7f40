"""A file that cannot be written to is known for it, and known to be well again by itself."""

# ruff: noqa: ASYNC240 - a story moves files about
from __future__ import annotations

import asyncio
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from servizio.errors import StoreError
from servizio.store import condition, database
from servizio.store.records import Role
from servizio.store.sqlite import SqliteStore
from tests.store.scene import draft, received_text
from tests.store.test_faults import scratch

MakeStore = Callable[..., SqliteStore]


@contextmanager
def full_disk(at: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes, as if the disk ended there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def _always_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition, "PROBE_SECONDS", 0.0)


@pytest.mark.usefixtures("_always_try")
async def test_a_full_disk_is_known_and_so_is_its_end(store: SqliteStore, path: Path) -> None:
    placed = await store.place_order(draft(), actor="agent")
    log = path.with_name(path.name + "-wal")
    with full_disk(log.stat().st_size):
        assert not (await store.health()).ok
        with pytest.raises(StoreError):
            await store.place_order(draft("CA2"), actor="agent", text=received_text)
        health = await store.health()
        assert not health.ok
        assert str(path) in health.detail
        assert await store.orders() == [placed], "what was there can be read all the while"
    assert (await store.health()).ok
    await store.place_order(draft("CA2"), actor="agent", text=received_text)
    assert len(await store.orders()) == 2
    assert await store.check() == []


async def test_a_fault_of_any_work_is_known_at_once(store: SqliteStore, path: Path) -> None:
    await store.place_order(draft(), actor="agent")
    assert (await store.health()).ok
    with full_disk(path.with_name(path.name + "-wal").stat().st_size):
        with pytest.raises(StoreError):
            await store.place_order(draft("CA2"), actor="agent")
        assert not (await store.health()).ok


async def test_whoever_locks_the_file_holds_nobody_up_for_long(
    make_store: MakeStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    async with make_store() as store:
        await store.start_call("CA1")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreError, match="locked"):
                await store.add_turn("CA1", Role.CUSTOMER, "a taro milk tea")
            monkeypatch.setattr(condition, "STILL_BUSY_SECONDS", 0.0)
            assert "locked" in (await store.health()).detail
            began = time.monotonic()
            with pytest.raises(StoreError, match="locked"):
                await store.place_order(draft(), actor="agent")
            assert time.monotonic() - began < 0.25, "nobody waits in full again"
            assert await store.orders() == []
        assert (await store.health()).ok
        assert await store.place_order(draft(), actor="agent")


async def test_a_file_that_was_moved_away_takes_no_orders(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    placed = await store.place_order(draft(), actor="agent")
    elsewhere = tmp_path / "elsewhere.db"
    path.rename(elsewhere)
    with pytest.raises(StoreError, match="moved or replaced") as caught:
        await store.place_order(draft("CA2"), actor="agent")
    assert caught.value.hint
    assert "moved" in (await store.health()).detail
    path.touch()
    assert not (await store.health()).ok, "another file in its place is not it"
    path.unlink()
    elsewhere.rename(path)
    assert (await store.health()).ok
    assert await store.orders() == [placed]


async def test_damage_is_not_forgotten_because_something_could_be_written(
    make_store: MakeStore, path: Path
) -> None:
    async with make_store() as store:
        for n in range(60):
            await store.place_order(draft(f"CA{n}"), actor="agent", text=received_text)
    async with make_store() as store:
        await store.sold_out()
        scratch(path)
        with pytest.raises(StoreError, match="damaged") as caught:
            for n in range(60):
                await store.order_history(str(1001 + n))
                await store.latest_order_of_call(f"CA{n}")
                await store.messages(limit=1000)
                await store.check()
        assert "servizio restore" in caught.value.hint
        with suppress(StoreError):
            await store.set_fact("anything", 1)
        assert not (await store.health()).ok


async def test_damage_that_memory_hides_is_found_before_the_next_start(
    make_store: MakeStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "FIRST_EXAMINATION", 0.01)
    monkeypatch.setattr(database, "EXAMINATIONS", 0.01)
    async with make_store() as store:
        for n in range(60):
            await store.place_order(draft(f"CA{n}"), actor="agent", text=received_text)
    async with make_store() as store:
        assert len(await store.orders(limit=100)) == 60
        assert (await store.health()).ok
        scratch(path)
        async with asyncio.timeout(10):
            while (await store.health()).ok:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        assert "damaged" in (await store.health()).detail


def test_a_file_that_is_locked_or_gone_is_not_called_damaged(tmp_path: Path) -> None:
    assert database.is_whole(tmp_path / "nowhere.db")
    (tmp_path / "nonsense.db").write_bytes(b"no database" * 1000)
    assert not database.is_whole(tmp_path / "nonsense.db")


async def test_what_is_wrong_with_a_request_says_nothing_of_the_file(store: SqliteStore) -> None:
    with pytest.raises(StoreError, match="refused"):
        await store._database.read(lambda connection: connection.execute("SELECT nonsense"))
    assert (await store.health()).ok


async def test_a_quiet_file_is_tried_only_now_and_then(store: SqliteStore) -> None:
    def written(connection: sqlite3.Connection) -> int:
        return connection.total_changes

    assert (await store.health()).ok
    before = await store._database.read(written)
    await asyncio.gather(*(store.health() for _ in range(5)))
    assert 0 < before == await store._database.read(written)
