"""Calls with the local agent over the real wire: how quick, how exact, how much work.

    python bench/calls.py [--calls 1,2,4,8] [--rounds 1] [--settle 0] [--transcripts] [--stages]

Starts a server of a throw-away shop and lets simulated customers ring at the same time and
speak. Times are those of the customer's ear. A level takes about a minute; `--rounds` holds each
of them so often, with other customers. `--settle` waits before the first call, as a server that
has just started knows none of its sentences by heart. The telephone runs on this machine too:
`phone late` says how late it was itself, and so how far the other times can be trusted.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from bench.stages import percentile, read_stages, table
from servizio.commands.shop_client import ShopClient
from servizio.demo.customer import Visit, ring
from servizio.demo.scripts import Script, Step, WantedLine, load_scripts
from servizio.errors import ApiError
from servizio.paths import Folders, find_folders
from servizio.server.presence import running_server

READY_SECONDS = 120.0
LEVEL_SECONDS = 180.0
LAG = "servizio_event_loop_lag_seconds_bucket"
COLUMNS = (
    "calls", "exact", "greeting", "answer p50", "answer p95", "loop lag p99", "CPU s/call s",
    "phone late",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shop:
    """A running server."""

    url: str
    token: str
    process: int
    log: Path


@dataclass(frozen=True, slots=True)
class Level:
    """What so many calls at once came to."""

    visits: tuple[Visit, ...]
    inexact: tuple[Visit, ...]
    """Whose orders are not exactly what was said."""
    call_seconds: float
    cpu_seconds: float
    lag_p99: float


@contextmanager
def open_shop() -> Iterator[Shop]:
    """A server with the local agent, ready to talk."""
    with tempfile.TemporaryDirectory(prefix="servizio-bench-") as home:
        folders = find_folders({"SERVIZIO_HOME": home})
        environment = os.environ | {
            "SERVIZIO_HOME": home,
            "SERVIZIO_AGENT__ORDER": "local",
            "SERVIZIO_SERVER__DRAIN_SECONDS": "1",
            "SERVIZIO_LOG__LEVEL": "debug",
        }
        with (Path(home) / "server.out").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "servizio", "serve", "--port", "0"],
                env=environment,
                stdout=output,
                stderr=output,
            )
        try:
            yield _ready(folders, process)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(folders: Folders, process: subprocess.Popen[bytes]) -> Shop:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        running = running_server(folders)
        if running is not None and _agent_is_ready(running.url):
            token = folders.staff_token.read_text(encoding="utf-8").strip()
            return Shop(running.url, token, process.pid, folders.log_file)
        time.sleep(0.2)
    raise SystemExit("the server did not get ready")


def _agent_is_ready(url: str) -> bool:
    try:
        health = ShopClient(url).get("/health")
    except ApiError:
        return False
    return isinstance(health, dict) and health["checks"]["agents"]["status"] == "ok"


def customers(count: int, first: int = 0) -> list[Script]:
    """So many customers, each eight in a row with eight different orders."""
    demo = {script.id: script for script in load_scripts()}

    def mixed(name: str, number: str, order: Sequence[WantedLine], *steps: str) -> Script:
        script = replace(demo["ann"], id=name, order=frozenset(order), phone=f"+1{number}")
        said = [*(_step(demo, step) for step in steps), Step(number, b"")]
        return replace(script, steps=(*said, _step(demo, "ann-5"), _step(demo, "bill-7")))

    taro = WantedLine("taro-milk-tea", 1, frozenset({"crystal-agar-boba"}))
    plain = WantedLine("taro-milk-tea", 1, frozenset({"boba"}))
    sweet = WantedLine("black-milk-tea", 1, frozenset({"boba", "25%"}))
    two = WantedLine("black-milk-tea", 2, frozenset({"egg-pudding", "less-ice"}))
    eight = [
        *demo.values(),
        replace(mixed("erin", "4155550105", [sweet], "carol-2", "ann-2", "carol-5"), total="6.25"),
        replace(mixed("finn", "4155550106", [taro], "bill-3", "bill-4", "bill-5"), total="6.25"),
        replace(mixed("gail", "4155550107", [two], "bill-1", "bill-2", "bill-5"), total="12.50"),
        replace(
            mixed(
                "hank", "4155550108", [plain, two], "ann-1", "ann-2", "bill-1", "bill-2", "ann-3"
            ),
            total="18.75",
        ),
    ]
    return [eight[number % len(eight)] for number in range(first, first + count)]


def _step(demo: Mapping[str, Script], name: str) -> Step:
    customer, _, number = name.partition("-")
    return demo[customer].steps[int(number) - 1]


async def run_level(shop: Shop, count: int, rounds: int = 1) -> Level:
    """Let so many customers ring within a second, and others when they are done."""
    lag_before, cpu_before = await _lag(shop), cpu_seconds(shop.process)
    durations: list[float] = []

    async def one(number: int, script: Script) -> Visit:
        await asyncio.sleep(number / count)
        began = time.monotonic()
        visit = await ring(shop.url, script)
        durations.append(time.monotonic() - began)
        return visit

    visits: list[Visit] = []
    for number in range(rounds):
        ringing = enumerate(customers(count, number * count))
        async with asyncio.timeout(LEVEL_SECONDS):
            visits += await asyncio.gather(*(one(*each) for each in ringing))
    cpu = cpu_seconds(shop.process) - cpu_before
    lag = {bound: n - lag_before.get(bound, 0.0) for bound, n in (await _lag(shop)).items()}
    orders = await _orders(shop)
    inexact = tuple(visit for visit in visits if not is_exact(visit, orders))
    return Level(tuple(visits), inexact, sum(durations), cpu, quantile_bound(lag, 0.99))


def is_exact(visit: Visit, orders: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the shop has exactly what this customer ordered."""
    mine = [order for order in orders if order["call_sid"] == visit.call_sid]
    if len(mine) != 1:
        return False
    lines = frozenset(
        WantedLine(
            line["item"],
            line["quantity"],
            frozenset(each["modifier"] for each in line["modifiers"]),
        )
        for line in mine[0]["items"]
    )
    script = visit.script
    return (lines, mine[0]["total"], mine[0]["phone"]) == (
        script.order,
        script.total,
        script.phone,
    )


