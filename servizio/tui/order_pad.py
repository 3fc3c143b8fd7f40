"""An order that is being taken at the counter, until the server has it.

Pure. The pad holds the key under which the server knows the order, so that sending twice makes
one order. After an attempt whose end is not known the pad is frozen: what was sent may be an
order already, and a changed draft under the same key would be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from servizio.tui.counter_views import QuoteView
from servizio.tui.menu_search import PickedLine


class OrderPad:
    """One draft. `new_key` makes a name that nobody else gives to anything."""

    def __init__(self, new_key: Callable[[], str]) -> None:
        self._new_key = new_key
        self.lines: tuple[PickedLine, ...] = ()
        self.name = ""
        self.phone = ""
        self.quote: QuoteView | None = None
        """The server's price of these lines; `None` while it is not known."""
        self.is_frozen = False
        """True while it is not known whether the server has the order."""
        self.key = new_key()

    @property
    def is_empty(self) -> bool:
        """Claim that nothing was ordered yet."""
        return not self.lines

    def add(self, line: PickedLine) -> None:
        """Write a line below the others; the same as the last one counts up instead."""
        if self.lines and replace(self.lines[-1], quantity=line.quantity) == line:
            last = self.lines[-1]
            both = replace(last, quantity=last.quantity + line.quantity)
            self.lines = (*self.lines[:-1], both)
        else:
            self.lines = (*self.lines, line)
        self.quote = None

    def change_last(self, line: PickedLine) -> None:
        """Put this line in place of the last one."""
        self.lines = (*self.lines[:-1], line)
        self.quote = None

    def take_off(self) -> PickedLine | None:
        """Take the last line off; `None` where there is none."""
        if not self.lines:
            return None
        *rest, last = self.lines
        self.lines, self.quote = tuple(rest), None
        return last

    def clear(self) -> None:
        """Begin the next order."""
        self.lines, self.name, self.phone, self.quote = (), "", "", None
        self.is_frozen = False
        self.key = self._new_key()

    def refused(self) -> None:
        """Note that the server has certainly not taken it: it may be changed and sent anew."""
        self.is_frozen = False
        self.key = self._new_key()

    def as_json(self) -> dict[str, object]:
        """Write it as `POST /api/orders` takes it."""
        body: dict[str, object] = {"items": [line.as_json() for line in self.lines]}
        if self.name:
            body["name"] = self.name
        if self.phone:
            body["phone"] = self.phone
        return body
