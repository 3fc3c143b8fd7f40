"""Orders over HTTP: taken, moved, shown to staff whole and to the public hardly at all."""

from __future__ import annotations

import pytest

from servizio.server.app import ROUTES
from servizio.server.doors import Door
from tests.server.conftest import STAFF, Shop

NAMES = {"{number}": "1234", "{sid}": "CA1", "{id}": "1", "{part}": "tickets"}


def filled_in(path: str) -> str:
    for name, value in NAMES.items():
        path = path.replace(name, value)
    return path


STAFF_ROUTES = [(method, filled_in(path)) for method, path, door, _ in ROUTES if door is Door.STAFF]


@pytest.mark.parametrize(("method", "path"), STAFF_ROUTES)
@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", "Basic staff-secret", "Bearer staff-secretx"]
)
async def test_staff_doors_are_shut_without_the_token(
    shop: Shop, method: str, path: str, authorization: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    async with shop.http.request(method, shop.url + path, headers=headers) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert (await answer.json())["error"]["code"] == "unauthorized"


async def test_an_order_from_the_counter_has_its_prices(shop: Shop) -> None:
    status, order = await shop.post(
        "/api/orders",
        {
            "items": [
                {
                    "item": "taro-milk-tea",
                    "quantity": 2,
                    "modifiers": [{"modifier": "boba"}, {"group": "ice", "modifier": "less-ice"}],
                }
            ],
            "name": "Ada",
            "phone": "555-123-4567",
        },
    )
    if status == 422:
        pytest.fail(str(order))
    assert status == 201
    assert isinstance(order, dict)
    assert order["total"] == "12.50"
    assert order["phone"] == "+15551234567"
    assert order["source"] == "counter"
    assert order["status"] == "received"
    assert await shop.get(f"/api/orders/{order['order_number']}") == (200, order)
    number = order["order_number"]
    assert await shop.get(f"/api/orders/phone/{number}") == (
        200,
        {"order_number": number, "phone": "+15551234567"},
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"items": []}, 400),
        ({"items": "taro"}, 400),
        ({"items": [1]}, 400),
        ({"items": [{"item": "taro-milk-tea", "quantity": "2"}]}, 400),
        ({"items": [{"item": "taro-milk-tea", "quantity": True}]}, 400),
        ({"items": [{"item": "taro-milk-tea", "quantity": 0}]}, 422),
        ({"items": [{"item": "taro-milk-tea", "quantity": 11}]}, 422),
        ({"items": [{"item": "burger"}]}, 422),
        ({"items": [{"item": "taro-milk-tea", "modifiers": [{"modifier": "gold"}]}]}, 422),
        ({"items": [{"item": "taro-milk-tea"}], "phone": "12"}, 422),
        ({"items": [{"item": "taro-milk-tea"}], "fulfilment": "drone"}, 400),
        ([], 400),
    ],
)
async def test_what_the_shop_does_not_sell_like_that_is_refused(
    shop: Shop, body: object, status: int
) -> None:
    answered, answer = await shop.post("/api/orders", body)
    assert answered == status
    assert isinstance(answer, dict)
    assert answer["error"]["message"]
    assert await shop.get("/orders.json") == (200, {"orders": []})


async def test_a_body_that_is_no_json_is_refused(shop: Shop) -> None:
    async with shop.http.post(shop.url + "/api/orders", data=b"{", headers=STAFF) as answer:
        assert answer.status == 400
    async with shop.http.post(
        shop.url + "/api/orders", data=b"x" * 300_000, headers=STAFF
    ) as answer:
        assert answer.status == 413


async def test_an_order_goes_its_way_and_one_step_back(shop: Shop) -> None:
    number = await shop.take()
    path = f"/api/orders/{number}/status"
    for wanted in ("making", "ready", "making", "ready", "picked_up"):
        status, order = await shop.post(path, {"status": wanted})
        assert status == 200, order
        assert isinstance(order, dict)
        assert order["status"] == wanted


async def test_done_is_ready(shop: Shop) -> None:
    number = await shop.take()
    status, order = await shop.post(f"/api/orders/{number}/done")
    assert status == 200
    assert isinstance(order, dict)
    assert order["status"] == "ready"


