"""Lines of open orders that staff have ticked off: the same on every screen of the shop.

They are no part of an order, which is what the customer asked for: a tick is a note on the
ticket, and goes when the order leaves the queue or the customer changes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from aiohttp import web

from servizio.errors import OrderError, TransitionError
from servizio.server.answers import RequestError, answer, read_object
from servizio.server.keys import STORE, TICKS
from servizio.server.orders_api import STAFF, order_number_of
from servizio.shop.order import Order, OrderStatus
from servizio.shop.order_json import order_json, time_text
from servizio.store.interface import Store
from servizio.store.records import EventKind

FACT = "ticked_lines"
"""Under which name the store keeps them."""
OPEN = frozenset({OrderStatus.RECEIVED, OrderStatus.MAKING, OrderStatus.READY})


@dataclass(frozen=True, slots=True)
class Ticked:
    """What is ticked off of an order as it was at one revision."""

    revision: int
    lines: frozenset[int]
    """Positions, from 0."""


class Ticks:
    """The ticks of all open orders. One change at a time; kept by the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Ticked] | None = None
        self._changing = asyncio.Lock()

    async def of(self, order: Order) -> list[int]:
        """What is ticked off of this order as it is now."""
        held = (await self._load()).get(_key(order))
        return sorted(held.lines) if held is not None and held.revision == order.revision else []

    async def set(self, number: str, line: int, *, done: bool, revision: int) -> Order:
        """Tick a line off, or on again, and tell every screen.

        Raises `UnknownOrderError`, `OrderError` for a line that the order has not, and
        `TransitionError` where the order has gone, or is not at this revision any more.
        """
        async with self._changing:
            order = await self._store.order(number)
            if order.status not in OPEN:
                raise TransitionError(f"Order {number} is not in the queue any more.")
            if revision and revision != order.revision:
                raise TransitionError(f"Order {number} has been changed by the customer.")
            if line >= len(order.draft.lines):
                raise OrderError(f"Order {number} has {len(order.draft.lines)} lines.")
            before = frozenset(await self.of(order))
            lines = before | {line} if done else before - {line}
            if lines != before:
                await self._keep(order, lines)
            return order

    async def _keep(self, order: Order, lines: frozenset[int]) -> None:
        # What is known changes once the store has taken it.
        known = await self._load() | {_key(order): Ticked(order.revision, lines)}
        listed = {_key(each) for each in await self._store.open_orders()}
        kept = {key: each for key, each in known.items() if key in listed and each.lines}
        await self._store.set_fact(
            FACT,
            {
                key: {"revision": each.revision, "lines": sorted(each.lines)}
                for key, each in kept.items()
            },
        )
        self._known = kept
        told = {
            "order_number": order.number,
            "created_at": time_text(order.created_at),
            "revision": order.revision,
            "ticked": sorted(lines),
        }
        await self._store.append_event(
            EventKind.ORDER_TICKED, told, order_number=order.number, actor=STAFF
        )

    async def _load(self) -> dict[str, Ticked]:
        if self._known is None:
            fact = await self._store.fact(FACT)
            self._known = _ticks_in(fact if isinstance(fact, Mapping) else {})
        return self._known


async def keep_ticks(app: web.Application) -> AsyncIterator[None]:
    """Have the ticks at hand for as long as the server runs."""
    app[TICKS] = Ticks(app[STORE])
    yield


async def tick_line(request: web.Request) -> web.Response:
    """`POST /api/orders/{no}/ticks` `{"line": 0, "done": true, "revision": 1}`.

    `revision` may be left out. Answers with the order, with `ticked`.
    """
    body = await read_object(request)
    line, done, revision = body.get("line"), body.get("done"), body.get("revision", 0)
    if not _is_count(line) or not isinstance(done, bool) or not _is_count(revision):
        raise RequestError(400, "line should be a number from 0, done true or false.")
    ticks = request.app[TICKS]
    order = await ticks.set(
        order_number_of(request), int(str(line)), done=done, revision=int(str(revision))
    )
    return answer(order_json(order) | {"ticked": await ticks.of(order)})


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000


def _key(order: Order) -> str:
    return f"{order.number} {time_text(order.created_at)}"


def _ticks_in(fact: Mapping[str, object]) -> dict[str, Ticked]:
    found = {}
    for key, each in fact.items():
        if isinstance(each, Mapping):
            lines, revision = each.get("lines"), each.get("revision")
            if isinstance(lines, list) and isinstance(revision, int):
                found[key] = Ticked(revision, frozenset(n for n in lines if isinstance(n, int)))
    return found
