"""A database that an earlier version of Servizio wrote is read, written on, and like a new one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from servizio.shop.order import OrderStatus
from servizio.store.migrations import APPLICATION_ID, STEPS
from servizio.store.sqlite import SqliteStore
from tests.store.scene import StandingClock, draft, ready_text, received_text

KEPT = sorted(Path(__file__).with_name("versions").glob("version_*.sql"))
"""Databases as each released version wrote them, by its own code: `keep_version.py`."""


@pytest.fixture(params=KEPT, ids=lambda kept: kept.stem)
def old(request: pytest.FixtureRequest, path: Path) -> Path:
    """The file of a shop that was served by an earlier version until just now."""
    kept: Path = request.param
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(kept.read_text(encoding="utf-8"))
    return path


def tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: " ".join(sql.split()) for name, sql in rows}


def steps_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations")]


async def test_an_old_database_is_read_and_written_on(old: Path, clock: StandingClock) -> None:
    async with SqliteStore(old, clock=clock, ready_text=ready_text) as store:
        order = await store.order("1001")
        assert order.draft == draft()
        assert order.status is OrderStatus.MAKING
        assert (await store.set_status("1001", OrderStatus.RECEIVED, actor="staff")).revision == 1
        assert [message.body for message in await store.messages()] == [received_text(order)]
        call = await store.call("CA1")
        assert call is not None
        assert call.turns[0].text == "one taro milk tea"
        assert await store.sold_out() == {"boba"}
        new = await store.place_order_once(draft(None, phone=None), "counter-2", actor="staff")
        assert new.number != "1001"
        assert new in await store.orders()
        assert await store.check() == []


async def test_an_old_database_becomes_the_same_as_a_new_one(
    old: Path, tmp_path: Path, clock: StandingClock
) -> None:
    new = tmp_path / "new.db"
    async with SqliteStore(old, clock=clock), SqliteStore(new, clock=clock):
        pass
    assert tables(old) == tables(new)
    assert steps_of(old) == steps_of(new) == [name for name, _ in STEPS]
    with closing(sqlite3.connect(new)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


async def test_nothing_that_was_kept_is_lost_on_the_way(old: Path, clock: StandingClock) -> None:
    kept = tables(old).keys() & {"orders", "calls", "turns", "journal", "outbox", "counter_keys"}
    before = {name: _rows(old, name) for name in kept}
    async with SqliteStore(old, clock=clock):
        pass
    assert {name: _rows(old, name) for name in kept} == before
    assert before["orders"]


def _rows(path: Path, table: str) -> list[dict[str, object]]:
    """Every row, without the columns that only later versions know."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 - our own
        return [{key: row[key] for key in row.keys() if key != "redelivered"} for row in rows]  # noqa: SIM118
