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
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from servizio.errors import ApiError
from servizio.tui.api import ShopApi
from servizio.tui.clocks import system_clock
from servizio.tui.plain_crash import show_plain_crash
from servizio.tui.rows import Role
from servizio.tui.stream import Backoff, Connected, Disconnected, EventStream, ServerEvent
from servizio.tui.theme import THEMES, WAITING_COLOURS
from servizio.tui.tv.board import Board
from servizio.tui.tv.wall import NumberWall
from servizio.tui.widgets.row_style import ROLE_CLASSES
from servizio.tui.wire import board_order_from
from servizio.tui.wire_values import load
from servizio.tui.words import clean, clock_time

SHIFT_MINUTES = 5
"""How often the picture moves by one cell, so that it does not burn into the screen."""

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
        *,
        title: str = "",
        backoff: Backoff | None = None,
        clock: Callable[[], datetime] = system_clock,
    ) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.title = clean(title, 60)
        self._api = api
        self._backoff = backoff
        self._now = clock
        self._board = Board()
        self._stale_since: datetime | None = None
        self._reason = ""
        self._heard_at: datetime | None = None
        self._is_lit = True
        self._head = ""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give Textual's own themes the colours that they lack."""
        return WAITING_COLOURS

    def get_default_screen(self) -> Screen[None]:
        """Give the board the screen that knows its colours."""
        return BoardScreen()

    def compose(self) -> ComposeResult:
        """Two walls under a line with the shop's name and the time."""
        yield Static(id="head")
        yield Static(id="stale")
        with Container(id="walls"):
            with Vertical(id="ready-side"):
                yield Static(Content("READY"), id="ready-title", classes="title")
                yield NumberWall(Role.FRESH, id="ready")
            with Vertical(id="preparing-side"):
                yield Static(Content("PREPARING"), id="preparing-title", classes="title")
                yield NumberWall(Role.META, id="preparing")

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
                    self._stale_since, self._reason = None, ""
                case Disconnected(reason):
                    self._stale_since = self._stale_since or self._now()
                    self._reason = reason
                case ServerEvent():
                    self._take(item)
            self._draw()

    async def _catch_up(self) -> None:
        self._board.load(await self._api.board(), self._now())

    def _take(self, event: ServerEvent) -> None:
        try:
            self._board.put(board_order_from(load(event.data)), self._now())
        except ApiError as error:
            log.warning("event %s left out: %s", event.name, error.message)

    def _tick(self) -> None:
        self._is_lit = not self._is_lit or self.animation_level == "none"
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Stand upright where the screen does."""
        is_upright = event.size.width < event.size.height * 2
        self.screen.set_class(is_upright, "-upright")
        self.screen.set_class(event.size.height < 20, "-low")
        self._draw()

    def _draw(self) -> None:
        if not self.screen.is_mounted or not self.screen.query("#preparing"):
            return
        now = self._now()
        fresh = self._board.fresh(now)
        ready, preparing = self._board.ready(now), self._board.preparing()
        self.screen.query_one("#ready", NumberWall).show(ready, fresh, is_lit=self._is_lit)
        self.screen.query_one("#preparing", NumberWall).show(preparing, frozenset())
        self._draw_head(now)
        self.screen.set_class(bool(now.minute // SHIFT_MINUTES % 2), "-shifted")

    def _draw_head(self, now: datetime) -> None:
        head = self.screen.query_one("#head", Static)
        time = clock_time(now)
        room = max(0, head.content_size.width - len(time) - 1)
        name = Content(self.title).truncate(room, ellipsis=True, pad=True)
        words = Content.assemble(name, " ", time)
        if words.plain != self._head:
            self._head = words.plain
            head.update(words)
        stale = self.screen.query_one("#stale", Static)
        self.screen.set_class(self._stale_since is not None, "-stale")
        if self._stale_since is not None:
            stale.update(
                Content(f"■ No news since {clock_time(self._stale_since)}: ask at the counter")
            )

    def _fatal_error(self) -> None:
        show_plain_crash(self, "board")
