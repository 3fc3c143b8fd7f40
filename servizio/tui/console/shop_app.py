"""What every screen of the console may ask of the application it runs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from time import monotonic as system_monotonic
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.message_pump import MessagePump

from servizio.tui.api import ShopApi
from servizio.tui.clocks import system_clock
from servizio.tui.desk import Desk, Notice
from servizio.tui.floor import Change, Floor
from servizio.tui.stream import Backoff
from servizio.tui.theme import THEMES, WAITING_COLOURS
from servizio.tui.words import Patience

TOAST_SECONDS = 10.0
"""How long a notice stays, and so how long the way back is on the screen."""


class ExitChoice(StrEnum):
    """What shall become of the server after the console has closed."""

    LEAVE = "leave"
    """It goes on as it is."""
    DRAIN = "drain"
    """It takes no more calls, and ends when those in progress have ended."""


class FloorChanged(Message, bubble=False):
    """What the screen shows may have changed."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change


class ShopApp(App[ExitChoice], inherit_bindings=False):
    """State and collaborators that the console's screens share.

    `clock` gives aware times, `monotonic` seconds that never go back. `keys` gives actions
    other keys, by the id of their binding.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", "Help", id="app.help", key_display="F1"),
        Binding("f2", "mode('queue')", "Queue", id="app.queue", show=False),
        Binding("f3", "mode('calls')", "Calls", id="app.calls", show=False),
        Binding("f4", "mode('history')", "History", id="app.history", show=False),
        Binding("f5", "mode('menu')", "Menu", id="app.menu", show=False),
        Binding("f6", "mode('health')", "Health", id="app.health", show=False),
        Binding("ctrl+q", "leave", "Quit", id="app.quit"),
    ]

    def __init__(
        self,
        api: ShopApi,
        *,
        title: str = "Servizio",
        owns_server: bool = False,
        patience: Patience | None = None,
        backoff: Backoff | None = None,
        keys: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = system_clock,
        monotonic: Callable[[], float] = system_monotonic,
    ) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.title = title
        self.api = api
        self.owns_server = owns_server
        self.patience = patience or Patience()
        self.backoff = backoff
        self.monotonic = monotonic
        self._clock = clock
        self.floor = Floor(clock())
        self.desk = Desk(api, self.floor.orders)
        self._watchers: list[MessagePump] = []
        if keys:
            self.set_keymap(dict(keys))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give Textual's own themes the colours for waiting, which they lack."""
        return WAITING_COLOURS

    def watch_floor(self, screen: MessagePump) -> None:
        """Tell this screen what changes from now on."""
        self._watchers.append(screen)

    def unwatch_floor(self, screen: MessagePump) -> None:
        """Tell this screen no more."""
        if screen in self._watchers:
            self._watchers.remove(screen)

    def announce(self, change: Change) -> None:
        """Tell every open screen what has changed."""
        for screen in self._watchers:
            screen.post_message(FloorChanged(change))

    def now(self) -> datetime:
        """The time on the server's clock."""
        return self._clock() + self.floor.skew

    def local_now(self) -> datetime:
        """The time on this screen's clock."""
        return self._clock()

    def tell(self, notice: Notice | None) -> None:
        """Show a notice as a toast, its words as they are, in place of the one before.

        First the screen shows what has been done: that is what the eye is waiting for.
        """
        if notice is not None:
            self.screen.call_after_refresh(self._toast, notice)

    def _toast(self, notice: Notice) -> None:
        self.clear_notifications()
        self.notify(
            notice.message, severity=notice.weight.value, timeout=TOAST_SECONDS, markup=False
        )
