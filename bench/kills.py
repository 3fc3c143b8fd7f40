"""Kills a shop's server again and again in mid-work and looks at what became of its orders.

    python -m bench.kills --kills 20 --seed 1

A real server takes orders, makes them ready, texts the customers and tells another program,
while a telephone company and that program fail in every way they know. At random moments the
server is killed (SIGKILL) and started again. What must hold at the end: every order that was
acknowledged is there, once for each key it was sent with; each was told ready by exactly one
text; the other program heard of each order, and could tell repeats by their ids.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from servizio.settings import Settings, staff_token
from tests.end_to_end.shop_process import ShopProcess
from tests.standins.twilio_api import ACCOUNT_SID, AUTH_TOKEN, SHOP_NUMBER, TwilioApi
from tests.standins.twilio_faults import (
    UNAVAILABLE,
    AcceptThenDrop,
    AcceptThenFail,
    AcceptWithNonsense,
    Fault,
    Refuse,
)

FAULTS: tuple[Fault, ...] = (
    Refuse(429, 20429, {"Retry-After": "1"}),
    UNAVAILABLE,
    AcceptThenFail(503),
    AcceptThenDrop(),
    AcceptWithNonsense(),
)
SETTLING_SECONDS = 240.0
"""For what was lent to a dead worker (90 s) and what was unclear after it (60 s)."""


@dataclass
class Tally:
    """What was promised, as the world outside saw it."""

    sent: set[str] = field(default_factory=set)
    """Keys with which an order was sent, acknowledged or not."""
    taken: dict[str, str] = field(default_factory=dict)
    """Acknowledged order numbers, by key."""
    ready: set[str] = field(default_factory=set)
    """Numbers of orders whose `ready` was acknowledged."""
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often the other program was told: id and order number of `order.created`."""


async def customers(shop: ShopProcess, token: str, tally: Tally, dice: random.Random) -> None:
    """Order and make ready, for as long as the server lives."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        while True:
            key = f"key-{len(tally.sent):05}"
            tally.sent.add(key)
            phone = f"+1415555{len(tally.sent):04}"
            body = {"items": [{"item": "taro-milk-tea"}], "phone": phone}
            number = ""
            while not number:
                async with http.post(
                    f"{shop.url}/api/orders", json=body, headers={"Idempotency-Key": key}
                ) as answer:
                    if answer.status in {200, 201}:
                        number = (await answer.json())["order_number"]
            tally.taken[key] = number
            async with http.post(f"{shop.url}/api/orders/{number}/done") as answer:
                if answer.status == 200:
                    tally.ready.add(number)
            await asyncio.sleep(dice.random() * 0.05)


async def other_program(tally: Tally, dice: random.Random) -> web.AppRunner:
    """A receiver of webhooks that fails a third of the time, before or after taking it in."""

    async def take(request: web.Request) -> web.Response:
        told: dict[str, Any] = await request.json()
        luck = dice.random()
        if luck < 0.2:
            return web.Response(status=503)
        if told["type"] == "order.created":
            tally.told[told["id"], told["data"]["order_number"]] += 1
        return web.Response(status=500 if luck < 0.3 else 204)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


async def run(kills: int, seed: int, home: Path) -> list[str]:
    dice, tally = random.Random(seed), Tally()
    program = await other_program(tally, dice)
    hook = f"http://127.0.0.1:{program.addresses[0][1]}/"
    # The agents are not what is killed here, and loading them would take most of the time.
    nothing = home / "nothing"
    nothing.mkdir(parents=True)
    (nothing / "moonshine_voice.py").write_text("raise ImportError(name='moonshine_voice')\n")
    async with TwilioApi() as api:
        shop = ShopProcess(
            home,
            {
                "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
                "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
                "TWILIO_PHONE_NUMBER": SHOP_NUMBER,
                "SERVIZIO_TWILIO__API_URL": api.url,
                "SERVIZIO_WEBHOOKS__URLS": hook,
                "PYTHONPATH": f"{nothing}:{Path(__file__).parents[1]}",
            },
            up_seconds=180.0,
        )
        token = (await asyncio.to_thread(staff_token, Settings(), shop.folders)).get_secret_value()
        for number in range(kills):
            api.fail_next(*(dice.choice(FAULTS) for _ in range(dice.randrange(4))))
            await asyncio.to_thread(shop.start)
            work = asyncio.create_task(customers(shop, token, tally, dice))
            await asyncio.sleep(0.02 + dice.random() ** 2 * 5.0)
            await asyncio.to_thread(shop.kill)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            print(
                f"kill {number + 1}: {len(tally.taken)} orders, {len(api.messages)} texts",
                flush=True,
            )
        await asyncio.to_thread(shop.start)
        waiting = await settle(shop, token)
        wrong = await asyncio.to_thread(what_is_wrong, shop, tally, api, waiting)
        await asyncio.to_thread(shop.stop)
    await program.cleanup()
    return wrong


async def settle(shop: ShopProcess, token: str) -> int:
    """Wait until all has left; gives how many messages still wait."""
    until, waiting = time.monotonic() + SETTLING_SECONDS, -1
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as http:
        while time.monotonic() < until and waiting:
            await asyncio.sleep(1.0)
            waiting = 0
            for state in ("held", "pending", "sending"):
                async with http.get(f"{shop.url}/api/outbox?state={state}&limit=200") as answer:
                    waiting += len((await answer.json())["messages"])
    return waiting


def what_is_wrong(shop: ShopProcess, tally: Tally, api: TwilioApi, waiting: int) -> list[str]:
    """Every broken promise, in words."""
    rows = shop._select("SELECT number, status, id FROM orders")  # noqa: SLF001 - reads the file
    keys = shop._select("SELECT key, order_id FROM counter_keys")  # noqa: SLF001
    status = {number: state for number, state, _ in rows}
    wrong = [f"{waiting} messages never left"] if waiting else []
    wrong += [f"lost: {number}" for number in tally.taken.values() if number not in status]
    wrong += [f"doubled: {len(rows)} orders of {len(keys)} keys"] if len(rows) != len(keys) else []
    wrong += [f"a key nobody sent: {key}" for key, _ in keys if key not in tally.sent]
    wrong += [f"no longer ready: {each}" for each in tally.ready if status[each] != "ready"]
    texts = Counter(str(message["to"]) for message in api.messages)
    wrong += [f"{count} texts to {to}" for to, count in texts.items() if count > 1]
    is_ready = [number for number, state in status.items() if state == "ready"]
    if len(texts) != len(is_ready):
        wrong.append(f"{len(is_ready)} orders ready, {len(texts)} customers told")
    heard = Counter(number for _, number in tally.told)
    wrong += [f"not told of {number}" for number in status if number not in heard]
    wrong += [f"two ids for order {number}" for number, ids in heard.items() if ids > 1]
    faults = shop._select("PRAGMA integrity_check")  # noqa: SLF001
    return wrong + [str(row[0]) for row in faults if row[0] != "ok"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = asyncio.run(run(given.kills, given.seed, Path(folder) / "home"))
    print("\n".join(wrong) or "every order once, every text once, every program told")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
