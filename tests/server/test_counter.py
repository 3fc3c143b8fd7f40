"""Orders at the counter: priced before they are taken, and taken once however often sent."""

from __future__ import annotations

import asyncio

import pytest

from tests.server.conftest import STAFF, Shop

TARO = {"item": "taro-milk-tea", "quantity": 2, "modifiers": [{"modifier": "boba"}]}
STENCIL = {"item": "taro-milk-tea", "modifiers": [{"modifier": "matcha-stencil"}]}


async def send(shop: Shop, key: str, body: object = None) -> tuple[int, dict[str, object]]:
    given = {"items": [TARO]} if body is None else body
    headers = STAFF | {"Idempotency-Key": key}
    url = shop.url + "/api/orders"
    async with shop.http.post(url, json=given, headers=headers) as answer:
        return answer.status, await answer.json()


async def quoted(shop: Shop, **body: object) -> dict[str, object]:
    status, quote = await shop.post("/api/orders/quote", body)
    assert status == 200, quote
    assert isinstance(quote, dict)
    return quote


async def test_a_quote_has_the_prices_of_the_order_and_stores_nothing(shop: Shop) -> None:
    quote = await quoted(shop, items=[TARO])
    assert (quote["total"], quote["faults"]) == ("12.50", [])
    assert await shop.get("/orders.json") == (200, {"orders": []})
    _, order = await shop.post("/api/orders", {"items": [TARO]})
    assert isinstance(order, dict)
    assert {name: order[name] for name in ("items", "subtotal", "tax", "total")} == {
        name: quote[name] for name in ("items", "subtotal", "tax", "total")
    }


async def test_a_quote_prices_what_can_be_sold_and_says_what_cannot(shop: Shop) -> None:
    await shop.store.set_sold_out("black-milk-tea", True, actor="staff")
    quote = await quoted(shop, items=[STENCIL, TARO, {"item": "black-milk-tea"}], phone="12")
    assert quote["total"] == "12.50"
    faults = quote["faults"]
    assert isinstance(faults, list)
    assert [fault["line"] for fault in faults] == [0, 2, None]
    assert all(fault["message"] for fault in faults)


async def test_an_order_that_has_only_begun_costs_nothing_yet(shop: Shop) -> None:
    quote = await quoted(shop, items=[])
    assert (quote["items"], quote["total"], quote["faults"]) == ([], "0.00", [])


async def test_an_order_with_a_fault_is_not_taken(shop: Shop) -> None:
    status, refused = await shop.post("/api/orders", {"items": [TARO, STENCIL]})
    assert status == 422, refused
    assert (await shop.post("/api/orders", {"items": []}))[0] == 400
    assert await shop.get("/orders.json") == (200, {"orders": []})


async def test_a_way_to_the_customer_that_is_none_is_no_question_of_the_menu(shop: Shop) -> None:
    for path in ("/api/orders/quote", "/api/orders"):
        status, refused = await shop.post(path, {"items": [TARO], "fulfilment": "by pigeon"})
        assert status == 400, refused


async def test_a_line_without_an_item_is_refused(shop: Shop) -> None:
    assert (await shop.post("/api/orders/quote", {"items": [{"quantity": 1}]}))[0] == 400


async def test_the_same_key_gives_the_same_order_again(shop: Shop) -> None:
    first = await send(shop, "till-1")
    again = await send(shop, "till-1")
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert (await send(shop, "till-2"))[1]["order_number"] != first[1]["order_number"]


async def test_an_order_sent_many_times_at_once_is_taken_once(shop: Shop) -> None:
    answers = await asyncio.gather(*(send(shop, "till-1") for _ in range(8)))
    assert len({str(order["order_number"]) for _, order in answers}) == 1
    assert len(await shop.store.orders()) == 1


async def test_a_key_whose_order_was_refused_can_be_used_again(shop: Shop) -> None:
    assert (await send(shop, "till-1", {"items": [STENCIL]}))[0] == 422
    assert (await send(shop, "till-1"))[0] == 201


async def test_what_is_sold_out_since_does_not_hide_the_order_of_a_key(shop: Shop) -> None:
    _, order = await send(shop, "till-1")
    await shop.store.set_sold_out("taro-milk-tea", True, actor="staff")
    assert (await send(shop, "till-1")) == (200, order)


@pytest.mark.parametrize("key", ["x" * 256, "caf\u00e9"])
async def test_a_key_that_is_no_token_is_refused(shop: Shop, key: str) -> None:
    assert (await send(shop, key))[0] == 400
