"""When an order is wanted is no part of what is ordered."""

from __future__ import annotations

import pytest

from servizio.language.meaning import Add, Expecting, Pickup, WantedAt
from servizio.shop.line import Line
from tests.language.menus import heard_at

TARO = Line("taro-milk-tea", 1)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("a taro for five thirty", "for five thirty"),
        ("can i order a taro to pick up at five thirty please", "at five thirty"),
        ("a taro for six pm please", "for six pm"),
        ("a taro at 5:30 pm", "at 5 : 30 pm"),
        ("a taro by half past six", "by half past six"),
        ("a taro in half an hour", "in half an hour"),
        ("a taro in about twenty minutes please", "in about twenty minutes"),
        ("a taro and i pick it up at six", "at six"),
    ],
)
def test_the_time_of_an_order_counts_nothing(said: str, words: str) -> None:
    meaning = heard_at("tea", said)

    assert meaning.lines == (TARO,)
    assert WantedAt(words) in meaning.acts


def test_a_time_alone_does_not_change_how_many() -> None:
    assert heard_at("tea", "for five thirty", lines=(TARO,)).acts == (WantedAt("for five thirty"),)


@pytest.mark.parametrize(
    "said", ["a taro for two", "are you open at six pm", "a taro for five thirty main street"]
)
def test_other_numbers_are_no_time(said: str) -> None:
    assert not any(isinstance(act, WantedAt) for act in heard_at("tea", said).acts)


def test_the_digits_of_a_number_are_no_time() -> None:
    meaning = heard_at("tea", "at five five five", Expecting.PHONE_NUMBER)
    assert not any(isinstance(act, WantedAt) for act in meaning.acts)


def test_a_time_to_fetch_it_at_is_a_pickup_too() -> None:
    acts = heard_at("tea", "can i pick it up at five thirty").acts
    assert acts == (Pickup(), WantedAt("at five thirty"))
    assert not any(isinstance(act, Add) for act in acts)
