"""What a process holds: memory, threads, sockets, files (Linux), and tasks of its event loop."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

GONE_SECONDS = 0.5
SPARE = {"files": 1, "threads": 2}
"""What may come once and stays. The file by which the server examines its database after a minute:
SQLite keeps it open for the next examination, and for all that come. Threads of the loop's default
pool: one is begun where something is to be done and no other is idle, and there are only so many.
A leak of calls would be hundreds of either."""
PAGE = os.sysconf("SC_PAGE_SIZE")
_TASKS = re.compile(r"^servizio_tasks (\S+)$", re.MULTILINE)
_ACTIVE = re.compile(r"^servizio_calls_active (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Holding:
    """One look."""

    mebibytes: float
    """Resident memory."""
    tasks: int
    threads: int
    sockets: int
    files: int

    def more_than(self, before: Sequence[Holding]) -> list[str]:
        """What there is more of than in any look before, memory left out, in words."""
        found = []
        for name in ("tasks", "threads", "sockets", "files"):
            most = max(getattr(each, name) for each in before)
            if getattr(self, name) > most + SPARE.get(name, 0):
                found.append(f"{getattr(self, name)} {name}, {most} after warm-up")
        return found

    def __str__(self) -> str:
        return (
            f"{self.mebibytes:>8.1f}{self.tasks:>7}{self.threads:>9}{self.sockets:>9}"
            f"{self.files:>7}"
        )


HEAD = f"{'MiB':>8}{'tasks':>7}{'threads':>9}{'sockets':>9}{'files':>7}"


async def look(pid: int, url: str, token: str) -> tuple[Holding, int]:
    """What the server holds, and how many calls are live. Its own answer is one task."""
    headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{url}/metrics") as answer,
    ):
        answer.raise_for_status()
        text = await answer.text()
    tasks, active = _TASKS.search(text), _ACTIVE.search(text)
    assert tasks is not None
    assert active is not None
    # The socket of that answer is closed by then.
    await asyncio.sleep(GONE_SECONDS)
    process = Path(f"/proc/{pid}")
    # One may close while it is looked at: then it is not held.
    links = list(filter(None, (_target(each) for each in (process / "fd").iterdir())))
    sockets = sum(link.startswith("socket:") for link in links)
    return Holding(
        int((process / "statm").read_text().split()[1]) * PAGE / 2**20,
        int(float(tasks[1])),
        len(list((process / "task").iterdir())),
        sockets,
        len(links) - sockets,
    ), int(float(active[1]))


def _target(link: Path) -> str:
    """What an open file is; empty where it is open no more."""
    try:
        return str(link.readlink())
    except OSError:
        return ""
