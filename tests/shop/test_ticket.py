"""A ticket can be read at the bar and fits the printer's paper."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from servizio.shop.order import Fulfilment, Order, OrderStatus, Source
from servizio.shop.ticket import WIDTH, ticket
from tests.store.scene import StandingClock, draft, line

NEW_YORK = ZoneInfo("America/New_York")


def order(**changes: object) -> Order:
    now = StandingClock().now
    plain = replace(
        draft(quantity=2), source=Source.COUNTER, name="Ada", fulfilment=Fulfilment.PICKUP
    )
    made = Order("4782", OrderStatus.RECEIVED, plain, now, now, 1)
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def test_a_ticket_as_it_is_printed() -> None:
    assert ticket("Boba Bar", order(), NEW_YORK).splitlines() == [
        "                 Boba Bar",
        "ORDER 4782                          PICKUP",
        "2026-09-07 14:02                   counter",
        "For Ada",
        "Phone ...0100",
        "------------------------------------------",
        "2 x taro milk tea                    14.00",
        "    EXTRA 2 x boba",
        "------------------------------------------",
        "Subtotal                             14.00",
        "Tax                                   0.00",
        "TOTAL                                14.00",
    ]


def test_no_line_is_wider_than_the_paper() -> None:
    long = replace(
        order().draft,
        lines=(replace(line(), name="a very long name of a drink " * 4),),
        name="Ann " * 30,
        fulfilment=Fulfilment.DELIVERY,
        address="1 Main Street, " * 10,
    )
    text = ticket("A shop with a name that goes on and on and on", order(draft=long), NEW_YORK)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "a very long name" in text
    assert "DELIVERY" in text


def test_what_was_changed_or_cancelled_says_so() -> None:
    assert "CHANGED, 2 x" in ticket("Boba Bar", order(revision=3), NEW_YORK)
    assert "CANCELLED" in ticket("Boba Bar", order(status=OrderStatus.CANCELLED), NEW_YORK)


def test_a_ticket_does_not_give_the_phone_number_away() -> None:
    assert "415555" not in ticket("Boba Bar", order(), NEW_YORK)
