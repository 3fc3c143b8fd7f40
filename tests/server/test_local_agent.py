"""The local agent loads behind the server's back and never leaves it guessing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import ModuleType

import pytest

from servizio.errors import SpeechError
from servizio.server.local_agent import LocalAgentLoader
from servizio.shop.menu_file import load_menu
from servizio.shop.profile import ShopProfile

Starts = Callable[[ShopProfile, Callable[[], int]], AbstractAsyncContextManager[None]]


def loader_with(monkeypatch: pytest.MonkeyPatch, start: Starts) -> LocalAgentLoader:
    """A loader that finds this in the place of the speech of this machine."""
    speech = ModuleType("servizio.server.speech")
    vars(speech)["start_local_agent"] = start
    monkeypatch.setitem(sys.modules, speech.__name__, speech)
    return LocalAgentLoader(ShopProfile("Shop", load_menu("boba")), "Hello.")


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

    loader = loader_with(monkeypatch, start_local_agent)
    assert loader.member.state() == "loading"
    async with asyncio.timeout(5):
        await loader.run()
    assert loader.member.state() == "broken"
    assert str(fault) in caplog.text


async def test_what_has_time_waits_for_every_call_of_the_server_whenever_it_is_told_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits_for: list[int] = []
    loading, counted = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def start_local_agent(
        _profile: ShopProfile, calls_up: Callable[[], int]
    ) -> AsyncIterator[None]:
        loading.set()
        await counted.wait()
        waits_for.append(calls_up())
        raise SpeechError("enough is known")
        yield

    loader = loader_with(monkeypatch, start_local_agent)
    async with asyncio.timeout(5):
        running = asyncio.create_task(loader.run())
        await loading.wait()
        # The calls are counted by what is put together after the agents.
        loader.calls_up = lambda: 3
        counted.set()
        await running
    assert waits_for == [3]
