"""What every screen of the console may ask of the application it runs in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic as system_monotonic
from typing import Any, ClassVar
from uuid import uuid4

from textual import work
from textual.app import App
from textual.binding import Binding, BindingsMap, BindingType
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen

from servizio.errors import ApiError
from servizio.tui.api import ShopApi
from servizio.tui.clocks import system_clock
from servizio.tui.console.modes import SCREENS, screen_class
from servizio.tui.desk import Desk, Notice
from servizio.tui.floor import Change, Floor, Topic
from servizio.tui.key_map import actions_of, checked_keys, remap
from servizio.tui.key_names import KeyNames
from servizio.tui.look import StaffPage
from servizio.tui.papers import Papers
from servizio.tui.stream import Backoff
from servizio.tui.task_order import begin_tasks_in_turn
from servizio.tui.terminal_title import TerminalTitle
from servizio.tui.theme import THEMES, WAITING_COLOURS, theme_name
from servizio.tui.words import Patience

TOAST_SECONDS = 10.0
"""How long a notice stays, and so how long the way back is on the screen."""


class ExitChoice(StrEnum):
    """What shall become of the server after the console has closed."""

    LEAVE = "leave"
    """It goes on as it is."""
    DRAIN = "drain"
    """It takes no more calls, and ends when those in progress have ended."""


def random_key() -> str:
    """Make a name that nobody else gives to anything."""
    return uuid4().hex


class FloorChanged(Message, bubble=False):
    """What the screen shows may have changed."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change


class ShopApp(App[ExitChoice], inherit_bindings=False):
    """State and collaborators that the console's screens share.

    `clock` gives aware times, `monotonic` seconds that never go back, `new_key` a name that
    nobody else gives to anything. `keys` gives actions other keys, by
    the id of their binding or its last part; `SettingsError` where they are unknown or clash.
    `papers` says where prints and files go; without it, into the working directory.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", "Help", id="app.help", key_display="F1"),
        Binding("f2", "mode('queue')", "Queue", id="app.queue", show=False),
        Binding("f3", "mode('calls')", "Calls", id="app.calls", show=False),
        Binding("f4", "mode('history')", "History", id="app.history", show=False),
        Binding("f5", "mode('menu')", "Menu", id="app.menu", show=False),
        Binding("f6", "mode('health')", "Health", id="app.health", show=False),
        Binding("f7", "mode('report')", "Day report", id="app.report", show=False),
        Binding("f8", "mode('counter')", "Counter order", id="app.counter", show=False),
        Binding(
            "Q",
            "tablet",
            "Tablet",
            id="app.tablet",
            show=False,
            tooltip="A QR code that opens the staff page",
        ),
        Binding("ctrl+q", "leave", "Quit", id="app.quit"),
        Binding("q,ctrl+c", "how_to_quit", "", show=False),
    ]

    def __init__(
        self,
        api: ShopApi,
        *,
        title: str = "Servizio",
        theme: str = "dark",
        owns_server: bool = False,
        patience: Patience | None = None,
        papers: Papers | None = None,
        staff_page: StaffPage | None = None,
        remark: Callable[[], str] = lambda: "",
        backoff: Backoff | None = None,
        keys: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = system_clock,
        monotonic: Callable[[], float] = system_monotonic,
        new_key: Callable[[], str] = random_key,
    ) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme_name(theme)
        self.title = title
        self.api = api
        self.owns_server = owns_server
        self.patience = patience or Patience()
        self.papers = papers or Papers(Path.cwd())
        self.new_key = new_key
        self.backoff = backoff
        self.remark = remark
        self.monotonic = monotonic
        self._clock = clock
        self.floor = Floor(clock())
        self._staff_page = staff_page or StaffPage(f"{api.url}/barista")
        self._title = TerminalTitle(title, self._write)
        self._watchers: list[MessagePump] = []
        self._keys = checked_keys(keys, self.actions()) if keys else {}
        self._bindings = self.remapped(self._bindings)
        self.key_names = KeyNames(self._keys, self._bindings_of)
        self.desk = Desk(api, self.floor.orders, self.key_names)

    def on_load(self) -> None:
        """Work alike on every Python."""
        begin_tasks_in_turn()

    def remapped(self, bindings: BindingsMap) -> BindingsMap:
        """The bindings of a screen with the keys that the shop has given them."""
        return remap(bindings, self._keys) if self._keys else bindings

    @classmethod
    def _bindings_of(cls, place: str) -> Iterable[BindingType]:
        return cls.BINDINGS if place == "app" else screen_class(place).BINDINGS

    @classmethod
    def actions(cls) -> dict[str, tuple[str, ...]]:
        """Every action that may be given other keys, and the keys that it has.

        A question keeps its keys: they stand in its words.
        """
        for mode in SCREENS:
            screen_class(mode)
        found = dict(actions_of(cls.BINDINGS))
        loaded: list[type[Screen[Any]]] = [Screen]
        while loaded:
            screen = loaded.pop()
            loaded += screen.__subclasses__()
            if screen.__module__.startswith(__package__) and not issubclass(screen, ModalScreen):
                found |= actions_of(screen.BINDINGS)
        return found

    def action_tablet(self) -> None:
        """Show where a tablet finds the orders."""
        from servizio.tui.console.tablet import TabletScreen  # noqa: PLC0415 - see modes

        if len(self.screen_stack) == 1:
            _ = self.push_screen(TabletScreen(self._staff_page))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give Textual's own themes the colours for waiting, which they lack."""
        return WAITING_COLOURS

    def _write(self, words: str) -> None:
        """Send a sequence to the terminal, if it is one."""
        if self._driver is not None and not self.is_headless and not self.is_web:
            self._driver.write(words)

    async def on_unmount(self) -> None:
        """Give the terminal its title back."""
        self._title.close()

    def watch_floor(self, screen: MessagePump) -> None:
        """Tell this screen what changes from now on."""
        self._watchers.append(screen)

    def unwatch_floor(self, screen: MessagePump) -> None:
        """Tell this screen no more."""
        if screen in self._watchers:
            self._watchers.remove(screen)

    def announce(self, change: Change) -> None:
        """Tell every open screen, and the terminal's title, what has changed."""
        if change.topic & Topic.ORDERS:
            self._title.show(self.floor.orders.unseen())
        for screen in self._watchers:
            screen.post_message(FloorChanged(change))

    @work(group="mail", exclusive=True, exit_on_error=False)
    async def ask_mail(self) -> None:
        """Ask what left the shop and what came from customers."""
        api, mailbox = self.api, self.floor.mailbox
        try:
            mailbox.load(await api.outbox(), await api.written(), await api.voice_messages())
        except ApiError as error:
            mailbox.problem = error.message
        self.announce(Change(Topic.OUTBOX))

    @property
    def listening_page(self) -> str:
        """Address of the page on which staff listen to messages after the tone.

        Where a tablet cannot reach the server yet, the one that this machine reaches it by.
        """
        page = self._staff_page
        return f"{self.api.url}/barista/messages" if page.remark else f"{page.address}/messages"

    @property
    def shop_name(self) -> str:
        """What the server calls the shop; what this machine calls it until that is known."""
        shop = self.floor.shop
        return shop.name if shop is not None and shop.name else self.title

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
        if notice is not None and self.screen_stack:
            self.screen.call_after_refresh(self._toast, notice)

    def _toast(self, notice: Notice) -> None:
        self.clear_notifications()
        self.notify(
            notice.message, severity=notice.weight.value, timeout=TOAST_SECONDS, markup=False
        )
