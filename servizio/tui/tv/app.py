"""The order board on the shop's wall: numbers that are being made, numbers that are ready.

It uses the public endpoints alone, so a screen that anybody can reach holds no token, no
name and no phone number.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.screen import Screen

from servizio.errors import ApiError
from servizio.tui.api import ShopApi
from servizio.tui.clocks import system_clock
from servizio.tui.floor import skew_of
from servizio.tui.look import BoardLook
from servizio.tui.plain_crash import show_plain_crash
from servizio.tui.rows import Role, wrap
from servizio.tui.shop_views import zone_named
from servizio.tui.stream import Backoff, Connected, Disconnected, EventStream, ServerEvent
from servizio.tui.task_order import begin_tasks_in_turn
from servizio.tui.theme import THEMES, WAITING_COLOURS, theme_name
from servizio.tui.tv.big_text import BigText
from servizio.tui.tv.board import Board
from servizio.tui.tv.order_at import OrderAt
from servizio.tui.tv.wall import NumberWall
from servizio.tui.widgets.row_style import ROLE_CLASSES
from servizio.tui.wire import board_order_from
from servizio.tui.wire_values import load
from servizio.tui.words import clean, clock_time

SHIFT_MINUTES = 5
"""How often the picture moves by one cell, so that it does not burn into the screen."""

TICKER_SECONDS = 8
"""How long a part of the ticker's words stays, where they do not fit at once."""

LETTER_WIDTH = 9
"""Half columns that a drawn letter takes on average, with the gap behind it."""

LOW, LOWEST, LARGE, HUGE = 20, 10, 34, 56
"""Rows of the screen from which, or below which, its parts are larger or left out."""

log = logging.getLogger(__name__)


class BoardScreen(Screen[None]):
    """The board's only screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES


class TvApp(App[None], inherit_bindings=False):
    """The board. It asks for nothing and answers no question."""

    CSS_PATH = "tv.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,q,escape", "quit", "Close", id="tv.quit"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        api: ShopApi,
        look: BoardLook | None = None,
        *,
        backoff: Backoff | None = None,
        clock: Callable[[], datetime] = system_clock,
    ) -> None:
        super().__init__()
        look = look or BoardLook()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = theme_name(look.theme)
        self.title = clean(look.title, 60)
        self._look = look
        self._ticker = clean(look.ticker, 500)
        self._api = api
        self._backoff = backoff
        self._clock = clock
        self._skew = timedelta(0)
        self._zone: tzinfo | None = None
        """The shop's; `None`: the one of this machine."""
        self._board = Board(timedelta(minutes=look.ready_minutes))
        self._stale_since: datetime | None = None
        self._was_reached = False
        self._is_lit = True

    def on_load(self) -> None:
        """Work alike on every Python."""
        begin_tasks_in_turn()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give Textual's own themes the colours that they lack."""
        return WAITING_COLOURS

    def get_default_screen(self) -> Screen[None]:
        """Give the board the screen that knows its colours."""
        return BoardScreen()

    def _now(self) -> datetime:
        return self._clock() + self._skew

    def compose(self) -> ComposeResult:
        """Two walls under a line with the shop's name and the time."""
        yield BigText(id="head")
        yield BigText(id="stale")
        with Container(id="walls"):
            with Vertical(id="ready-side"):
                yield BigText("READY", id="ready-title", classes="title")
                yield NumberWall(Role.FRESH, id="ready")
            with Vertical(id="preparing-side"):
                yield BigText("PREPARING", id="preparing-title", classes="title")
                yield NumberWall(Role.META, id="preparing")
                if self._look.order_at:
                    yield OrderAt(self._look.order_at)
        yield BigText(id="ticker")

    async def on_mount(self) -> None:
        """Connect, and keep the picture moving."""
        await self._api.__aenter__()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", None)):
            if number is not None:
                with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.add_signal_handler(number, self.exit)
        self.run_worker(self._follow(), name="feed", exit_on_error=False)
        self.set_interval(0.5, self._tick)
        self._draw()

    async def on_unmount(self) -> None:
        """Hang up."""
        await self._api.__aexit__(None, None, None)

    async def _follow(self) -> None:
        stream = EventStream(self._api, "/orders/events", self._catch_up, backoff=self._backoff)
        async for item in stream.follow():
            match item:
                case Connected():
                    self._stale_since, self._was_reached = None, True
                case Disconnected():
                    self._stale_since = self._stale_since or self._now()
                case ServerEvent():
                    self._take(item)
            self._draw()

    async def _catch_up(self) -> None:
        board = await self._api.board()
        self._board.load(board.orders, self._now())
        # The server knows its shop; this machine's settings may be of another, or of none.
        self.title = board.shop or self.title
        self._zone = zone_named(board.timezone)
        # What is ready ages by the server's clock: this machine's may be wrong by hours.
        with contextlib.suppress(ApiError):
            self._skew = skew_of(await self._api.health(), self._clock())

    def _take(self, event: ServerEvent) -> None:
        try:
            self._board.put(board_order_from(load(event.data)), self._now())
        except ApiError as error:
            log.warning("event %s left out: %s", event.name, error.message)

    def _tick(self) -> None:
        self._is_lit = not self._is_lit or self.animation_level == "none"
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Stand upright where the screen does, and leave out what a small one has no room for."""
        width, height = event.size
        is_upright = width < height * 2
        self.screen.set_class(is_upright, "-upright")
        self.screen.set_class(height < LOW, "-low")
        self.screen.set_class(height < LOWEST, "-lowest")
        self.screen.set_class(height >= LARGE, "-large")
        self.screen.set_class(height >= HUGE, "-huge")
        for place in self.screen.query(OrderAt):
            place.fit_into(width if is_upright else width // 2, height)
        self._draw()

    def _draw(self) -> None:
        parts = ("#head", "#preparing", "#ready", "#ticker")
        if not self.screen.is_mounted or not all(map(self.screen.query, parts)):
            return
        now = self._now()
        fresh = self._board.fresh(now)
        ready, preparing = self._board.ready(now), self._board.preparing()
        self.screen.query_one("#ready", NumberWall).show(ready, fresh, is_lit=self._is_lit)
        self.screen.query_one("#preparing", NumberWall).show(preparing, frozenset())
        self._draw_head(now)
        self.screen.set_class(bool(now.minute // SHIFT_MINUTES % 2), "-shifted")

    def _draw_head(self, now: datetime) -> None:
        self.screen.query_one("#head", BigText).show(self.title, clock_time(now, self._zone))
        since = self._stale_since
        self.screen.set_class(since is not None, "-stale")
        if since is not None:
            known = f"No news since {clock_time(since, self._zone)}"
            known = known if self._was_reached else "The shop is not reached yet"
            words = f"■ {known}: ask at the counter"
            self.screen.query_one("#stale", BigText).show(words)
        self._draw_ticker(now)

    def _draw_ticker(self, now: datetime) -> None:
        ticker = self.screen.query_one("#ticker", BigText)
        self.screen.set_class(bool(self._ticker), "-ticker")
        width = ticker.content_size.width
        if self.screen.has_class("-large"):
            width = width * 2 // LETTER_WIDTH
        parts = wrap(self._ticker, max(10, width))
        if parts:
            ticker.show(parts[int(now.timestamp()) // TICKER_SECONDS % len(parts)])

    def _fatal_error(self) -> None:
        show_plain_crash(self, "board")
