"""Menu board: what is sold out, and how orders are taken today; one key for each."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Static

from servizio.errors import ApiError
from servizio.tui.console.day_rules import spell_hours, spell_orders, spell_wait
from servizio.tui.console.search_screen import SearchScreen
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Change, Topic
from servizio.tui.views import MenuEntry, MenuView
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.words import money

GUARD_SECONDS = 1.0
"""How long Enter is ignored after a question over the board was closed."""

_COLUMNS = ("", "item", "section", "price")


class MenuBoardScreen(SearchScreen):
    """Every item and modifier with its state; the agents know in the same second."""

    MODE = "menu"
    SOUGHT = Topic.MENU
    SEARCH_HINT = "item or section"
    BINDING_GROUP_TITLE = "Menu"
    CSS_PATH = "menu_board.tcss"
    AUTO_FOCUS = "DataTable"
    HELP = (
        "{menu.switch} takes the chosen item off the menu, or puts it back, for calls in progress "
        "too. {menu.pause} pauses phone orders, {menu.busier} and {menu.calmer} change the wait "
        "that customers are told."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,space", "switch", "Sold out", id="menu.switch", tooltip="or back"),
        Binding("p", "app.pause", "Pause", id="menu.pause", tooltip="phone orders"),
        Binding("r", "app.resume", "Resume", id="menu.resume"),
        Binding("plus,equals_sign", "app.busy(5)", "Busy +5", id="menu.busier", key_display="+"),
        Binding("minus", "app.busy(-5)", "Busy -5", id="menu.calmer", key_display="-"),
        Binding("h", "app.hours", "Hours", id="menu.hours", tooltip="of today"),
        Binding("slash", "search", "Find", id="menu.search", key_display="/"),
        Binding("escape", "leave", "Queue", id="menu.queue", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._ids: list[str] = []
        self._shown: tuple[MenuEntry, ...] = ()
        self._deaf_until = float("-inf")

    def compose(self) -> ComposeResult:
        """A table, or why there is none."""
        yield from self.head()
        yield Static(id="day")
        yield self.search_line()
        yield Static(Content("The server has told no menu yet."), id="none")
        yield DataTable(cursor_type="row", zebra_stripes=True)
        yield KeyBar(self._key_words)

    def on_mount(self) -> None:
        """Lay out the columns."""
        for name in _COLUMNS:
            self._table.add_column(name, key=name or "state", width=None if name else 10)

    @property
    def _table(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    def on_screen_resume(self) -> None:
        """Note when a question over the board was closed."""
        self._deaf_until = self.shop.monotonic() + GUARD_SECONDS

    @on(DataTable.RowSelected)
    def switch_chosen(self) -> None:
        """Do as the key does, unless the press was meant for a question that has just closed."""
        if self.shop.monotonic() >= self._deaf_until:
            self.action_switch()

    def draw(self, due: Topic) -> None:
        """Draw the states, or the whole menu where it is another one."""
        floor = self.shop.floor
        if due & (Topic.SHOP | Topic.CLOCK) and floor.shop is not None:
            spells = (spell_orders, spell_wait, spell_hours)
            rows = [Content(spell(floor.shop)) for spell in spells]
            self.query_one("#day", Static).update(Content("\n").join(rows))
        menu = floor.menu
        self.set_class(menu is not None, "-known")
        if menu is not None and due & Topic.MENU:
            self._draw_menu(menu)

    def _draw_menu(self, menu: MenuView) -> None:
        words = self._sought.casefold().split()
        self._shown = tuple(
            entry
            for entry in menu.entries
            if all(word in f"{entry.name} {entry.section}".casefold() for word in words)
        )
        ids = [entry.id for entry in self._shown]
        if ids != self._ids:
            self._ids = ids
            self._table.clear()
            for position, entry in enumerate(self._shown):
                self._table.add_row(*_cells(entry, menu), key=f"{position}")
        else:
            for position, entry in enumerate(self._shown):
                self._table.update_cell(f"{position}", "state", _cells(entry, menu)[0])

        self.query_one(KeyBar).follow()

    @on(DataTable.RowHighlighted)
    def _row_chosen(self) -> None:
        self.query_one(KeyBar).follow()

    def _key_words(self, binding: Binding) -> str:
        """What is sold out is put back by the same key."""
        menu, row = self.shop.floor.menu, self._table.cursor_row
        is_gone = (
            menu is not None
            and 0 <= row < len(self._shown)
            and self._shown[row].id in menu.sold_out
        )
        return "Back" if is_gone and binding.id == "menu.switch" else binding.description

    def rest_keys(self) -> None:
        """The table has them."""
        self._table.focus()

    def action_switch(self) -> None:
        """Take the chosen entry off the menu, or put it back."""
        menu, row = self.shop.floor.menu, self._table.cursor_row
        if menu is None or not 0 <= row < len(self._shown):
            return
        entry = self._shown[row]
        self._switch(entry, is_back=entry.id in menu.sold_out)

    @work(group="menu", exit_on_error=False)
    async def _switch(self, entry: MenuEntry, *, is_back: bool) -> None:
        api = self.shop.api
        try:
            await (api.mark_back([entry.id]) if is_back else api.mark_sold_out([entry.id]))
            self.shop.floor.menu = await api.menu()
        except ApiError as error:
            self.shop.tell(Notice(f"{entry.name} was NOT changed. {error.message}", Weight.ERROR))
            return
        self.shop.tell(Notice(f"{entry.name} is {'back' if is_back else 'sold out'}"))
        self.shop.announce(Change(Topic.MENU))


def _cells(entry: MenuEntry, menu: MenuView) -> tuple[Text, ...]:
    state = "■ SOLD OUT" if entry.id in menu.sold_out else "○ on"
    return tuple(Text(word) for word in (state, entry.name, entry.section, money(entry.price)))
