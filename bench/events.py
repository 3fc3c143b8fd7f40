"""How soon an order is on every screen, beside a bare loop that writes the same to as many.

    PYTHONPATH=. python bench/events.py [--screens 8] [--orders 300] [--per-minute 1200]

What a busy shop must bear: `--screens 300 --orders 100 --per-minute 500`.

A server over a real store and loopback, its screens in a process of their own, which only notes
bytes and times while it is measured. Measured to the arrival of the event: from the beginning
of the transaction, which waits for the disk, and from the moment at which the store has
committed. The bare loop stamps and writes as many bytes, with neither a store nor a journal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import SecretStr

from bench.store import draft
from servizio.demo.loopback import on_loopback
from servizio.paths import Folders
from servizio.server.app import create_app
from servizio.server.exchange import Exchange
from servizio.server.keys import Fixtures
from servizio.server.metrics import Metrics
from servizio.server.opening import clock, shop_profile
from servizio.server.serving import loop_factory
from servizio.settings import Settings
from servizio.shop.menu_file import load_menu
from servizio.shop.order_json import time_text
from servizio.store.sqlite import SqliteStore
from servizio.store.transaction import Transaction

TOKEN = "bench"  # noqa: S105 - of a server that lives for seconds
T = TypeVar("T")
MARK = b'"created_at"'
"""Stands once in each event of these orders."""
ROW = "x" * 700
"""About as much as an order on the wire."""


class NobodyRings:
    """A switchboard without calls."""

    def accepting(self) -> bool:
        """Yes, in vain."""
        return True

    def live_calls(self) -> Sequence[object]:
        """None."""
        return ()

    def agents(self) -> Mapping[str, str]:
        """One that would be ready."""
        return {"local": "ready"}

    def agent_faults(self) -> Mapping[str, str]:
        """None."""
        return {}

    async def partials(self) -> AsyncIterator[Mapping[str, object]]:
        """Nothing is ever said."""
        await asyncio.Event().wait()
        yield {}


Seen = tuple[str, float]
"""When an order's transaction began, as its event says, and when the event arrived."""


