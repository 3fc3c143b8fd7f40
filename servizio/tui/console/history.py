"""History: every order that the server remembers, finished ones too, and the way back."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from servizio.tui.console.details import DetailsScreen
from servizio.tui.console.search_screen import SearchScreen
from servizio.tui.floor import Change, Topic
from servizio.tui.order_book import Ticket
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.words import matches, money, phone_tail, spell_line, time_of

_COLUMNS = ("order", "taken", "status", "name", "phone", "total", "what")


class HistoryScreen(SearchScreen):
    """A table of orders, newest first; the cursor stays on its order."""

    MODE = "history"
    SOUGHT = Topic.ORDERS
    SEARCH_HINT = "number, name, phone or drink"
    BINDING_GROUP_TITLE = "History"
    CSS_PATH = "history.tcss"
    AUTO_FOCUS = "DataTable"
    HELP = (
        "{history.recall} brings the chosen order one step back; {history.details} shows it whole."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "recall", "Bring back", id="history.recall"),
        Binding("enter,d", "details", "Details", id="history.details", priority=False),
        Binding("slash", "search", "Search", id="history.search", key_display="/"),
        Binding("escape", "leave", "Queue", id="history.leave", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, Ticket] = {}
        self._day: date | None = None
        """The shop's, when they were drawn: tomorrow their times have a day."""

    def compose(self) -> ComposeResult:
        """Search above the table."""
        yield from self.head()
        yield self.search_line()
        yield DataTable(cursor_type="row", zebra_stripes=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Lay out the columns."""
        table = self._table
        for name in _COLUMNS:
            table.add_column(name, key=name)

    @property
    def _table(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    def draw(self, due: Topic) -> None:
        """Draw the rows that differ, or all of them where orders came."""
        if not due & Topic.ORDERS:
            return
        book = self.shop.floor.orders
        wanted = {
            each.key: each for each in book.newest_first() if matches(each.order, self._sought)
        }
        table, chosen, zone = self._table, self._chosen(), self.shop.floor.zone
        now = self.shop.now()
        day = now.astimezone(zone).date()
        if list(wanted) == list(self._shown) and day == self._day:
            for key, ticket in wanted.items():
                if self._shown[key] is not ticket:
                    for name, cell in zip(_COLUMNS, _cells(ticket, now, zone), strict=True):
                        table.update_cell(key, name, cell)
        else:
            table.clear()
            for key, ticket in wanted.items():
                table.add_row(*_cells(ticket, now, zone), key=key)
        self._shown, self._day = wanted, day
        if chosen in wanted:
            table.move_cursor(row=table.get_row_index(chosen), animate=False)

    def _chosen(self) -> str:
        table = self._table
        if not table.row_count:
            return ""
        return table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value or ""

    @work(group="orders", exit_on_error=False)
    async def action_recall(self) -> None:
        """Bring the chosen order one step back."""
        key = self._chosen()
        if key:
            self.shop.tell(await self.shop.desk.recall(key))
            self.shop.announce(Change(Topic.ORDERS))

    @on(DataTable.RowSelected)
    async def action_details(self) -> None:
        """Show the chosen order whole."""
        key = self._chosen()
        if key:
            await self.app.push_screen(DetailsScreen(key))

    def rest_keys(self) -> None:
        """The table has them."""
        self._table.focus()


def _cells(ticket: Ticket, now: datetime, zone: tzinfo | None) -> tuple[Text, ...]:
    order = ticket.order
    words = (
        order.number,
        time_of(order.created_at, now, zone),
        order.status.replace("_", " "),
        order.name[:20],
        phone_tail(order.phone),
        money(order.total),
        "; ".join(spell_line(line) for line in order.lines)[:120],
    )
    return tuple(Text(word, no_wrap=True) for word in words)
