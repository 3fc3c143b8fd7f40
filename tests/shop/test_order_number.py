"""Numbers of orders."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.errors import OrderError
from servizio.shop.order_number import choose_order_number, is_order_number

ALL = {str(number) for number in range(1000, 10000)}


@settings(deadline=None, max_examples=60)
@given(st.integers())
def test_a_number_has_four_digits_and_does_not_begin_with_zero(seed: int) -> None:
    assert choose_order_number((), Random(seed)) in ALL


def test_the_last_free_number_is_found() -> None:
    assert choose_order_number(ALL - {"4782"}, Random(1)) == "4782"


def test_an_unwelcome_number_is_the_very_last_choice() -> None:
    assert choose_order_number(ALL - {"6666", "4782"}, Random(1)) == "4782"
    assert choose_order_number(ALL - {"6666"}, Random(1)) == "6666"


def test_no_number_is_given_twice() -> None:
    random = Random(7)
    taken: set[str] = set()
    for _ in range(2000):
        number = choose_order_number(taken, random)
        assert number not in taken
        taken.add(number)


def test_a_full_board_takes_no_more_orders() -> None:
    with pytest.raises(OrderError, match="can't take another order"):
        choose_order_number(ALL, Random(1))


@pytest.mark.parametrize("text", ["", "478", "47821", " 4782", "478a", "４７８２"])
def test_an_order_number_is_four_digits_and_nothing_else(text: str) -> None:
    assert is_order_number("4782")
    assert not is_order_number(text)
