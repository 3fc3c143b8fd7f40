"""How quick the console is in a rush: keys, orders, memory, start; beside plain programs.

    python bench/console.py [--orders 500] [--steps 60] [--rush 600] [--size 160x50]

A server of a throw-away shop is filled with open orders; a console is opened on it in a
terminal of its own (a pseudo-terminal) and read as a person would: something counts when
it has been written to the terminal. Baselines of the same run: for orders, a client that
only reads the event stream; for keys, the smallest program with the same toolkit, which
shows a number that each key press raises.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from servizio.commands.shop_client import is_up
from servizio.paths import Folders, find_folders
from servizio.server.presence import running_server

UP_SECONDS = 60.0
SHOWN_SECONDS = 20.0
ITEM = {"item": "taro-milk-tea", "modifiers": [{"modifier": "boba"}]}
PLAIN = """
from textual.app import App
from textual.widgets import Static
class Plain(App):
    count = 0
    def compose(self):
        yield Static("pressed 0")
    def on_key(self, event):
        self.count += 1
        self.query_one(Static).update(f"pressed {self.count}")
Plain().run()
"""


@dataclass
class Terminal:
    """What a program has written to its terminal so far, and a keyboard for it."""

    program: subprocess.Popen[bytes]
    handle: int
    written: bytearray = field(default_factory=bytearray)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def read(self) -> None:
        """Take what has been written."""
        with suppress(OSError):
            self.written += os.read(self.handle, 1 << 16)
        self.came.set()

    def press(self, key: bytes) -> None:
        """Press a key, and forget what stood on the terminal before."""
        self.written.clear()
        os.write(self.handle, key)

    async def shows(self, words: str) -> float:
        """Wait until these words have been written; the time (monotonic)."""
        wanted = words.encode()
        async with asyncio.timeout(SHOWN_SECONDS):
            while wanted not in self.written:
                self.came.clear()
                await self.came.wait()
        return time.monotonic()

    def cpu(self) -> float:
        """Seconds of a processor that the program has used."""
        fields = Path(f"/proc/{self.program.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident memory, MiB."""
        for line in Path(f"/proc/{self.program.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0


def started(
    command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]
) -> Terminal:
    """Start a program in a terminal of its own."""
    ours, theirs = pty.openpty()
    columns, rows = size
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    program = subprocess.Popen(
        command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    return Terminal(program, ours)


@asynccontextmanager
async def terminal(
    command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]
) -> AsyncIterator[Terminal]:
    """Run a program in a terminal of its own."""
    held = started(command, environment, size)
    loop = asyncio.get_running_loop()
    loop.add_reader(held.handle, held.read)
    try:
        yield held
    finally:
        held.program.terminate()
        # What it says last must be read, or it waits for us as we wait for it.
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(held.program.wait, 10.0)
        held.program.kill()
        loop.remove_reader(held.handle)
        os.close(held.handle)


