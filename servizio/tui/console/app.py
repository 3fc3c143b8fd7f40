"""The console application: wires the feed, the floor, the modes and the way out together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import ClassVar

from textual import events, work
from textual.app import SystemCommand
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from servizio.errors import ApiError
from servizio.tui.console.day_rules import busier, change_day
from servizio.tui.console.modes import modes
from servizio.tui.console.queue import QueueScreen
from servizio.tui.console.shop_app import ExitChoice, ShopApp
from servizio.tui.desk import Notice, Weight
from servizio.tui.feed import feed_console
from servizio.tui.floor import Change, LinkStatus, Topic
from servizio.tui.key_map import spoken_key
from servizio.tui.messages import EventCame, LinkChanged, SnapshotLoaded
from servizio.tui.plain_crash import show_plain_crash
from servizio.tui.theme import theme_name
from servizio.tui.views import MessageLeft, OutboxChanged, TextReceived
from servizio.tui.words import clean, phone_tail

WAIT_SECONDS = 30.0
"""How often the wait that customers are told is asked for."""
WRITTEN_SHOWN = 60
"""Signs of a customer's text that the notice of it shows."""
RING_AGAIN_SECONDS = 15.0
"""How long a new order may stay unnoticed before the bell rings again."""

_EVERYWHERE = (
    ("Counter order", "Take the order of somebody who stands here", "mode('counter')"),
    ("Day report", "Orders, revenue and calls of a day", "mode('report')"),
    ("Pause phone orders for 10 minutes", "Calls in progress may finish", "pause_for(10)"),
    ("Pause phone orders for 20 minutes", "Calls in progress may finish", "pause_for(20)"),
    ("Pause phone orders for 30 minutes", "Calls in progress may finish", "pause_for(30)"),
    ("Pause phone orders until resumed", "Calls in progress may finish", "pause_for(0)"),
    ("Resume phone orders", "Take orders by phone again", "resume"),
    ("Busier: 5 minutes more", "Customers are told a longer wait", "busy(5)"),
    ("Calmer: 5 minutes less", "Customers are told a shorter wait", "busy(-5)"),
    ("Other hours today", "Open or close at another time, today alone", "hours"),
)
"""What the palette offers on every screen: title, help, action."""

_THEMES = (
    ("dark", "Light words on a dark ground"),
    ("light", "Dark words on a light ground"),
    ("high contrast", "White on black"),
)

log = logging.getLogger(__name__)


