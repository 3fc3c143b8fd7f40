"""Many telephones at once on one bridge; prints what they met, as one JSON object.

    PYTHONPATH=. python bench/bridges/telephones.py --url http://127.0.0.1:9102 --pid PID --calls 50

What each does: `telephone.py`. The generator must stay cheap, or it measures itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import uvloop

from bench.bridges.telephone import Measures, Telephone

FRAME = 0.02
SLOTS = 20
"""Telephones are spread over the 20 ms, so that they do not all speak at one instant."""
LAG_EVERY = 0.25
"""Seconds between two requests for nothing."""


async def _ring(session: aiohttp.ClientSession, url: str, call_sid: str) -> str:
    """The token of a call; empty where the bridge knows no webhook."""
    fields = {
        "CallSid": call_sid, "AccountSid": "AC" + "0" * 32, "From": "+14155550100",
        "To": "+14155550199", "CallStatus": "ringing", "Direction": "inbound",
    }  # fmt: skip
    async with session.post(f"{url}/voice", data=fields) as answer:
        text = await answer.text()
    found = re.search(r'name="token" value="([^"]+)"', text)
    return found.group(1) if found else ""


async def _connect(phone: Telephone, host: str, port: int) -> None:
    await asyncio.get_running_loop().create_connection(lambda: phone, host, port)
    await asyncio.wait_for(phone.upgraded, 10)


async def _ask_for_nothing(url: str, measures: Measures) -> None:
    """Over and over: what it takes is how long the bridge's loop is busy with other things."""
    async with aiohttp.ClientSession() as session:
        while True:
            began = time.perf_counter()
            async with session.get(f"{url}/nothing") as answer:
                await answer.read()
            if measures.counting:
                measures.lags.append(time.perf_counter() - began)
            await asyncio.sleep(LAG_EVERY)


def _used(process: int) -> tuple[float, int]:
    """Seconds of processor and bytes of memory that a process has used."""
    folder = Path(f"/proc/{process}")
    fields = (folder / "stat").read_text("ascii").rsplit(")", 1)[1].split()
    pages = int((folder / "statm").read_text("ascii").split()[1])
    ticks = os.sysconf("SC_CLK_TCK")
    return (int(fields[11]) + int(fields[12])) / ticks, pages * os.sysconf("SC_PAGE_SIZE")


class Clock:
    """Has each telephone speak in its own part of every 20 ms, until it is stopped."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._slots: list[list[Telephone]] = [[] for _ in range(SLOTS)]
        self._is_stopped = False
        self._tick(0)

    def add(self, number: int, phone: Telephone) -> None:
        """Have this one speak from now on, whatever the others do."""
        self._slots[number % SLOTS].append(phone)

    def stop(self) -> None:
        """Nobody speaks any more."""
        self._is_stopped = True

    def _tick(self, number: int) -> None:
        if self._is_stopped:
            return
        if self._measures.counting:
            self._measures.late.append(self._loop.time() - self._due(number))
        for phone in self._slots[number % SLOTS]:
            phone.speak()
        self._loop.call_at(self._due(number + 1), self._tick, number + 1)

    def _due(self, number: int) -> float:
        return self._began + number * FRAME / SLOTS


async def _ring_all(
    url: str, calls: int, measures: Measures, clock: Clock, *, webhook: bool
) -> list[Telephone]:
    """So many telephones, each with its stream open; as in life, each speaks from then on."""
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
    phones: list[Telephone] = []
    run_mark = f"{time.time_ns():x}"[-12:]
    async with aiohttp.ClientSession() as session:
        for number in range(calls):
            sid = f"CA{run_mark}{number:020x}"
            token = await _ring(session, url, sid) if webhook else ""
            phone = Telephone(number, f"{host}:{port}", token, sid, measures)
            await _connect(phone, host, port)
            phones.append(phone)
            clock.add(number, phone)
    return phones


async def run(
    url: str, calls: int, seconds: float, process: int, *, webhook: bool
) -> dict[str, object]:
    """Ring, speak for a while, hang up; the figures."""
    measures = Measures()
    memory_before = _used(process)[1]
    clock = Clock(measures)
    phones = await _ring_all(url, calls, measures, clock, webhook=webhook)
    asking = asyncio.create_task(_ask_for_nothing(url, measures))
    await asyncio.sleep(4.0)
    measures.counting = True
    used_before, at = _used(process)[0], time.perf_counter()
    await asyncio.sleep(seconds)
    measures.counting = False
    used, memory = _used(process)
    used, whole = used - used_before, time.perf_counter() - at
    deaf = sum(time.perf_counter() - phone.heard_at > 1.0 for phone in phones)
    clock.stop()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    for phone in phones:
        phone.hang_up()
    await asyncio.sleep(0.5)
    return {
        "calls": calls,
        "cpu_ms_per_call_second": used / whole / calls * 1e3,
        "core_share": used / whole,
        "round_trip_p50_ms": _quantile_ms(measures.round_trips, 0.5),
        "round_trip_p99_ms": _quantile_ms(measures.round_trips, 0.99),
        "round_trips": len(measures.round_trips),
        "loop_lag_p99_ms": _quantile_ms(measures.lags, 0.99),
        "lost": measures.lost,
        "deaf_calls": deaf,
        "sound_back": measures.bytes_back / (whole * calls * 8000),
        "kib_per_call": (memory - memory_before) / calls / 1024,
        "generator_late_p99_ms": _quantile_ms(measures.late, 0.99),
    }


def _quantile_ms(seconds: list[float], share: float) -> float:
    """In milliseconds; 0 where nothing was measured."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3 if ordered else 0.0


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--pid", type=int, required=True, help="the bridge's process")
    parser.add_argument("--webhook", action="store_true", help="ring by POST /voice first")
    parser.add_argument("--core", type=int)
    arguments = parser.parse_args()
    if arguments.core is not None:
        os.sched_setaffinity(0, {arguments.core})
    uvloop.install()
    print(
        json.dumps(
            asyncio.run(
                run(
                    arguments.url,
                    arguments.calls,
                    arguments.seconds,
                    arguments.pid,
                    webhook=arguments.webhook,
                )
            )
        )
    )


if __name__ == "__main__":
    main()
