"""One order whole: every line with its price, and the conversation that made it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import app as app_getter
from textual.screen import ModalScreen
from textual.widgets import Static

from servizio.errors import ApiError
from servizio.shop.order import Source
from servizio.tui.console.question import QUIT
from servizio.tui.console.shop_app import ShopApp
from servizio.tui.order_book import Ticket
from servizio.tui.views import CallView, LineView, ModifierView, OrderView
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.widgets.transcript import Transcript
from servizio.tui.words import is_critical, money, phone_tail, spell_modifier, time_of

_HEARD = "How it was taken"


def _lines_of(line: LineView, *, is_ticked: bool) -> list[Content]:
    head = Content(f"{line.quantity}× {line.name}").stylize("bold")
    said = [_modifier_of(each) for each in line.modifiers]
    tick = ("✓ done  ", "bold") if is_ticked else ""
    return [Content.assemble(tick, head, f"   {money(line.price)}"), *said]


def _modifier_of(modifier: ModifierView) -> Content:
    """As on the ticket: what may hurt somebody stands out, by its mark and not by colour alone."""
    words = spell_modifier(modifier)
    if is_critical(modifier):
        return Content(f" ! {words}").stylize("bold $age-warn")
    return Content(f"   {words}")


def describe(
    order: OrderView, ticked: Collection[int] = (), *, now: datetime, zone: tzinfo | None = None
) -> Content:
    """Say all that staff may see of an order.

    `ticked` are positions of lines that are done, `zone` is the shop's.
    """
    who = " ".join(each for each in (order.name, phone_tail(order.phone)) if each) or "no name"
    rows = [
        Content(f"Order {order.number}   {order.status.replace('_', ' ').upper()}").stylize("bold"),
        Content(f"{who} · {order.source} · {order.fulfilment} {order.address}".rstrip()),
        Content(_when(order, now, zone)),
        Content(""),
    ]
    for position, line in enumerate(order.lines):
        rows += _lines_of(line, is_ticked=position in ticked)
    rows += [
        Content(""),
        Content(f"subtotal {money(order.subtotal)} · tax {money(order.tax)}"),
        Content(f"total {money(order.total)}").stylize("bold"),
    ]
    return Content("\n").join(rows)


def _when(order: OrderView, now: datetime, zone: tzinfo | None) -> str:
    said = f"taken at {time_of(order.created_at, now, zone)}"
    if order.updated_at != order.created_at:
        since = time_of(order.updated_at, now, zone)
        said += f" · {order.status.replace('_', ' ')} since {since}"
    times = order.revision - 1
    if times:
        said += f" · changed by the customer {'once' if times == 1 else f'{times} times'}"
    return said


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
        QUIT,
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
                        describe(
                            ticket.order,
                            ticket.ticked,
                            now=self.shop.now(),
                            zone=self.shop.floor.zone,
                        )
                        if ticket
                        else Content("The order is gone.")
                    )
                with Vertical(id="heard"):
                    asked = "  loading …" if ticket and ticket.order.call_sid else ""
                    yield Static(Content(f"{_HEARD}{asked}").stylize("bold"), id="about")
                    yield Transcript()
            yield KeyBar()

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
        finally:
            self.query_one("#about", Static).update(Content(_HEARD).stylize("bold"))
        await transcript.show(call, ())
        if not call.transcript:
            transcript.say("Nothing of the conversation was kept.")
