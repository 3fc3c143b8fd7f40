"""How big the program is and how soon it is there: the one file beside the installed package.

    PYTHONPATH=. python bench/starting.py [--rounds 5] dist/servizio .venv/bin/servizio

Of each program: its size on the disk (of an environment: all of it), `--version` from the press
of Enter to the end, `serve` until it answers, and until an agent can talk; the memory of the
server and its workers then, what they share counted once. Medians; the last program is what
the others are compared with.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 300.0
"""Seconds for anything; far more than it may take."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one program."""

    program: str
    megabytes: float
    version: float
    answers: float
    talks: float
    memory: float

    def row(self, base: Figures) -> str:
        """One line of the table."""
        times = (
            f"{own:>8.2f}{own / other:>7.2f}"
            for own, other in (
                (self.version, base.version),
                (self.answers, base.answers),
                (self.talks, base.talks),
            )
        )
        return f"{self.program:<28}{self.megabytes:>7.0f}{''.join(times)}{self.memory:>8.0f}"


def size_of(program: Path) -> float:
    """Megabytes on the disk: of the file, or of the environment that the command stands in."""
    root = program.parent.parent
    if not (root / "pyvenv.cfg").is_file():
        return program.stat().st_size / 1e6
    files = (file for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files) / 1e6


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.monotonic()
    work()
    return time.monotonic() - start


@contextmanager
def serving(program: Path) -> Iterator[tuple[Path, int]]:
    """A server of a new shop, in a session of its own. Gives its data folder and its leader."""
    with tempfile.TemporaryDirectory() as home:
        surroundings = {"HOME": home, "SERVIZIO_HOME": home, "PATH": os.defpath}
        with subprocess.Popen(
            [program, "serve", "--port", "0"],
            env=surroundings,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                yield Path(home) / "data", process.pid
            finally:
                process.send_signal(signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(30)
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def until(found: Callable[[], object]) -> None:
    """Wait for it. Raises `TimeoutError`."""
    deadline = time.monotonic() + PATIENCE
    while not found():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)


def health(data: Path) -> dict[str, dict[str, dict[str, str]]] | None:
    """What the server says of itself; `None` while it says nothing."""
    try:
        url = json.loads((data / "server.json").read_text(encoding="utf-8"))["url"]
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 - loopback
            body = answer.read()
    except urllib.error.HTTPError as refused:
        body = refused.read()
    except (OSError, ValueError):
        return None
    told: dict[str, dict[str, dict[str, str]]] = json.loads(body)
    return told


def talks(data: Path) -> bool:
    """Whether an agent can take a call."""
    told = health(data) or {}
    return told.get("checks", {}).get("agents", {}).get("status") == "ok"


def memory_of(session: int) -> float:
    """Megabytes of all processes of a session (Linux), what they share counted once."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if os.getsid(int(folder.name)) == session:
                rows = (folder / "smaps_rollup").read_text().splitlines()
                total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total / 1024


def measure(program: Path, rounds: int) -> Figures:
    """Start it so many times."""
    version, answers, ready, memory = [], [], [], []
    for _ in range(rounds):
        version.append(
            seconds(lambda: subprocess.run([program, "--version"], check=True, capture_output=True))
        )
        start = time.monotonic()
        with serving(program) as (data, leader):
            until(lambda at=data: health(at))
            answers.append(time.monotonic() - start)
            until(lambda at=data: talks(at))
            ready.append(time.monotonic() - start)
            memory.append(memory_of(leader))
    middle = statistics.median
    name = str(program)[-27:]
    return Figures(
        name, size_of(program), middle(version), middle(answers), middle(ready), middle(memory)
    )


def main() -> None:
    """Measure the programs named on the command line and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    figures = [measure(each.absolute(), asked.rounds) for each in asked.programs]
    load = os.getloadavg()[0] if sys.platform != "win32" else 0.0
    print(f"{asked.rounds} rounds, {os.cpu_count()} cores, load {load:.1f}; seconds and ratios")
    print(f"{'':<28}{'MB':>7}{'--version':>15}{'answers':>15}{'talks':>15}{'MB mem':>8}")
    for each in figures:
        print(each.row(figures[-1]))


if __name__ == "__main__":
    main()
