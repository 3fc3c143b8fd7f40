"""What a call through a cloud agent costs, beside two other bridges in the same run.

    python bench/bridge.py [--calls 1,20,50,100,200] [--seconds 8] [--rounds 1]
                           [--only servizio] [--write docs]

A stand-in provider echoes. One bridge after the other stands on core 0; the provider stands on
core 1, and the telephones on core 2 or, where there is none, beside it. `servizio` is `servizio
serve` with the Deepgram agent and all that belongs to a call (signature, token, pacing, marks,
transcript); `bare` is the smallest aiohttp and uvloop passthrough; `naive` is FastAPI, uvicorn
and websockets with 48 kHz in between (needs `pip install fastapi uvicorn websockets`; left out
where they are missing). With several rounds each figure is the median of its rounds. With
--write the table and the curve go into the folder named: `bridge.md` and `pictures/bridge.svg`.

`CPU ms/call s` is the processor time of one second of one call whose sound came back: a bridge
that cannot keep up is not cheap. `core` is how much of its core the bridge used. Read that and
`gen. late` first: near 100 % the machine is at its end, and where the telephones themselves were
late it is the same; times then tell of the machine. `bare` in the same run is the measure.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from bench.bridges.curve import draw_curve

HERE = Path(__file__).parent / "bridges"
BRIDGE_CORE = 0
PROVIDER_CORE = min(1, (os.cpu_count() or 1) - 1)
TELEPHONE_CORE = min(2, (os.cpu_count() or 1) - 1)
PATIENCE = 60.0
COLUMNS = (
    "bridge", "calls", "CPU ms/call s", "of bare", "of naive", "core", "round trip p50", "p99",
    "loop lag", "KiB/call", "sound back", "gen. late",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge that stands, and how to ring it."""

    name: str
    url: str
    process: int
    webhook: bool


@dataclass(frozen=True, slots=True)
class Level:
    """What so many calls at once came to with one bridge."""

    bridge: str
    calls: int
    figures: dict[str, float]

    @property
    def cost(self) -> float:
        """Milliseconds of processor for a second of one call whose sound came back."""
        back = min(1.0, self.figures["sound_back"]) or float("nan")
        return self.figures["cpu_ms_per_call_second"] / back


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def started(command: Sequence[str], environment: dict[str, str] | None = None) -> Iterator[int]:
    """A child process while the block lasts; its process number."""
    child = subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield child.pid
    finally:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_for_port(port: int) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nobody listens on port {port}")


def wait_for_agent(url: str) -> None:
    """Until the server takes calls, and has nothing left to load."""
    until = time.monotonic() + PATIENCE
    takes_calls = False
    while time.monotonic() < until:
        try:
            with urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310
                takes_calls = True
                if json.load(answer)["status"] == "ok":
                    return
        except (URLError, OSError, ValueError):
            pass
        time.sleep(0.2)
    if not takes_calls:
        raise SystemExit("the server did not get ready")


@contextmanager
def children_at_rest(process: int) -> Iterator[None]:
    """Its children stand still while the block lasts.

    For some minutes after a start the speech workers learn sentences by heart. They would do it
    on the core of the telephones, who would be late then, whatever the bridge.
    """
    children: list[int] = []
    for each in Path(f"/proc/{process}/task").glob("*/children"):
        children += map(int, each.read_text("ascii").split())
    tell_all(children, signal.SIGSTOP)
    try:
        yield
    finally:
        tell_all(children, signal.SIGCONT)


