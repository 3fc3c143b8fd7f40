"""The orders that were finished last, to bring one of them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from servizio.tui.console.question import QUIT
from servizio.tui.order_book import Ticket
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.words import minutes, spell_line

MOST = 200
"""More finished orders than a day has."""


class RecallScreen(ModalScreen[str | None]):
    """Finished orders, the last one first and chosen; answers with the key of one."""

    DEFAULT_CSS = """
    RecallScreen {
        align: center middle;
        & > Vertical {
            width: 90%; max-width: 110; height: 80%; background: $surface; border: thick $primary;
        }
        .head { padding: 0 1; text-style: bold; height: 1; }
        OptionList {
            height: 1fr; border: none; background: $surface;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,r,space", "take", "Bring back", id="recall.take", key_display="Enter"),
        Binding("down,j", "move(1)", "Earlier", id="recall.next", show=False),
        Binding("up,k", "move(-1)", "Later", id="recall.previous", show=False),
        Binding("escape,q", "dismiss(None)", "Close", id="recall.close", key_display="Esc"),
        QUIT,
    ]
    AUTO_FOCUS = ""

    def __init__(self, finished: Sequence[Ticket], now: datetime) -> None:
        super().__init__()
        self._finished = finished[:MOST]
        self._now = now

    def compose(self) -> ComposeResult:
        """One row for each order."""
        options = [Option(self._row(each), id=each.key) for each in self._finished]
        with Vertical():
            yield Static(
                Content("Bring which order back? The last one finished stands first."),
                classes="head",
            )
            listed = OptionList(*options)
            listed.can_focus = False
            yield listed
            yield KeyBar()

    def on_mount(self) -> None:
        """Choose the last one."""
        self.query_one(OptionList).highlighted = 0

    def _row(self, ticket: Ticket) -> Content:
        order = ticket.order
        status = order.status.replace("_", " ").upper()
        when = minutes(self._now - order.updated_at)
        what = "; ".join(spell_line(line) for line in order.lines)
        return Content.assemble(
            (f"{order.number}", "bold"), f"  {status:<9}  {when:>7}  {order.name[:16]:<16}  {what}"
        )

    def action_move(self, by: int) -> None:
        """Choose another one."""
        listed = self.query_one(OptionList)
        at = (listed.highlighted or 0) + by
        listed.highlighted = max(0, min(len(self._finished) - 1, at))

    def action_take(self) -> None:
        """Answer with the chosen one."""
        at = self.query_one(OptionList).highlighted
        _ = self.dismiss(self._finished[at].key if at is not None else None)

    @on(OptionList.OptionSelected)
    def take_clicked(self, message: OptionList.OptionSelected) -> None:
        """Answer with the one that was clicked."""
        _ = self.dismiss(message.option.id)
