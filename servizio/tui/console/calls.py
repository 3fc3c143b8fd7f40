"""Calls: who is on the line, what is being said this moment, and what it comes to."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from servizio.errors import ApiError
from servizio.tui.call_art import SPEAKERS, spell_delays
from servizio.tui.console.confirm import ConfirmScreen
from servizio.tui.console.details import DetailsScreen
from servizio.tui.console.search_screen import SearchScreen
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Topic
from servizio.tui.views import CallView
from servizio.tui.widgets.key_bar import KeyBar
from servizio.tui.widgets.transcript import Transcript
from servizio.tui.words import money, phone_tail, spell_line, stopwatch, time_of

MEASURE_SECONDS = 3.0
"""How often the agent and its latency are asked for in the call that is shown."""
_IN_CALL = frozenset({"say", "take_over", "hang_up"})
TYPING_SECONDS = 0.25
"""How long a pause in typing must be before the server is asked."""


class CallsScreen(SearchScreen):
    """The list of calls beside the conversation and the cart of one of them."""

    MODE = "calls"
    SEARCH_HINT = "words, number, order"
    BINDING_GROUP_TITLE = "Calls"
    CSS_PATH = "calls.tcss"
    HELP = "Live calls stand first. The conversation follows what is spoken."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "Next", id="calls.next", show=False),
        Binding("up,k", "step(-1)", "Previous", id="calls.previous", show=False),
        Binding("y", "say", "Say this", id="calls.say"),
        Binding("t", "take_over", "Take over", id="calls.take_over"),
        Binding("g", "hang_up", "Hang up", id="calls.hang_up"),
        Binding("pageup", "scroll(-1)", "Back in the talk", id="calls.back", show=False),
        Binding("pagedown", "scroll(1)", "On in the talk", id="calls.on", show=False),
        Binding("slash", "search", "Find", id="calls.search", key_display="/"),
        Binding("o,enter", "order", "Its order", id="calls.order", key_display="o"),
        Binding("home", "step(-9999)", "First call", id="calls.first", show=False),
        Binding("end", "step(9999)", "Last call", id="calls.last", show=False),
        Binding("escape", "leave", "Queue", id="calls.queue", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sid: str | None = None
        self._order: tuple[str, ...] = ()
        self._titles: dict[str, Content] = {}
        self._whole: dict[str, CallView] = {}
        """Calls that have ended, with all that was said in them."""
        self._asked: set[str] = set()
        self._results: tuple[CallView, ...] | None = None
        """What was found; `None` while nothing is sought."""
        self._speaking_to = ""
        self._is_live = False

    def compose(self) -> ComposeResult:
        """List, conversation, cart."""
        yield from self.head()
        with Horizontal(id="desk"):
            with Vertical(id="list"):
                yield self.search_line()
                yield OptionList(id="calls")
            with Vertical(id="talk"):
                yield Static(id="who")
                yield Transcript()
                yield Static(id="cart")
                yield Input(placeholder="what the agent shall say, then Enter", id="words")
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done in a call can be done in one that is live."""
        del parameters
        return not (action in _IN_CALL and not self._is_live)

    def on_mount(self) -> None:
        """Keep the durations going."""
        self.query_one("#calls", OptionList).can_focus = False
        self.keep_time()
        self.set_interval(MEASURE_SECONDS, self._measure)

    @work(group="measure", exclusive=True, exit_on_error=False)
    async def _measure(self) -> None:
        """Ask who talks in the chosen call and how quickly: events do not tell that."""
        call = self._call(self._sid)
        if call is None or call.ended_at is not None or not self.is_current:
            return
        try:
            self.shop.floor.calls.measure(await self.shop.api.call(call.sid))
        except ApiError:
            return
        self.draw_soon(Topic.CALLS)

    def draw(self, due: Topic) -> None:
        """Draw the list, and the conversation of the chosen call."""
        calls = self.shop.floor.calls
        everything = (*calls.live(), *calls.past())
        if self._results is not None:
            everything = tuple(calls.get(each.sid) or each for each in self._results)
        sids = tuple(call.sid for call in everything)
        if self._sid not in sids:
            self._sid = sids[0] if sids else None
        self._draw_list(everything, sids)
        call = self._call(self._sid)
        is_live = call is not None and call.ended_at is None
        if is_live is not self._is_live:
            self._is_live = is_live
            self.refresh_bindings()
        if due is not Topic.CLOCK:
            self._draw_talk()

    def _draw_list(self, calls: tuple[CallView, ...], sids: tuple[str, ...]) -> None:
        listed = self.query_one("#calls", OptionList)
        titles = {call.sid: self._title(call) for call in calls}
        self.set_class(not calls, "-none")
        if sids != self._order:
            self._order = sids
            listed.clear_options()
            listed.add_options([Option(title, id=sid) for sid, title in titles.items()])
        else:
            for sid, title in titles.items():
                if title.plain != self._titles[sid].plain:
                    listed.replace_option_prompt(sid, title)
        self._titles = titles
        if self._sid is not None:
            listed.highlighted = sids.index(self._sid)

    def _title(self, call: CallView) -> Content:
        who = phone_tail(call.phone) or "withheld"
        if call.ended_at is None:
            lasts = stopwatch(self.shop.now() - call.started_at)
            return Content.assemble((f"● LIVE {lasts}", "$age-fresh bold"), f"  {who}")
        came_of = (call.outcome or call.status).replace("_", " ")
        order = f"  order {call.order_number}" if call.order_number else f"  {came_of}"
        lasts = stopwatch(call.ended_at - call.started_at)
        at = time_of(call.started_at, self.shop.now(), self.shop.floor.zone)
        return Content(f"○ {at}  {lasts}  {who}{order.replace('_', ' ')}")

    @work(group="talk", exclusive=True, exit_on_error=False)
    async def _draw_talk(self) -> None:
        sid = self._sid
        call = self._call(sid)
        if call is not None and call.ended_at is not None:
            if call.sid not in self._whole and call.sid not in self._asked:
                self._fetch(call.sid)
            call = self._whole.get(call.sid, call)
        speaking = self.shop.floor.calls.speaking(call.sid) if call else ()
        self.query_one("#who", Static).update(self._who(call))
        self.query_one("#cart", Static).update(self._cart(call))
        await self.query_one(Transcript).show(call, speaking)

    @work(group="fetch", exit_on_error=False)
    async def _fetch(self, sid: str) -> None:
        """Ask for all of an ended call, whatever is drawn meanwhile."""
        self._asked.add(sid)
        try:
            self._whole[sid] = await self.shop.api.call(sid)
        except ApiError as error:
            self.shop.tell(Notice(error.message, Weight.WARNING))
            return
        finally:
            self._asked.discard(sid)
        self.draw_soon(Topic.CALLS)

    def _call(self, sid: str | None) -> CallView | None:
        if not sid:
            return None
        found = self.shop.floor.calls.get(sid)
        return found or next((each for each in self._results or () if each.sid == sid), None)

    def _who(self, call: CallView | None) -> Content:
        if call is None:
            nobody = "Nobody has rung yet." if self._results is None else "No call is like that."
            return Content(nobody)
        came_of = (call.outcome or call.status).replace("_", " ")
        ended = came_of if came_of.startswith("ended") else f"ended: {came_of}"
        parts = [
            self._speaker(call) if call.ended_at is None else ended,
            phone_tail(call.phone) or "number withheld",
            "rung by the shop" if call.direction == "outbound" else "",
            f"agent {call.agent}" if call.agent else "",
            f"order {call.order_number}" if call.order_number else "",
            spell_delays(call.latency_ms),
        ]
        return Content(" · ".join(part for part in parts if part))

    def _speaker(self, call: CallView) -> str:
        """Say who is speaking in a live call this moment."""
        speaking = self.shop.floor.calls.speaking(call.sid)
        return f"● {SPEAKERS[speaking[-1].role][0]} speaks" if speaking else "● on the line"

    def _cart(self, call: CallView | None) -> Content:
        if call is not None and call.errand:
            return Content("\n").join([Content("TABLE").stylize("bold"), Content(call.errand)])
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

    def _live(self) -> CallView | None:
        """The chosen call, where it is in progress; otherwise says why nothing happens."""
        call = self.shop.floor.calls.get(self._sid) if self._sid else None
        if call is None or call.ended_at is not None:
            self.shop.tell(Notice("This call is not in progress.", Weight.WARNING))
            return None
        return call

    def action_take_over(self) -> None:
        """Put the chosen call through to the shop's telephone, after asking."""
        call = self._live()
        if call is not None:
            self._ask("Put this call through to the shop's telephone?", "Take over", call.sid)

    def action_hang_up(self) -> None:
        """End the chosen call, after asking."""
        call = self._live()
        if call is not None:
            self._ask("End this call?", "Hang up", call.sid)

    def _ask(self, question: str, yes: str, sid: str) -> None:
        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._act(yes, sid)

        _ = self.app.push_screen(ConfirmScreen(question, yes, "Leave it"), answered)

    @work(group="calls", exit_on_error=False)
    async def _act(self, what: str, sid: str, words: str = "") -> None:
        api = self.shop.api
        try:
            match what:
                case "Take over":
                    await api.take_over(sid)
                case "Hang up":
                    await api.hang_up(sid)
                case _:
                    await api.say(sid, words)
        except ApiError as error:
            self.shop.tell(Notice(f"{what} did NOT work. {error.message}", Weight.ERROR))
            return
        self.shop.tell(Notice(f"{what}: done"))

    def action_say(self) -> None:
        """Start typing what the agent shall say in the chosen call."""
        call = self._live()
        if call is not None:
            self._speaking_to = call.sid
            self.add_class("-saying")
            self.query_one("#words", Input).focus()

    @on(Input.Submitted, "#words")
    def say_it(self, message: Input.Submitted) -> None:
        """Have it said in the call that was chosen when the typing began."""
        if message.value.strip():
            self._act("Say this", self._speaking_to, message.value.strip())
        self._stop_saying()

    def seek(self, words: str) -> None:
        """Ask the server for the calls in which that was said."""
        self._look_for(words.strip())

    @work(group="search", exclusive=True, exit_on_error=False)
    async def _look_for(self, sought: str) -> None:
        if sought:
            await asyncio.sleep(TYPING_SECONDS)
            try:
                self._results = await self.shop.api.calls(sought)
            except ApiError as error:
                self.shop.tell(Notice(error.message, Weight.WARNING))
                return
        else:
            self._results = None
        self.draw_soon(Topic.CALLS)

    def action_order(self) -> None:
        """Show the order that the chosen call made."""
        call = self._call(self._sid)
        ticket = self.shop.floor.orders.by_number(call.order_number) if call else None
        if ticket is None:
            self.shop.tell(Notice("No order came of this call.", Weight.WARNING))
        else:
            _ = self.app.push_screen(DetailsScreen(ticket.key))

    def _stop_saying(self) -> None:
        self.query_one("#words", Input).value = ""
        self.remove_class("-saying")
        self.set_focus(None)

    async def action_leave(self) -> None:
        """Stop typing, or go back to the queue."""
        if self.has_class("-saying"):
            self._stop_saying()
        else:
            await super().action_leave()

    @on(OptionList.OptionSelected, "#calls")
    def choose_clicked(self, message: OptionList.OptionSelected) -> None:
        """Choose the call that was clicked."""
        if message.option.id is not None:
            self._choose(message.option.id)

    def _choose(self, sid: str) -> None:
        self._sid = sid
        self.draw_soon(Topic.CALLS)