def tell_all(processes: Sequence[int], what: signal.Signals) -> None:
    """Send a signal to each that still lives."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, what)


@contextmanager
def standing(name: str, provider: str) -> Iterator[Bridge]:
    """One of the bridges, ready to be rung."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        if name != "servizio":
            process = stack.enter_context(
                started(
                    [
                        str(HERE / f"{name}.py"), "--port", str(port), "--provider", provider,
                        "--core", str(BRIDGE_CORE),
                    ]
                )
            )  # fmt: skip
            wait_for_port(port)
            yield Bridge(name, url, process, webhook=False)
            return
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="servizio-bench-"))
        environment = {
            "SERVIZIO_HOME": home,
            "SERVIZIO_AGENT__ORDER": "deepgram",
            "SERVIZIO_AGENT__MAX_CALLS": "1000",
            "SERVIZIO_DEEPGRAM__API_KEY": "of-the-stand-in",
            "SERVIZIO_DEEPGRAM__AGENT_URL": provider,
            "SERVIZIO_SERVER__DRAIN_SECONDS": "1",
        }
        process = stack.enter_context(
            started(["-m", "servizio", "serve", "--port", str(port)], environment)
        )
        wait_for_agent(url)
        stack.enter_context(children_at_rest(process))
        os.sched_setaffinity(process, {BRIDGE_CORE})
        for thread in Path(f"/proc/{process}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {BRIDGE_CORE})
        yield Bridge(name, url, process, webhook=True)


def measure(bridge: Bridge, calls: int, seconds: float) -> Level:
    """Let so many telephones speak through it."""
    command = [
        sys.executable, str(HERE / "telephones.py"), "--url", bridge.url, "--calls", str(calls),
        "--seconds", str(seconds), "--pid", str(bridge.process), "--core", str(TELEPHONE_CORE),
    ]  # fmt: skip
    if bridge.webhook:
        command.append("--webhook")
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise SystemExit(f"{bridge.name} with {calls} calls: {done.stderr.strip()[-600:]}")
    return Level(bridge.name, calls, json.loads(done.stdout))


def rows(levels: Sequence[Level]) -> list[tuple[str, ...]]:
    """The table: every level beside the other bridges at the same number of calls."""
    cost = {(level.bridge, level.calls): level.cost for level in levels}

    def ratio(level: Level, other: str) -> str:
        base = cost.get((other, level.calls))
        return f"{level.cost / base:.2f}" if base else "-"

    return [
        (
            level.bridge, str(level.calls), f"{level.cost:.2f}", ratio(level, "bare"),
            ratio(level, "naive"), f"{level.figures['core_share']:.0%}",
            f"{level.figures['round_trip_p50_ms']:.1f} ms",
            f"{level.figures['round_trip_p99_ms']:.1f} ms",
            f"{level.figures['loop_lag_p99_ms']:.1f} ms",
            f"{level.figures['kib_per_call']:.0f}", f"{level.figures['sound_back']:.0%}",
            f"{level.figures['generator_late_p99_ms']:.1f} ms",
        )
        for level in levels
    ]  # fmt: skip


def medians(levels: Sequence[Level]) -> list[Level]:
    """One level for each bridge and number of calls: the median of every figure."""
    rounds: dict[tuple[str, int], list[Level]] = {}
    for level in levels:
        rounds.setdefault((level.bridge, level.calls), []).append(level)
    return [
        Level(
            bridge,
            calls,
            {name: median(each.figures[name] for each in same) for name in same[0].figures},
        )
        for (bridge, calls), same in rounds.items()
    ]


def machine(load: float) -> str:
    """What it was measured on: figures of two machines cannot be compared, ratios can."""
    model = platform.processor() or platform.machine()
    with suppress(OSError):
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
        model = found.group(1) if found else model
    return (
        f"Measured on {os.cpu_count()} cores of {model}, Python {platform.python_version()}; the\n"
        f"machine's load average before was {load:.1f}."
    )


def as_text(table: Sequence[tuple[str, ...]]) -> str:
    """For a terminal."""
    widths = [max(map(len, column)) for column in zip(COLUMNS, *table, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in (COLUMNS, *table)
    )


def as_markdown(table: Sequence[tuple[str, ...]]) -> str:
    """For the documentation."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *table]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def write(folder: Path, levels: Sequence[Level], load: float) -> None:
    """The table and the curve, as files."""
    curve = {
        name: [(level.calls, level.cost) for level in levels if level.bridge == name]
        for name in dict.fromkeys(level.bridge for level in levels)
    }
    (folder / "pictures" / "bridge.svg").write_text(draw_curve(curve), encoding="utf-8")
    (folder / "bridge.md").write_text(
        "# What a call through a cloud agent costs\n\n"
        "Written by `python bench/bridge.py --write docs`: one bridge after the other on a\n"
        "core of its own, the same telephones and the same echoing provider for each.\n\n"
        "- **bare** is the smallest passthrough that aiohttp and uvloop allow: no pacing, no\n"
        "  marks, no order; the floor. **naive** is FastAPI, uvicorn and websockets with 48 kHz\n"
        "  in between.\n"
        "  **servizio** is `servizio serve` with all that belongs to a call.\n"
        "- **CPU ms/call s**: processor time of one second of one call whose sound came back.\n"
        "- **core**: how much of its core the bridge used. Near 100 % the core is at its end, for\n"
        "  every bridge: the times in such a row tell of the machine.\n"
        "- **loop lag**: how long a request for nothing waited for the bridge (p99).\n"
        "- **gen. late**: how late the telephones themselves were (p99). The same goes for a row\n"
        "  in which that is more than a few milliseconds.\n\n"
        f"{machine(load)}\n\n"
        "![Processor time a second of one call costs, over calls at once](pictures/bridge.svg)\n\n"
        f"{as_markdown(rows(levels))}\n",
        encoding="utf-8",
    )


def main() -> None:
    """Parse, measure bridge after bridge, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", default="1,20,50,100,200")
    parser.add_argument("--seconds", type=float, default=8.0, help="measured at each level")
    parser.add_argument("--rounds", type=int, default=1, help="how often, for medians")
    parser.add_argument("--only", help="bridges, with commas: servizio,bare,naive")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else ["bare", "naive", "servizio"]
    if importlib.util.find_spec("fastapi") is None and "naive" in names:
        print("naive is left out: pip install fastapi uvicorn websockets", file=sys.stderr)
        names.remove("naive")
    load = os.getloadavg()[0]
    levels: list[Level] = []
    provider_port = free_port()
    provider = f"ws://127.0.0.1:{provider_port}/v1/agent/converse"
    command = [
        str(HERE / "echo_provider.py"), "--port", str(provider_port), "--core", str(PROVIDER_CORE),
    ]  # fmt: skip
    with started(command):
        wait_for_port(provider_port)
        for name in names * arguments.rounds:
            with standing(name, provider) as bridge:
                for calls in map(int, arguments.calls.split(",")):
                    levels.append(measure(bridge, calls, arguments.seconds))
                    print(as_text(rows(medians(levels))), end="\n\n", flush=True)
    if arguments.write is not None:
        write(arguments.write, medians(levels), load)


if __name__ == "__main__":
    main()
