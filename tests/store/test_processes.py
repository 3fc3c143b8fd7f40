"""Several processes at one database, and processes that die."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from servizio.store.records import EventKind
from servizio.store.sqlite import SqliteStore
from tests.store.scene import draft

MakeStore = Callable[..., SqliteStore]
ROOT = Path(__file__).parents[2]


async def python(module: str, *words: object) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *map(str, words),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def said(process: asyncio.subprocess.Process) -> list[str]:
    async with asyncio.timeout(60):
        out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return out.decode().splitlines()


async def test_two_processes_and_this_one_write_at_once(make_store: MakeStore, path: Path) -> None:
    others = [await python("tests.store.busy_shop", path, name, 15) for name in ("a", "b")]
    async with make_store() as store:
        events = store.listen(after=0, kinds={EventKind.ORDER_CREATED})
        mine = [(await store.place_order(draft(f"CA{n}"), actor="me")).number for n in range(15)]
        theirs = await asyncio.gather(*(said(process) for process in others))
        numbers = [*mine, *theirs[0], *theirs[1]]
        assert len(set(numbers)) == 45
        async with asyncio.timeout(10):
            heard = [await anext(events) for _ in range(45)]
        assert sorted(event.order_number or "" for event in heard) == sorted(numbers)
        assert [event.id for event in heard] == sorted(event.id for event in heard)


async def test_a_process_killed_in_mid_work_leaves_a_sound_file(
    make_store: MakeStore, path: Path
) -> None:
    process = await python("tests.store.busy_shop", path, "a", 100000)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        spoken = [(await process.stdout.readline()).decode().strip() for _ in range(20)]
    process.kill()
    await process.communicate()
    async with make_store() as store:
        kept = {order.number for order in await store.orders(limit=1000)}
        assert set(spoken) <= kept
        assert len(await store.messages(limit=1000)) == len(kept)
        assert await store.last_event_id() == len(kept)
        assert await store.check() == []
        await store.place_order(draft("CA-after"), actor="me")


async def test_death_at_any_instruction_loses_no_order_and_doubles_no_text(
    tmp_path: Path,
) -> None:
    lines = await said(await python("tests.store.dying_shop", tmp_path, 1, 6))
    assert [line for line in lines if not line.endswith(" ok")] == []
    assert sum("died" in line for line in lines) >= 10
    assert "lived" in lines[-1]
