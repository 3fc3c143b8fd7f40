"""Stories of ordering: what customers say, and the lines it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from servizio.language.meaning import Unclear
from servizio.language.understand import Understander
from servizio.shop.menu_file import load_menu
from tests.language.menus import heard_at, ordered


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("a taro milk tea please", ["1 taro-milk-tea"]),
        ("um hi there, lemme get two taros", ["2 taro-milk-tea"]),
        ("a couple of blacks and a dozen taros", ["2 black-milk-tea", "12 taro-milk-tea"]),
        ("half a dozen taro milk teas", ["6 taro-milk-tea"]),
        ("taro with boba and egg pudding", ["1 taro-milk-tea: boba, egg-pudding"]),
        ("a taro with double boba", ["1 taro-milk-tea: boba x2"]),
        ("a taro with the pudding", ["1 taro-milk-tea: egg-pudding"]),
        ("a black milk tea, hold the boba", ["1 black-milk-tea: boba/none"]),
        ("black with no boba or pudding", ["1 black-milk-tea: boba/none, egg-pudding/none"]),
        (
            "taro, light vanilla cream, extra boba",
            ["1 taro-milk-tea: boba/extra, vanilla-cream/light"],
        ),
    ],
)
def test_drinks_are_ordered_in_the_words_of_customers(said: str, lines: list[str]) -> None:
    assert ordered(heard_at("tea", said)) == lines


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("half sugar", "50%"),
        ("fifty percent", "50%"),
        ("no sugar", "0%"),
        ("unsweetened", "0%"),
        ("quarter sweet", "25%"),
        ("75% sugar", "75%"),
        ("full sugar", "100%"),
        ("no ice", "no-ice"),
        ("easy on the ice", "less-ice"),
        ("light ice", "less-ice"),
        ("lots of ice", "extra-ice"),
        ("normal ice", "regular-ice"),
    ],
)
def test_levels_are_understood_without_being_listed(said: str, level: str) -> None:
    assert ordered(heard_at("tea", f"a taro with {said}")) == [f"1 taro-milk-tea: {level}"]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (
            "a taro and a black, both no ice",
            ["1 taro-milk-tea: no-ice", "1 black-milk-tea: no-ice"],
        ),
        ("two taros, both with boba", ["2 taro-milk-tea: boba"]),
        (
            "two taros, one with boba and one without",
            ["1 taro-milk-tea: boba", "1 taro-milk-tea"],
        ),
        (
            "three blacks, two with boba and one with egg pudding",
            ["2 black-milk-tea: boba", "1 black-milk-tea: egg-pudding"],
        ),
        (
            "two taros one with no ice and the other with less ice",
            ["1 taro-milk-tea: no-ice", "1 taro-milk-tea: less-ice"],
        ),
        ("four taros and on all of those taros boba", ["4 taro-milk-tea: boba"]),
    ],
)
def test_modifiers_are_shared_or_divided_as_said(said: str, lines: list[str]) -> None:
    assert ordered(heard_at("tea", said)) == lines


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("a taro, no wait, black", ["1 black-milk-tea"]),
        ("two taros with boba, I mean, black", ["2 black-milk-tea: boba"]),
        ("two taros, make that three", ["3 taro-milk-tea"]),
        ("a taro with boba, sorry, pudding", ["1 taro-milk-tea: egg-pudding"]),
        ("a taro, actually black", ["1 black-milk-tea"]),
        ("a taro and a black, scratch that", ["1 taro-milk-tea"]),
        ("a taro, actually can I also get a black", ["1 taro-milk-tea", "1 black-milk-tea"]),
    ],
)
def test_customers_correct_themselves(said: str, lines: list[str]) -> None:
    assert ordered(heard_at("tea", said)) == lines


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (
            "burger no onions extra pickles large fries and a coke",
            ["1 hamburger: onions/none, pickles/extra", "1 french-fries: large", "1 coca-cola"],
        ),
        ("a chicken salad with guac", ["1 salad: chicken, guacamole"]),
        ("a steak salad and a side of guacamole", ["1 salad: steak", "1 guacamole"]),
        ("fries and guac on the side", ["1 french-fries", "1 guacamole"]),
        ("a burger with cheddar cheese", ["1 hamburger: cheddar"]),
        ("fries with ranch dressing", ["1 french-fries: ranch"]),
        ("large iced coke with two small fries", ["1 coca-cola: large", "2 french-fries: small"]),
        ("a latte with oat milk and two shots", ["1 latte: espresso-shot x2, oat-milk"]),
        ("a latte with three pumps of vanilla", ["1 latte: vanilla x3"]),
        ("a hamburger with one pickle", ["1 hamburger: pickles"]),
        ("two cheese burgers", ["2 cheeseburger"]),
        ("i want pickles and mustard on a burger", ["1 hamburger: mustard, pickles"]),
        ("for my drink i'd like an orange juice", ["1 orange-juice"]),
    ],
)
def test_items_and_modifiers_find_each_other(said: str, lines: list[str]) -> None:
    assert ordered(heard_at("diner", said)) == lines


@pytest.mark.parametrize(
    ("heard", "lines"),
    [
        ("a tarot milk tea", ["1 taro-milk-tea"]),
        ("taro with match of stencil", ["1 taro-milk-tea: matcha-stencil"]),
        ("taro with crystal, egg, or boba", ["1 taro-milk-tea: crystal-agar-boba"]),
        ("black milk tee with bow bah", ["1 black-milk-tea: boba"]),
    ],
)
def test_mishearings_are_matched_by_sound(heard: str, lines: list[str]) -> None:
    assert ordered(heard_at("tea", heard)) == lines


def test_mishearings_of_food_are_matched_by_sound() -> None:
    meaning = heard_at("diner", "a cheese booger with mustered and pickels")
    assert ordered(meaning) == ["1 cheeseburger: mustard, pickles"]


def test_short_words_are_not_taken_for_each_other() -> None:
    assert ordered(heard_at("diner", "a ham sandwich with jam")) == ["1 ham-sandwich: jam"]
    assert ordered(heard_at("diner", "a burger with ham")) == ["1 hamburger"]


def test_bell_peppers_are_not_jalapeno_peppers_by_sound() -> None:
    assert ordered(heard_at("diner", "a burger with yellow peppers")) != ["1 hamburger: mustard"]


def test_what_can_mean_two_things_is_asked_about_and_not_guessed() -> None:
    meaning = heard_at("tea", "two milk teas with boba")
    assert ordered(meaning) == []
    (unclear,) = [act for act in meaning.acts if isinstance(act, Unclear)]
    assert set(unclear.candidates) == {"taro-milk-tea", "black-milk-tea"}
    assert unclear.line is not None
    assert unclear.line.quantity == 2
    assert [choice.modifier for choice in unclear.line.choices] == ["boba"]


def test_the_hypothesis_that_the_menu_explains_best_wins() -> None:
    meaning = heard_at("tea", ["a tower of milk please", "a taro milk tea please"])
    assert ordered(meaning) == ["1 taro-milk-tea"]
    assert meaning.text == "a taro milk tea please"


def test_between_equal_hypotheses_the_likelier_wins() -> None:
    meaning = heard_at("tea", ["a black milk tea", "a taro milk tea"])
    assert ordered(meaning) == ["1 black-milk-tea"]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (
            "two milk teas one taro one black",
            ["1 taro-milk-tea", "1 black-milk-tea"],
        ),
        (
            "three milk teas, two taro with boba and one black",
            ["2 taro-milk-tea: boba", "1 black-milk-tea"],
        ),
        (
            "two black milk teas, one taro",
            ["2 black-milk-tea", "1 taro-milk-tea"],
        ),
    ],
)
def test_what_is_counted_before_its_parts_is_not_ordered_beside_them(
    said: str, lines: list[str]
) -> None:
    assert ordered(heard_at("tea", said)) == lines


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("ten nuggets", ["1 chicken-nuggets: ten-piece"]),
        (
            "cheeseburger combo and six nuggets",
            ["1 cheeseburger: combo", "1 chicken-nuggets: six-piece"],
        ),
        ("two nuggets", ["2 chicken-nuggets"]),
        ("two ten piece nuggets", ["2 chicken-nuggets: ten-piece"]),
    ],
)
def test_a_count_that_is_a_size_of_pieces_is_one_of_that_size(said: str, lines: list[str]) -> None:
    menu = load_menu(Path(__file__).parent / "venues" / "burger_chain.menu.toml")
    assert ordered(Understander(menu).understand(said)) == lines
