"""Thousands of calls through one server, some of them bad: does anything stay behind?

    python -m bench.soak [--calls 1000] [--batch 50] [--seed 1]

A real server, a stand-in for the agent's provider, telephones that are as quick as a socket.
A tenth of the calls misbehave: the line drops, half a message, nonsense, silence, a hang-up in
mid-order, two streams, none. After each batch it is waited until no call is live and the
garbage is collected; then the server's memory, tasks, threads, sockets and files are counted.
What must hold: memory of the last batches within 5 % of that after warm-up (a fifth of the
calls), nothing else grown, one order for each customer who heard a number, never two, one text
for each order, and nothing in the log that was not expected.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bench.crowd.agent import ordering_agent, settings_for
from bench.crowd.customers import (
    ORDER_FOR_SURE,
    RASCALS,
    SORRY_SECONDS,
    PutOffError,
    call_once,
)
from bench.crowd.leftovers import HEAD, Holding, look
from bench.crowd.telephone import QuickTelephone
from bench.crowd.truth import tracebacks
from servizio.settings import Settings, staff_token
from tests.end_to_end.shop_process import ShopProcess

AT_ONCE = 20
"""Calls together."""
FLAT = 0.05
"""Share by which memory may grow."""
WARM_UP = 0.2
"""Share of the calls after which memory is compared."""
TRIES = 40
"""Calls of one customer."""
SETTLING = 30.0


class Soak:
    """One server and all that ring it."""

    def __init__(self, shop: ShopProcess, token: str, dice: random.Random) -> None:
        self._shop = shop
        self._token = token
        self._dice = dice
        self._numbers = itertools.count(2_000_000)
        self.kinds: dict[str, str] = {}
        """Which kind of customer rang, by call; empty where the shop was sorry."""
        self.put_off = 0
        """Calls for which no agent could talk: its provider was late, as a busy machine is."""
        self.wrong: list[str] = []

    async def batch(self, kinds: Sequence[str]) -> Holding:
        """Have these ring, no more than `AT_ONCE` together; what is held afterwards."""
        gate = asyncio.Semaphore(AT_ONCE)
        url = self._shop.url

        async def one(kind: str, http: aiohttp.ClientSession) -> None:
            async with gate:
                for _ in range(TRIES):
                    phone = f"+1415{next(self._numbers)}"
                    call = QuickTelephone(http, url, phone, f"CA{phone[1:]:0>32}")
                    self.kinds[call.call_sid] = ""
                    try:
                        problem = await call_once(kind, call, self._dice)
                    except PutOffError:
                        self.put_off += 1
                        await asyncio.sleep(SORRY_SECONDS)
                        continue
                    self.kinds[call.call_sid] = kind
                    self.wrong += [problem] if problem else []
                    return
                self.wrong.append(f"{kind}: put off {TRIES} times")

        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            await asyncio.gather(*(one(kind, http) for kind in kinds))
        return await self.settled()

    async def settled(self) -> Holding:
        """What is held once no call is live and the garbage has been looked through."""
        until = time.monotonic() + SETTLING
        while True:
            await asyncio.sleep(2.2)
            holding, live = await look(self._shop.pid, self._shop.url, self._token)
            if not live or time.monotonic() > until:
                self.wrong += [f"{live} calls never ended"] if live else []
                return holding


def kinds_of(calls: int, dice: random.Random) -> list[str]:
    """Who rings, a tenth of them rascals of all kinds, and some that never hang up."""
    names = itertools.cycle(RASCALS)
    rascals = [next(names) for _ in range(calls // 10)]
    if calls >= 200:
        rascals[:2] = ["never hangs up"] * 2
    kinds = rascals + ["orders"] * (calls - len(rascals))
    dice.shuffle(kinds)
    return kinds


def broken_promises(shop: ShopProcess, kinds: dict[str, str]) -> list[str]:
    """Orders and texts that are lost, doubled or too many."""
    orders = Counter(row[0] for row in shop.select("SELECT call_sid FROM orders"))
    texts = Counter(row[0] for row in shop.select("SELECT call_sid FROM outbox WHERE kind = 'sms'"))
    left_open = shop.select("SELECT count(*) FROM calls WHERE ended_at IS NULL")[0][0]
    return [
        *(f"lost: the order of {sid} ({kind})" for sid, kind in kinds.items()
          if kind in ORDER_FOR_SURE and not orders[sid]),
        *(f"doubled: {count} orders of {sid}" for sid, count in orders.items() if count > 1),
        *(f"an order of nobody: {sid}" for sid in orders if sid not in kinds),
        *(f"{texts[sid]} texts for the order of {sid}" for sid in orders if texts[sid] != 1),
        *([f"{left_open} calls were never ended"] if left_open else []),
    ]  # fmt: skip


def growth(rows: Sequence[Holding], warm: int) -> list[str]:
    """What has grown since warm-up, in words. `warm`: batches that do not count."""
    counted = rows[warm:]
    third = max(1, len(counted) // 3)
    first = statistics.median(row.mebibytes for row in counted[:third])
    last = statistics.median(row.mebibytes for row in counted[-third:])
    print(
        f"memory: {first:.1f} MiB after warm-up, {last:.1f} MiB at the end: {last / first - 1:+.1%}"
    )
    grown = [f"memory grew by {last / first - 1:.1%}"] if last > first * (1 + FLAT) else []
    return grown + rows[-1].more_than(counted[:third])


async def run(calls: int, batch: int, seed: int, home: Path) -> list[str]:
    """Let so many ring; everything that is wrong afterwards."""
    dice = random.Random(seed)
    nothing = home / "nothing"
    nothing.mkdir(parents=True)
    (nothing / "moonshine_voice.py").write_text("raise ImportError(name='moonshine_voice')\n")
    async with ordering_agent() as agent:
        path = f"{nothing}:{Path(__file__).parents[1]}"
        shop = ShopProcess(home, settings_for(agent) | {"PYTHONPATH": path}, up_seconds=180.0)
        token = (await asyncio.to_thread(staff_token, Settings(), shop.folders)).get_secret_value()
        await asyncio.to_thread(shop.start)
        try:
            soak, rows = Soak(shop, token, dice), []
            kinds = kinds_of(calls, dice)
            print(f"{'calls':>8}{HEAD}{'seconds':>9}", flush=True)
            for start in range(0, calls, batch):
                began = time.monotonic()
                rows.append(await soak.batch(kinds[start : start + batch]))
                agent.sessions.clear()
                seconds = time.monotonic() - began
                print(f"{start + batch:>8}{rows[-1]}{seconds:>9.1f}", flush=True)
            print(f"{soak.put_off} calls were put off and came again")
            wrong = soak.wrong + await asyncio.to_thread(broken_promises, shop, soak.kinds)
        finally:
            await asyncio.to_thread(shop.stop)
    wrong += growth(rows, int(len(rows) * WARM_UP))
    return wrong + tracebacks(shop)


def main() -> int:
    """Parse, soak, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = asyncio.run(run(given.calls, given.batch, given.seed, Path(folder) / "home"))
    print("\n".join(wrong) or "nothing stayed behind, every order once, every text once")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