class ConsoleApp(ShopApp):
    """The barista console. Its result is what shall become of the server."""

    CSS_PATH = "console.tcss"
    MODES: ClassVar[Mapping[str, Callable[[], Screen[None]]]] = modes()  # type: ignore[assignment]
    DEFAULT_MODE = "queue"

    _unnoticed = False

    async def on_mount(self) -> None:
        """Connect, and answer the signals that would leave the terminal broken."""
        await self.api.__aenter__()
        self._day_lock = asyncio.Lock()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", None)):
            if number is not None:
                with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.add_signal_handler(number, self.exit, ExitChoice.DRAIN)
        self.run_worker(
            feed_console(self.api, self.post_message, backoff=self.backoff),
            group="feed",
            name="feed",
            exit_on_error=False,
        )
        self.set_interval(RING_AGAIN_SECONDS, self._ring_again)
        self.set_interval(WAIT_SECONDS, self.ask_wait)

    async def on_unmount(self) -> None:
        """Hang up."""
        await self.api.__aexit__(None, None, None)

    def on_snapshot_loaded(self, message: SnapshotLoaded) -> None:
        """Take over what the server says of everything."""
        self._take(self.floor.load(message.snapshot, self.local_now()))
        self.ask_mail()

    def on_event_came(self, message: EventCame) -> None:
        """Take over one event."""
        event, health = message.event, self.key_names("app.health")
        self._take(self.floor.apply(event))
        match event:
            case OutboxChanged("failed", number):
                said = f"A text for order {number} could not be delivered: {health} says why"
                self.tell(Notice(said, Weight.WARNING))
            case TextReceived(phone, body):
                said = f"{phone_tail(phone)} wrote: {clean(body, WRITTEN_SHOWN)}"
                self.tell(Notice(f"{said} ({health})"))
            case MessageLeft(_, phone, seconds, is_done=False):
                who = phone_tail(phone) if phone else "Somebody"
                said = f"{who} left a message of {seconds} s: {health} says where to listen"
                self.tell(Notice(said))
            case _:
                pass
        if isinstance(event, OutboxChanged | TextReceived | MessageLeft):
            self.ask_mail()

    @work(group="wait", exclusive=True, exit_on_error=False)
    async def ask_wait(self) -> None:
        """Ask which wait customers are told now: it grows with the queue, and no event says so."""
        if self.floor.link.status is not LinkStatus.LIVE:
            return
        async with self._day_lock:
            try:
                shop = await self.api.shop()
            except ApiError as error:
                log.debug("the shop is not told: %s", error.message)
                return
            self.floor.shop = shop
        self.announce(Change(Topic.SHOP))

    def on_link_changed(self, message: LinkChanged) -> None:
        """Note how the connection is."""
        was = self.floor.link.status
        self._take(self.floor.relink(message.status, self.local_now(), message.reason))
        if message.status is LinkStatus.LIVE and was in {LinkStatus.LOST, LinkStatus.REFUSED}:
            self.tell(Notice("Connected again; nothing was missed"))

    def _take(self, change: Change) -> None:
        if change.new_orders:
            self._unnoticed = True
            self.bell()
        self.announce(change)

    def _ring_again(self) -> None:
        if self._unnoticed:
            self.bell()

    async def on_event(self, event: events.Event) -> None:
        """Take any key or click as a sign that somebody is there."""
        if isinstance(event, events.Key | events.MouseDown):
            self._unnoticed = False
        await super().on_event(event)

    def on_worker_state_changed(self, message: Worker.StateChanged) -> None:
        """Say when something broke behind the screen, and write down what."""
        if message.state is WorkerState.ERROR:
            error = message.worker.error
            log.error("%s broke", message.worker.name, exc_info=error)
            self.tell(Notice(f"Something went wrong ({message.worker.name}).", Weight.ERROR))

    def action_mode(self, mode: str) -> None:
        """Open another part of the console."""
        if len(self.screen_stack) == 1:
            _ = self.switch_mode(mode)

    def action_pause(self) -> None:
        """Ask how long no orders shall be taken by phone."""
        from servizio.tui.console.pause import PauseScreen  # noqa: PLC0415 - see modes

        def answered(pause: dict[str, object] | None) -> None:
            if pause is not None:
                self.change_day(lambda: {"pause": pause})

        if len(self.screen_stack) == 1:
            _ = self.push_screen(PauseScreen(), answered)

    def action_pause_for(self, minutes: int) -> None:
        """Take no orders by phone for so long; 0 until somebody resumes."""
        self.change_day(lambda: {"pause": {"minutes": minutes or None}})

    def action_resume(self) -> None:
        """Take orders by phone again."""
        self.change_day(lambda: {"pause": None})

    def action_busy(self, by: int) -> None:
        """Tell customers a longer or a shorter wait."""
        self.change_day(lambda: {"busy_minutes": busier(self.floor.shop, by)})

    def action_hours(self) -> None:
        """Ask for other hours, today alone."""
        from servizio.tui.console.hours import HoursScreen  # noqa: PLC0415 - see modes

        def answered(hours: dict[str, object] | None) -> None:
            if hours is not None:
                self.change_day(lambda: {"hours_today": hours or None})

        if len(self.screen_stack) == 1:
            shop = self.floor.shop
            now = (shop.hours_override or shop.hours_today) if shop is not None else None
            _ = self.push_screen(HoursScreen(now), answered)

    @work(group="day", exit_on_error=False)
    async def change_day(self, changes: Callable[[], Mapping[str, object]]) -> None:
        """Ask the server for a change of the shop's day, and say what it came to.

        `changes` is asked when the one before has arrived, so that quick presses add up.
        """
        async with self._day_lock:
            changed = await change_day(self.api, changes())
            if changed.shop is not None:
                self.floor.shop = changed.shop
                self.announce(Change(Topic.SHOP))
        self.tell(changed.notice)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every key's action, every open order, and Textual's own commands but quitting."""
        from servizio.tui.console.help import title_of  # noqa: PLC0415 - see modes

        told: set[str] = {""}
        for node, binding, is_on, _ in screen.active_bindings.values():
            said = title_of(binding)
            if is_on and binding.id and said not in told:
                told.add(said)
                act = partial(self.run_action, binding.action, node)
                yield SystemCommand(said, f"Key: {spoken_key(binding.key)}", act)
        for lane, tickets in self.floor.orders.lanes().items():
            for ticket in tickets:
                number, show = ticket.order.number, partial(self.select_order, ticket.key)
                yield SystemCommand(f"Order {number}", f"Select it; it is {lane}", show)
        for title, about, action in _EVERYWHERE:
            yield SystemCommand(title, about, partial(self.run_action, action))
        for theme, about in _THEMES:
            name = f"Theme: {theme}"
            yield SystemCommand(name, about, partial(self.wear, theme.partition(" ")[2] or theme))
        for each in super().get_system_commands(screen):
            if each.title == "Theme":
                yield SystemCommand("Theme: others", "Textual's own ones", each.callback)
            elif each.title not in {"Quit", "Keys"}:
                yield each

    async def select_order(self, key: str) -> None:
        """Open the queue with that order selected."""
        await self.switch_mode("queue")
        queue = self.screen_stack[0]
        if isinstance(queue, QueueScreen):
            queue.select(key)

    def action_help(self) -> None:
        """Show the keys that work here."""
        from servizio.tui.console.help import HelpScreen  # noqa: PLC0415 - see modes

        if len(self.screen_stack) == 1:
            _ = self.push_screen(HelpScreen(self.screen, self.key_names))

    def action_how_to_quit(self) -> None:
        """Say which key quits: this one is too easily hit."""
        said = "{app.quit} closes the console; {app.help} shows all keys"
        self.tell(Notice(self.key_names.fill(said)))

    def wear(self, theme: str) -> None:
        """Look otherwise, until the console is closed."""
        self.theme = theme_name(theme)

    def action_leave(self) -> None:
        """Close the console; ask what becomes of the server where that matters."""
        from servizio.tui.console.leave import LeaveScreen  # noqa: PLC0415 - see modes

        live = len(self.floor.calls.live())
        if not self.owns_server:
            self.exit(ExitChoice.LEAVE)
        elif not live:
            self.exit(ExitChoice.DRAIN)
        elif not isinstance(self.screen, LeaveScreen):
            _ = self.push_screen(LeaveScreen(live), self._left)

    def _left(self, choice: ExitChoice | None) -> None:
        if choice is not None:
            self.exit(choice)

    def _fatal_error(self) -> None:
        show_plain_crash(self, "console")
