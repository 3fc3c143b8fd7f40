"""Calls: who is on the line, what is being said this moment, and what it comes to."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from servizio.errors import ApiError
from servizio.tui.console.floor_screen import FloorScreen
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Topic
from servizio.tui.views import CallView
from servizio.tui.widgets.link_banner import LinkBanner
from servizio.tui.widgets.mode_bar import ModeBar
from servizio.tui.widgets.transcript import Transcript
from servizio.tui.words import clock_time, money, phone_tail, spell_line, stopwatch


class CallsScreen(FloorScreen):
    """The list of calls beside the conversation and the cart of one of them."""

    MODE = "calls"
    BINDING_GROUP_TITLE = "Calls"
    CSS_PATH = "calls.tcss"
    HELP = "Live calls stand first. The conversation follows what is spoken."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j,n", "step(1)", "Next", id="calls.next"),
        Binding("up,k", "step(-1)", "Previous", id="calls.previous"),
        Binding("pageup", "scroll(-1)", "Back in the talk", id="calls.back"),
        Binding("pagedown", "scroll(1)", "On in the talk", id="calls.on"),
        Binding("escape", "app.mode('queue')", "Queue", id="calls.queue"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sid: str | None = None
        self._order: tuple[str, ...] = ()
        self._whole: set[str] = set()

    def compose(self) -> ComposeResult:
        """List, conversation, cart."""
        yield ModeBar()
        yield LinkBanner()
        with Horizontal(id="desk"):
            yield OptionList(id="calls")
            with Vertical(id="talk"):
                yield Static(id="who")
                yield Transcript()
                yield Static(id="cart")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Keep the durations going."""
        self.query_one("#calls", OptionList).can_focus = False
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.is_current:
            self.draw_soon(Topic.CLOCK)

    def draw(self, due: Topic) -> None:
        """Draw the list, and the conversation of the chosen call."""
        calls = self.shop.floor.calls
        everything = (*calls.live(), *calls.past())
        sids = tuple(call.sid for call in everything)
        if self._sid not in sids:
            self._sid = sids[0] if sids else None
        self._draw_list(everything, sids)
        if due is not Topic.CLOCK:
            self._draw_talk()

    def _draw_list(self, calls: tuple[CallView, ...], sids: tuple[str, ...]) -> None:
        listed = self.query_one("#calls", OptionList)
        if sids != self._order:
            self._order = sids
            listed.clear_options()
            listed.add_options([Option(self._title(call), id=call.sid) for call in calls])
        else:
            for call in calls:
                if call.ended_at is None:
                    listed.replace_option_prompt(call.sid, self._title(call))
        if self._sid is not None:
            listed.highlighted = sids.index(self._sid)

    def _title(self, call: CallView) -> Content:
        who = phone_tail(call.phone) or "withheld"
        if call.ended_at is None:
            lasts = stopwatch(self.shop.now() - call.started_at)
            return Content.assemble((f"● LIVE {lasts}", "$age-fresh bold"), f"  {who}")
        order = f"  order {call.order_number}" if call.order_number else f"  {call.status}"
        lasts = stopwatch(call.ended_at - call.started_at)
        return Content(f"○ {clock_time(call.started_at)}  {lasts}  {who}{order}")

    @work(group="talk", exclusive=True, exit_on_error=False)
    async def _draw_talk(self) -> None:
        sid = self._sid
        call = self.shop.floor.calls.get(sid) if sid else None
        if call is not None and call.ended_at is not None and call.sid not in self._whole:
            call = await self._fetch(call)
        speaking = self.shop.floor.calls.speaking(call.sid) if call else ()
        self.query_one("#who", Static).update(self._who(call))
        self.query_one("#cart", Static).update(self._cart(call))
        await self.query_one(Transcript).show(call, speaking)

    async def _fetch(self, call: CallView) -> CallView:
        try:
            whole = await self.shop.api.call(call.sid)
        except ApiError as error:
            self.shop.tell(Notice(error.message, Weight.WARNING))
            return call
        self._whole.add(call.sid)
        self.shop.floor.calls.put(whole)
        return whole

    def _who(self, call: CallView | None) -> Content:
        if call is None:
            return Content("Nobody has rung yet.")
        parts = [
            "on the line" if call.ended_at is None else f"ended: {call.status}",
            phone_tail(call.phone) or "number withheld",
            call.direction,
            f"agent {call.agent}" if call.agent else "",
            f"order {call.order_number}" if call.order_number else "",
            *(f"{name} {value:.0f} ms" for name, value in call.latency_ms),
        ]
        return Content(" · ".join(part for part in parts if part))

    def _cart(self, call: CallView | None) -> Content:
        if call is None or not call.cart.lines:
            return Content("The cart is empty.")
        rows = [Content(spell_line(line)) for line in call.cart.lines]
        return Content("\n").join(
            [Content("CART").stylize("bold"), *rows, Content(f"total {money(call.cart.total)}")]
        )

    def action_step(self, by: int) -> None:
        """Choose the next call or the one before."""
        if self._sid in self._order:
            at = self._order.index(self._sid) + by
            self._choose(self._order[max(0, min(len(self._order) - 1, at))])

    def action_scroll(self, by: int) -> None:
        """Leaf through the conversation."""
        talk = self.query_one(Transcript)
        if by < 0:
            talk.scroll_page_up(animate=False)
        else:
            talk.scroll_page_down(animate=False)

    @on(OptionList.OptionSelected, "#calls")
    def choose_clicked(self, message: OptionList.OptionSelected) -> None:
        """Choose the call that was clicked."""
        if message.option.id is not None:
            self._choose(message.option.id)

    def _choose(self, sid: str) -> None:
        self._sid = sid
        self.draw_soon(Topic.CALLS)
