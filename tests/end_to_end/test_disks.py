"""A disk that takes nothing any more while customers ring: a real one, made for the story."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bench.crowd.agent import GREETING_BYTES, ordering_agent, settings_for
from bench.crowd.telephone import QuickTelephone, RefusedError
from servizio.settings import Settings, staff_token
from tests.end_to_end.shop_process import REPOSITORY, ShopProcess

TOOLS = ("mount", "umount", "losetup", "mkfs.ext4")
SIZE = 64 * 2**20
LATE = 30.0
"""Seconds within which the shop must know."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.name != "posix" or os.geteuid() != 0 or not all(map(shutil.which, TOOLS)),
        reason="mounts a disk of its own",
    ),
]


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk, mounted where the shop keeps its data."""
    image, folder = tmp_path / "disk.img", tmp_path / "home" / "data"
    folder.mkdir(parents=True)
    image.touch()
    os.truncate(image, SIZE)
    run("mkfs.ext4", "-q", image)
    try:
        device = run("losetup", "--find", "--show", image)
    except subprocess.CalledProcessError:
        pytest.skip("no disk can be made of a file here")
    try:
        run("mount", device, folder)
        try:
            yield folder
        finally:
            run("umount", "--lazy", folder)
    finally:
        run("losetup", "--detach", device)


class Shop:
    """A shop on that disk, and who deals with it."""

    def __init__(self, process: ShopProcess, http: aiohttp.ClientSession) -> None:
        self.process = process
        self._url = process.url
        self._http = http
        self._calls = 0

    async def health(self) -> tuple[int, dict[str, Any]]:
        """What everybody is told, and how staff are told of the store."""
        async with self._http.get(f"{self._url}/health") as told:
            status = told.status
        async with self._http.get(f"{self._url}/api/health") as answer:
            return status, (await answer.json())["checks"]["store"]

    async def until(self, status: int) -> str:
        """Wait for this health; what staff are told."""
        async with asyncio.timeout(LATE):
            while True:
                seen, store = await self.health()
                if seen == status:
                    return str(store["detail"])
                await asyncio.sleep(0.5)

    async def take_order(self) -> int:
        body = {"items": [{"item": "taro-milk-tea"}]}
        async with self._http.post(f"{self._url}/api/orders", json=body) as answer:
            return answer.status

    def phone(self) -> QuickTelephone:
        self._calls += 1
        number = f"+1415555{self._calls:04d}"
        return QuickTelephone(self._http, self._url, number, f"CA{number[1:]:0>32}")


@asynccontextmanager
async def shop_on(disk: Path) -> AsyncIterator[Shop]:
    home = disk.parent
    nothing = home / "nothing"
    nothing.mkdir()
    (nothing / "moonshine_voice.py").write_text("raise ImportError(name='moonshine_voice')\n")
    async with ordering_agent() as agent:
        environment = settings_for(agent) | {"PYTHONPATH": f"{nothing}:{REPOSITORY}"}
        process = ShopProcess(home, environment, up_seconds=90.0)
        token = await asyncio.to_thread(staff_token, Settings(), process.folders)
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        await asyncio.to_thread(process.start)
        try:
            async with aiohttp.ClientSession(headers=headers) as http:
                yield Shop(process, http)
        finally:
            await asyncio.to_thread(process.stop)


async def order_by(call: QuickTelephone) -> None:
    """Order in a call that goes on, and hang up."""
    await call.speak()
    async with asyncio.timeout(LATE):
        assert await call.until_silent(0.3), "the customer is told something"
    await call.hang_up()


async def test_a_disk_that_fails_in_mid_call_loses_no_order_that_was_confirmed(
    disk: Path,
) -> None:
    async with shop_on(disk) as shop:
        assert await shop.take_order() == 201
        call = shop.phone()
        await call.ring()
        await call.connect()
        await call.until_heard(GREETING_BYTES)
        # What the system does by itself when such a disk fails, with all files open.
        await asyncio.to_thread(run, "mount", "-o", "remount,abort", disk)
        assert "The disk of" in (told := await shop.until(503))
        assert "read-only" in told
        assert await shop.take_order() == 503
        with pytest.raises(RefusedError, match="we cannot take your call right now"):
            await shop.phone().ring()
        await order_by(call)
        assert len(shop.process.orders()) == 1, "what was there can be read"
        assert shop.process.health() == {}, "it is up, and says what is wrong"


async def test_a_disk_that_was_full_for_a_while_needs_no_restart(disk: Path) -> None:
    ballast = disk / "ballast"
    async with shop_on(disk) as shop:
        assert await shop.take_order() == 201
        with ballast.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                assert shutil.disk_usage(disk).free == 0
        await shop.until(503)
        assert await shop.take_order() == 503
        assert "disk is full" in await shop.until(503)
        with pytest.raises(RefusedError, match="we cannot take your call right now"):
            await shop.phone().ring()
        ballast.unlink()
        await shop.until(200)
        assert await shop.take_order() == 201
        call = shop.phone()
        await call.ring()
        await call.connect()
        await call.until_heard(GREETING_BYTES)
        await order_by(call)
        assert len(shop.process.orders()) == 3
