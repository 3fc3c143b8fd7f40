"""A backup in the place of a lost database: whole, up to date, and nothing is sent twice."""

# ruff: noqa: ASYNC240 - a story moves files about
from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from servizio.errors import StoreError
from servizio.store.outbox_worker import OutboxWorker
from servizio.store.records import MessageKind, MessageState
from servizio.store.restoring import restore
from servizio.store.sqlite import SqliteStore
from tests.store.scene import Provider, StandingClock, draft, received_text

MakeStore = Callable[..., SqliteStore]


def left_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def test_a_backup_takes_the_place_and_what_was_there_is_kept(
    make_store: MakeStore, path: Path, tmp_path: Path, clock: StandingClock
) -> None:
    copy = tmp_path / "copy.db"
    async with make_store() as store:
        placed = await store.place_order(draft(), actor="agent")
        await store.backup(copy)
        await store.place_order(draft("CA2"), actor="agent")
    done = restore(copy, path, clock())
    assert done.orders == 1
    assert done.kept is not None
    async with make_store() as store:
        assert await store.orders() == [placed]
        assert await store.check() == []
        await store.place_order(draft("CA3"), actor="agent")
    async with SqliteStore(done.kept, clock=clock) as before:
        assert len(await before.orders()) == 2
    assert copy.is_file(), "the backup itself stays"


async def test_the_log_of_a_lost_database_is_not_written_into_the_backup(
    make_store: MakeStore, path: Path, tmp_path: Path, clock: StandingClock
) -> None:
    copy = tmp_path / "copy.db"
    async with make_store() as store:
        await store.place_order(draft(), actor="agent")
        await store.backup(copy)
        for n in range(40):
            await store.place_order(draft(f"CB{n}"), actor="agent", text=received_text)
        log = path.with_name(path.name + "-wal")
        shutil.copy(log, tmp_path / "log")
    shutil.copy(tmp_path / "log", log)
    path.write_bytes(b"\xff" * 8192)
    done = restore(copy, path, clock())
    assert done.orders == 1
    async with make_store() as store:
        assert len(await store.orders()) == 1
        assert await store.check() == []


async def test_what_has_left_since_the_backup_is_not_sent_again(
    make_store: MakeStore, path: Path, tmp_path: Path, clock: StandingClock
) -> None:
    copy, provider = tmp_path / "copy.db", Provider()
    async with make_store() as store:
        await store.place_order(draft(), actor="agent", text=received_text)
        await store.backup(copy)
        worker = OutboxWorker(store, provider, clock=clock, rng=random.Random(1))
        assert await worker.send_due(MessageKind.SMS) == 1
    restore(copy, path, clock())
    async with make_store() as store:
        worker = OutboxWorker(store, provider, clock=clock, rng=random.Random(1))
        assert await worker.send_due(MessageKind.SMS) == 1
        assert [each.state for each in await store.messages()] == [MessageState.SENT]
    assert len(provider.tries) == 1, "it looked before it would have sent it again"


async def test_a_shop_without_a_database_gets_one(
    make_store: MakeStore, path: Path, tmp_path: Path, clock: StandingClock
) -> None:
    copy = tmp_path / "copy.db"
    async with make_store() as store:
        await store.place_order(draft(), actor="agent")
        await store.backup(copy)
    shutil.rmtree(path.parent)
    done = restore(copy, path, clock())
    assert (done.orders, done.kept) == (1, None)
    assert left_in(path.parent) == ["servizio.db"]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_what_is_no_whole_backup_changes_nothing(
    make_store: MakeStore, path: Path, tmp_path: Path, clock: StandingClock
) -> None:
    async with make_store() as store:
        for n in range(60):
            await store.place_order(draft(f"CA{n}"), actor="agent", text=received_text)
        await store.backup(tmp_path / "damaged.db")
        await store.backup(tmp_path / "whole.db")
    with (tmp_path / "damaged.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 8)
    whole = (tmp_path / "whole.db").read_bytes()
    (tmp_path / "cut.db").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "nonsense.db").write_bytes(b"no database at all" * 500)
    (tmp_path / "empty.db").touch()
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE photos (id INTEGER)")
    before = left_in(path.parent)
    for name, said in {
        "damaged.db": r"The backup .*damaged\.db is damaged\. Nothing was changed",
        "cut.db": r"The backup .*cut\.db is damaged\. Nothing was changed",
        "nonsense.db": "no backup of Servizio's. Nothing was changed",
        "other.db": "no backup of Servizio's",
        "empty.db": "no backup of Servizio's",
        "missing.db": "no file",
    }.items():
        with pytest.raises(StoreError, match=said):
            restore(tmp_path / name, path, clock())
    with pytest.raises(StoreError, match="itself"):
        restore(path, path, clock())
    assert left_in(path.parent) == before
    async with make_store() as store:
        assert len(await store.orders(limit=100)) == 60
