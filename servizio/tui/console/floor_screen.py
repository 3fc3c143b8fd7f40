"""A screen that shows the floor: it draws what changed, once for many changes at a time."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.getters import app as app_getter
from textual.screen import Screen

from servizio.tui.console.shop_app import FloorChanged, ShopApp
from servizio.tui.floor import Topic
from servizio.tui.widgets.health_banner import HealthBanner
from servizio.tui.widgets.link_banner import LinkBanner
from servizio.tui.widgets.mode_bar import ModeBar
from servizio.tui.widgets.row_style import ROLE_CLASSES
from servizio.tui.widgets.shop_banner import ShopBanner


class FloorScreen(Screen[None]):
    """Base of the console's modes. Subclasses say in `draw` what a change means to them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (108, "-wide"), (160, "-huge")]  # noqa: RUF012 - as Textual declares it
    AUTO_FOCUS = ""
    MODE = ""
    """The mode that this screen is the ground of."""

    shop = app_getter(ShopApp)

    _due = Topic.NOTHING

    def on_mount(self) -> None:
        """Ask to be told what changes, and take the shop's own keys."""
        self._bindings = self.shop.remapped(self._bindings)
        self.shop.watch_floor(self)

    def head(self) -> ComposeResult:
        """What stands above every screen of the console."""
        yield ModeBar()
        yield LinkBanner()
        yield HealthBanner()
        yield ShopBanner()

    def on_unmount(self) -> None:
        """Ask no more."""
        self.shop.unwatch_floor(self)

    def on_floor_changed(self, message: FloorChanged) -> None:
        """Note a change, and draw when everything that waits has been noted."""
        self.draw_soon(message.change.topic)

    def keep_time(self) -> None:
        """Draw what depends on the time each second while somebody looks."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.is_current:
            self.draw_soon(Topic.CLOCK)

    def draw_soon(self, topic: Topic) -> None:
        """Draw these topics after all messages that are waiting now."""
        if self._due is Topic.NOTHING:
            self.call_later(self._draw_due)
        self._due |= topic

    def _draw_due(self) -> None:
        if not self.is_current and self.app.screen_stack[0] is not self:
            return
        due, self._due = self._due, Topic.NOTHING
        self.query_one(ModeBar).show(
            self.MODE,
            self.shop.floor,
            self.shop.shop_name,
            self.shop.now(),
            self.shop.key_names,
        )
        self.query_one(LinkBanner).show(self.shop.floor.link, self.shop.floor.zone)
        self.query_one(HealthBanner).show(self.shop.floor.health, self.shop.key_names)
        self.query_one(ShopBanner).show(
            self.shop.floor.shop, self.shop.now(), self.shop.key_names, self.shop.remark()
        )
        self.draw(due)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while the screen was hidden."""
        self._due = Topic.NOTHING
        self.draw_soon(Topic.ALL)

    def draw(self, due: Topic) -> None:
        """Draw what has changed."""
        raise NotImplementedError
