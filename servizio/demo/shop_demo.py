"""A busy quarter of an hour in a shop: customers ring, staff make what they ordered.

Everything goes over the wire, in by the telephone's webhook and media stream and out by the
API, so that what is seen here is what a shop would see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from servizio.demo.customer import Visit, ring
from servizio.demo.scripts import Script, WantedLine, load_scripts
from servizio.demo.shop_watch import Json, ShopWatch

BETWEEN_CALLS = 3.0
"""Seconds until the next customer rings."""
AT_ONCE = 2
"""Customers who speak at the same time."""
SETTLE_SECONDS = 20.0
"""How long orders and texts may take after the last call."""
HANDS = 1.0
"""Seconds in which the barista makes a drink: it is a demo."""

Tell = Callable[[str], None]


async def run_customers(url: str, token: str, *, calls: int, tell: Tell) -> list[str]:
    """Let `calls` customers ring, serve them, and return what went wrong, in sentences."""
    scripts = load_scripts()
    wanted = [scripts[number % len(scripts)] for number in range(calls)]
    async with ShopWatch(url, token) as shop:
        watching = asyncio.create_task(_serve(shop, tell), name="demo barista")
        try:
            visits = await _all_ring(url, wanted)
            return await _check(shop, visits)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


async def _all_ring(url: str, scripts: Sequence[Script]) -> list[Visit]:
    lines = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, script: Script) -> Visit:
        await asyncio.sleep(min(number, AT_ONCE - 1) * BETWEEN_CALLS)
        async with lines:
            return await ring(url, script)

    return list(await asyncio.gather(*(one(*each) for each in enumerate(scripts))))


async def _serve(shop: ShopWatch, tell: Tell) -> None:
    """Be the barista: print what happens, make every order and mark it ready."""
    names: dict[str, str] = {}
    async with asyncio.TaskGroup() as hands:
        async for kind, payload in shop.events():
            for line in _lines(kind, payload, names):
                tell(line)
            if kind == "call_ended":
                number = payload["call"].get("order_number")
                if number:
                    hands.create_task(_make(shop, number), name=f"make {number}")


async def _make(shop: ShopWatch, number: str) -> None:
    for status in ("making", "ready"):
        await asyncio.sleep(HANDS)
        await shop.post(f"/api/orders/{number}/status", {"status": status})


def _lines(kind: str, payload: Json, names: dict[str, str]) -> list[str]:
    """What the demo prints of an event."""
    match kind:
        case "call_started":
            sid = payload["call"]["call_sid"]
            names[sid] = f"call {len(names) + 1}"
            return [f"{names[sid]}: rings"]
        case "transcript" if payload["final"] and payload["role"] != "tool":
            name = names.get(payload["call_sid"], "call")
            return [f"{name}: {payload['role']}: {payload['text']}"]
        case "call_ended":
            call = payload["call"]
            return [f"{names.get(call['call_sid'], 'call')}: over ({call['outcome']})"]
        case "order_created" | "order_updated" | "order_status_changed":
            return [_order_line(payload["order"])]
        case _:
            return []


def _order_line(order: Json) -> str:
    items = ", ".join(
        f"{line['quantity']} {line['name']}"
        + "".join(f" + {modifier['name']}" for modifier in line["modifiers"])
        for line in order["items"]
    )
    return f"order {order['order_number']} {order['status']}: {items}; {order['total']}"


async def _check(shop: ShopWatch, visits: Sequence[Visit]) -> list[str]:
    """Wait until all is made and told, and say what is not as it should be."""
    problems: list[str] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_SECONDS):
            while problems := await _problems(shop, visits):  # noqa: ASYNC110 - asked, not told
                await asyncio.sleep(0.5)
    return problems


async def _problems(shop: ShopWatch, visits: Sequence[Visit]) -> list[str]:
    orders = await shop.get("/orders.json?limit=500")
    texts = await shop.get("/api/outbox?limit=500")
    by_call = {order["call_sid"]: order for order in orders["orders"]}
    problems = [
        f"{visit.script.id}: {problem}"
        for visit in visits
        for problem in _visit_problems(visit, by_call.get(visit.call_sid), texts["messages"])
    ]
    if len(orders["orders"]) != len(visits):
        problems.append(f"{len(orders['orders'])} orders of {len(visits)} customers")
    return problems


def _visit_problems(visit: Visit, order: Json | None, texts: Sequence[Json]) -> list[str]:
    problems = [visit.problem] if visit.problem else []
    if order is None:
        return [*problems, "no order was taken"]
    script = visit.script
    got = frozenset(
        WantedLine(
            line["item"],
            line["quantity"],
            frozenset(each["modifier"] for each in line["modifiers"]),
        )
        for line in order["items"]
    )
    if got != script.order or order["total"] != script.total:
        problems.append(f"the order is wrong: {_order_line(order)}")
    if order["phone"] != script.phone:
        problems.append(f"the phone number is wrong: {order['phone']} for {script.phone}")
    if order["status"] != "ready":
        problems.append(f"the order is {order['status']}")
    sent = [
        text
        for text in texts
        if text["order_number"] == order["order_number"] and text["state"] in {"local", "sent"}
    ]
    if len(sent) != 2 or {text["to"] for text in sent} != {script.phone}:
        problems.append(f"{len(sent)} texts of 2 went out")
    return problems
