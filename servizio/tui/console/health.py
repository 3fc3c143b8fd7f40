"""Health: the connection, the server and each of its parts, in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from servizio.errors import ApiError
from servizio.tui.console.confirm import ConfirmScreen
from servizio.tui.console.floor_screen import FloorScreen
from servizio.tui.counter_views import MessageView, VoiceView, WrittenView
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Change, Topic
from servizio.tui.mail_art import COLUMNS, describe, headline, row_of
from servizio.tui.mailbox import Letter
from servizio.tui.views import HealthCheck, HealthView
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.words import clock_time, phone_tail

REFRESH_SECONDS = 10.0
"""How often the texts are asked for while somebody looks at them."""
_FINE = frozenset({"ok", "up", "true", "ready"})


class HealthScreen(FloorScreen):
    """One line for each part, and below them what left the shop or could not."""

    MODE = "health"
    BINDING_GROUP_TITLE = "Health"
    CSS_PATH = "health.tcss"
    AUTO_FOCUS = "DataTable"
    HELP = (
        "What waits for you stands first. A text that could not be delivered: {health.retry} sends "
        "it again, {health.dismiss} gives it up. A message after the tone: the lines below the "
        "list say where to listen, {health.done} says that it is dealt with. What customers wrote "
        "is among them."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "retry", "Send again", id="health.retry"),
        Binding("x", "dismiss_text", "Give up", id="health.dismiss"),
        Binding("d", "dealt_with", "Dealt with", id="health.done", tooltip="spoken message"),
        Binding("r", "again", "Check again", id="health.again"),
        Binding("escape", "app.mode('queue')", "Queue", id="health.queue", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._letters: tuple[Letter, ...] = ()
        self._rows: list[tuple[str, ...]] = []

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
        for name in COLUMNS:
            self._table.add_column(name, key=name)
        self.set_interval(REFRESH_SECONDS, self._refresh)

    def on_screen_resume(self) -> None:
        """Ask for the texts and the parts whenever the screen is opened."""
        self.shop.ask_mail()
        self._ask_parts()

    def _refresh(self) -> None:
        if self.is_current:
            self.shop.ask_mail()
            self._ask_parts()

    @property
    def _table(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    def draw(self, due: Topic) -> None:
        """Write down again what has changed."""
        if due & Topic.OUTBOX:
            self._draw_mail()
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

    @work(group="parts", exclusive=True, exit_on_error=False)
    async def _ask_parts(self) -> None:
        """Ask how the parts are: calls that come and go change them, and no event says so."""
        try:
            self.shop.floor.health = await self.shop.api.health()
        except ApiError:
            return
        self.draw_soon(Topic.HEALTH)

    def _draw_mail(self) -> None:
        """List the letters, the cursor on the same one as before."""
        floor, table, chosen = self.shop.floor, self._table, self._chosen()
        now = self.shop.now()
        self._letters = floor.mailbox.letters
        rows = [row_of(each, now, floor.zone) for each in self._letters]
        if rows != self._rows:
            self._rows = rows
            table.clear()
            for letter, row in zip(self._letters, rows, strict=True):
                table.add_row(*(Text(word, no_wrap=True) for word in row), key=letter.id)
            if chosen is not None and any(each.id == chosen.id for each in self._letters):
                table.move_cursor(row=table.get_row_index(chosen.id), animate=False)
        said = headline(floor.mailbox)
        self.query_one("#texts", Static).update(Content(f"TEXTS AND MESSAGES   {said}"))
        self._draw_chosen()

    @on(DataTable.RowHighlighted)
    def _draw_chosen(self) -> None:
        chosen = self._chosen()
        words = Content("")
        if chosen is not None:
            words = describe(chosen, self.shop.listening_page, self.shop.floor.zone)
        self.query_one("#why", Static).update(words)

    def _chosen(self) -> Letter | None:
        at = self._table.cursor_row
        return self._letters[at] if 0 <= at < len(self._letters) else None

    def action_retry(self) -> None:
        """Have the chosen text sent again."""
        chosen = self._sent()
        if chosen is not None:
            self._act(self.shop.api.retry, chosen, "goes out again")

    def action_dismiss_text(self) -> None:
        """Give the chosen text up."""
        chosen = self._sent()
        if chosen is not None:
            self._act(self.shop.api.dismiss, chosen, "is given up")

    def _sent(self) -> MessageView | None:
        """The chosen letter, where it is one of ours; otherwise says why nothing happens."""
        chosen = self._chosen()
        if chosen is None or isinstance(chosen, MessageView):
            return chosen
        did = "wrote" if isinstance(chosen, WrittenView) else "spoke"
        self.shop.tell(Notice(f"That is what a customer {did}: nothing is left to send"))
        return None

    def action_dealt_with(self) -> None:
        """Be done with the chosen message after the tone, after asking."""
        chosen = self._chosen()
        if not isinstance(chosen, VoiceView):
            self.shop.tell(Notice("This is for messages after the tone", Weight.WARNING))
        elif chosen.is_done:
            self.shop.tell(Notice("Somebody has dealt with it already"))
        else:
            self._ask_whether_done(chosen)

    def _ask_whether_done(self, message: VoiceView) -> None:
        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._act(self.shop.api.voice_message_done, message, "is dealt with")

        who = phone_tail(message.phone) or "a withheld number"
        question = (
            f"Has the message of {who} ({message.seconds} s) been dealt with?\n"
            "Its sound is erased for good."
        )
        _ = self.app.push_screen(ConfirmScreen(question, "Erase it", "Keep it"), answered)

    @work(group="texts", exit_on_error=False)
    async def _act(
        self,
        act: Callable[[str], Awaitable[None]],
        letter: MessageView | VoiceView,
        said: str,
    ) -> None:
        """Have the server do that to a letter, and say that it has come to that."""
        which = f"to {phone_tail(letter.to) or 'them'}" if isinstance(letter, MessageView) else ""
        try:
            await act(letter.id)
        except ApiError as error:
            self.shop.tell(Notice(f"NOT done. {error.message}", Weight.ERROR))
        else:
            self.shop.tell(Notice(" ".join(f"The message {which} {said}".split())))
        self.shop.ask_mail()

    @work(group="health", exit_on_error=False)
    async def action_again(self) -> None:
        """Ask the server now."""
        self.shop.ask_mail()
        try:
            self.shop.floor.health = await self.shop.api.health()
        except ApiError as error:
            self.shop.tell(Notice(error.message, Weight.ERROR))
            return
        self.shop.announce(Change(Topic.HEALTH))


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