@contextmanager
def shop(folder: Path, environment: Mapping[str, str]) -> Any:
    """A server of its own: its address and staff token."""
    folders: Folders = find_folders(environment)
    with (folder / "server.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "servizio", "serve", "--port", "0"],
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            until = time.monotonic() + UP_SECONDS
            while time.monotonic() < until and process.poll() is None:
                running = running_server(folders)
                if running is not None and is_up(running.url):
                    yield running.url, folders.staff_token.read_text(encoding="utf-8").strip()
                    return
                time.sleep(0.1)
            raise SystemExit("the server did not get ready")
        finally:
            process.terminate()
            process.wait(30)


class Counter:
    """Staff of the shop: places orders and moves them."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self.open: list[str] = []
        """Numbers of the open orders, oldest first."""
        self.placed = 0

    async def place(self) -> str:
        """Take an order; its number."""
        self.placed += 1
        body = {"items": [ITEM], "name": f"Guest {self.placed:04}"}
        async with self._session.post(f"{self._url}/api/orders", json=body) as answer:
            answer.raise_for_status()
            order = await answer.json()
        number = str(order.get("order", order)["order_number"])
        self.open.append(number)
        return number

    async def finish_oldest(self) -> None:
        """Make the oldest open order ready, and hand it over."""
        number = self.open.pop(0)
        for status in ("ready", "picked_up"):
            where = f"{self._url}/api/orders/{number}/status"
            async with self._session.post(where, json={"status": status}) as answer:
                answer.raise_for_status()

    async def listen(self, heard: dict[str, float], told: asyncio.Event) -> None:
        """Read the event stream and note when each order was told: the bare client."""
        patience = aiohttp.ClientTimeout(total=None)
        async with self._session.get(f"{self._url}/api/events", timeout=patience) as stream:
            told.set()
            async for line in stream.content:
                at = time.monotonic()
                for word in line.split(b'"order_number":"')[1:]:
                    heard.setdefault(word[:4].decode(), at)
                told.set()


async def time_orders(counter: Counter, screen: Terminal, steps: int) -> Any:
    """Milliseconds from asking for an order until the bare client and the screen have it."""
    heard: dict[str, float] = {}
    told = asyncio.Event()
    listener = asyncio.create_task(counter.listen(heard, told))
    await told.wait()
    bare, shown = [], []
    for _ in range(steps):
        await asyncio.sleep(0.05)
        screen.written.clear()
        began = time.monotonic()
        number = await counter.place()
        at = await screen.shows(f"RECEIVED {len(counter.open)}")
        while number not in heard:
            told.clear()
            await told.wait()
        bare.append((heard[number] - began) * 1e3)
        shown.append((at - began) * 1e3)
    listener.cancel()
    return bare, shown


async def time_keys(
    screen: Terminal, key: bytes, words: Sequence[str], *, pause: float = 0.12
) -> list[float]:
    """Milliseconds from each press of a key until its words have been written."""
    took = []
    for each in words:
        await asyncio.sleep(pause)
        began = time.monotonic()
        screen.press(key)
        took.append((await screen.shows(each) - began) * 1e3)
    return took


def row(name: str, times: Sequence[float], plain: Sequence[float]) -> str:
    """One line of the table: milliseconds and ratios to the plain program."""

    def late(values: Sequence[float]) -> float:
        return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]

    return (
        f"{name:<46}{median(times):>8.1f}{late(times):>8.1f}"
        f"{median(times) / median(plain):>8.2f}{late(times) / late(plain):>8.2f}"
    )


async def rush(counter: Counter, screen: Terminal, count: int) -> list[float]:
    """So many orders come and go as fast as the server takes them; memory on the way, MiB."""
    samples = []
    for number in range(count):
        await counter.place()
        await counter.finish_oldest()
        if number % max(1, count // 12) == 0:
            samples.append(screen.memory())
    await screen.shows(f"RECEIVED {len(counter.open)}")
    return [*samples, screen.memory()]


async def measure(options: argparse.Namespace, folder: Path) -> None:
    """Fill a shop, open a console on it, and print how quick it is."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SERVIZIO", "TWILIO", "DEEPGRAM", "OPENAI", "GROQ", "TEXTUAL"))
    }
    environment |= {
        "SERVIZIO_HOME": str(folder),
        "SERVIZIO_AGENT__ORDER": "local",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    columns, _, rows = options.size.partition("x")
    size = (int(columns), int(rows))
    with shop(folder, environment) as (url, token):
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            counter = Counter(session, url)
            for _ in range(options.orders):
                await counter.place()
            began = time.monotonic()
            async with terminal([sys.executable, "-c", PLAIN], environment, size) as plain:
                plain_start = [(await plain.shows("pressed 0") - began) * 1e3]
                words = [f"pressed {number + 1}" for number in range(options.steps)]
                plain_keys = await time_keys(plain, b"j", words)
            command = [sys.executable, "-m", "servizio", "console", "--url", url, "--token", token]
            began = time.monotonic()
            async with terminal(command, environment, size) as screen:
                start = [(await screen.shows(f"RECEIVED {options.orders}") - began) * 1e3]
                await asyncio.sleep(1.0)
                work = [screen.cpu()]
                bare, shown = await time_orders(counter, screen, options.steps)
                work.append(screen.cpu())
                names = [f"Guest {number + 2:04}" for number in range(options.steps)]
                steps = await time_keys(screen, b"j", names)
                work.append(screen.cpu())
                readied = [f"READY {number + 1}" for number in range(options.steps // 2)]
                ready = await time_keys(screen, b"m", readied, pause=0.5)
                del counter.open[options.steps : options.steps + options.steps // 2]
                memory = await rush(counter, screen, options.rush) if options.rush else []
    print(f"{options.orders} open orders, terminal {options.size}, times in ms")
    print(f"{'':<46}{'p50':>8}{'p95':>8}{'x p50':>8}{'x p95':>8}")
    print(row("order asked for -> bare event client", bare, bare))
    print(row("order asked for -> on the screen", shown, bare))
    print(row("key -> on the screen, plain program", plain_keys, plain_keys))
    print(row("key j (next ticket) -> on the screen", steps, plain_keys))
    print(row("key m (ready, through the server) -> screen", ready, plain_keys))
    print(row("start -> first screen, plain program", plain_start, plain_start))
    print(row("start -> all orders on the screen", start, plain_start))
    orders, keys = ((after - before) / options.steps * 1e3 for before, after in pairwise(work))
    print(f"processor time of the console, ms: {orders:.1f} an order, {keys:.1f} a key j")
    if memory:
        whole = " ".join(f"{each:.0f}" for each in memory)
        print(
            f"memory of the console over {options.rush} orders made and handed over, MiB: {whole}"
        )


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rush", type=int, default=600, help="0: leave it out")
    parser.add_argument("--size", default="160x50")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    main()
