"""Kills a shop's server again and again in mid-work and looks at what became of its orders.

    python -m bench.kills --kills 200 --seed 1

A real server takes orders at the counter and by telephone, makes them ready, texts the
customers and tells another program, while a telephone company and that program fail in every
way they know. It is killed (SIGKILL) and started again: half of the times at any moment, half
of the times while something chosen is going on. What must hold at the end: every order that
was acknowledged or spoken is there, once for each key and call; each customer got exactly one
text for each thing there was to tell; the other program heard of each order, and could tell
repeats by their ids; the database is whole. Prints how often each point was hit.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import aiohttp

from bench.crowd.agent import ordering_agent, settings_for
from bench.crowd.deliveries import FailingProgram, SlowApi
from bench.crowd.nursery import NurseryShop
from bench.crowd.points import EVERY, Points
from bench.crowd.telephone import QuickTelephone, RefusedError
from bench.crowd.truth import Tally, what_is_wrong
from servizio.settings import Settings, staff_token
from tests.standins.deepgram_agent import DeepgramStandIn
from tests.standins.twilio_api import ACCOUNT_SID, AUTH_TOKEN, SHOP_NUMBER

SETTLING_SECONDS = 400.0
"""For what was lent to a dead worker (90 s), what was unclear after it (60 s), and the waits of
webhooks that failed several times."""
CALLERS, COUNTERS = 3, 2
GONE = (aiohttp.ClientError, RefusedError, ConnectionError, TimeoutError)
"""What befalls a client whose server is killed."""


Deed = Callable[[aiohttp.ClientSession, str, str, random.Random], Awaitable[None]]
"""What a customer does, at an address, with a number of their own."""


class Crowd:
    """Customers at the counter and on the telephone, for as long as the server lives."""

    def __init__(self, shop: NurseryShop, tally: Tally, points: Points) -> None:
        self._shop = shop
        self._tally = tally
        self._points = points
        self._numbers = itertools.count(2_000_000)

    async def until_killed(self, token: str, dice: random.Random) -> None:
        """Work until cancelled."""
        url, headers = self._shop.url, {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(headers=headers) as http, asyncio.TaskGroup() as group:
            for _ in range(CALLERS):
                group.create_task(self._again_and_again(self._ring, http, url, dice))
            for _ in range(COUNTERS):
                group.create_task(self._again_and_again(self._order_here, http, url, dice))

    async def _again_and_again(
        self, what: Deed, http: aiohttp.ClientSession, url: str, dice: random.Random
    ) -> None:
        while True:
            with suppress(*GONE):
                await what(http, url, f"+1415{next(self._numbers)}", dice)
            await asyncio.sleep(dice.random() * 0.05)

    async def _order_here(
        self, http: aiohttp.ClientSession, url: str, phone: str, dice: random.Random
    ) -> None:
        """Order at the counter, repeat it when the answer is lost, and have it made ready."""
        key = f"key-{phone}"
        self._tally.sent.add(key)
        body = {"items": [{"item": "taro-milk-tea"}], "phone": phone}
        with self._points.at("order sent"):
            async with http.post(
                f"{url}/api/orders", json=body, headers={"Idempotency-Key": key}
            ) as answer:
                self._tally.note(answer)
                number = (await answer.json())["order_number"]
        self._tally.taken[key] = number
        await asyncio.sleep(dice.random() * 0.02)
        with self._points.at("ready sent"):
            async with http.post(f"{url}/api/orders/{number}/done") as answer:
                self._tally.note(answer)
        self._tally.ready.add(number)

    async def _ring(
        self, http: aiohttp.ClientSession, url: str, phone: str, dice: random.Random
    ) -> None:
        """Ring and order; some hang up in the middle, some lose the line."""
        call = QuickTelephone(http, url, phone, f"CA{phone[1:]:0>32}", AUTH_TOKEN)
        patience = dice.choice((0.05, 5.0, 5.0, 5.0))
        with self._points.at("call rings"):
            await call.ring()
        with self._points.at("call connects"):
            await call.connect()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    with self._points.at("agent greets"):
                        await call.until_heard(1)
                    await call.speak()
                    with self._points.at("agent at work"):
                        heard = await call.until_silent(0.05)
                    self._tally.heard_agent += heard > 0
            if dice.random() < 0.8:
                with self._points.at("hanging up"):
                    await call.hang_up()
        finally:
            await call.break_off()


async def run(kills: int, seed: int, home: Path) -> list[str]:
    """Kill that often; every broken promise, in words."""
    dice, tally, points = random.Random(seed), Tally(), Points()
    # The local agent is not what is killed here, and loading it would take most of the time.
    nothing = home / "nothing"
    nothing.mkdir(parents=True)
    (nothing / "moonshine_voice.py").write_text("raise ImportError(name='moonshine_voice')\n")
    async with (
        SlowApi(points, dice) as api,
        FailingProgram(points, dice, tally) as program,
        ordering_agent() as agent,
    ):
        environment = settings_for(agent) | {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_PHONE_NUMBER": SHOP_NUMBER,
            "SERVIZIO_TWILIO__API_URL": api.url,
            "SERVIZIO_WEBHOOKS__URLS": program.url,
            "PYTHONPATH": f"{nothing}:{Path(__file__).parents[1]}",
        }
        shop = NurseryShop(home, environment, up_seconds=180.0)
        token = (await asyncio.to_thread(staff_token, Settings(), shop.folders)).get_secret_value()
        crowd = Crowd(shop, tally, points)
        try:
            for number in range(kills):
                api.fail_at_random()
                await asyncio.to_thread(shop.start)
                work = asyncio.create_task(crowd.until_killed(token, dice))
                await a_moment(points, agent, dice)
                shop.kill()
                points.hit(agent)
                tally.listen_to(agent)
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                if number % 10 == 9:
                    print(f"kill {number + 1}: {tally}, {len(api.messages)} texts", flush=True)
            program.is_well = True
            api.be_well()
            await asyncio.to_thread(shop.start)
            waiting = await settle(shop, token)
            wrong = await asyncio.to_thread(what_is_wrong, shop, tally, api, waiting)
        finally:
            await asyncio.to_thread(shop.__exit__)
    print(points)
    return wrong


async def a_moment(points: Points, agent: DeepgramStandIn, dice: random.Random) -> None:
    """Any moment of the next ones, or the next at which something chosen is going on."""
    await asyncio.sleep(0.02 + dice.random() * 2.0)
    if dice.random() < 0.5:
        return
    chosen = dice.choice(EVERY)
    with suppress(TimeoutError):
        async with asyncio.timeout(2.0):
            while chosen not in points.now(agent):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.0005)
    await asyncio.sleep(dice.random() * 0.004)


async def settle(shop: NurseryShop, token: str) -> int:
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


def main() -> int:
    """Parse, kill, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        wrong = asyncio.run(run(given.kills, given.seed, Path(folder) / "home"))
    print(f"{given.kills} kills in {time.monotonic() - began:.0f} s")
    print("\n".join(wrong) or "every order once, every text once, every program told")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
