"""Counter order: a walk-in's order by keyboard, by the same rules and prices as by phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from servizio.errors import ApiError
from servizio.tui.console.confirm import ConfirmScreen
from servizio.tui.console.floor_screen import FloorScreen
from servizio.tui.desk import Notice, Weight
from servizio.tui.floor import Change, LinkStatus, Topic
from servizio.tui.menu_search import MenuSearch, PickedLine
from servizio.tui.order_pad import OrderPad
from servizio.tui.pad_art import describe_pad, spell_hint, spell_picked
from servizio.tui.views import MenuView
from servizio.tui.widgets.key_bar import KeyBar

SLIM = 66
"""Columns below which typing and order stand above each other."""
_FIELDS = ("#line", "#name", "#phone")
_FROZEN = (
    "It is not known whether this order has arrived. {counter.place} asks again; "
    "it is never made twice."
)


class InTurn(Message):
    """A key's deed on its way through fields, behind the letters that were typed before it."""

    def __init__(self, deed: Callable[[], None], later: tuple[str, ...]) -> None:
        super().__init__()
        self.deed = deed
        self.later = later
        """Fields that it has still to go through."""


class CounterScreen(FloorScreen):
    """What is typed and what it may mean on the left, the order so far on the right."""

    MODE = "counter"
    BINDING_GROUP_TITLE = "Counter order"
    CSS_PATH = "counter.tcss"
    AUTO_FOCUS = "#line"
    HELP = "Type how many, what and how; Enter adds the line; {counter.place} places the order."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "place", "Place order", id="counter.place", priority=True),
        Binding("ctrl+z", "take_off", "Last line off", id="counter.take_off", priority=True),
        Binding("down", "choose(1)", "Next meaning", id="counter.next", show=False, priority=True),
        Binding(
            "up",
            "choose(-1)",
            "Previous meaning",
            id="counter.previous",
            show=False,
            priority=True,
        ),
        Binding("enter", "take", show=False, priority=True),
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("ctrl+n", "clear", "Start anew", id="counter.clear", priority=True),
        Binding("f1", "app.help", "Help", id="counter.help", key_display="F1"),
        Binding("escape", "leave", "Queue", id="counter.leave", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._pad = OrderPad(self.shop.new_key)
        self._menu: MenuView | None = None
        self._search: MenuSearch | None = None
        self._found: tuple[PickedLine, ...] = ()
        self._found_for = ""
        self._changes_last = False
        self._last = ""
        self._is_sending = False
        self._is_unpriced = False

    def compose(self) -> ComposeResult:
        """Typing left, order right."""
        yield from self.head()
        with Horizontal(id="pad"):
            with Vertical(id="typing"):
                yield Input(placeholder="how many, what and how", id="line", select_on_focus=False)
                yield Static(id="hint")
                yield OptionList(id="found")
                with Horizontal(id="about"):
                    yield Input(placeholder="name", id="name", max_length=60)
                    yield Input(placeholder="phone", id="phone", max_length=30)
            with VerticalScroll(id="order", can_focus=False):
                yield Static(id="lines")
        yield KeyBar()

    def on_mount(self) -> None:
        """The keys stay with what is typed."""
        self.query_one("#found", OptionList).can_focus = False

    def on_resize(self, event: Resize) -> None:
        """Put the order below what is typed where both have no room side by side."""
        self.set_class(event.size.width < SLIM, "-slim")

    def draw(self, due: Topic) -> None:
        """Take over another menu, and ask for the price again after a break."""
        floor = self.shop.floor
        if floor.menu is not None and floor.menu is not self._menu:
            self._menu, self._search = floor.menu, MenuSearch(floor.menu)
            hint = spell_hint(floor.menu, self.shop.key_names("counter.place"))
            self.query_one("#hint", Static).update(Content(hint))
            self._draw_found()
        if due & Topic.LINK and floor.link.status is LinkStatus.LIVE and self._is_unpriced:
            self._price()
        self._draw_order()

    @property
    def _typed(self) -> str:
        return self.query_one("#line", Input).value

    def _in_turn(self, deed: Callable[[], None], fields: tuple[str, ...] = ("#line",)) -> None:
        """Do this when those fields hold all that was typed before, keys in one burst too."""
        field, *later = fields
        self.query_one(field).post_message(InTurn(deed, tuple(later)))

    @on(InTurn)
    def its_turn(self, message: InTurn) -> None:
        """Go on through the next field, or do what the key does."""
        message.stop()
        if message.later:
            self._in_turn(message.deed, message.later)
        else:
            message.deed()

    @on(Input.Changed, "#line")
    def typed(self) -> None:
        """Show what may be meant while it is typed."""
        self._catch_up()

    def _catch_up(self) -> None:
        if self._found_for != self._typed:
            self._draw_found()

    def _draw_found(self) -> None:
        self._found_for = self._typed
        found, self._changes_last = self._meanings()
        self._found = found
        sold_out = self._menu.sold_out if self._menu else frozenset()
        listed = self.query_one("#found", OptionList)
        listed.clear_options()
        lead = "change to " if self._changes_last else ""
        options = [Option(spell_picked(each, sold_out, lead)) for each in found]
        if not found:
            nothing = "Nothing on the menu is like that." if self._menu else "No menu yet."
            options = [Option(Content(nothing), disabled=True)]
        listed.add_options(options)
        listed.highlighted = 0 if found else None

    def _meanings(self) -> tuple[tuple[PickedLine, ...], bool]:
        """What may be meant, and whether it changes the last line instead of adding one."""
        if self._search is None:
            return (), False
        found = self._search.find(self._typed)
        if self._pad.lines and (not found or found[0].unknown):
            changed = self._search.change(self._pad.lines[-1], self._typed)
            if changed is not None:
                return (changed,), True
        return found, False

    def action_choose(self, by: int) -> None:
        """Choose another meaning of what was typed."""
        self._in_turn(lambda: self._choose(by))

    def _choose(self, by: int) -> None:
        self._catch_up()
        listed = self.query_one("#found", OptionList)
        if self._found:
            at = (listed.highlighted or 0) + by
            listed.highlighted = max(0, min(len(self._found) - 1, at))

    def action_take(self) -> None:
        """Take over the chosen meaning of what was typed; from another field, go to the next."""
        if self.focused is self.query_one("#line"):
            self._in_turn(self._take_typed)
        else:
            self.focus_next("Input")

    def _take_typed(self) -> None:
        self._catch_up()
        at = self.query_one("#found", OptionList).highlighted
        if self._typed.strip() and at is not None:
            self._take(at)

    @on(OptionList.OptionSelected, "#found")
    def take_clicked(self, message: OptionList.OptionSelected) -> None:
        """Take over the meaning that was clicked."""
        self._take(message.option_index)
        self.query_one("#line", Input).focus()

    def _take(self, at: int) -> None:
        if self._is_fixed() or at >= len(self._found):
            return
        line = self._found[at]
        if line.unknown:
            words = " ".join(line.unknown)
            self.shop.tell(Notice(f"“{words}” is not on the menu: take it out.", Weight.WARNING))
            return
        if self._changes_last:
            self._pad.change_last(line)
        else:
            self._pad.add(line)
        self._last = ""
        self.query_one("#line", Input).value = ""
        self._draw_found()
        self._price()

    def _is_fixed(self) -> bool:
        """Claim that the order must not be changed now; says why."""
        if self._pad.is_frozen and not self._is_sending:
            self.shop.tell(Notice(self._frozen(), Weight.WARNING))
        return self._pad.is_frozen or self._is_sending

    def _frozen(self) -> str:
        return self.shop.key_names.fill(_FROZEN)

    def action_take_off(self) -> None:
        """Take the last line off the order."""
        self._in_turn(self._take_off)

    def _take_off(self) -> None:
        if not self._is_fixed() and self._pad.take_off() is not None:
            self._draw_found()
            self._price()

    def action_clear(self) -> None:
        """Throw the order away, after asking where there is more than typing to lose."""
        self._in_turn(self._throw_away)

    def _throw_away(self) -> None:
        if self._is_fixed():
            return
        if self._pad.is_empty:
            self._clear()
            return

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._clear()

        question = "Throw this order away and start anew?"
        _ = self.app.push_screen(ConfirmScreen(question, "Throw away", "Keep it"), answered)

    def _clear(self) -> None:
        self._pad.clear()
        for field in ("#line", "#name", "#phone"):
            self.query_one(field, Input).value = ""
        self.query_one("#line", Input).focus()
        self._draw_found()
        self._draw_order()

    @work(group="price", exclusive=True, exit_on_error=False)
    async def _price(self) -> None:
        self._draw_order()
        if self._pad.is_empty:
            return
        lines = self._pad.lines
        self._is_unpriced = True
        try:
            priced = await self.shop.api.quote(self._pad.as_json())
        except ApiError as error:
            if error.status:
                self.shop.tell(Notice(error.message, Weight.WARNING))
            return
        if self._pad.lines == lines:
            self._pad.quote, self._is_unpriced = priced, False
            self._draw_order()

    def _draw_order(self) -> None:
        frozen = self._frozen() if self._pad.is_frozen else self._last
        now = "SENDING …" if self._is_sending else frozen
        self.query_one("#lines", Static).update(describe_pad(self._pad, now))
        # What was added last, and the total, stand at the end.
        self.query_one("#order", VerticalScroll).scroll_end(animate=False)

    def action_place(self) -> None:
        """Send the order to the kitchen, with all that was typed before the key."""
        self._in_turn(self._send, _FIELDS)

    def _send(self) -> None:
        if self._is_sending:
            return
        if self._pad.is_empty:
            self.shop.tell(Notice("There is nothing in this order yet.", Weight.WARNING))
            return
        if self._typed.strip() and not self._pad.is_frozen:
            left = "Enter takes over what stands in the line first."
            self.shop.tell(Notice(left, Weight.WARNING))
            return
        if not self._pad.is_frozen:
            self._pad.name = self.query_one("#name", Input).value.strip()
            self._pad.phone = self.query_one("#phone", Input).value.strip()
        self._place()

    @work(group="place", exit_on_error=False)
    async def _place(self) -> None:
        pad = self._pad
        self._is_sending = pad.is_frozen = True
        self._draw_order()
        try:
            order = await self.shop.api.place(pad.as_json(), pad.key)
        except ApiError as error:
            self._is_sending = False
            if 0 < error.status < 500:
                pad.refused()
            # A connection that broke may have broken after the order had arrived.
            is_known = error.status > 0
            said = "NOT placed." if is_known else "Not known whether it was placed."
            self.shop.tell(Notice(f"{said} {error.message}", Weight.ERROR))
            self._draw_order()
            return
        self._is_sending = False
        self.shop.floor.orders.put(order)
        self.shop.floor.orders.touch(order.key)
        self.shop.announce(Change(Topic.ORDERS))
        self._last = f"Order {order.number} is placed: {order.total:.2f}"
        self._clear()
        self.shop.tell(Notice(self._last))

    async def action_leave(self) -> None:
        """Go back to the queue; the order stays as it is."""
        await self.app.switch_mode("queue")
