"""How customers who wait in line can order without waiting: a code to point a camera at."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from servizio.tui.tv.big_text import BigText
from servizio.tui.widgets.qr_code import QrCode
from servizio.tui.words import clean

_NATIONAL = 11
"""Digits of a number of the North American plan, with its 1."""


def code_for(place: str) -> str:
    """What the code says: an address as it is, a number so that a telephone dials it."""
    if place.startswith(("http://", "https://")):
        return place
    return "tel:" + "".join(each for each in place if each.isdigit() or each == "+")


def spell_place(place: str) -> str:
    """The same for people: `(415) 555-0123`, `shop.example/order`."""
    if place.startswith(("http://", "https://")):
        return place.partition("://")[2].rstrip("/")
    digits = "".join(each for each in place if each.isdigit())
    if place.startswith("+1") and len(digits) == _NATIONAL:
        return f"({digits[1:4]}) {digits[4:7]}-{digits[7:]}"
    return place


class OrderAt(Horizontal):
    """The code beside its words; the words alone where there is no room for the code."""

    DEFAULT_CSS = """
    OrderAt {
        height: auto; width: 1fr; margin-top: 1; align-vertical: middle;
        QrCode { display: none; margin-right: 2; }
        Vertical { height: auto; width: 1fr; }
        &.-roomy QrCode { display: block; width: auto; }
        &.-roomy BigText { height: 3; margin-bottom: 1; }
    }
    """

    def __init__(self, place: str) -> None:
        super().__init__(id="order-at")
        self._place = clean(place, 200)

    def compose(self) -> ComposeResult:
        """Code, then words."""
        yield QrCode(code_for(self._place))
        with Vertical():
            yield BigText("Order here:")
            yield BigText(spell_place(self._place))

    def fit_into(self, width: int, height: int) -> None:
        """Show the code where that much room leaves enough for numbers."""
        code = self.query_one(QrCode)
        self.set_class(width >= code.columns + 16 and height >= 3 * code.rows, "-roomy")