async def _orders(shop: Shop) -> list[Mapping[str, Any]]:
    answer = await asyncio.to_thread(ShopClient(shop.url, shop.token).get, "/orders.json?limit=500")
    return list(answer["orders"]) if isinstance(answer, dict) else []


async def _lag(shop: Shop) -> dict[float, float]:
    """The buckets of the event loop's lag: upper bound and count."""
    headers = {"Authorization": f"Bearer {shop.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{shop.url}/metrics") as answer,
    ):
        text = await answer.text()
    found = {}
    for line in text.splitlines():
        if line.startswith(LAG):
            bound, _, count = line.partition('le="')[2].partition('"} ')
            found[float(bound)] = float(count)
    return found


def quantile_bound(buckets: Mapping[float, float], share: float) -> float:
    """The bound of the bucket that holds this share of all; not a number where there is none."""
    total = max(buckets.values(), default=0.0)
    return next(
        (bound for bound, count in sorted(buckets.items()) if total and count >= share * total),
        math.nan,
    )


def cpu_seconds(process: int) -> float:
    """What a process and all below it have worked so far; not a number outside of Linux."""
    if not Path("/proc/self/stat").exists():
        return math.nan
    works: dict[int, tuple[int, float]] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            works[int(stat.parent.name)] = int(fields[1]), sum(map(int, fields[11:13])) / tick
    family = {process}
    while more := {pid for pid, (parent, _) in works.items() if parent in family} - family:
        family |= more
    return sum(works[pid][1] for pid in family if pid in works)


def row(count: int, level: Level) -> tuple[str, ...]:
    """A level as a line of the table."""
    measures = [visit.measures for visit in level.visits]
    greetings = [each.first_audio for each in measures if each.first_audio is not None]
    waits = [wait for each in measures for wait in each.replies]
    p95 = percentile(waits, 0.95)
    return (
        str(count),
        f"{len(level.visits) - len(level.inexact)}/{len(level.visits)}",
        f"{max(greetings, default=math.nan):.2f} s",
        f"{median(waits) if waits else math.nan:.2f} s",
        f"{p95:.2f} s",
        f"<={level.lag_p99 * 1000:.0f} ms",
        f"{level.cpu_seconds / level.call_seconds:.3f}",
        f"{max(each.worst_lateness for each in measures) * 1000:.0f} ms",
    )


async def bench(
    shop: Shop, counts: Sequence[int], rounds: int, *, transcripts: bool, stages: bool
) -> None:
    """Print the table, line by line."""
    _, read_to = read_stages(shop.log)
    print(" | ".join(f"{name:>12}" for name in COLUMNS))
    for count in counts:
        level = await run_level(shop, count, rounds)
        print(" | ".join(f"{cell:>12}" for cell in row(count, level)), flush=True)
        turns, read_to = read_stages(shop.log, read_to)
        if stages:
            waits = [wait for visit in level.visits for wait in visit.measures.replies]
            print("\n".join(table(turns, waits)), flush=True)
        for visit in level.inexact:
            print(f"    {visit.script.id}: {visit.problem or 'not what was ordered'}")
            if transcripts:
                await _print_transcript(shop, visit)


async def _print_transcript(shop: Shop, visit: Visit) -> None:
    client = ShopClient(shop.url, shop.token)
    call: Any = await asyncio.to_thread(client.get, f"/calls/{visit.call_sid}")
    for turn in call["transcript"]:
        print(f"        {turn['role']}: {turn['text']}{'' if turn['heard'] else ' ...'}")


def main() -> None:
    """Read the levels, start the server, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", default="1,2,4,8", help="calls at once, separated by commas")
    parser.add_argument("--rounds", type=int, default=1, help="how often each level")
    parser.add_argument("--settle", type=float, default=0.0, help="seconds before the first call")
    parser.add_argument("--transcripts", action="store_true", help="of what was taken wrongly")
    parser.add_argument("--stages", action="store_true", help="where the time goes")
    given = parser.parse_args()
    counts = [int(each) for each in given.calls.split(",")]
    with open_shop() as shop:
        time.sleep(given.settle)
        asyncio.run(
            bench(shop, counts, given.rounds, transcripts=given.transcripts, stages=given.stages)
        )


if __name__ == "__main__":
    main()
