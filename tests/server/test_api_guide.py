"""`docs/api.md`: every command in it, as it is written, against a running shop."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.conftest import TOKEN, Shop, running_shop
from tests.server.documented import (
    Documented,
    amounts,
    curl_request,
    differs,
    documented,
)

CURL = shutil.which("curl")
BASH = shutil.which("bash")


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    environment = {"shop": {"timezone": "America/New_York"}}
    async with running_shop(tmp_path, environment=environment, number="4782") as running:
        yield running


async def typed(command: str, shop: Shop, folder: Path) -> str:
    """Type it into a shell. Gives what it wrote."""
    assert BASH is not None
    environment = {**os.environ, "SHOP": shop.url, "TOKEN": TOKEN, "no_proxy": "*"}
    process = await asyncio.create_subprocess_exec(
        BASH, "-c", command, env=environment, cwd=folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    assert process.returncode in ({28} if "--max-time" in command else {0}), err
    return written_in(folder) if "-o " in command else out.decode()


def written_in(folder: Path) -> str:
    return "".join(file.read_text() for file in folder.glob("*.csv"))


async def sent(command: str, shop: Shop) -> str:
    """Send what curl would. Gives the answer's body."""
    request = curl_request(command, {"SHOP": shop.url, "TOKEN": TOKEN})
    async with shop.http.request(
        request.method, request.url, headers=request.headers, data=request.body
    ) as answer:
        if request.seconds is None:
            return await answer.text()
        return (await answer.content.readuntil(b"\n\n")).decode() + (
            await answer.content.readuntil(b"\n\n")
        ).decode()


def judge(line: Documented, came: str) -> None:
    assert came.strip(), line.command
    if line.kind == "json":
        shown = json.loads(line.shown)
        assert differs(shown, json.loads(came)) == "", came
        assert amounts(line.shown) <= amounts(came), came
    if line.kind == "text":
        for part in ("event: order_created", "id: ", '"order_number":"4782"'):
            assert part in line.shown
            assert part in came


async def test_every_command_does_what_is_shown_behind_it(shop: Shop, tmp_path: Path) -> None:
    lines = documented()
    assert len(lines) > 15
    for line in lines:
        if CURL and BASH:
            came = await typed(line.command, shop, tmp_path)
        else:
            came = await sent(line.command, shop)
        judge(line, came)


async def test_where_there_is_no_curl_the_same_requests_are_sent(shop: Shop) -> None:
    for line in documented():
        judge(line, await sent(line.command, shop))


def test_what_is_no_curl_of_ours_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="--insecure"):
        curl_request('curl --insecure "$SHOP/"', {"SHOP": "http://x"})


def test_a_difference_is_seen() -> None:
    assert differs({"a": [{"b": "1"}]}, {"a": [{"b": 1}], "c": 2})
    assert differs({"a": 1}, {})
    assert not differs({"a": [{"b": "1"}]}, {"a": [{"b": "2"}], "c": 2})


async def test_a_stranger_gets_no_further(shop: Shop) -> None:
    lines = [line.command for line in documented() if "Authorization" in line.command]
    for command in lines:
        request = curl_request(command, {"SHOP": shop.url, "TOKEN": "wrong"})
        async with shop.http.request(request.method, request.url, data=request.body) as answer:
            assert answer.status == 401
