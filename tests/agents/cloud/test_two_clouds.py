"""A provider that falls silent, and another provider behind it: within three seconds too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from servizio.server.agent_table import KINDS, Employer
from servizio.settings import Settings
from servizio.shop.menu_file import load_menu
from servizio.shop.profile import ShopProfile
from tests.agents.cloud.shop_on_the_line import (
    GREETING,
    URL_KEYS,
    ShopOnTheLine,
    origin_of,
    shop_with,
    silence_after,
    talk_on,
    until,
)
from tests.standins.deepgram_agent import KEY, deepgram
from tests.standins.deepgram_scenario import Breakdown, Stage, scenario
from tests.standins.openai_realtime import openai_realtime

pytestmark = pytest.mark.slow

LONGEST_SILENCE = 3.4
"""Seconds: 3, and what two busy cores may add."""


@asynccontextmanager
async def shop_of_two_clouds(folder: Path, **urls: str) -> AsyncIterator[ShopOnTheLine]:
    """A shop with these agents, in this order, and where their providers are."""
    settings = Settings.model_validate(
        {name: {"api_key": KEY, URL_KEYS[name]: url} for name, url in urls.items()}
    )
    profile = ShopProfile(name="Servizio", menu=load_menu("boba"))
    employer = Employer(settings, profile, GREETING, asyncio.Event())
    async with AsyncExitStack() as stack:
        members = [await stack.enter_async_context(KINDS[name].join(employer)) for name in urls]
        yield await stack.enter_async_context(shop_with(folder, settings, *members))


@pytest.mark.parametrize("stage", [Stage.HEARD, Stage.FUNCTION, Stage.CHECKED_OUT])
async def test_one_provider_that_falls_silent_is_followed_by_another(
    tmp_path: Path, stage: Stage
) -> None:
    turns = scenario("taro")
    async with (
        deepgram(turns, Breakdown(stage, "stall")) as far,
        openai_realtime(turns) as other,
        shop_of_two_clouds(tmp_path, deepgram=far.url, openai=other.url) as shop,
        shop.phone().call() as line,
    ):
        talking = asyncio.create_task(talk_on(line))
        await until(lambda: bool(shop.handovers), 30.0)
        assert shop.handovers == [("deepgram", "openai")]
        broken_at = far.sessions[0].broken_at - origin_of(line)
        await until(lambda: any(each.start > broken_at + 1.0 for each in line.agent_spans))
        talking.cancel()
        assert silence_after(line, broken_at) < LONGEST_SILENCE
        assert other.sessions
        assert far.violations == other.violations == []
