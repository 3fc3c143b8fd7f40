"""Calls without a telephone: each word arrives as it was said. The baseline of hearing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from bench.customers.grading import Turn
from bench.customers.moves import Caller, Move
from bench.customers.phrasing import typed
from servizio.agents.desk import Desk
from servizio.agents.local.mind import Mind, Reply
from servizio.agents.tools import Tools
from servizio.language.understand import Understander
from servizio.shop.availability import Availability
from servizio.shop.menu import Menu
from servizio.shop.order import OrderStatus, Source
from servizio.shop.order_json import order_json
from servizio.shop.profile import ShopProfile
from servizio.store.sqlite import SqliteStore

GREETING = "Thank you for calling Servizio. What can I get for you?"


@dataclass(slots=True)
class _Control:
    """The call, as far as an agent can touch it."""

    over: bool = False

    def close_after_speech(self, outcome: str) -> None:
        del outcome
        self.over = True

    def hand_to_staff_after_speech(self, reason: str) -> None:
        del reason
        self.over = True

    def cart_changed(self, cart: dict[str, Any]) -> None:
        del cart

    def tool_used(self, name: str, *, ok: bool) -> None:
        del name, ok


def now() -> datetime:
    """The time of the shop."""
    return datetime.now(UTC)


def open_store(folder: Path) -> SqliteStore:
    """A store of its own; a context manager."""
    return SqliteStore(folder / "typed.db", clock=now)


class TypedShop:
    """Takes calls in text, with the mind, tools, desk and store of a real one."""

    def __init__(self, menu: Menu, store: SqliteStore) -> None:
        self._menu = menu
        self._store = store
        self._understander = Understander(menu)

    async def call(
        self, name: str, customer: Caller, rng: Random, calls_from: str
    ) -> tuple[list[Turn], str, list[Mapping[str, Any]]]:
        """Hold a call: what was said, why there is no order number, the orders."""
        control = _Control()
        call_sid = f"CA{name}"
        await self._store.start_call(call_sid, phone=calls_from)
        desk = Desk(
            shop=ShopProfile(name="Servizio", menu=self._menu),
            orders=self._store,
            control=control,
            call_sid=call_sid,
            calling_number=calls_from,
            source=Source.PHONE,
            availability=Availability(),
            now=now,
        )
        mind = Mind(
            tools=Tools(desk), understander=self._understander, rng=rng, calling_number=calls_from
        )
        turns: list[Turn] = []
        problem = await self._converse(mind, customer, control, turns, rng)
        order = await self._store.latest_order_of_call(call_sid)
        rows: list[Mapping[str, Any]] = [order_json(order)] if order is not None else []
        for step in (OrderStatus.MAKING, OrderStatus.READY, OrderStatus.PICKED_UP):
            # A queue that only grows would make the waits absurd.
            if order is not None and order.status is not OrderStatus.CANCELLED:
                await self._store.set_status(order.number, step, actor="bench")
        return turns, problem, rows

    async def _converse(
        self, mind: Mind, customer: Caller, control: _Control, turns: list[Turn], rng: Random
    ) -> str:
        reply = mind.greet(GREETING)
        whole = True
        while True:
            said, whole = _listen(reply, customer, rng if whole else None)
            mind.spoken("" if whole else said, whole=whole)
            turns.append(Turn("agent", said + ("" if whole else " --")))
            if control.over and whole:
                told = customer.order_number_heard or "order number" in said
                return "" if told else "the agent hung up"
            move = customer.answer(said, whole=whole)
            if move.hangs_up:
                return move.why
            turns.append(Turn("said", move.keys or move.say))
            reply = await self.take(mind, move, turns)

    async def take(self, mind: Mind, move: Move, turns: list[Turn]) -> Reply:
        """What the agent answers to a move; `turns`: where to write down what was heard."""
        del turns
        if move.keys:
            return await mind.keys(move.keys)
        return await mind.answer([typed(move.say)])


def _listen(reply: Reply, customer: Caller, rng: Random | None) -> tuple[str, bool]:
    """What is heard of a reply; without `rng` all of it: nobody breaks in twice in a row."""
    words = " ".join(reply.sentences).split()
    if rng is not None and len(words) > 3 and rng.random() < customer.persona.barges:
        return " ".join(words[: rng.randint(1, len(words) - 1)]), False
    return " ".join(words), True
