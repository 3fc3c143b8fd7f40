"""Health: the connection, the server and each of its parts, in words."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from servizio.errors import ApiError
from servizio.tui.console.floor_screen import FloorScreen
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Change, Topic
from servizio.tui.views import HealthCheck
from servizio.tui.widgets.link_banner import LinkBanner
from servizio.tui.widgets.mode_bar import ModeBar
from servizio.tui.widgets.shop_banner import ShopBanner
from servizio.tui.words import clock_time

_FINE = frozenset({"ok", "up", "true", "ready"})


class HealthScreen(FloorScreen):
    """One line for each part: ok, or what is wrong with it."""

    MODE = "health"
    BINDING_GROUP_TITLE = "Health"
    CSS_PATH = "health.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "Check again", id="health.again"),
        Binding("escape", "app.mode('queue')", "Queue", id="health.queue"),
    ]

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        yield ModeBar()
        yield LinkBanner()
        yield ShopBanner()
        with VerticalScroll():
            yield Static(id="health")
        yield Footer(show_command_palette=False)

    def draw(self, due: Topic) -> None:
        """Write it all down again."""
        del due
        link, health = self.shop.floor.link, self.shop.floor.health
        rows = [
            Content(f"server      {self.shop.api.url}"),
            Content(f"connection  {link.status} since {clock_time(link.since)} {link.reason}"),
        ]
        if health is None:
            rows.append(Content("The server has told nothing of its health yet."))
        else:
            hours = health.uptime_seconds / 3600
            rows.append(Content(f"version     {health.version}, up for {hours:.1f} hours"))
            rows.append(Content(f"calls       {_calls_in_words(health.status)}"))
            rows += [Content(""), *(_row(check) for check in health.checks)]
        self.query_one("#health", Static).update(Content("\n").join(rows))

    @work(group="health", exit_on_error=False)
    async def action_again(self) -> None:
        """Ask the server now."""
        try:
            self.shop.floor.health = await self.shop.api.health()
        except ApiError as error:
            self.shop.tell(Notice(error.message, Weight.ERROR))
            return
        self.shop.announce(Change(Topic.HEALTH))


def _calls_in_words(status: str) -> str:
    return "can be taken" if status == "ok" else f"NOT all is well: {status}"


def _row(check: HealthCheck) -> Content:
    is_fine = check.status.lower() in _FINE
    mark = ("○ ok      ", "$age-fresh") if is_fine else ("■ WARNING ", "$age-late bold")
    status = "" if is_fine else f" {check.status}"
    return Content.assemble(mark, f" {check.name}{status}  {check.detail}")
