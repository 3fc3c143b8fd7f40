"""The keys of the queue, the most important first: that is how the bottom line shows them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

QUEUE_KEYS: list[BindingType] = [
    Binding("enter,m,space", "ready", "Ready", id="queue.ready", key_display="Enter"),
    Binding("s", "move('making')", "Start", id="queue.making"),
    Binding("p", "move('picked_up')", "Picked up", id="queue.picked_up"),
    Binding("u,ctrl+z", "undo", "Undo", id="queue.undo", key_display="u"),
    Binding(
        "n",
        "app.mode('counter')",
        "New",
        id="queue.counter",
        tooltip="order at the counter",
    ),
    Binding("slash", "search", "Find", id="queue.search", key_display="/"),
    Binding("c", "cancel", "Cancel", id="queue.cancel"),
    Binding("r", "recall", "Recall", id="queue.recall"),
    Binding("d", "details", "Details", id="queue.details"),
    Binding("a", "all_day", "All day", id="queue.all_day"),
    Binding("t", "text_again", "Text", id="queue.text", tooltip="to the customer again"),
    Binding("b", "ring_back", "Ring", id="queue.ring_back", tooltip="the customer back"),
    Binding("i", "print", "Print", id="queue.print", tooltip="the ticket again"),
    Binding("x", "app.mode('menu')", "Sold out", id="queue.menu", tooltip="or back, on the menu"),
    Binding("down,j", "step(1)", "Next", id="queue.next", show=False),
    Binding("up,k", "step(-1)", "Previous", id="queue.previous", show=False),
    Binding("pagedown", "step(5)", "Five on", id="queue.page_down", show=False),
    Binding("pageup", "step(-5)", "Five back", id="queue.page_up", show=False),
    Binding("home", "step(-9999)", "First", id="queue.first", show=False),
    Binding("end", "step(9999)", "Last", id="queue.last", show=False),
    Binding("right,l", "cross(1)", "Lane right", id="queue.right", show=False),
    Binding("left,h", "cross(-1)", "Lane left", id="queue.left", show=False),
    Binding("escape", "clear_search", "Whole queue", id="queue.clear_search", show=False),
    *(
        Binding(
            str(digit),
            f"tick({digit})",
            f"Tick line {digit}",
            id=f"queue.tick_{digit}",
            show=False,
        )
        for digit in range(1, 10)
    ),
]
