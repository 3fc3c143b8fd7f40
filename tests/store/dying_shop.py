"""A program for `test_crash`: runs a shop's day and is killed at a given instruction.

    python -m tests.store.dying_shop FOLDER FIRST STEP

For every STEP-th number from FIRST on, a child process opens a fresh shop, takes an order, changes
it, ends the call, makes it ready, sends its texts and tells another program, and kills itself
(SIGKILL) at that SQL statement or try. Then the next start cleans up, and what must hold is
looked at. Ends at the first number that no child reaches. Prints one line a number, `ok` or
what is wrong.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from servizio.shop.order import Order, OrderStatus
from servizio.store.outbox_worker import OutboxWorker
from servizio.store.records import MessageKind, MessageState
from servizio.store.sending import SendOutcome
from servizio.store.sqlite import SqliteStore
from tests.store.scene import SENT, StandingClock, draft, ready_text, received_text


@dataclass
class Doom:
    """Kills this process when it has been asked often enough."""

    left: int

    def step(self, _statement: str = "") -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Paper:
    """Lines in a file: what was said to the customer, or what the provider took."""

    path: Path
    doom: Doom = field(default_factory=lambda: Doom(0))

    def write(self, line: str) -> None:
        with self.path.open("a") as file:
            file.write(f"{line}\n")

    def lines(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []

    async def send(self, to: str, body: str) -> SendOutcome:
        self.doom.step()
        self.write(f"{to} {body}")
        self.doom.step()
        return SENT

    async def find_recent(
        self, to: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> SendOutcome | None:
        del known
        assert since < StandingClock().now, "the first try was at the clock's beginning"
        return SENT if f"{to} {body}" in self.lines() else None


HOOK = "https://hooks.example/"


@dataclass
class Program(Paper):
    """Lines in a file: what another program was told."""

    async def send(self, to: str, body: str) -> SendOutcome:
        assert to == HOOK
        self.doom.step()
        told = json.loads(body)
        self.write(f"{told['id']} {told['type']} {told['data']['revision']}")
        self.doom.step()
        return SENT

    async def find_recent(
        self, to: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> SendOutcome | None:
        """Nobody can say; a second time does no harm."""
        del to, body, since, known
        return None


def worker_of(
    store: SqliteStore, provider: Paper, program: Program, clock: StandingClock
) -> OutboxWorker:
    return OutboxWorker(store, provider, clock=clock, rng=random.Random(1), webhook_sender=program)


def shop_at(database: Path, clock: StandingClock) -> SqliteStore:
    return SqliteStore(database, clock=clock, ready_text=ready_text, webhook_urls=(HOOK,))


async def order_aloud(store: SqliteStore, spoken: Paper, *, quantity: int) -> Order:
    order = await store.place_order(draft(quantity=quantity), actor="agent", text=received_text)
    spoken.write(f"{order.number} {order.revision}")
    return order


async def a_day(
    database: Path, spoken: Paper, provider: Paper, program: Program, doom: Doom
) -> None:
    clock = StandingClock()
    async with shop_at(database, clock) as store:
        await store._database.read(lambda sql: sql.set_trace_callback(doom.step))
        provider.doom = program.doom = doom
        await store.start_call("CA1")
        await order_aloud(store, spoken, quantity=1)
        order = await order_aloud(store, spoken, quantity=2)
        await store.end_call("CA1", outcome="ordered")
        await store.set_status(order.number, OrderStatus.READY, actor="staff")
        spoken.write("ready")
        worker = worker_of(store, provider, program, clock)
        for kind in MessageKind:
            await worker.send_due(kind)


async def the_next_start(database: Path, spoken: Paper, provider: Paper, program: Program) -> str:
    clock = StandingClock()
    clock.pass_(minutes=2)
    async with shop_at(database, clock) as store:
        await store.recover_calls()
        worker = worker_of(store, provider, program, clock)
        for kind in MessageKind:
            await worker.send_due(kind)
        orders = await store.orders()
        if faults := await store.check():
            return f"the file is damaged: {faults}"
        if len(orders) > 1:
            return f"one call has {len(orders)} orders"
        states = {message.state for message in await store.messages()}
        if states - {MessageState.SENT}:
            return f"messages were left {states}"
        order = orders[0] if orders else None
        if wrong := what_others_got_wrong(order, program.lines()):
            return wrong
        return what_is_wrong(order, spoken.lines(), provider.lines())


def what_others_got_wrong(order: Order | None, told: list[str]) -> str:
    """Whether another program knows the order as it is, however often it was told."""
    messages = sorted({tuple(line.split()[1:]) for line in told})
    if len({line.split()[0] for line in told}) != len(messages):
        return f"two ids for the same news: {told}"
    expected = [] if order is None else [("order.created", str(order.revision))]
    if order is not None and order.status is OrderStatus.READY:
        expected.append(("order.status_changed", str(order.revision)))
    return "" if messages == expected else f"others know {messages}, not {expected}"


def what_is_wrong(order: Order | None, spoken: list[str], taken: list[str]) -> str:
    if len(set(taken)) != len(taken):
        return f"sent twice: {taken}"
    promised = [line.split() for line in spoken if line != "ready"]
    if order is None:
        return f"lost: {promised}" if promised or taken else "ok"
    if promised and (order.number, order.revision) < (promised[-1][0], int(promised[-1][1])):
        return f"promised {promised}, kept {order.number} {order.revision}"
    if "ready" in spoken and order.status is not OrderStatus.READY:
        return f"was ready and is {order.status}"
    expected = [received_text(order)]
    if order.status is OrderStatus.READY:
        expected.append(ready_text(order))
    if sorted(line.split(" ", 1)[1] for line in taken) != sorted(expected):
        return f"expected {expected}, sent {taken}"
    return "ok"


def papers_in(folder: Path) -> tuple[Paper, Paper, Program]:
    """What was said, what the provider took, and what another program was told."""
    return Paper(folder / "spoken"), Paper(folder / "provider"), Program(folder / "program")


def child(folder: Path, number: int) -> bool:
    """Run a day that dies at this instruction; whether it died."""
    pid = os.fork()
    if pid == 0:
        asyncio.run(a_day(folder / "shop.db", *papers_in(folder), Doom(number)))
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def main(root: Path, first: int, step: int) -> None:
    number, died = first, True
    while died:
        folder = root / str(number)
        folder.mkdir()
        died = child(folder, number)
        verdict = asyncio.run(the_next_start(folder / "shop.db", *papers_in(folder)))
        sys.stdout.write(f"{number} {'died' if died else 'lived'} {verdict}\n")
        number += step


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
