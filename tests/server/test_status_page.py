"""Customers ask where their order is, by its number alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.server.conftest import Shop, running_shop

WHO = {"name": "Zebediah", "phone": "+14155550177"}
NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


async def order(shop: Shop) -> str:
    _, taken = await shop.post("/api/orders", {"items": [{"item": "taro-milk-tea"}], **WHO})
    assert isinstance(taken, dict)
    return str(taken["order_number"])


async def page(shop: Shop, number: str) -> tuple[int, str]:
    async with shop.http.get(f"{shop.url}/orders/status", params={"number": number}) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("steps", "status", "words"),
    [
        ((), "received", "will make it soon"),
        (("making",), "making", "making it now"),
        (("ready",), "ready", "It waits for you at the counter."),
        (("ready", "picked_up"), "picked_up", "has left the shop"),
        (("cancelled",), "cancelled", "ask at the counter"),
    ],
)
async def test_the_page_says_where_an_order_is(
    shop: Shop, steps: tuple[str, ...], status: str, words: str
) -> None:
    number = await order(shop)
    for step in steps:
        await shop.post(f"/api/orders/{number}/status", {"status": step})
    code, text = await page(shop, number)
    assert (code, f"Order {number}" in text, words in text) == (200, True, True)
    code, told = await shop.get(f"/orders/status.json?number={number}", staff=False)
    assert isinstance(told, dict)
    assert (code, told["order_number"], told["status"]) == (200, number, status)
    assert set(told) == {"order_number", "status", "created_at", "updated_at"}


async def test_nobody_learns_who_it_is_for_or_what_it_is(shop: Shop) -> None:
    _, text = await page(shop, await order(shop))
    for private in ("Zebediah", "0177", "taro"):
        assert private not in text


async def test_without_a_number_there_is_a_form(shop: Shop) -> None:
    code, text = await page(shop, "")
    assert code == 200
    assert 'name="number"' in text
    assert "no order" not in text


@pytest.mark.parametrize("number", ["0000", "12", "<b>", "４７８２", "1" * 300])
async def test_a_number_that_is_none_is_said_so(shop: Shop, number: str) -> None:
    code, text = await page(shop, number)
    assert code == 404
    assert "We know of no order" in text
    assert "<b>" not in text
    code, _ = await shop.get(f"/orders/status.json?number={number}", staff=False)
    assert code == (404 if number == "0000" else 400)


async def test_an_order_of_last_week_is_not_told(tmp_path: Path) -> None:
    now = [NOON]
    async with running_shop(tmp_path, now=lambda: now[0]) as shop:
        number = await order(shop)
        now[0] += timedelta(hours=23)
        assert (await page(shop, number))[0] == 200
        now[0] += timedelta(hours=2)
        assert (await page(shop, number))[0] == 404


async def test_parking_and_allergens_stand_in_the_shops_window(tmp_path: Path) -> None:
    words = {"parking": "behind the shop", "allergens": "we work with <nuts>"}
    async with (
        running_shop(tmp_path, environment={"shop": words}) as shop,
        shop.http.get(shop.url) as answer,
    ):
        text = await answer.text()
    assert "Behind the shop." in text
    assert "We work with &lt;nuts&gt;." in text
