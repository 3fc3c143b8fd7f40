"""Money is exact, and every line adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.errors import OrderError
from servizio.shop.cart import Cart
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.line_rules import checked_line
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup
from servizio.shop.menu_file import load_menu
from servizio.shop.money import money_text, rounded
from servizio.shop.order import Fulfilment, Source
from servizio.shop.prices import draft, line_price, order_lines, totals
from tests.shop.menus import lines_of, small_menu


def test_a_boba_order_costs_what_the_board_says() -> None:
    menu = load_menu("boba")
    line = Line(
        "taro-milk-tea",
        2,
        (Choice("topping", "vanilla-cream"), Choice("addon", "matcha-stencil")),
    )
    assert line_price(menu, line) == Decimal("13.50")


@pytest.mark.parametrize(
    ("choice", "price"),
    [
        (Choice("topping", "boba"), "6.25"),
        (Choice("topping", "boba", Amount.LIGHT), "6.25"),
        (Choice("topping", "boba", Amount.EXTRA), "6.25"),
        (Choice("topping", "boba", count=3), "7.75"),
        (Choice("topping", "boba", Amount.NONE), "5.50"),
        (Choice("sweetness", "100%"), "5.50"),
    ],
)
def test_each_portion_is_paid_and_nothing_is_paid_for_none(choice: Choice, price: str) -> None:
    assert line_price(load_menu("boba"), Line("black-milk-tea", 1, (choice,))) == Decimal(price)


def test_tax_is_rounded_half_up_once() -> None:
    lines = [Line("cookie", 2)]
    amounts = totals(small_menu(), lines, Decimal("0.05"))
    assert (str(amounts.subtotal), str(amounts.tax), str(amounts.total)) == ("4.70", "0.24", "4.94")
    assert totals(small_menu(), lines).tax == Decimal("0.41")
    assert totals(small_menu(), lines, Decimal(0)).tax == 0


def test_an_order_holds_what_was_said_and_not_the_defaults() -> None:
    line = Line("latte", 1, (Choice("size", "large"),))
    (ordered,) = order_lines(small_menu(), [line])
    assert [each.modifier for each in ordered.modifiers] == ["large"]


def test_no_milk_leaves_out_the_default_and_stays_visible() -> None:
    none = Choice("milk", "whole", Amount.NONE)
    (made,) = order_lines(small_menu(), [Line("latte", 1, (none,))])
    assert [(each.modifier, each.amount) for each in made.modifiers] == [("whole", Amount.NONE)]


def test_a_default_that_costs_is_paid_and_written_down() -> None:
    group = ModifierGroup(
        "size", "size", (Modifier("big", "big", (), Decimal("1.25")),), default="big"
    )
    menu = Menu("x", (Item("tea", "tea", Decimal(3), modifier_groups=("size",)),), (group,))
    (ordered,) = order_lines(menu, [Line("tea", 2)])
    assert ordered.price == Decimal("8.50")
    assert [each.price for each in ordered.modifiers] == [Decimal("1.25")]


def test_the_draft_carries_everything_of_the_cart() -> None:
    cart = Cart(small_menu())
    cart.stage(Line("cookie"))
    cart.confirm()
    cart.set_fulfilment("delivery", "12 Main Street")
    cart.set_phone("212 555 0186")
    cart.set_name("Ana")
    made = draft(small_menu(), cart, source=Source.PHONE, call_sid="CA1")
    assert (made.phone, made.name, made.call_sid) == ("+12125550186", "Ana", "CA1")
    assert (made.fulfilment, made.address) == (Fulfilment.DELIVERY, "12 Main Street")
    assert (made.subtotal, made.tax, made.total) == (
        Decimal("2.35"),
        Decimal("0.21"),
        Decimal("2.56"),
    )


def test_amounts_have_the_decimals_of_their_currency() -> None:
    assert str(rounded(Decimal("5.5"), "USD")) == "5.50"
    assert str(rounded(Decimal("550.5"), "JPY")) == "551"
    assert str(rounded(Decimal("1.2345"), "KWD")) == "1.235"
    assert money_text(Decimal("5.5"), "USD") == "$5.50"
    assert money_text(Decimal(4), "CHF") == "CHF 4.00"


MENU = small_menu()


@settings(deadline=None, max_examples=120)
@given(st.lists(lines_of(MENU), max_size=4), st.decimals("0", "0.3", places=5))
def test_an_order_always_adds_up_to_the_cent(lines: list[Line], rate: Decimal) -> None:
    made = []
    for line in lines:
        try:
            made.append(checked_line(MENU, line))
        except OrderError:
            continue
    ordered = order_lines(MENU, made)
    amounts = totals(MENU, made, rate)
    assert amounts.subtotal == sum((each.price for each in ordered), Decimal(0))
    assert amounts.total == amounts.subtotal + amounts.tax
    assert abs(amounts.tax - amounts.subtotal * rate) <= Decimal("0.005")
    for each in ordered:
        portions = sum(
            (part.price * part.count for part in each.modifiers if part.amount is not Amount.NONE),
            Decimal(0),
        )
        assert each.price == each.quantity * (MENU.item(each.item).price + portions)
    for amount in (amounts.subtotal, amounts.tax, amounts.total):
        assert amount.as_tuple().exponent == -2
