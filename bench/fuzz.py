"""Nonsense on the media socket and on the browser's, a hundred thousand messages each.

    python -m bench.fuzz [--messages 100000] [--only telephone|browser] [--seed 1]

Against a real server whose calls a stand-in takes. Right messages, right ones with something
wrong, and noise are mixed, so that calls live on and all of their code is met. What must hold:
no answer of 500 or more, no traceback in the log, the server takes calls afterwards, and holds
no more memory (5 %), tasks, threads, sockets or files than after the first fifth.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import aiohttp

from bench.crowd import noise
from bench.crowd.agent import ordering_agent, settings_for
from bench.crowd.leftovers import HEAD, Holding, look
from bench.crowd.telephone import QuickTelephone, RefusedError
from bench.crowd.truth import tracebacks
from bench.soak import FLAT, SETTLING
from servizio.settings import Settings, staff_token
from tests.end_to_end.shop_process import ShopProcess

AT_ONCE = 6
"""Sockets together."""
EACH = 400
"""Messages of one socket, if it is let."""
STEPS = 10
"""Looks at what the server holds."""
BREAKER_SECONDS = 150.0
REST_SECONDS = 2.2
"""After which Python has looked for garbage once more."""
GONE = (aiohttp.ClientError, ConnectionError, TimeoutError, RefusedError)


class Fuzz:
    """One server, and nonsense for it."""

    def __init__(self, shop: ShopProcess, dice: random.Random) -> None:
        self._url = shop.url
        self._dice = dice
        self._numbers = itertools.count(2_000_000)
        self.sent = 0
        self.endings: Counter[str] = Counter()
        """How sockets ended."""

    async def send(
        self, one: Callable[[aiohttp.ClientSession], Awaitable[str]], messages: int
    ) -> None:
        """Send so many more, by sockets of this kind."""
        until = self.sent + messages

        async def again(http: aiohttp.ClientSession) -> None:
            while self.sent < until:
                try:
                    self.endings[await one(http)] += 1
                except aiohttp.WSServerHandshakeError as error:
                    self.endings[f"HTTP {error.status}"] += 1
                except GONE as error:
                    self.endings[type(error).__name__] += 1
                    await asyncio.sleep(0.2)

        async with aiohttp.ClientSession() as http:
            await asyncio.gather(*(again(http) for _ in range(AT_ONCE)))

    async def telephone(self, http: aiohttp.ClientSession) -> str:
        """A call whose stream is mad from its start on, or after it."""
        phone = f"+1415{next(self._numbers)}"
        call = QuickTelephone(http, self._url, phone, f"CA{phone[1:]:0>32}")
        await call.ring()
        socket = await call.open_stream()
        try:
            if self._dice.random() < 0.9:
                await socket.send_str(call.start_message())
            ending = await self._pour(
                socket, lambda: noise.of_telephone(call.stream_sid, self._dice)
            )
        finally:
            await socket.close()
        await call.report_end()
        return ending

    async def browser(self, http: aiohttp.ClientSession) -> str:
        """A page of ours that has gone mad, from another address each time."""
        number = next(self._numbers)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        headers = {"Origin": self._url, "X-Forwarded-For": address}
        async with http.ws_connect(f"{self._url}/ws/voice", headers=headers) as socket:
            return await self._pour(socket, lambda: noise.of_browser(self._dice))

    async def _pour(
        self, socket: aiohttp.ClientWebSocketResponse, message: Callable[[], str | bytes]
    ) -> str:
        """Send until it is enough or the socket is closed; how it ended."""
        reading = asyncio.create_task(_read(socket))
        try:
            for number in range(EACH):
                if socket.closed:
                    return f"closed {socket.close_code}"
                each = message()
                await (
                    socket.send_bytes(each) if isinstance(each, bytes) else socket.send_str(each)
                )
                self.sent += 1
                if number % 20 == 0:
                    await asyncio.sleep(0)
            return "left"
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


async def settled(shop: ShopProcess, token: str) -> Holding:
    """What the server holds once no call is live."""
    until = time.monotonic() + SETTLING
    while True:
        await asyncio.sleep(REST_SECONDS)
        holding, live = await look(shop.pid, shop.url, token)
        if not live or time.monotonic() > until:
            return holding


async def well_again(shop: ShopProcess) -> bool:
    """Whether calls are taken, after a while at the latest: an agent may be left alone so long."""
    until = time.monotonic() + BREAKER_SECONDS
    while not await asyncio.to_thread(shop.health):
        if time.monotonic() > until:
            return False
        await asyncio.sleep(1.0)
    return True


async def run(kind: str, messages: int, seed: int, home: Path) -> list[str]:
    """Send so many; what is wrong afterwards."""
    nothing = home / "nothing"
    nothing.mkdir(parents=True)
    (nothing / "moonshine_voice.py").write_text("raise ImportError(name='moonshine_voice')\n")
    async with ordering_agent() as agent:
        environment = settings_for(agent) | {
            "PYTHONPATH": f"{nothing}:{Path(__file__).parents[1]}",
            "SERVIZIO_SERVER__TRUSTED_PROXIES": "127.0.0.1",
        }
        shop = ShopProcess(home, environment, up_seconds=180.0)
        token = (await asyncio.to_thread(staff_token, Settings(), shop.folders)).get_secret_value()
        await asyncio.to_thread(shop.start)
        try:
            fuzz, rows = Fuzz(shop, random.Random(seed)), []
            one = {"telephone": fuzz.telephone, "browser": fuzz.browser}[kind]
            print(f"{kind:>10}{HEAD}{'seconds':>9}", flush=True)
            for _ in range(STEPS):
                began = time.monotonic()
                await fuzz.send(one, messages // STEPS)
                agent.sessions.clear()
                rows.append(await settled(shop, token))
                print(f"{fuzz.sent:>10}{rows[-1]}{time.monotonic() - began:>9.1f}", flush=True)
            is_well = await well_again(shop)
        finally:
            await asyncio.to_thread(shop.stop)
    print(f"sockets: {dict(fuzz.endings)}")
    return what_is_wrong(shop, fuzz, rows, is_well=is_well)


def what_is_wrong(
    shop: ShopProcess, fuzz: Fuzz, rows: list[Holding], *, is_well: bool
) -> list[str]:
    """In words."""
    warm, last = rows[len(rows) // 5 : len(rows) // 2], rows[-1]
    wrong = [each for each in fuzz.endings if each.startswith(("HTTP 5", "closed 1011"))]
    wrong += [] if is_well else ["no calls are taken any more"]
    if last.mebibytes > warm[0].mebibytes * (1 + FLAT):
        wrong.append(f"memory grew from {warm[0].mebibytes:.1f} to {last.mebibytes:.1f} MiB")
    return wrong + tracebacks(shop) + last.more_than(warm)


def main() -> int:
    """Parse, fuzz, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--only", choices=("telephone", "browser"))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong: list[str] = []
    for kind in [given.only] if given.only else ["telephone", "browser"]:
        with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
            home = Path(folder) / "home"
            wrong += asyncio.run(run(kind, given.messages, given.seed, home))
    print("\n".join(wrong) or "nothing broke, nothing stayed behind")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