async def test_a_step_that_is_not_allowed_is_a_conflict(shop: Shop) -> None:
    number = await shop.take()
    status, answer = await shop.post(f"/api/orders/{number}/status", {"status": "picked_up"})
    assert status == 409
    assert isinstance(answer, dict)
    assert answer["error"]["code"] == "transition"
    status, _ = await shop.post(f"/api/orders/{number}/status", {"status": "eaten"})
    assert status == 400


@pytest.mark.parametrize("number", ["0000", "12345", "abcd", "%27%20OR%201=1"])
async def test_an_unknown_order_is_not_found(shop: Shop, number: str) -> None:
    status, answer = await shop.get(f"/api/orders/{number}")
    assert status == 404
    assert isinstance(answer, dict)
    assert answer["error"]["code"] == "unknown_order"


async def test_the_public_sees_numbers_status_and_times_only(shop: Shop) -> None:
    number = await shop.take()
    picked_up = await shop.take()
    for wanted in ("ready", "picked_up"):
        await shop.post(f"/api/orders/{picked_up}/status", {"status": wanted})
    status, answer = await shop.get("/orders/in_progress.json", staff=False)
    assert status == 200
    assert isinstance(answer, dict)
    assert answer["shop"] == "Servizio Boba"
    assert answer["timezone"]
    (order,) = answer["orders"]
    assert set(order) == {"order_number", "status", "created_at", "updated_at"}
    assert order["order_number"] == number


async def test_recent_orders_come_newest_first_and_no_more_than_asked_for(shop: Shop) -> None:
    numbers = [await shop.take() for _ in range(3)]
    status, answer = await shop.get("/orders.json?limit=2")
    assert status == 200
    assert isinstance(answer, dict)
    assert [order["order_number"] for order in answer["orders"]] == [numbers[2], numbers[1]]
    assert (await shop.get("/orders.json?limit=many"))[0] == 400


async def test_sold_out_things_are_neither_taken_nor_forgotten(shop: Shop) -> None:
    async def patch(body: object) -> tuple[int, object]:
        async with shop.http.patch(shop.url + "/api/menu", json=body, headers=STAFF) as answer:
            return answer.status, await answer.json()

    status, menu = await patch({"sold_out": {"taro-milk-tea": True}})
    assert status == 200
    assert isinstance(menu, dict)
    assert menu["sold_out"] == ["taro-milk-tea"]
    status, _ = await shop.post("/api/orders", {"items": [{"item": "taro-milk-tea"}]})
    assert status == 422
    assert (await patch({"sold_out": ["burger"]}))[0] == 404
    assert (await patch({"sold_out": {"boba": 1}}))[0] == 400
    assert (await patch({}))[0] == 400
    _, menu = await patch({"back": ["taro-milk-tea"], "sold_out": ["boba"]})
    assert isinstance(menu, dict)
    assert menu["sold_out"] == ["boba"]
    _, menu = await shop.get("/api/menu")
    assert isinstance(menu, dict)
    assert menu["sold_out"] == ["boba"]
    assert menu["items"][0]["price"] == "5.50"


@pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/orders/../secret"])
async def test_what_is_not_there_is_json_too(shop: Shop, path: str) -> None:
    status, answer = await shop.get(path)
    assert status == 404
    assert isinstance(answer, dict)
    assert answer["error"]["code"] == "not_found"


async def test_a_wrong_method_says_so(shop: Shop) -> None:
    async with shop.http.delete(shop.url + "/orders.json", headers=STAFF) as answer:
        assert answer.status == 405
        assert answer.headers["Allow"]


async def test_a_method_that_a_path_does_not_take_is_refused_and_those_that_it_takes_are_named(
    shop: Shop,
) -> None:
    taken: dict[str, set[str]] = {}
    for method, path, _, _ in ROUTES:
        taken.setdefault(path, set()).add(method)
    for path, methods in taken.items():
        for method in {"GET", "POST"} - methods if "{" not in path else ():
            async with shop.http.request(method, shop.url + path, headers=STAFF) as answer:
                assert answer.status == 405, (method, path)
                assert set(answer.headers["Allow"].split(",")) == methods


async def test_who_may_not_ask_for_quotes_is_not_told_how_they_are_asked_for(shop: Shop) -> None:
    async with shop.http.get(f"{shop.url}/api/orders/quote") as answer:
        assert answer.status == 401
