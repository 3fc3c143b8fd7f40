"""The file is private, can be copied while in use, forgets people, and grows with versions."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from servizio.errors import StoreError
from servizio.shop.order import OrderStatus
from servizio.store.records import MessageKind, MessageState, Purged, Role
from servizio.store.sqlite import SqliteStore, any_free_number
from tests.store.scene import PHONE, StandingClock, draft, received_text

MakeStore = Callable[..., SqliteStore]


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def everything_in(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


@pytest.fixture
def readable_file(path: Path) -> Path:
    path.parent.mkdir()
    path.touch()
    path.chmod(0o644)
    return path


async def test_only_the_owner_can_read_what_customers_said(store: SqliteStore, path: Path) -> None:
    await store.place_order(draft(), actor="agent")
    assert rights(path.parent) == 0o700
    assert names(path.parent) == ["servizio.db", "servizio.db-shm", "servizio.db-wal"]
    assert {rights(path.parent / name) for name in names(path.parent)} == {0o600}


async def test_a_file_that_others_could_read_is_closed_to_them(
    make_store: MakeStore, path: Path, readable_file: Path
) -> None:
    assert rights(readable_file) == 0o644
    async with make_store():
        assert rights(path) == 0o600


async def test_orders_are_written_through_to_the_disk(store: SqliteStore) -> None:
    await store.place_order(draft(), actor="agent")
    settings = await store._database.read(
        lambda sql: [
            sql.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    )
    assert settings == ["wal", 2, 1, 5000]


async def test_a_backup_made_while_orders_come_in_is_a_whole_shop(
    store: SqliteStore, clock: StandingClock, tmp_path: Path
) -> None:
    async def orders_coming_in() -> None:
        for n in range(30):
            await store.place_order(draft(f"CA{n}"), actor="agent", text=received_text)

    await store.place_order(draft("CA-first"), actor="agent", text=received_text)
    target = tmp_path / "copy.db"
    await asyncio.gather(orders_coming_in(), store.backup(target), orders_coming_in())
    assert rights(target) == 0o600
    assert names(tmp_path) == ["copy.db", "shop"]
    async with SqliteStore(target, clock=clock) as copy:
        count = len(await copy.orders(limit=100))
        assert 1 <= count <= 31
        assert len(await copy.messages(limit=100)) == count
        assert await copy.last_event_id() == count
        assert await copy.check() == []


async def test_a_backup_replaces_the_one_before(store: SqliteStore, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("an older one")
    await store.backup(target)
    assert target.read_bytes().startswith(b"SQLite format 3")


async def test_a_backup_never_replaces_the_shop_itself(store: SqliteStore, path: Path) -> None:
    with pytest.raises(StoreError, match="cannot replace"):
        await store.backup(path)
    assert await store.check() == []


async def test_a_backup_that_cannot_be_written_is_said(store: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        await store.backup(tmp_path / "nowhere" / "copy.db")


async def test_people_are_forgotten_and_what_was_sold_is_not(
    make_store: MakeStore, clock: StandingClock
) -> None:
    async with make_store(pick_number=any_free_number) as store:
        await store.start_call("CA1", phone=PHONE)
        await store.add_turn("CA1", Role.CUSTOMER, "I am Zoë")
        done = await store.place_order(draft("CA1"), actor="agent", text=received_text)
        await store.end_call("CA1", outcome="ordered")
        still_open = await store.place_order(draft("CA2"), actor="agent")
        await store.set_status(done.number, OrderStatus.READY, actor="staff")
        await store.set_status(done.number, OrderStatus.PICKED_UP, actor="staff")
        lease = timedelta(seconds=9)
        for message in await store.claim_messages({MessageKind.SMS}, limit=9, lease=lease):
            await store.finish_message(message, MessageState.SENT)
        clock.pass_(days=31)
        recent = await store.place_order(draft("CA3"), actor="agent")

        assert await store.purge(clock.now - timedelta(days=30)) == Purged(1, 1, 2)

        forgotten = await store.latest_order_of_call("CA1")
        assert forgotten is not None
        assert (forgotten.draft.phone, forgotten.draft.name) == (None, None)
        assert forgotten.draft.total == done.draft.total
        call = await store.call("CA1")
        assert call is not None
        assert (call.phone, call.turns, call.outcome) == (None, (), "ordered")
        assert await store.order(still_open.number) == still_open
        assert await store.order(recent.number) == recent
        assert {(message.to, message.body) for message in await store.messages()} == {("", "")}
        assert await store.purge(clock.now - timedelta(days=30)) == Purged(0, 0, 0)


async def test_who_moved_an_order_when_is_known_after_people_are_forgotten(
    store: SqliteStore, clock: StandingClock
) -> None:
    order = await store.place_order(draft(), actor="agent")
    await store.set_status(order.number, OrderStatus.CANCELLED, actor="staff")
    clock.pass_(days=31)
    await store.purge(clock.now)
    history = await store.order_history(order.number)
    assert [(event.actor, event.to_status) for event in history] == [
        ("agent", "received"),
        ("staff", "cancelled"),
    ]
    assert [event.data for event in history] == ["{}", "{}"]
    assert await store.events_after(0) == []


async def test_nothing_of_the_forgotten_is_left_in_the_files(
    make_store: MakeStore, clock: StandingClock, path: Path
) -> None:
    async with make_store() as store:
        await store.start_call("CA1", phone=PHONE)
        await store.add_turn("CA1", Role.CUSTOMER, "secretive words")
        await store.end_call("CA1", outcome="hung_up")
    assert b"secretive words" in everything_in(path)
    async with make_store() as store:
        clock.pass_(days=31)
        await store.purge(clock.now)
        left = everything_in(path)
    assert b"secretive words" not in left
    assert PHONE.encode() not in left


async def test_many_can_open_a_new_file_at_once(make_store: MakeStore) -> None:
    stores = [make_store() for _ in range(6)]
    try:
        await asyncio.gather(*(store.open() for store in stores))
        await asyncio.gather(
            *(store.place_order(draft(f"CA{n}"), actor="x") for n, store in enumerate(stores))
        )
        assert len(await stores[0].orders()) == 6
    finally:
        for store in stores:
            await store.close()
