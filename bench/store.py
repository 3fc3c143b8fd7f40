"""How quickly orders are kept, beside a bare `sqlite3` insert on the same disk.

    python bench/store.py [--count 300] [--folder DIR]

Every figure is printed with its ratio to the bare insert of the same run (WAL, one commit a
row, `synchronous` as named): the disk, not Servizio, decides the absolute numbers. An order
is five rows or more: order, journal, text, and what is read to decide.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from servizio.shop.order import OrderDraft, OrderedLine, OrderStatus, Source
from servizio.store.records import MessageKind, Role
from servizio.store.sqlite import SqliteStore

ROW = "x" * 400
"""About as much as an order."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that each of a row of equal steps took."""

    name: str
    steps: tuple[float, ...]
    whole: float

    def quantile(self, share: float) -> float:
        """The time that this share of the steps did not exceed."""
        return sorted(self.steps)[min(len(self.steps) - 1, int(share * len(self.steps)))]

    @property
    def per_second(self) -> float:
        """Steps a second, all of them together."""
        return len(self.steps) / self.whole

    def row(self, bare: Timing) -> str:
        """One line of the table."""
        return (
            f"{self.name:<34}{self.per_second:>9.0f}{self.per_second / bare.per_second:>7.2f}"
            f"{self.quantile(0.5) * 1e3:>10.2f}{self.quantile(0.99) * 1e3:>10.2f}"
            f"{self.quantile(0.5) / bare.quantile(0.5):>8.2f}"
            f"{self.quantile(0.99) / bare.quantile(0.99):>8.2f}"
        )


def bare(folder: Path, synchronous: str, count: int) -> Timing:
    """Rows committed one by one, with nothing around them."""
    steps = []
    with closing(sqlite3.connect(folder / f"bare-{synchronous}.db", isolation_level=None)) as sql:
        sql.execute("PRAGMA journal_mode = WAL")
        sql.execute(f"PRAGMA synchronous = {synchronous}")
        sql.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        begin = time.perf_counter()
        for _ in range(count):
            start = time.perf_counter()
            sql.execute("INSERT INTO rows (text) VALUES (?)", (ROW,))
            steps.append(time.perf_counter() - start)
    return Timing(f"bare insert, {synchronous}", tuple(steps), time.perf_counter() - begin)


async def timed(
    name: str, count: int, step: Callable[[int], Awaitable[object]], *, together: int = 1
) -> Timing:
    """Run `step` for every number below `count`, so many at a time."""
    steps: list[float] = []
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            start = time.perf_counter()
            await step(number)
            steps.append(time.perf_counter() - start)

    begin = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(together)))
    return Timing(name, tuple(steps), time.perf_counter() - begin)


def draft(call_sid: str) -> OrderDraft:
    """Three drinks."""
    price = Decimal("5.50")
    line = OrderedLine("taro-milk-tea", "taro milk tea", 1, (), price)
    return OrderDraft(
        (line,) * 3, price * 3, Decimal(0), price * 3, Source.PHONE, "+14155550100", "Ann", call_sid
    )


async def of_store(folder: Path, count: int) -> tuple[list[Timing], list[Timing]]:
    """Timings of durable commits, and of those that the disk is not waited for."""
    async with SqliteStore(folder / "shop.db", clock=lambda: datetime.now(UTC)) as store:
        await store.start_call("CA0")

        def place(prefix: str) -> Callable[[int], Awaitable[object]]:
            return lambda n: store.place_order(
                draft(f"{prefix}{n}"), actor="agent", text=lambda order: f"Order {order.number}."
            )

        durable = [
            await timed("place_order", count, place("CA-a")),
            await timed("place_order, 8 calls at once", count, place("CA-b"), together=8),
        ]
        numbers = [order.number for order in await store.orders(count)]
        durable.append(
            await timed(
                "set_status",
                count,
                lambda n: store.set_status(numbers[n], OrderStatus.MAKING, actor="staff"),
            )
        )
        light = [
            await timed(
                "add_turn", count, lambda n: store.add_turn("CA0", Role.CUSTOMER, f"{n} {ROW}")
            )
        ]
        assert (await store.pending_messages())[MessageKind.SMS] == 2 * count
    return durable, light


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--count", type=int, default=300, help="steps of each kind")
    words.add_argument("--folder", type=Path, help="on the disk to be measured")
    given = words.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        full, normal = bare(folder, "FULL", given.count), bare(folder, "NORMAL", given.count)
        durable, light = asyncio.run(of_store(folder, given.count))
    print(f"{'':<34}{'per s':>9}{'ratio':>7}{'p50 ms':>10}{'p99 ms':>10}{'ratio':>8}{'ratio':>8}")
    for timing in (full, *durable):
        print(timing.row(full))
    for timing in (normal, *light):
        print(timing.row(normal))


if __name__ == "__main__":
    main()
