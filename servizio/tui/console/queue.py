"""The queue: what is to make, oldest first, and the keys that move it along."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Resize

from servizio.shop.order import OrderStatus
from servizio.tui.console.errands import print_ticket, ring_back, text_again
from servizio.tui.console.queue_keys import QUEUE_KEYS
from servizio.tui.console.search_screen import SearchScreen
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Change, LinkStatus, Topic
from servizio.tui.order_book import Lane, Mark, Ticket
from servizio.tui.selection import Selection
from servizio.tui.widgets.all_day import AllDay
from servizio.tui.widgets.call_strip import CallStrip
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.widgets.queue_floor import ONE_LIST, QueueFloor
from servizio.tui.widgets.ticket_list import TicketList
from servizio.tui.words import clean, matches, phone_tail

SLIM = 66
"""Columns below which the counts of the day stand in place of the tickets, not beside them."""
CLOCK_STEP_SECONDS = 5
"""How often waiting times are drawn anew."""


class QueueScreen(SearchScreen):
    """Tickets in lanes on a wide screen, in one list on a narrow one."""

    MODE = "queue"
    SOUGHT = Topic.ORDERS
    SEARCH_HINT = "number, name, phone or drink"
    BINDING_GROUP_TITLE = "Queue"
    CSS_PATH = "queue.tcss"
    HELP = (
        "{queue.ready} makes the selected order ready; on a ready one it means picked up. "
        "{queue.tick_1} to {queue.tick_9} tick its lines off. A new order never moves what is "
        "selected."
    )
    BINDINGS: ClassVar[list[BindingType]] = QUEUE_KEYS

    def __init__(self) -> None:
        super().__init__()
        self.selection = Selection()
        self._ready_word = "Ready"

    def compose(self) -> ComposeResult:
        """Lanes and list are both there; the stylesheet shows what fits the width."""
        yield from self.head()
        yield self.search_line()
        with Horizontal(id="floor"):
            yield QueueFloor(self.shop.now(), self.shop.patience)
            yield AllDay(id="all-day")
            yield CallStrip()
        yield KeyBar()

    def on_mount(self) -> None:
        """Keep waiting times and the clock going."""
        self.keep_time()

    def on_resize(self, event: Resize) -> None:
        """Fill the lanes or the list, whichever is shown now."""
        self.set_class(event.size.width < SLIM, "-slim")
        self.draw_soon(Topic.ALL)

    def _shown(self) -> dict[Lane, tuple[Ticket, ...]]:
        lanes = self.shop.floor.orders.lanes()
        if not self._sought:
            return lanes
        return {
            lane: tuple(each for each in tickets if matches(each.order, self._sought))
            for lane, tickets in lanes.items()
        }

    def _keys(self) -> dict[Lane, list[str]]:
        return {lane: [each.key for each in tickets] for lane, tickets in self._shown().items()}

    def draw(self, due: Topic) -> None:
        """Draw the tickets, the calls and the counts."""
        now = self.shop.now()
        if due & (Topic.CALLS | Topic.CLOCK):
            calls_key = self.shop.key_names("app.calls")
            self.query_one(CallStrip).show(self.shop.floor.calls, now, calls_key)
        if due is Topic.CLOCK and int(now.timestamp()) % CLOCK_STEP_SECONDS:
            return
        self.selection.follow(self._keys(), self.shop.monotonic())
        self._draw_tickets()
        if due & Topic.ORDERS:
            self._draw_all_day()

    def _draw_tickets(self) -> None:
        self._name_ready_key()
        floor, now = self.query_one(QueueFloor), self.shop.now()
        floor.show(self._shown(), self.selection, now, self._why_empty())

    def _why_empty(self) -> str:
        if self._sought:
            key = self.shop.key_names("queue.clear_search")
            return f"No open order matches “{self._sought}”.\n\n{key} shows all."
        status = self.shop.floor.link.status
        if status is LinkStatus.LIVE or len(self.shop.floor.orders):
            if self.shop.floor.calls.live():
                key = self.shop.key_names("app.calls")
                return f"Nothing to make yet.\n\nA customer is on the line: {key} shows the call."
            return "Nothing to make.\n\nNew orders appear here by themselves."
        waits = status is LinkStatus.CONNECTING
        return "Connecting ..." if waits else "No orders can be shown: the line above says why."

    def _draw_all_day(self) -> None:
        self.query_one(AllDay).show(self.shop.floor.orders.all_day())

    def _pressed(self) -> Ticket | None:
        """The ticket that a press just now is meant for; `None` while it may be a slip."""
        if not self.selection.is_settled(self.shop.monotonic()):
            self._say_not_pressed()
            return None
        return self.shop.floor.orders.get(self.selection.key)

    def _say_not_pressed(self) -> None:
        """Say what is selected now, where the barista cannot have known it."""
        ticket = self.shop.floor.orders.get(self.selection.key)
        if ticket is not None and self.selection.is_surprise:
            said = f"Nothing done: the order you had has moved. {ticket.order.number} is next"
            self.shop.tell(Notice(said, Weight.WARNING))

    def _name_ready_key(self) -> None:
        """Let the bottom line say what the key means for the selected order."""
        word = "Picked up" if self.selection.lane is Lane.READY else "Ready"
        if word == self._ready_word:
            return
        self._ready_word = word
        bindings = self._bindings.key_to_bindings
        for key, held in bindings.items():
            bindings[key] = [
                replace(each, description=word) if each.action == "ready" else each for each in held
            ]
        self.refresh_bindings()

    def _touch(self, key: str) -> None:
        self.shop.floor.orders.touch(key)

    def action_ready(self) -> None:
        """Bring the selected order one station on: ready, or out of the door."""
        ticket = self._pressed()
        if ticket is None:
            return
        if ticket.mark is Mark.CANCELLED:
            self._touch(ticket.key)
            self.shop.announce(Change(Topic.ORDERS))
            return
        is_ready = ticket.lane is Lane.READY
        self._move(ticket.key, OrderStatus.PICKED_UP if is_ready else OrderStatus.READY)

    def action_move(self, status: str) -> None:
        """Bring the selected order to that status."""
        ticket = self._pressed()
        if ticket is not None:
            self._move(ticket.key, OrderStatus(status))

    @work(group="orders", exit_on_error=False)
    async def _move(self, key: str, status: OrderStatus) -> None:
        self.selection.expect(key)
        notice = await self.shop.desk.move(key, status)
        self._touch(key)
        self._tell(notice)

    def _tell(self, notice: Notice | None) -> None:
        self.shop.tell(notice)
        self.shop.announce(Change(Topic.ORDERS))

    def _brought_back(self, notice: Notice) -> None:
        if notice.brought_back:
            self.selection.choose(notice.brought_back, self._keys())
        self._tell(notice)

    @work(group="orders", exit_on_error=False)
    async def action_undo(self) -> None:
        """Take back the last thing done here."""
        self._brought_back(await self.shop.desk.undo())

    def action_recall(self) -> None:
        """Show what was finished, the last one chosen, and bring one back."""
        from servizio.tui.console.recall import RecallScreen  # noqa: PLC0415 - see modes

        finished = self.shop.floor.orders.finished()
        if not finished:
            self.shop.tell(Notice("No finished order to bring back", Weight.WARNING))
            return

        def answered(key: str | None) -> None:
            if key is not None:
                self._recall(key)

        _ = self.app.push_screen(RecallScreen(finished, self.shop.now()), answered)

    @work(group="orders", exit_on_error=False)
    async def _recall(self, key: str) -> None:
        self._brought_back(await self.shop.desk.recall(key))

    @work(group="errands", exit_on_error=False)
    async def action_text_again(self) -> None:
        """Send the customer the text of the selected order once more."""
        ticket = self._pressed()
        if ticket is not None:
            shop, number = self.shop.floor.shop, ticket.order.number
            leaves = shop is None or shop.can_text
            self.shop.tell(await text_again(self.shop.api, number, leaves=leaves))

    @work(group="errands", exit_on_error=False)
    async def action_print(self) -> None:
        """Print the selected order, or save it to a file."""
        ticket = self._pressed()
        if ticket is not None:
            number, now = ticket.order.number, self.shop.now().astimezone(self.shop.floor.zone)
            self.shop.tell(await print_ticket(self.shop.api, self.shop.papers, number, now))

    def action_ring_back(self) -> None:
        """Ring the customer of the selected order: staff do, or the agent, after asking."""
        from servizio.tui.console.ring import RingScreen  # noqa: PLC0415 - see modes

        ticket = self._pressed()
        if ticket is None:
            return
        number, tail = ticket.order.number, phone_tail(ticket.order.phone)
        if not tail:
            self.shop.tell(Notice(f"{number} has no phone number.", Weight.WARNING))
            return
        shop = self.shop.floor.shop
        if shop is not None and not shop.can_ring:
            none = "There is no telephone to call with: `servizio doctor` says what is missing."
            self.shop.tell(Notice(none, Weight.WARNING))
            return

        def answered(how: dict[str, object] | None) -> None:
            if how is not None:
                self._ring_back(number, how)

        question = (
            f"Ring the customer of {number} ({tail})? Where you ring, your telephone rings first."
        )
        _ = self.app.push_screen(RingScreen(question), answered)

    @work(group="errands", exit_on_error=False)
    async def _ring_back(self, number: str, how: dict[str, object]) -> None:
        calls_key = self.shop.key_names("app.calls")
        self.shop.tell(await ring_back(self.shop.api, number, how, calls_key=calls_key))

    def action_cancel(self) -> None:
        """Cancel the selected order, after asking."""
        from servizio.tui.console.confirm import ConfirmScreen  # noqa: PLC0415 - see modes

        ticket = self._pressed()
        if ticket is None:
            return
        key, who = ticket.key, clean(ticket.order.name, 30)

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._move(key, OrderStatus.CANCELLED)

        question = f"Cancel order {ticket.order.number}{' of ' + who if who else ''}?"
        _ = self.app.push_screen(ConfirmScreen(question, "Cancel the order", "Keep it"), answered)

    def action_details(self) -> None:
        """Show the selected order whole, with the conversation that made it."""
        from servizio.tui.console.details import DetailsScreen  # noqa: PLC0415 - see modes

        ticket = self.shop.floor.orders.get(self.selection.key)
        if ticket is not None:
            self._touch(ticket.key)
            _ = self.app.push_screen(DetailsScreen(ticket.key))
            self.shop.announce(Change(Topic.ORDERS))

    @work(group="ticks", exit_on_error=False)
    async def action_tick(self, digit: int) -> None:
        """Tick one line of the selected order off, on every screen, or on again."""
        if self.selection.key:
            self.draw_soon(Topic.ORDERS)
            self._tell(await self.shop.desk.tick(self.selection.key, digit - 1))

    def action_step(self, by: int) -> None:
        """Select the next ticket or the one before."""
        self.selection.step(self._keys(), by, ONE_LIST if self.has_class("-narrow") else ())
        self._seen()

    def action_cross(self, by: int) -> None:
        """Select a ticket in the lane beside."""
        order = ONE_LIST if self.has_class("-narrow") else tuple(Lane)
        self.selection.cross(self._keys(), by, order)
        self._seen()

    @on(TicketList.Picked)
    def select_clicked(self, message: TicketList.Picked) -> None:
        """Select the ticket that was clicked."""
        self.select(message.key)

    def select(self, key: str) -> None:
        """Select that order, if it is in the queue."""
        self.selection.choose(key, self._keys())
        self._seen()

    def _seen(self) -> None:
        ticket = self.shop.floor.orders.get(self.selection.key)
        if ticket is not None and ticket.mark is Mark.NEW:
            self._touch(ticket.key)
        self._draw_tickets()

    def action_all_day(self) -> None:
        """Show or hide how many of each item are still to make."""
        self.toggle_class("-no-all-day" if self.has_class("-huge") else "-all-day")

    def action_clear_search(self) -> None:
        """Show the whole queue again."""
        _ = self.stop_searching()
