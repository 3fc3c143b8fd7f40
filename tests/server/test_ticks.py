"""Lines that staff tick off: one note on a ticket, seen by every screen."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from servizio.errors import StoreError
from servizio.server.ticks import FACT, Ticks
from servizio.store.interface import Store
from servizio.store.records import EventKind
from tests.server.conftest import Shop


async def ticked(shop: Shop, number: str) -> list[int]:
    """What the server says is ticked off of an order."""
    _, answer = await shop.get("/orders.json")
    assert isinstance(answer, dict)
    (order,) = [each for each in answer["orders"] if each["order_number"] == number]
    return list(order["ticked"])


async def test_a_line_is_ticked_off_and_on_again_for_every_screen(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea", "black-milk-tea")
    assert await ticked(shop, number) == []
    path = f"/api/orders/{number}/ticks"
    status, answer = await shop.post(path, {"line": 1, "done": True})
    assert status == 200
    assert isinstance(answer, dict)
    assert answer["ticked"] == [1]
    await shop.post(path, {"line": 0, "done": True, "revision": 1})
    assert await ticked(shop, number) == [0, 1]
    await shop.post(path, {"line": 1, "done": False})
    assert await ticked(shop, number) == [0]


class FullDisk:
    """A store that takes no facts while its disk is full; all else is the store's own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_full = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def set_fact(self, name: str, value: object) -> None:
        if self.is_full:
            raise StoreError("The disk is full.")
        await self._store.set_fact(name, value)


async def test_a_tick_that_a_full_disk_did_not_take_is_taken_when_it_is_pressed_again(
    shop: Shop,
) -> None:
    number = await shop.take("taro-milk-tea")
    disk = FullDisk(shop.store)
    ticks = Ticks(cast("Store", disk))
    with pytest.raises(StoreError):
        await ticks.set(number, 0, done=True, revision=1)
    assert await ticks.of(await shop.store.order(number)) == []
    disk.is_full = False
    order = await ticks.set(number, 0, done=True, revision=1)
    assert await ticks.of(order) == [0]
    assert await Ticks(shop.store).of(order) == [0]


async def test_every_screen_is_told_of_a_tick_once(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea")
    changes = shop.store.listen(0, kinds={EventKind.ORDER_TICKED})
    for _ in range(2):
        await shop.post(f"/api/orders/{number}/ticks", {"line": 0, "done": True})
    await shop.post(f"/api/orders/{number}/ticks", {"line": 0, "done": False})
    async with asyncio.timeout(5):
        told = [(await anext(changes)).payload for _ in range(2)]
    assert [each["ticked"] for each in told] == [[0], []]
    assert told[0]["order_number"] == number


async def test_a_tick_of_what_is_not_there_changes_nothing(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea")
    path = f"/api/orders/{number}/ticks"
    assert (await shop.post(path, {"line": 5, "done": True}))[0] == 422
    assert (await shop.post(path, {"line": 0, "done": True, "revision": 2}))[0] == 409
    assert (await shop.post(path, {"line": -1, "done": True}))[0] == 400
    assert (await shop.post(path, {"line": 0}))[0] == 400
    assert (await shop.post("/api/orders/0000/ticks", {"line": 0, "done": True}))[0] == 404
    await shop.post(f"/api/orders/{number}/status", {"status": "cancelled"})
    assert (await shop.post(path, {"line": 0, "done": True}))[0] == 409
    assert await ticked(shop, number) == []


async def test_two_screens_that_tick_at_once_lose_neither(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea", "black-milk-tea")
    path = f"/api/orders/{number}/ticks"
    await asyncio.gather(*(shop.post(path, {"line": line, "done": True}) for line in (0, 1)))
    assert await ticked(shop, number) == [0, 1]


async def test_ticks_survive_the_server_and_go_with_their_order(shop: Shop) -> None:
    first, second = await shop.take("taro-milk-tea"), await shop.take("black-milk-tea")
    await shop.post(f"/api/orders/{first}/ticks", {"line": 0, "done": True})
    kept = await shop.store.fact(FACT)
    assert isinstance(kept, dict)
    assert [each["lines"] for each in kept.values()] == [[0]]
    await shop.post(f"/api/orders/{first}/status", {"status": "cancelled"})
    await shop.post(f"/api/orders/{second}/ticks", {"line": 0, "done": True})
    kept = await shop.store.fact(FACT)
    assert isinstance(kept, dict)
    assert [key.split()[0] for key in kept] == [second]
