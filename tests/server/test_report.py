"""The day in figures, by the shop's clock, and past calls found again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from servizio.store.records import Direction, Role
from tests.server.conftest import STAFF, Shop, running_shop
from tests.server.test_shop import SETTINGS, Watch

TARO = {"item": "taro-milk-tea", "quantity": 2}
BLACK = {"item": "black-milk-tea"}


async def take(shop: Shop, *items: object) -> str:
    status, order = await shop.post("/api/orders", {"items": list(items)})
    assert status == 201, order
    assert isinstance(order, dict)
    return str(order["order_number"])


async def move(shop: Shop, number: str, status: str) -> None:
    assert (await shop.post(f"/api/orders/{number}/status", {"status": status}))[0] == 200


async def report(shop: Shop, query: str = "") -> dict[str, Any]:
    status, answer = await shop.get(f"/api/report{query}")
    assert status == 200, answer
    assert isinstance(answer, dict)
    return answer


async def a_day(shop: Shop, watch: Watch) -> None:
    """Three orders, one of them cancelled; three calls, one of them declined."""
    first = await take(shop, TARO)
    watch.now += timedelta(minutes=3)
    await move(shop, first, "ready")
    watch.now += timedelta(hours=1)
    second = await take(shop, TARO, BLACK)
    await move(shop, second, "making")
    await move(shop, await take(shop, BLACK), "cancelled")
    watch.now += timedelta(minutes=5)
    await move(shop, second, "ready")
    await move(shop, second, "making")
    watch.now += timedelta(minutes=2)
    await move(shop, second, "ready")
    await move(shop, second, "picked_up")
    await shop.store.start_call("CA1", phone="+14155550100")
    await shop.store.add_turn("CA1", Role.CUSTOMER, "Is it 100% vegan?")
    await shop.store.add_turn("CA1", Role.TOOL, "not_understood")
    watch.now += timedelta(seconds=40)
    await shop.store.end_call("CA1", outcome="transferred")
    await shop.store.start_call("CA2", phone="+14155550222")
    await shop.store.end_call("CA2", outcome="paused")
    await shop.store.start_call("CA3", direction=Direction.OUTBOUND)


async def test_a_day_in_figures(tmp_path: Path) -> None:
    watch = Watch()
    async with running_shop(tmp_path, environment=SETTINGS, now=watch) as shop:
        await a_day(shop, watch)
        assert await report(shop) == {
            "day": "2026-11-20",
            "currency": "USD",
            "orders": 2,
            "cancelled": 1,
            "items": 5,
            "revenue": "27.50",
            "tax": "0.00",
            "total": "27.50",
            "average_order": "13.75",
            "seconds_to_ready": {"average": 300.0, "p90": 420.0},
            "by_hour": [
                {"hour": 12, "orders": 1, "revenue": "11.00"},
                {"hour": 13, "orders": 1, "revenue": "16.50"},
            ],
            "by_item": [
                {
                    "item": "taro-milk-tea",
                    "name": "taro milk tea",
                    "quantity": 4,
                    "revenue": "22.00",
                },
                {
                    "item": "black-milk-tea",
                    "name": "black milk tea",
                    "quantity": 1,
                    "revenue": "5.50",
                },
            ],
            "by_source": {"counter": 2},
            "calls": {
                "total": 2,
                "declined": 1,
                "by_outcome": {"transferred": 1, "paused": 1},
                "average_seconds": 40.0,
            },
            "not_understood": 1,
            "handed_over": 1,
        }


async def test_a_recalled_order_was_ready_when_it_was_ready(tmp_path: Path) -> None:
    watch = Watch()
    async with running_shop(tmp_path, environment=SETTINGS, now=watch) as shop:
        number = await take(shop, TARO)
        watch.now += timedelta(minutes=2)
        await move(shop, number, "ready")
        await move(shop, number, "picked_up")
        watch.now += timedelta(hours=2)
        await move(shop, number, "ready")
        assert (await report(shop))["seconds_to_ready"] == {"average": 120.0, "p90": 120.0}


async def test_a_day_is_the_shops_own(tmp_path: Path) -> None:
    watch = Watch()
    async with running_shop(tmp_path, environment=SETTINGS, now=watch) as shop:
        watch.now = datetime(2026, 11, 21, 4, 59, tzinfo=UTC)
        await take(shop, TARO)
        watch.now = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
        assert (await report(shop))["day"] == "2026-11-21"
        assert (await report(shop))["orders"] == 0
        assert (await report(shop, "?day=2026-11-20"))["orders"] == 1


async def test_an_empty_day_has_a_report(shop: Shop) -> None:
    empty = await report(shop, "?day=2001-02-03")
    assert (empty["orders"], empty["revenue"], empty["average_order"]) == (0, "0.00", "0.00")
    assert (empty["seconds_to_ready"], empty["by_hour"]) == (None, [])
    assert empty["calls"]["average_seconds"] is None


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
async def test_what_is_no_day_is_refused(shop: Shop, day: str) -> None:
    assert (await shop.get(f"/api/report?day={day}"))[0] == 400


async def test_the_report_can_be_taken_into_a_spreadsheet(tmp_path: Path) -> None:
    watch = Watch()
    async with running_shop(tmp_path, environment=SETTINGS, now=watch) as shop:
        await a_day(shop, watch)
        url = f"{shop.url}/api/report.csv?day=2026-11-20"
        async with shop.http.get(url, headers=STAFF) as answer:
            assert (answer.status, answer.content_type) == (200, "text/csv")
            assert "report-2026-11-20.csv" in answer.headers["Content-Disposition"]
            rows = list(csv.reader(io.StringIO(await answer.text())))
    assert rows[0] == ["section", "name", "count", "amount"]
    assert ["day", "revenue", "", "27.50"] in rows
    assert ["hour", "13:00", "1", "16.50"] in rows
    assert ["item", "taro milk tea", "4", "22.00"] in rows
    assert ["calls", "paused", "1", ""] in rows


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("vegan", ["CA1"]),
        ("VEGAN", ["CA1"]),
        ("100%25", ["CA1"]),
        ("1%25v", []),
        ("0100", ["CA1"]),
        ("555-0222", ["CA2"]),
        ("4155550", []),
        ("", ["CA3", "CA2", "CA1"]),
        ("%27 OR 1=1 --", []),
    ],
)
async def test_calls_are_found_by_words_and_numbers(
    shop: Shop, search: str, found: list[str]
) -> None:
    await a_day(shop, Watch())
    status, answer = await shop.get(f"/calls?search={search}")
    assert status == 200
    assert isinstance(answer, dict)
    assert [call["call_sid"] for call in answer["calls"]] == found


async def test_a_call_is_found_by_its_order(shop: Shop) -> None:
    await shop.store.start_call("CA1")
    await shop.store.update_call("CA1", order_number="4782")
    _, answer = await shop.get("/calls?search=4782")
    assert isinstance(answer, dict)
    assert [call["call_sid"] for call in answer["calls"]] == ["CA1"]
