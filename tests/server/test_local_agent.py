"""The local agent loads behind the server's back and never leaves it guessing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import ModuleType

import pytest

from servizio.server.local_agent import LocalAgentLoader
from servizio.shop.menu_file import load_menu
from servizio.shop.profile import ShopProfile


@pytest.mark.parametrize("fault", [OSError("no such model"), ValueError("not a model")])
async def test_models_that_cannot_be_read_make_a_broken_agent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    @asynccontextmanager
    async def start_local_agent(
        _profile: ShopProfile, _calls_up: Callable[[], int]
    ) -> AsyncIterator[None]:
        raise fault
        yield

    speech = ModuleType("servizio.server.speech")
    vars(speech)["start_local_agent"] = start_local_agent
    monkeypatch.setitem(sys.modules, speech.__name__, speech)
    loader = LocalAgentLoader(ShopProfile("Shop", load_menu("boba")), "Hello.")
    assert loader.member.state() == "loading"
    async with asyncio.timeout(5):
        await loader.run()
    assert loader.member.state() == "broken"
    assert str(fault) in caplog.text
