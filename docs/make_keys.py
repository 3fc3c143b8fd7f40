"""Writes `console.md`, the page of the console's screens and keys, from the code behind them.

python docs/make_keys.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from textual.binding import Binding, BindingType  # noqa: E402

from servizio.tui.console.calls import CallsScreen  # noqa: E402
from servizio.tui.console.counter import CounterScreen  # noqa: E402
from servizio.tui.console.health import HealthScreen  # noqa: E402
from servizio.tui.console.help import title_of  # noqa: E402
from servizio.tui.console.history import HistoryScreen  # noqa: E402
from servizio.tui.console.menu_board import MenuBoardScreen  # noqa: E402
from servizio.tui.console.queue import QueueScreen  # noqa: E402
from servizio.tui.console.report import ReportScreen  # noqa: E402
from servizio.tui.console.shop_app import ShopApp  # noqa: E402

TARGET = HERE / "console.md"

HEAD = """\
# The console

<!-- Made by docs/make_keys.py from the code: change it there. -->

`servizio` opens it with the shop, `servizio console` on a server that runs already, on this
machine or another. The bottom line shows the most important keys of a screen, `F1` all of them,
and `Ctrl+P` finds any action by its name, every open order and the themes too. A click does what
a key does. Where no calls are taken, or an agent is broken, a line on every screen says so and why.

Keys can be others: under `[console.keys]` in `servizio.toml`, by the name in the last column,
as in `"queue.ready" = "m,f9"`. A name that there is not is an error that says the nearest one.

What a ticket says: `○` waits, `▲ WAITING` waits long, `■ LATE` too long, `✓ READY`; NEW,
CHANGED, RECALLED and CANCELLED until somebody touches the ticket; `+` came with a change,
struck out went; `!` is left out on purpose or may matter for an allergy. Colours only repeat
what the words say.
"""

ABOUT = {
    "On every screen": "",
    "Queue": """\
Received, making and ready, oldest first; one list where there is little room. A new order never
moves what is selected. Cancelling and calling back ask first, all else can be undone. A line that
is ticked off is ticked on every console of the shop.""",
    "Counter order": """\
Type how many, what and how, a few letters of each: `2 taro boba less ice`. The best meanings
are listed, the arrows choose another one. Modifiers alone change the last line. Prices and
rules are the server's. Where the connection breaks while an order is on its way, the draft
stays and the same keys ask again: the order is never made twice.""",
    "Calls": """\
Live calls first: what is being said, by whom, the cart, the agent and how long its answers
take. Past calls with all that was said and what came of it; `/` looks for words, numbers and
orders.""",
    "History": "",
    "Menu board": """\
What is sold out, and how orders are taken today. Calls in progress know at once. While orders
are paused, the wait is longer or the hours are others, a line on every screen says so. A pause
ends by itself.""",
    "Health": """\
The connection, every part of the server, and the texts: what could not be delivered stands
first, with the reason. So do messages that customers left after the tone: who, when and how long,
and below the list where to listen. `d` says that one is dealt with, which erases its sound.""",
    "Day report": """\
Orders, items, revenue, time until ready, calls by what came of them, and bars for the hours.
Files go into the `papers` folder of the shop's data; where they are is shown.""",
}

SCREENS: tuple[tuple[str, Iterable[BindingType]], ...] = (
    ("On every screen", ShopApp.BINDINGS),
    ("Queue", QueueScreen.BINDINGS),
    ("Counter order", CounterScreen.BINDINGS),
    ("Calls", CallsScreen.BINDINGS),
    ("History", HistoryScreen.BINDINGS),
    ("Menu board", MenuBoardScreen.BINDINGS),
    ("Health", HealthScreen.BINDINGS),
    ("Day report", ReportScreen.BINDINGS),
)

_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "pageup": "page up",
    "pagedown": "page down",
}


def rows(bindings: Iterable[BindingType]) -> Iterator[str]:
    """A row for each action, Markdown."""
    for binding in bindings:
        if isinstance(binding, Binding) and binding.id and binding.description:
            keys = [key.strip() for key in binding.key.split(",")]
            said = ", ".join(f"`{_NAMES.get(key, key)}`" for key in keys)
            yield f"| {said} | {title_of(binding)} | `{binding.id}` |"


def page() -> str:
    """The whole page, Markdown."""
    parts = [HEAD]
    for name, bindings in SCREENS:
        about = f"{ABOUT[name]}\n\n" if ABOUT[name] else ""
        table = "\n".join(["| keys | what | name |", "| --- | --- | --- |", *rows(bindings)])
        parts.append(f"## {name}\n\n{about}{table}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
