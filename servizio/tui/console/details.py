"""One order whole: every line with its price, and the conversation that made it."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import app as app_getter
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from servizio.errors import ApiError
from servizio.shop.order import Source
from servizio.tui.console.shop_app import ShopApp
from servizio.tui.order_book import Ticket
from servizio.tui.views import CallView, LineView, OrderView
from servizio.tui.widgets.transcript import Transcript
from servizio.tui.words import clock_time, money, phone_tail, spell_modifier


def _lines_of(line: LineView) -> list[Content]:
    head = Content(f"{line.quantity}× {line.name}").stylize("bold")
    said = [Content(f"   {spell_modifier(each)}") for each in line.modifiers]
    return [Content.assemble(head, f"   {money(line.price)}"), *said]


def describe(order: OrderView) -> Content:
    """Say all that staff may see of an order."""
    who = " ".join(each for each in (order.name, phone_tail(order.phone)) if each) or "no name"
    rows = [
        Content(f"Order {order.number}   {order.status.replace('_', ' ').upper()}").stylize("bold"),
        Content(f"{who} · {order.source} · {order.fulfilment} {order.address}".rstrip()),
        Content(
            f"taken {clock_time(order.created_at)} · changed {clock_time(order.updated_at)}"
            f" · revision {order.revision}"
        ),
        Content(""),
    ]
    for line in order.lines:
        rows += _lines_of(line)
    rows += [
        Content(""),
        Content(f"subtotal {money(order.subtotal)} · tax {money(order.tax)}"),
        Content(f"total {money(order.total)}").stylize("bold"),
    ]
    return Content("\n").join(rows)


def _is_by_hand(ticket: Ticket | None) -> bool:
    return ticket is not None and ticket.order.source is Source.COUNTER


class DetailsScreen(ModalScreen[None]):
    """An order beside its conversation."""

    DEFAULT_CSS = """
    DetailsScreen {
        align: center middle;
        & > Vertical { width: 96%; height: 92%; background: $surface; border: thick $primary; }
        #order { width: 1fr; height: 1fr; padding: 0 1; }
        #heard { width: 1fr; height: 1fr; padding: 0 1; border-left: solid $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d,enter,q", "dismiss", "Close", id="details.close", key_display="Esc"),
    ]

    shop = app_getter(ShopApp)

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def compose(self) -> ComposeResult:
        """The order left, what was said right."""
        ticket = self.shop.floor.orders.get(self._key)
        with Vertical():
            with Horizontal():
                with VerticalScroll(id="order"):
                    yield Static(
                        describe(ticket.order) if ticket else Content("The order is gone.")
                    )
                with Vertical(id="heard"):
                    yield Static(Content("How it was taken").stylize("bold"))
                    yield Transcript()
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Fetch the conversation; Tab goes to it, so that it can be leafed through."""
        self.query_one(Transcript).can_focus = True
        self._fetch()

    @work(group="talk", exit_on_error=False)
    async def _fetch(self) -> None:
        ticket = self.shop.floor.orders.get(self._key)
        transcript = self.query_one(Transcript)
        if ticket is None or not ticket.order.call_sid:
            taken = "Taken at the counter: t" if _is_by_hand(ticket) else "T"
            transcript.say(f"{taken}here is no conversation.")
            return
        try:
            call: CallView = await self.shop.api.call(ticket.order.call_sid)
        except ApiError as error:
            transcript.say(error.message)
            return
        await transcript.show(call, ())
        if not call.transcript:
            transcript.say("Nothing of the conversation was kept.")
