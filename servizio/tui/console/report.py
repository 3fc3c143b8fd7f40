"""Day report: what was sold, how long it took and what came of the calls."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from servizio.errors import ApiError
from servizio.tui.console.floor_screen import FloorScreen
from servizio.tui.counter_views import ReportView
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Topic
from servizio.tui.papers import PaperError
from servizio.tui.report_art import (
    describe_calls,
    describe_figures,
    describe_hours,
    describe_items,
)
from servizio.tui.widgets.key_bar import KeyBar

REFRESH_SECONDS = 30.0
"""How often today's figures are asked for while somebody looks at them."""


class ReportScreen(FloorScreen):
    """The figures of one day, and keys to leaf through the days."""

    MODE = "report"
    BINDING_GROUP_TITLE = "Day report"
    CSS_PATH = "report.tcss"
    HELP = (
        "{report.before} and {report.after} leaf through the days; {report.csv} and {report.json} "
        "write a file and say where it is."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "leaf(-1)", "Day before", id="report.before"),
        Binding("right,l", "leaf(1)", "Day after", id="report.after"),
        Binding("t", "today", "Today", id="report.today"),
        Binding("c", "export('csv')", "CSV", id="report.csv", tooltip="file of this day"),
        Binding("e", "export('json')", "JSON", id="report.json", tooltip="file of this day"),
        Binding("r", "again", "Refresh", id="report.again"),
        Binding("down,j", "scroll(1)", "Down", id="report.down", show=False),
        Binding("up,k", "scroll(-1)", "Up", id="report.up", show=False),
        Binding("escape", "app.mode('queue')", "Queue", id="report.queue", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        self._today: date | None = None
        """The shop's own today, once it is known: its day may not be this machine's."""
        self._report: ReportView | None = None
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Figures and calls beside each other where there is room, then the bars."""
        yield from self.head()
        yield Static(id="day")
        with VerticalScroll(id="report", can_focus=False):
            with Horizontal(id="columns"):
                yield Static(id="figures")
                yield Static(id="outcomes")
            yield Static(id="hours")
            yield Static(id="items")
        yield KeyBar()

    def on_mount(self) -> None:
        """Keep today's figures true while somebody looks at them."""
        self.set_interval(REFRESH_SECONDS, self._refresh_today)

    def on_screen_resume(self) -> None:
        """Ask for the figures whenever the screen is opened."""
        self._ask()

    def _refresh_today(self) -> None:
        if self.is_current and self._day in {None, self._today}:
            self._ask()

    @work(group="report", exclusive=True, exit_on_error=False)
    async def _ask(self) -> None:
        day = self._day
        try:
            report = await self.shop.api.report(day.isoformat() if day else "")
        except ApiError as error:
            self._problem = error.message
            if day != self._shown_day():
                self._report = None
        else:
            self._report, self._problem = report, ""
            if day is None:
                self._today = self._shown_day()
        self.draw_soon(Topic.CLOCK)

    def _shown_day(self) -> date | None:
        try:
            return date.fromisoformat(self._report.day) if self._report else None
        except ValueError:
            return None

    def on_resize(self) -> None:
        """Draw the bars anew for the new width."""
        self.draw_soon(Topic.ALL)

    def draw(self, due: Topic) -> None:
        """Draw the figures that are at hand."""
        del due
        report = self._report
        self.query_one("#day", Static).update(Content(self._heading()))
        width = self.size.width - 6
        parts = {
            "figures": describe_figures(report) if report else Content(""),
            "outcomes": describe_calls(report) if report else Content(""),
            "hours": describe_hours(report, width) if report else Content(""),
            "items": describe_items(report, width) if report else Content(""),
        }
        for name, content in parts.items():
            self.query_one(f"#{name}", Static).update(content)

    def _heading(self) -> str:
        day = self._shown_day() or self._day
        said = f"{day:%A, %d %B %Y}" if day else "Today"
        if day is not None and day == self._today:
            said = f"Today, {said}"
        if self._problem:
            return f"{said}   ■ {self._problem}"
        return said if self._report else f"{said}   asking the server …"

    def action_leaf(self, by: int) -> None:
        """Show another day; the days after today have no figures."""
        day = self._day or self._today
        if day is None:
            return
        wanted = day + timedelta(days=by)
        if self._today is not None and wanted > self._today:
            self.shop.tell(Notice("Today is the last day there is."))
            return
        self._day = wanted
        self._ask()

    def action_today(self) -> None:
        """Show today."""
        self._day = None
        self._ask()

    def action_again(self) -> None:
        """Ask the server now."""
        self._ask()

    def action_scroll(self, by: int) -> None:
        """Move what does not fit."""
        self.query_one("#report").scroll_relative(y=by * 3, animate=False)

    @work(group="export", exclusive=True, exit_on_error=False)
    async def action_export(self, kind: str) -> None:
        """Write the day that is shown to a file, and say where it is."""
        day = self._shown_day()
        if day is None:
            self.shop.tell(Notice("There are no figures to save yet.", Weight.WARNING))
            return
        api = self.shop.api
        try:
            if kind == "csv":
                content = await api.report_csv(day.isoformat())
            else:
                answer = json.loads(await api.report_json(day.isoformat()))
                content = json.dumps(answer, indent=2, ensure_ascii=False) + "\n"
            path = self.shop.papers.save(f"servizio-{day.isoformat()}.{kind}", content)
        except (ApiError, PaperError) as error:
            self.shop.tell(Notice(f"NOT saved. {error.message}", Weight.ERROR))
            return
        except ValueError:
            self.shop.tell(Notice("NOT saved: the server's figures are garbled.", Weight.ERROR))
            return
        self.shop.tell(Notice(f"Saved: {path}"))
