"""Whole servers that are killed, and that are rung by whoever does everything wrong.

The smaller forms of `bench/kills.py`, `bench/soak.py` and `bench/fuzz.py`.
"""

from __future__ import annotations

import asyncio
import signal
from os import kill
from pathlib import Path

import aiohttp
import pytest

from bench import fuzz, kills, soak
from bench.crowd.agent import GREETING_BYTES, ordering_agent, settings_for
from bench.crowd.telephone import QuickTelephone
from tests.end_to_end.shop_process import REPOSITORY, ShopProcess

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc"),
]


async def test_a_server_killed_in_mid_work_loses_no_order_and_doubles_no_text(
    tmp_path: Path,
) -> None:
    assert await kills.run(8, 7, tmp_path / "home") == []


async def test_calls_that_go_wrong_leave_nothing_behind(tmp_path: Path) -> None:
    assert await soak.run(80, 20, 7, tmp_path / "home") == []


@pytest.mark.parametrize("kind", ["telephone", "browser"])
async def test_nonsense_on_a_socket_breaks_nothing_and_leaves_nothing_behind(
    tmp_path: Path, kind: str
) -> None:
    wrong = await fuzz.run(kind, 4000, 7, tmp_path / "home")
    # So few messages say nothing of memory.
    assert [each for each in wrong if not each.startswith("memory")] == []


async def test_a_call_that_rang_just_before_the_server_stops_is_talked_to(tmp_path: Path) -> None:
    home = tmp_path / "home"
    nothing = home / "nothing"
    nothing.mkdir(parents=True)
    (nothing / "moonshine_voice.py").write_text("raise ImportError(name='moonshine_voice')\n")
    async with ordering_agent() as agent, aiohttp.ClientSession() as http:
        path = {"PYTHONPATH": f"{nothing}:{REPOSITORY}", "SERVIZIO_SERVER__DRAIN_SECONDS": "30"}
        shop = ShopProcess(home, settings_for(agent) | path, up_seconds=90.0)
        await asyncio.to_thread(shop.start)
        try:
            call = QuickTelephone(http, shop.url, "+14155550123", f"CA{'1' * 32}")
            await call.ring()
            kill(shop.pid, signal.SIGTERM)
            async with asyncio.timeout(20):
                while shop.health() != {}:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.05)
                await call.connect()
                await call.until_heard(GREETING_BYTES)
            await call.hang_up()
            await asyncio.to_thread(shop.wait_for_end)
        finally:
            await asyncio.to_thread(shop.stop)
    assert shop.outcome(call.call_sid) == "hung_up"
