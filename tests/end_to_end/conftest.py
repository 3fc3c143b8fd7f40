"""One server and its models for all voice stories: its customers ring at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from servizio.demo.phone_line import Line
from tests.end_to_end.customers import (
    ANSWER,
    POLITE,
    Told,
    interrupting,
    on_a_bad_line,
    ring,
    sample,
    say,
    steps,
)
from tests.end_to_end.shop_process import OrderRow, ShopProcess

LATER = 24.0
"""Seconds until the last customer rings: the server is killed when the others are done."""


@dataclass(frozen=True, slots=True)
class Afternoon:
    """A shop that was killed and started again, and what its customers met before."""

    shop: ShopProcess
    sample: Told
    interrupting: Told
    bad_line: Told
    cut_off: Told
    orders_at_the_kill: list[OrderRow]
    texts_at_the_kill: list[tuple[str, str]]


@pytest.fixture(scope="session")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afternoon]:
    folder: Path = tmp_path_factory.mktemp("shop")
    with ShopProcess(folder) as shop:
        shop.wait_for_agent()
        yield asyncio.run(_pass(shop))


async def _pass(shop: ShopProcess) -> Afternoon:
    url = shop.url
    others = asyncio.gather(
        ring(url, sample, "+14155550101"),
        ring(url, interrupting, "+14155550102"),
        ring(url, on_a_bad_line, "+14155550103"),
    )

    async def until_the_kill(line: Line) -> None:
        await say(line, steps("ann-1", "ann-2", "ann-3", "4155550104"))
        await line.hear_reply(POLITE, ANSWER)
        await asyncio.wait([others])
        await line.agent_quiet(POLITE, ANSWER)
        await line.speak(steps("ann-5")[0].mulaw)
        await line.hear_reply(POLITE, ANSWER)
        shop.kill()

    await asyncio.sleep(LATER)
    cut_off = await ring(url, until_the_kill, "+14155550104")
    told = await others
    orders = shop.orders(cut_off.call_sid)
    texts = shop.texts(orders[0].number) if orders else []
    await asyncio.to_thread(shop.start)
    return Afternoon(shop, *told, cut_off, orders, texts)
