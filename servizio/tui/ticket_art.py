"""What a ticket looks like, as rows of words with roles. Knows no widget and no colour.

State is said by word and shape; the role lets the stylesheet add colour on top.
"""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len

from servizio.shop.order import Fulfilment
from servizio.tui.big_digits import big_digits, width_of
from servizio.tui.order_book import Lane, Ticket
from servizio.tui.rows import Role, Row, Span, fit, wrap
from servizio.tui.views import LineView
from servizio.tui.words import (
    Age,
    Patience,
    is_critical,
    minutes,
    phone_tail,
    spell_modifier,
)

FLAT_FROM = 62
"""Columns from which the words stand beside the number instead of below it."""

_NUMBER_WIDTH = width_of("0000")
_SIDE_WIDTH = 21
_SHORT_AGE = len("■ 1 h 05")
_AGES = {Age.FRESH: ("○", "", Role.FRESH), Age.WARN: ("▲", "WAITING", Role.WARN)}
_LATE = ("■", "LATE", Role.LATE)


def age_of(ticket: Ticket, now: datetime, patience: Patience) -> Span:
    """Say how long a ticket has waited, or has been ready."""
    if ticket.lane is Lane.READY:
        return Span(f"✓ READY {minutes(now - ticket.order.updated_at)}", Role.FRESH)
    waited = now - ticket.order.created_at
    symbol, word, role = _AGES.get(patience.judge(waited), _LATE)
    return Span(" ".join(each for each in (symbol, word, minutes(waited)) if each), role)


def _side(ticket: Ticket, now: datetime, patience: Patience, width: int) -> list[Row]:
    order = ticket.order
    age = age_of(ticket, now, patience)
    word = "sending" if ticket.is_sending else ticket.mark.value
    delivery = "delivery" if order.fulfilment is Fulfilment.DELIVERY else ""
    tail = phone_tail(order.phone)
    meta = " ".join(each for each in (order.source.value, tail, delivery) if each)
    top = _top(word, age, width)
    if cell_len(meta) <= width or width >= _SIDE_WIDTH:
        return [*top, (Span(order.name, Role.NAME),), (Span(meta, Role.META),)]
    # The digits of the telephone number tell one customer from another: a row of their own.
    name: list[Row] = [(Span(order.name, Role.NAME),)] if order.name else []
    return [*top, *name, *((Span(text, Role.META),) for text in wrap(meta, width))]


def _top(word: str, age: Span, width: int) -> list[Row]:
    """What is remarkable, and the age: the minutes are what one reads, so they are never cut."""
    mark = (Span(f" {word.upper()} ", Role.MARK), Span(" ")) if word else ()
    taken = sum(cell_len(span.text) for span in mark)
    if mark and taken + _SHORT_AGE > width:
        return [*_top("", age, width), mark[:1]]
    fits = taken + cell_len(age.text) <= width
    return [(*mark, age if fits else Span(_without_word(age.text), age.role))]


def _without_word(age: str) -> str:
    """`■ LATE 12 min` as `■ 12 min`."""
    symbol, _, rest = age.partition(" ")
    return f"{symbol} {rest.partition(' ')[2]}" if rest[:1].isupper() else age


def _line_rows(ticket: Ticket, position: int, line: LineView, width: int) -> list[Row]:
    is_ticked = position in ticket.ticked
    is_added = position in ticket.added
    lead = "✓ " if is_ticked else "+ " if is_added else "  "
    role = Role.GONE if is_ticked else Role.MARK if is_added else Role.ITEM
    rows: list[Row] = [
        (Span(lead if index == 0 else "  ", Role.META), Span(text, role))
        for index, text in enumerate(wrap(f"{line.quantity} {line.name}", max(4, width - 2)))
    ]
    plain = ", ".join(spell_modifier(each) for each in line.modifiers if not is_critical(each))
    shade = Role.GONE if is_ticked else Role.MODIFIER
    rows += [(Span("    "), Span(text, shade)) for text in wrap(plain, max(4, width - 4))]
    for modifier in line.modifiers:
        if is_critical(modifier):
            loud = Role.GONE if is_ticked else Role.CRITICAL
            said = wrap(f"! {spell_modifier(modifier)}", max(4, width - 4))
            rows += [(Span("    "), Span(text, loud)) for text in said]
    return rows


def _items(ticket: Ticket, width: int) -> list[Row]:
    rows: list[Row] = []
    for position, line in enumerate(ticket.order.lines):
        rows += _line_rows(ticket, position, line, width)
    for line in ticket.removed:
        said = wrap(f"REMOVED {line.quantity} {line.name}", max(4, width - 2))
        rows += [(Span("- "), Span(text, Role.GONE)) for text in said]
    if ticket.order.fulfilment is Fulfilment.DELIVERY and ticket.order.address:
        said = wrap(f"to {ticket.order.address}", max(4, width - 2))
        rows += [(Span("  "), Span(text, Role.META)) for text in said]
    return rows


def draw_ticket(
    ticket: Ticket, width: int, now: datetime, patience: Patience, *, is_selected: bool
) -> list[Row]:
    """Draw a ticket `width` columns wide, its last row blank.

    Its height depends on the ticket and the width alone, so that a list may lay tickets out
    without drawing them.
    """
    edge = Span("█ " if is_selected else "▏ ", age_of(ticket, now, patience).role)
    digits = [
        (Span(each, Role.NUMBER), Span("  "))
        for each in big_digits(ticket.order.number[:4].rjust(4))
    ]
    body: list[Row] = []
    inner = width - 2
    if width >= FLAT_FROM:
        middle = inner - _NUMBER_WIDTH - 3 - _SIDE_WIDTH
        items = _items(ticket, middle)
        side = _side(ticket, now, patience, _SIDE_WIDTH)
        for index in range(max(3, len(items))):
            left = digits[index] if index < 3 else (Span(" " * (_NUMBER_WIDTH + 2)),)
            words = fit(items[index] if index < len(items) else (), middle)
            body.append((*left, *words, Span(" "), *(side[index] if index < 3 else ())))
    else:
        side = _side(ticket, now, patience, inner - _NUMBER_WIDTH - 2)
        blank = (Span(" " * (_NUMBER_WIDTH + 2)),)
        body = [(*(digits[index] if index < 3 else blank), *row) for index, row in enumerate(side)]
        body += _items(ticket, inner)
    return [*((edge, *fit(row, inner)) for row in body), (Span(" " * width),)]
