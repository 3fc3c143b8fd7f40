"""`servizio restore`, as whoever lost a database uses it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servizio.cli import run_command
from servizio.paths import find_folders
from servizio.server.presence import only_server
from servizio.store.sqlite import SqliteStore
from tests.store.scene import draft

Output = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SERVIZIO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_backup_is_put_back_and_the_rest_is_kept(home: Path, capsys: Output) -> None:
    database = find_folders({"SERVIZIO_HOME": str(home)}).database
    run_command(["orders", "list"])
    assert run_command(["backup", "copy.db"]) == 0
    database.write_bytes(b"scratched" * 1000)
    assert run_command(["orders", "list"]) == 1
    assert "servizio restore" in capsys.readouterr().err
    assert run_command(["restore", "copy.db"]) == 0
    out = capsys.readouterr().out
    assert "In place: 0 orders." in out
    kept = Path(out.partition("is kept: ")[2].strip())
    assert kept.read_bytes().startswith(b"scratched")
    assert run_command(["orders", "list"]) == 0


def test_a_restore_says_the_newest_order_by_the_clock_of_the_shop(
    home: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVIZIO_SHOP__TIMEZONE", "Asia/Tokyo")
    database = find_folders({"SERVIZIO_HOME": str(home)}).database
    database.parent.mkdir(parents=True)

    async def sell() -> None:
        async with SqliteStore(
            database, clock=lambda: datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
        ) as store:
            await store.place_order(draft(), actor="agent")

    asyncio.run(sell())
    assert run_command(["backup", "copy.db"]) == 0
    assert run_command(["restore", "copy.db"]) == 0
    assert "the newest of 2026-11-23 08:05." in capsys.readouterr().out


def test_a_file_that_is_no_backup_is_called_so_and_changes_nothing(
    home: Path, capsys: Output
) -> None:
    Path("wrong.toml").write_text('[shop]\nname = "Tea"\n')
    assert run_command(["restore", "wrong.toml"]) == 1
    said = capsys.readouterr().err
    assert "wrong.toml is no backup of Servizio's. Nothing was changed." in said
    assert "damaged" not in said
    assert ".restored" not in said


def test_nobody_takes_the_database_from_under_a_server(home: Path, capsys: Output) -> None:
    run_command(["orders", "list"])
    run_command(["backup", "copy.db"])
    with only_server(find_folders({"SERVIZIO_HOME": str(home)})):
        assert run_command(["restore", "copy.db"]) == 1
    said = capsys.readouterr().err
    assert "already running" in said
    assert "hint: Stop it first" in said


def test_a_data_folder_that_cannot_be_written_to_is_said(home: Path, capsys: Output) -> None:
    folders = find_folders({"SERVIZIO_HOME": str(home)})
    folders.lock_file.mkdir(parents=True)
    assert run_command(["serve", "--port", "0"]) == 1
    said = capsys.readouterr().err
    assert f"error: The data folder {folders.data} cannot be written to" in said
    assert "hint: Check that the folder belongs to you" in said
