"""Screens opened against a real server on loopback, with time standing still."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from servizio.tui.api import ShopApi
from servizio.tui.console.app import ConsoleApp
from servizio.tui.floor import LinkStatus
from servizio.tui.look import BoardLook
from servizio.tui.stream import Backoff
from servizio.tui.tv.app import TvApp
from tests.tui.shop_server import TOKEN, ShopServer

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
DEADLINE_SECONDS = 15.0


@dataclass
class StillTime:
    """Clocks that stand until they are moved."""

    now: datetime = NOON
    seconds: float = 1000.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        """Let that much time go by on both clocks."""
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same colours and the same time of day on every machine."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def still() -> StillTime:
    return StillTime()


@pytest.fixture
async def server(still: StillTime) -> AsyncIterator[ShopServer]:
    async with ShopServer(still.clock, beat=0.5) as running:
        yield running


async def until(claim: Callable[[], object]) -> None:
    """Wait until a claim holds; fail when it does not come true in time."""
    give_up = asyncio.get_running_loop().time() + DEADLINE_SECONDS
    while not claim():
        if asyncio.get_running_loop().time() > give_up:
            raise AssertionError("it did not come true in time")
        await asyncio.sleep(0.04)


def screen_text(app: App[Any]) -> str:
    """All that stands on the screen, row by row."""
    width, height = app.size
    update = app.screen._compositor.render_strips()
    rows = ["".join(segment.text for segment in strip) for strip in update]
    assert len(rows) == height
    assert all(len(row) <= width * 2 for row in rows)
    return "\n".join(rows)


@dataclass
class OpenConsole:
    """A console under test."""

    app: ConsoleApp
    pilot: Pilot[Any]
    still: StillTime

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def shows(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        await until(lambda: words in self.text)

    async def hides(self, words: str) -> None:
        """Wait until these words stand on the screen no more."""
        await until(lambda: words not in self.text)

    async def press(self, *keys: str) -> None:
        """Press keys, each as deliberately as a person would."""
        for key in keys:
            self.still.seconds += 1.0
            await self.pilot.press(key)

    @property
    def selected_row(self) -> int:
        """The row of the screen on which the selected ticket begins."""
        rows = self.text.splitlines()
        return next(index for index, row in enumerate(rows) if row.startswith("█ "))

    @property
    def selected(self) -> str:
        """The number of the order that a key would move."""
        key = self.app.get_screen_stack("queue")[0].selection.key  # type: ignore[attr-defined]
        ticket = self.app.floor.orders.get(key)
        return ticket.order.number if ticket else ""


@asynccontextmanager
async def open_console(
    server: ShopServer, still: StillTime, size: tuple[int, int] = (120, 40), **more: Any
) -> AsyncIterator[OpenConsole]:
    """A console that is connected and shows what the server has."""
    token = more.pop("token", TOKEN)
    app = ConsoleApp(
        ShopApi(server.url, token),
        title="Servizio Boba",
        clock=still.clock,
        monotonic=still.monotonic,
        backoff=Backoff(0.01, 0.05),
        **more,
    )
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        console = OpenConsole(app, pilot, still)
        wanted = LinkStatus.LIVE if token == TOKEN else LinkStatus.REFUSED
        await until(lambda: app.floor.link.status is wanted)
        await until(lambda: server.listeners or wanted is not LinkStatus.LIVE)
        await pilot.pause()
        yield console


@asynccontextmanager
async def open_tv(
    server: ShopServer,
    still: StillTime,
    size: tuple[int, int] = (120, 40),
    title: str = "Servizio",
    **more: Any,
) -> AsyncIterator[tuple[TvApp, Pilot[None]]]:
    """A board that is connected; `more` is of its look."""
    look = BoardLook(title=title, **more)
    app = TvApp(ShopApi(server.url), look, clock=still.clock, backoff=Backoff(0.01, 0.05))
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await until(lambda: server.listeners)
        await pilot.pause()
        yield app, pilot