class Screen(asyncio.Protocol):
    """One screen that costs as little as it can: it notes when bytes came and reads them later."""

    def __init__(self, expected: int) -> None:
        loop = asyncio.get_running_loop()
        self.listens: asyncio.Future[None] = loop.create_future()
        self.done: asyncio.Future[None] = loop.create_future()
        self._expected = expected
        self._came: list[tuple[bytes, float]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for everything that happens."""
        head = f"GET /api/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        cast("asyncio.Transport", transport).write(head.encode())

    def data_received(self, data: bytes) -> None:
        """Note it."""
        self._came.append((data, time.time()))
        self._expected -= data.count(MARK)
        if not self.listens.done() and b": beat" in data:
            self.listens.set_result(None)
        if self._expected <= 0 and not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Too early: the story fails."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the stream ended early"))

    def seen(self) -> list[Seen]:
        """What came, event by event. An event that came in parts came with its last one."""
        found: list[Seen] = []
        rest = b""
        for data, at in self._came:
            *whole, rest = (rest + data).split(b"\n\n")
            found += [
                (json.loads(event[place:])["order"]["created_at"], at)
                for event in whole
                if (place := event.find(b'{"order"')) >= 0
            ]
        return found


def screens(port: int, count: int, expected: int, told: Connection) -> None:
    """A process with so many screens. Tells when all listen, and then what they saw."""

    async def watch() -> list[Seen]:
        loop = asyncio.get_running_loop()
        opened = [
            (await loop.create_connection(lambda: Screen(expected), "127.0.0.1", port))[1]
            for _ in range(count)
        ]
        for screen in opened:
            await screen.listens
        told.send("listening")
        for screen in opened:
            await screen.done
        return [event for screen in opened for event in screen.seen()]

    told.send(run_as_the_server(watch()))


def run_as_the_server(work: Coroutine[Any, Any, T]) -> T:
    """Run on the kind of event loop that `servizio serve` has."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(work)


@asynccontextmanager
async def watched(
    port: int, count: int, expected: int
) -> AsyncIterator[asyncio.Future[list[Seen]]]:
    """Screens that listen at this port; what they saw, once all have seen all."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=screens, args=(port, count, expected, there), daemon=True)
    await asyncio.to_thread(process.start)
    await asyncio.to_thread(here.recv)
    seen = asyncio.ensure_future(asyncio.to_thread(here.recv))
    try:
        yield seen
    finally:
        await asyncio.to_thread(process.join, 10)
        process.kill()


async def of_servizio(
    folder: Path, count: int, orders: int, pause: float
) -> tuple[list[Seen], dict[str, float], float]:
    """What screens saw of a server, when each order was known to be committed, and the
    processor's seconds for one order with all its screens.
    """
    commits: dict[str, float] = {}
    settings, menu = Settings(), load_menu("boba")
    async with SqliteStore(folder / "shop.db", clock=clock) as store:
        # On the store's thread, right behind COMMIT: before anybody is told of it.
        committed: list[float] = []
        database = store._database  # noqa: SLF001 - nobody else knows the moment
        tell = database._tell  # noqa: SLF001

        def note(connection: sqlite3.Connection, tx: Transaction) -> None:
            committed.append(time.time())
            tell(connection, tx)

        database._tell = note  # type: ignore[method-assign]  # noqa: SLF001
        app = create_app(
            Fixtures(
                settings=settings,
                folders=Folders(config=folder, data=folder),
                token=SecretStr(TOKEN),
                menu=menu,
                profile=shop_profile(settings, menu),
                store=store,
                switchboard=cast("Exchange", NobodyRings()),
                metrics=Metrics(),
            )
        )
        async with (
            on_loopback(app) as url,
            watched(int(url.rpartition(":")[2]), count, orders) as seen,
        ):
            busy = time.process_time()
            for number in range(orders):
                committed.clear()
                order = await store.place_order(draft(f"CA{number}"), actor="agent")
                commits[time_text(order.created_at)] = committed[0]
                await asyncio.sleep(pause)
            told = await seen
            busy = (time.process_time() - busy) / orders
            return told, commits, busy


async def of_bare_loop(count: int, orders: int, pause: float) -> list[Seen]:
    """What screens saw of the same bytes, written as they are to every connection."""
    writers: list[asyncio.StreamWriter] = []

    async def open_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writers.append(writer)
        writer.write(b": beat\n\n")

    server = await asyncio.start_server(open_stream, "127.0.0.1", 0)
    async with server, watched(server.sockets[0].getsockname()[1], count, orders) as seen:
        for _ in range(orders):
            order = {"created_at": time_text(datetime.now(UTC)), "more": ROW}
            line = f"data: {json.dumps({'order': order})}\n\n".encode()
            for writer in writers:
                writer.write(line)
            await asyncio.sleep(pause)
        events = await seen
        for writer in writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        return events


def out_of_order(seen: Sequence[Seen], commits: Sequence[str]) -> int:
    """Screens that did not see every order, once, in the order of their commits."""
    size = len(commits)
    each_saw = ([began for began, _ in seen[at : at + size]] for at in range(0, len(seen), size))
    return sum(saw != list(commits) for saw in each_saw)


def row(name: str, delays: Sequence[float], bare: Sequence[float]) -> str:
    """One line of the table."""
    cells = []
    for share in (0.5, 0.95, 0.99):
        own, other = quantile(delays, share), quantile(bare, share)
        cells.append(f"{own * 1e3:>10.2f}{own / other:>8.1f}")
    return f"{name:<24}{len(delays):>8}{''.join(cells)}"


def since_begin(began: str) -> float:
    """When a transaction began, in seconds."""
    return datetime.fromisoformat(began).timestamp()


def quantile(delays: Sequence[float], share: float) -> float:
    """The delay that this share did not exceed, in seconds."""
    return sorted(delays)[min(len(delays) - 1, int(share * len(delays)))]


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--screens", type=int, default=8)
    words.add_argument("--orders", type=int, default=300)
    words.add_argument("--per-minute", type=float, default=1200.0)
    given = words.parse_args()
    pause = 60.0 / given.per_minute
    written = run_as_the_server(of_bare_loop(given.screens, given.orders, pause))
    with tempfile.TemporaryDirectory() as name:
        seen, commits, busy = run_as_the_server(
            of_servizio(Path(name), given.screens, given.orders, pause)
        )
    wrong = out_of_order(seen, list(commits))
    bare = [arrived - since_begin(began) for began, arrived in written]
    whole = [arrived - since_begin(began) for began, arrived in seen]
    commit = [at - since_begin(began) for began, at in commits.items()]
    after = [arrived - commits[began] for began, arrived in seen]
    heads = "".join(f"{head:>10}{'ratio':>8}" for head in ("p50 ms", "p95 ms", "p99 ms"))
    print(f"{'':<24}{'events':>8}{heads}")
    print(row("bare loop", bare, bare))
    print(row("commit of an order", commit, bare))
    print(row("from commit to screen", after, bare))
    print(row("order to screen", whole, bare))
    print(f"the server's processor: {busy * 1e3:.1f} ms an order")
    print(f"{given.screens - wrong} of {given.screens} screens saw every order once and in order")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
