"""The shop from scripts: paused, busier, other hours, the day in figures, orders searched."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from servizio.server.opening import clock
from servizio.store.sqlite import SqliteStore
from tests.store.scene import counting_numbers, draft
from tests.test_cli import Output, failure, home, run

__all__ = ["home"]


@pytest.fixture(autouse=True)
def _shop(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVIZIO_SHOP__NAME", "Boba Bar")
    monkeypatch.setenv("SERVIZIO_SHOP__TIMEZONE", "America/New_York")


def shown(capsys: Output, *arguments: str) -> dict[str, Any]:
    code, out, err = run(capsys, *arguments, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_nine_to_five_for_today_is_answered_with_what_can_be_written(capsys: Output) -> None:
    code, message, hint = failure(capsys, "hours", "9-5")
    assert code == 1
    assert "write 9am-5pm or 09:00-17:00, or 09:00-05:00 if you close in the morning" in message
    assert hint == "hint: Or write closed, or usual."
    assert "Today: 09:00-17:00." in run(capsys, "hours", "9am-5pm")[1]


def test_a_pause_is_kept_until_it_is_ended(capsys: Output) -> None:
    assert shown(capsys, "pause", "--message", "Back soon.")["paused"]["message"] == "Back soon."
    assert shown(capsys, "hours")["paused"]["until"] is None
    _, out, _ = run(capsys, "hours")
    assert "No orders by phone until `servizio resume`. Customers hear: Back soon." in out
    assert shown(capsys, "resume")["paused"] is None


def test_a_pause_of_some_minutes_says_when_it_ends(capsys: Output) -> None:
    code, out, _ = run(capsys, "pause", "20")
    assert code == 0
    assert "No orders by phone until " in out


def test_a_busy_shop_quotes_a_longer_wait(capsys: Output) -> None:
    before = shown(capsys, "hours")["quoted_wait_minutes"]
    assert shown(capsys, "busy", "15")["quoted_wait_minutes"] == before + 15
    assert shown(capsys, "busy", "0")["quoted_wait_minutes"] == before


def test_hours_of_today_are_set_and_taken_back(capsys: Output) -> None:
    assert "Today: at any hour, as no hours are set (shop.hours)." in run(capsys, "hours")[1]
    assert "Today: 10:00-14:00." in run(capsys, "hours", "10:00-14:00")[1]
    assert "closed now. Today: closed." in run(capsys, "hours", "closed")[1]
    assert shown(capsys, "hours", "usual")["hours_override"] is None


@pytest.mark.parametrize("words", ["noonish", "10:00", "10-9", "25:00-26:00"])
def test_what_are_no_hours_changes_nothing(capsys: Output, words: str) -> None:
    assert failure(capsys, "hours", words)[0] == 1
    assert shown(capsys, "hours")["hours_override"] is None


def test_the_report_of_an_empty_day(capsys: Output) -> None:
    assert shown(capsys, "report", "--day", "2026-01-31")["day"] == "2026-01-31"
    code, out, _ = run(capsys, "report", "--day", "yesterday")
    assert code == 0
    assert "amounts in USD" in out
    rows = list(csv.reader(io.StringIO(run(capsys, "report", "--csv")[1])))
    assert rows[0] == ["section", "name", "count", "amount"]


def test_a_report_of_no_day_is_refused(capsys: Output) -> None:
    assert failure(capsys, "report", "--day", "soon")[0] == 1
    assert failure(capsys, "report", "--csv", "--json")[0] == 2


@pytest.mark.parametrize(
    ("search", "found"), [("1001", 1), ("0100", 1), ("zo\u00eb", 1), ("TARO", 1), ("9999", 0)]
)
def test_orders_are_found_by_what_staff_know_of_them(
    capsys: Output, home: Path, search: str, found: int
) -> None:
    async def take() -> None:
        async with SqliteStore(
            home / "data" / "servizio.db", clock=clock, pick_number=counting_numbers()
        ) as store:
            await store.place_order(draft(None), actor="staff")

    asyncio.run(take())
    _, out, _ = run(capsys, "orders", "list", "--search", search, "--json")
    assert len(json.loads(out)) == found
