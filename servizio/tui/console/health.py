"""Health: the connection, the server and each of its parts, in words."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from servizio.errors import ApiError
from servizio.tui.console.floor_screen import FloorScreen
from servizio.tui.counter_views import MessageView, WrittenView
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Change, LinkStatus, Topic
from servizio.tui.views import HealthCheck, HealthView
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.words import clock_time, phone_tail

REFRESH_SECONDS = 10.0
"""How often the texts are asked for while somebody looks at them."""
_COLUMNS = ("state", "at", "to", "order", "what", "tries", "why / words")
_STATES = {"local": "shown only", "pending": "waiting", "held": "waits for its call"}
_FINE = frozenset({"ok", "up", "true", "ready"})


class HealthScreen(FloorScreen):
    """One line for each part, and below them what left the shop or could not."""

    MODE = "health"
    BINDING_GROUP_TITLE = "Health"
    CSS_PATH = "health.tcss"
    AUTO_FOCUS = "DataTable"
    HELP = "Texts that could not be delivered stand first: t sends one again, x gives it up. \
What customers wrote is among them."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "Check again", id="health.again"),
        Binding("t", "retry", "Send again", id="health.retry"),
        Binding("x", "dismiss_text", "Give up", id="health.dismiss"),
        Binding("escape", "app.mode('queue')", "Queue", id="health.queue", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._messages: tuple[MessageView | WrittenView, ...] = ()
        self._problem = ""

    def compose(self) -> ComposeResult:
        """The parts above, the texts below."""
        yield from self.head()
        with VerticalScroll(id="parts", can_focus=False):
            yield Static(id="health")
        yield Static(id="texts")
        yield DataTable(cursor_type="row", zebra_stripes=True)
        yield Static(id="why")
        yield KeyBar()

    def on_mount(self) -> None:
        """Lay out the columns, and keep the texts true while somebody looks."""
        for name in _COLUMNS:
            self._table.add_column(name, key=name)
        self.set_interval(REFRESH_SECONDS, self._refresh)

    def on_screen_resume(self) -> None:
        """Ask for the texts and the parts whenever the screen is opened."""
        self._ask_texts()
        self._ask_parts()

    def _refresh(self) -> None:
        if self.is_current:
            self._ask_texts()
            self._ask_parts()

    @property
    def _table(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    def draw(self, due: Topic) -> None:
        """Write the parts down again."""
        is_back = due & Topic.LINK and self.shop.floor.link.status is LinkStatus.LIVE
        if is_back or due & Topic.OUTBOX:
            self._ask_texts()
        link, health = self.shop.floor.link, self.shop.floor.health
        since = clock_time(link.since, self.shop.floor.zone)
        rows = [
            Content(f"server      {self.shop.api.url}"),
            Content(f"connection  {link.status} since {since} {link.reason}"),
        ]
        if health is None:
            rows.append(Content("The server has told nothing of its health yet."))
        else:
            lasts = _up_for(health.uptime_seconds)
            rows.append(Content(f"version     {health.version}, up for {lasts}"))
            rows.append(Content(f"calls       {_calls_in_words(health)}"))
            for check in health.checks:
                rows.append(_row(check))
                rows += [_reason(*each) for each in check.reasons]
        self.query_one("#health", Static).update(Content("\n").join(rows))

    @work(group="texts", exclusive=True, exit_on_error=False)
    async def _ask_texts(self) -> None:
        try:
            messages = await self.shop.api.outbox()
            written = await self.shop.api.written()
        except ApiError as error:
            self._problem = error.message
        else:
            self._problem = ""
            self._take(messages, written)
            self.shop.floor.undelivered = sum(each.is_undelivered for each in messages)
            self.draw_soon(Topic.CLOCK)
        self._draw_head()

    @work(group="parts", exclusive=True, exit_on_error=False)
    async def _ask_parts(self) -> None:
        """Ask how the parts are: calls that come and go change them, and no event says so."""
        try:
            self.shop.floor.health = await self.shop.api.health()
        except ApiError:
            return
        self.draw_soon(Topic.HEALTH)

    def _take(self, messages: tuple[MessageView, ...], written: tuple[WrittenView, ...]) -> None:
        """Show these, undelivered ones first, the cursor on the same one as before."""
        table, chosen = self._table, self._chosen()
        both: list[MessageView | WrittenView] = sorted(
            [*messages, *written], key=_when, reverse=True
        )
        listed = tuple(sorted(both, key=lambda each: not _is_undelivered(each)))
        if listed != self._messages:
            self._messages = listed
            table.clear()
            for each in listed:
                table.add_row(*_cells(each, self.shop.floor.zone), key=each.id)
            if chosen is not None and any(each.id == chosen.id for each in listed):
                table.move_cursor(row=table.get_row_index(chosen.id), animate=False)

    def _draw_head(self) -> None:
        bad = sum(_is_undelivered(each) for each in self._messages)
        said = f"■ {bad} NOT DELIVERED" if bad else "○ all delivered or on their way"
        if not self._messages:
            said = "none yet"
        if self._problem:
            said = f"■ {self._problem}"
        self.query_one("#texts", Static).update(Content(f"TEXTS AND MESSAGES   {said}"))
        self._draw_why()

    @on(DataTable.RowHighlighted)
    def _draw_why(self) -> None:
        chosen = self._chosen()
        rows = []
        if isinstance(chosen, WrittenView):
            rows = [Content(chosen.body or "(nothing)")]
            rows += [Content(f"answered: {chosen.reply}")] if chosen.reply else []
        elif chosen is not None:
            rows = [Content(chosen.body)]
            rows += [Content(f"■ {chosen.why}").stylize("bold")] if chosen.why else []
        self.query_one("#why", Static).update(Content("\n").join(rows))

    def _chosen(self) -> MessageView | WrittenView | None:
        at = self._table.cursor_row
        return self._messages[at] if 0 <= at < len(self._messages) else None

    def action_retry(self) -> None:
        """Have the chosen message sent again."""
        self._act_on_chosen(is_retry=True)

    def action_dismiss_text(self) -> None:
        """Give the chosen message up."""
        self._act_on_chosen(is_retry=False)

    def _act_on_chosen(self, *, is_retry: bool) -> None:
        chosen = self._chosen()
        if isinstance(chosen, MessageView):
            self._act(chosen, is_retry=is_retry)
        elif chosen is not None:
            self.shop.tell(Notice("That is what a customer wrote: nothing is left to send"))

    @work(group="texts", exit_on_error=False)
    async def _act(self, message: MessageView, *, is_retry: bool) -> None:
        api = self.shop.api
        try:
            await (api.retry(message.id) if is_retry else api.dismiss(message.id))
        except ApiError as error:
            self.shop.tell(Notice(f"NOT done. {error.message}", Weight.ERROR))
        else:
            said = "goes out again" if is_retry else "is given up"
            self.shop.tell(Notice(f"The message to {phone_tail(message.to) or 'them'} {said}"))
        self._ask_texts()

    @work(group="health", exit_on_error=False)
    async def action_again(self) -> None:
        """Ask the server now."""
        self._ask_texts()
        try:
            self.shop.floor.health = await self.shop.api.health()
        except ApiError as error:
            self.shop.tell(Notice(error.message, Weight.ERROR))
            return
        self.shop.announce(Change(Topic.HEALTH))


def _when(message: MessageView | WrittenView) -> datetime:
    return message.at if isinstance(message, WrittenView) else message.created_at


def _is_undelivered(message: MessageView | WrittenView) -> bool:
    return isinstance(message, MessageView) and message.is_undelivered


def _cells(message: MessageView | WrittenView, zone: tzinfo | None) -> tuple[Text, ...]:
    words = (
        _written_words(message, zone)
        if isinstance(message, WrittenView)
        else _sent_words(message, zone)
    )
    return tuple(Text(word, no_wrap=True) for word in words)


def _written_words(text: WrittenView, zone: tzinfo | None) -> tuple[str, ...]:
    words = ("● WROTE US", clock_time(text.at, zone), phone_tail(text.phone), text.order_number)
    return (*words, "text", "", text.body[:160])


def _sent_words(message: MessageView, zone: tzinfo | None) -> tuple[str, ...]:
    state = message.delivery or message.state
    shown = "■ NOT DELIVERED" if message.is_undelivered else f"○ {_STATES.get(state, state)}"
    return (
        shown,
        clock_time(message.created_at, zone),
        phone_tail(message.to) or message.kind,
        message.order_number,
        message.kind.replace("_", " "),
        f"{message.attempts}",
        (message.why or message.body)[:160],
    )


def _up_for(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{seconds / 3600:.1f} hours"


def _calls_in_words(health: HealthView) -> str:
    if any(check.name == "calls" and check.status == "failed" for check in health.checks):
        return "are NOT taken"
    return "can be taken" if health.status == "ok" else "can be taken; see what is marked below"


def _reason(agent: str, why: str) -> Content:
    said = why or "no reason is known; the server's log may say more"
    return Content(f"           {agent}: {said}")


def _row(check: HealthCheck) -> Content:
    is_fine = check.status.lower() in _FINE
    word = "FAILED" if check.status == "failed" else "WARNING"
    mark = ("○ ok      ", "$age-fresh") if is_fine else (f"■ {word:<8}", "$age-late bold")
    status = "" if is_fine or check.status in {"failed", "warning"} else f" {check.status}"
    return Content.assemble(mark, f" {check.name}{status}  {check.detail}")
