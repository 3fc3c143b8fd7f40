"""What a recogniser makes of speech is put right by what can have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from servizio.language.meaning import (
    Change,
    Deny,
    Expecting,
    NotOnMenu,
    OrderNumber,
    PhoneNumber,
    Remove,
    Unclear,
    UseCallingNumber,
)
from servizio.language.understand import Understander
from servizio.shop.line import Line
from servizio.shop.menu_file import load_menu
from tests.language.menus import heard_at, ordered

_VENUES = Path(__file__).with_name("venues")


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander(load_menu("boba"))


@pytest.mark.parametrize(
    ("heard", "order"),
    [
        ("hello to black milk teas both with egg pudding", "2 black-milk-tea: egg-pudding"),
        ("i'd like to taro milk teas with boba", "2 taro-milk-tea: boba"),
        ("i would like to black milk teas", "2 black-milk-tea"),
        ("um i'd like to a taro teas with boba", "2 taro-milk-tea: boba"),
        ("i'd like to get a taro milk tea", "1 taro-milk-tea"),
        ("can i get for taro milk teas", "4 taro-milk-tea"),
        ("i'd like to order a taro milk tea", "1 taro-milk-tea"),
        ("i want boba for the black milk tea", "1 black-milk-tea: boba"),
    ],
)
def test_a_small_word_before_a_plural_is_the_number_it_sounds_like(heard: str, order: str) -> None:
    assert ordered(heard_at("tea", heard)) == [order]


def test_a_misheard_item_that_touches_another_is_one_thing() -> None:
    assert ordered(heard_at("tea", "a tarot milk tea i guess")) == ["1 taro-milk-tea"]


@pytest.mark.parametrize(
    "heard",
    ["with the one i am quarreling from", "well i'm calling from", "the one i'm carling from"],
)
def test_the_number_of_the_call_is_known_by_its_sound(heard: str) -> None:
    meaning = heard_at("tea", heard, expecting=Expecting.PHONE_NUMBER)
    assert meaning.acts == (UseCallingNumber(),)


@pytest.mark.parametrize("heard", ["not the one i am quarreling from", "i gave you one before"])
def test_another_number_is_not_the_number_of_the_call(heard: str) -> None:
    meaning = heard_at("tea", heard, expecting=Expecting.PHONE_NUMBER)
    assert UseCallingNumber() not in meaning.acts


def test_of_two_hypotheses_the_one_with_all_digits_is_the_number() -> None:
    short, whole = (
        "six five zero five five five one two three",
        "six five zero five five five oh one two three",
    )
    meaning = heard_at("tea", [short, whole], expecting=Expecting.PHONE_NUMBER)
    assert meaning.acts == (PhoneNumber("6505550123", complete=True),)
    meaning = heard_at("tea", ["nine", "four seven one nine"], expecting=Expecting.ORDER_NUMBER)
    assert meaning.acts == (OrderNumber("4719"),)


@pytest.mark.parametrize(
    ("heard", "flavour"),
    [
        ("a strawberry milk tea", "strawberry milk tea"),
        ("can i get two large mango milk teas with boba", "mango milk teas"),
    ],
)
def test_a_flavour_nobody_sells_is_not_taken_for_the_plain_thing(heard: str, flavour: str) -> None:
    meaning = Understander(load_menu("boba")).understand(heard)
    assert meaning.acts == (NotOnMenu(flavour, "black-milk-tea"),)


@pytest.mark.parametrize(
    ("heard", "order"),
    [
        (
            "the cheeseburger with no ketchup but extra mail",
            "1 cheeseburger: ketchup/none, mayonnaise/extra",
        ),
        ("a large lemonade no life", "1 lemonade: large"),
        ("no sides just a medium coke", "1 coca-cola: medium"),
    ],
)
def test_where_a_name_must_stand_everyday_words_are_heard_again(heard: str, order: str) -> None:
    shop = Understander(load_menu(_VENUES / "burger_bar.menu.toml"))
    assert ordered(shop.understand(heard)) == [order]


def test_what_only_sounds_alike_is_never_certain() -> None:
    order = (Line("taro-milk-tea", 1),)
    meaning = Understander(load_menu("boba")).understand("louis", lines=order)
    assert meaning.confidence <= 0.8


@pytest.mark.parametrize("said", ["sweeter", "a bit sweeter"])
def test_a_refusal_is_not_heard_where_there_was_no_no(said: str) -> None:
    menu = Understander(load_menu("boba"))
    acts = menu.understand(said, lines=(Line("taro-milk-tea", 1),)).acts
    assert not any(isinstance(act, Change) for act in acts)


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("one black milk tea with no i", "1 black-milk-tea: no-ice"),
        ("a taro with boba and less i", "1 taro-milk-tea: boba, less-ice"),
    ],
)
def test_a_last_word_that_was_cut_off_is_still_that_word(said: str, order: str) -> None:
    assert ordered(heard_at("tea", said)) == [order]


@pytest.mark.parametrize("said", ["no i", "well no i"])
def test_a_no_that_begins_a_sentence_names_no_ice(said: str) -> None:
    acts = heard_at("tea", said, Expecting.YES_NO, lines=(Line("taro-milk-tea", 1),)).acts
    assert acts == (Deny(),)


def test_a_correction_whose_i_was_not_heard_takes_nothing_off() -> None:
    lines = (Line("taro-milk-tea", 1), Line("black-milk-tea", 1))
    said = "no said one black milk tea with no ice"
    acts = heard_at("tea", said, Expecting.YES_NO, lines=lines).acts
    assert not any(isinstance(act, Remove) for act in acts)
    assert any(isinstance(act, Change) for act in acts)


@pytest.mark.parametrize(
    ("heard", "ordered_too"),
    [
        ("can i have a tell with boba and a black milk tea with egg pudding", ["egg-pudding"]),
        ("a tower with boba and a black milk tea with egg pudding", ["egg-pudding"]),
        ("a black milk tea with egg pudding and one tail with boba", ["egg-pudding"]),
        ("one tack with boba", []),
    ],
)
def test_an_item_of_which_the_name_was_lost_keeps_what_goes_with_it_and_is_asked_about(
    understander: Understander, heard: str, ordered_too: list[str]
) -> None:
    meaning = understander.understand([heard], expecting=Expecting.ORDER)
    assert [[one.modifier for one in line.choices] for line in meaning.lines] == (
        [ordered_too] if ordered_too else []
    )
    [asked] = [act for act in meaning.acts if isinstance(act, Unclear)]
    assert asked.candidates[0] == "taro-milk-tea"
    assert asked.line is not None
    assert [one.modifier for one in asked.line.choices] == ["boba"]


@pytest.mark.parametrize("heard", ["a friend with pudding", "a question with my order"])
def test_a_word_that_sounds_like_no_item_is_none(understander: Understander, heard: str) -> None:
    meaning = understander.understand([heard], expecting=Expecting.ORDER)
    assert not any(isinstance(act, Unclear) for act in meaning.acts)
