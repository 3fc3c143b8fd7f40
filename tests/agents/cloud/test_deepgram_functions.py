"""Functions of a model: once each, in order, and taken back when they were not meant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from servizio.agents.cloud.functions import ENOUGH, FunctionCall, FunctionCalls
from servizio.store.sqlite import SqliteStore
from tests.agents.shop_call import ShopCall

TARO = '{"item": "taro-milk-tea"}'
BLACK = '{"item": "black-milk-tea"}'


class Model:
    """What the far end sees."""

    def __init__(self, call: ShopCall) -> None:
        self.call = call
        self.answers: list[tuple[str, dict[str, Any]]] = []
        self.functions = FunctionCalls(
            call.tools,
            answer=lambda asked, content: self.answers.append((asked.id, json.loads(content))),
            settled=lambda: asyncio.sleep(0),
        )

    def wants(self, identity: str, name: str, arguments: object = "{}") -> None:
        self.functions.want((FunctionCall(identity, name, arguments),))

    async def done(self) -> None:
        async with asyncio.timeout(5):
            while self.functions.busy:  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.005)

    @property
    def staged(self) -> list[str]:
        return [line.item for line in self.call.desk.cart.pending]


@asynccontextmanager
async def a_model(store: SqliteStore) -> AsyncIterator[Model]:
    model = Model(ShopCall(store))
    running = asyncio.create_task(model.functions.run())
    try:
        yield model
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_function_asked_for_twice_by_id_is_done_once(store: SqliteStore) -> None:
    async with a_model(store) as model:
        model.wants("1", "add_to_cart", TARO)
        model.wants("1", "add_to_cart", TARO)
        await model.done()
        assert model.staged == ["taro-milk-tea"]
        assert [identity for identity, _ in model.answers] == ["1"]


async def test_what_changes_the_order_waits_for_the_end_of_the_turn(store: SqliteStore) -> None:
    async with a_model(store) as model:
        model.functions.turn_began()
        model.wants("1", "menu_summary")
        model.wants("2", "add_to_cart", TARO)
        await asyncio.sleep(0.05)
        assert [identity for identity, _ in model.answers] == ["1"]
        assert model.staged == []
        model.functions.turn_ended()
        await model.done()
        assert model.staged == ["taro-milk-tea"]


async def test_what_is_cancelled_while_it_waits_is_not_done(store: SqliteStore) -> None:
    async with a_model(store) as model:
        model.functions.turn_began()
        model.wants("1", "add_to_cart", TARO)
        await asyncio.sleep(0.02)
        model.functions.cancel(["1"])
        model.wants("2", "add_to_cart", BLACK)
        model.functions.turn_ended()
        await model.done()
        assert model.staged == ["black-milk-tea"]
        assert [identity for identity, _ in model.answers] == ["2"]


async def test_what_is_cancelled_before_its_answer_was_known_is_taken_back(
    store: SqliteStore,
) -> None:
    async with a_model(store) as model:
        model.wants("1", "add_to_cart", TARO)
        await model.done()
        model.functions.keep(["1"])
        model.wants("2", "add_to_cart", BLACK)
        model.wants("3", "add_to_cart", BLACK)
        await model.done()
        model.functions.cancel(["2", "3"])
        assert model.staged == ["taro-milk-tea"]
        model.functions.cancel(["1"])
        assert model.staged == ["taro-milk-tea"]


async def test_a_placed_order_stays_placed_whatever_is_cancelled(store: SqliteStore) -> None:
    async with a_model(store) as model:
        model.wants("1", "add_to_cart", TARO)
        model.wants("2", "confirm_pending_to_cart")
        model.wants("3", "checkout_order", '{"phone": "415 555 0123"}')
        await model.done()
        model.functions.cancel(["1", "2", "3"])
        assert len(model.call.desk.cart.lines) == 1
        assert model.call.desk.order_number is not None


async def test_a_model_in_a_loop_is_told_to_answer(store: SqliteStore) -> None:
    async with a_model(store) as model:
        for number in range(6):
            model.wants(str(number), "add_to_cart", TARO)
        await model.done()
        assert len(model.staged) == 3
        assert [answer.get("error") for _, answer in model.answers][3:] == [ENOUGH] * 3
        model.functions.new_turn()
        model.wants("7", "add_to_cart", TARO)
        await model.done()
        assert len(model.staged) == 4
