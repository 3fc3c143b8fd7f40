"""Stories of changing what was ordered before."""

from __future__ import annotations

import pytest

from servizio.language.meaning import (
    Act,
    Add,
    Affirm,
    CancelOrder,
    Change,
    Deny,
    Done,
    Expecting,
    Remove,
    StartOver,
    Target,
    Thanks,
)
from servizio.shop.line import Amount, Choice, Line
from tests.language.menus import chosen, heard_at

TARO = Target(item="taro-milk-tea")
CART = (Line("taro-milk-tea", 1, (Choice("topping", "boba"),)), Line("black-milk-tea", 2))


def only_change(said: str, expecting: Expecting = Expecting.ANYTHING, *groups: str) -> Change:
    """The single change that an utterance makes to the cart."""
    meaning = heard_at("tea", said, expecting, groups, CART)
    (change,) = [act for act in meaning.acts if isinstance(act, Change)]
    assert not meaning.lines
    return change


@pytest.mark.parametrize(
    ("said", "target", "choices"),
    [
        ("make the second one no ice", Target(index=2), ["no-ice"]),
        ("can you make the last one half sugar", Target(index=-1), ["50%"]),
        ("no vanilla cream on that one", Target(), ["vanilla-cream/none"]),
        ("take off the egg pudding", Target(), ["egg-pudding/none"]),
        ("take the boba off", Target(), ["boba/none"]),
        ("leave the pudding out please", Target(), ["egg-pudding/none"]),
        ("make them all no ice", Target(all=True), ["no-ice"]),
        ("no ice on both", Target(all=True), ["no-ice"]),
        ("make the taro less ice", Target(item="taro-milk-tea"), ["less-ice"]),
        ("actually make it half sugar", Target(), ["50%"]),
    ],
)
def test_modifiers_of_earlier_lines_change(said: str, target: Target, choices: list[str]) -> None:
    change = only_change(said)
    assert change.target == target
    assert chosen(change.choices) == choices


@pytest.mark.parametrize(
    "said",
    [
        "actually scratch the taro she doesnt want one just two black milk teas",
        "cancel the taro just two black milk teas please",
        "cancel the taro just the black milk teas",
    ],
)
def test_what_is_said_to_stay_is_not_ordered_once_more(said: str) -> None:
    assert heard_at("tea", said, lines=CART).acts == (Remove(TARO), Done())


def test_how_many_stay_when_something_else_goes() -> None:
    acts = heard_at("tea", "cancel the taro just one black milk tea", lines=CART).acts
    assert acts == (Remove(TARO), Change(Target(item="black-milk-tea"), quantity=1))


def test_one_more_of_what_stays_is_ordered() -> None:
    acts = heard_at("tea", "cancel the taro, just one more black milk tea", lines=CART).acts
    assert acts == (Remove(TARO), Add((Line("black-milk-tea", 1),)))


def test_two_lines_change_in_one_breath() -> None:
    meaning = heard_at("tea", "make the first one no ice and the second one half sugar", lines=CART)
    assert meaning.acts == (
        Change(Target(index=1), (Choice("ice", "no-ice"),)),
        Change(Target(index=2), (Choice("sweetness", "50%"),)),
    )


def test_make_that_three_changes_the_quantity() -> None:
    assert only_change("make that three please").quantity == 3


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("change the second one to taro", Target(index=2)),
        ("make it a taro instead", Target()),
        ("actually make that a taro", Target()),
    ],
)
def test_the_item_itself_changes(said: str, target: Target) -> None:
    change = only_change(said)
    assert (change.item, change.target) == ("taro-milk-tea", target)


@pytest.mark.parametrize(
    ("said", "removal"),
    [
        ("remove the taro", Remove(Target(item="taro-milk-tea"))),
        ("take off one of the blacks", Remove(Target(item="black-milk-tea"), 1)),
        ("remove the second one", Remove(Target(index=2))),
        ("take off the last one", Remove(Target(index=-1))),
        ("scratch that", Remove(Target())),
    ],
)
def test_lines_are_taken_off(said: str, removal: Remove) -> None:
    assert heard_at("tea", said, lines=CART).acts == (removal,)


@pytest.mark.parametrize(
    ("said", "groups", "choices"),
    [
        ("just boba", ("topping",), ["boba"]),
        ("boba and pudding", ("topping",), ["boba", "egg-pudding"]),
        ("no boba", ("topping",), ["boba/none"]),
        (
            "all of them",
            ("topping",),
            ["boba", "egg-pudding", "crystal-agar-boba", "vanilla-cream"],
        ),
        ("fifty", ("sweetness",), ["50%"]),
        ("half please", ("sweetness",), ["50%"]),
        ("regular", ("ice",), ["regular-ice"]),
        ("a little", ("ice",), ["less-ice"]),
        ("none", ("ice",), ["no-ice"]),
    ],
)
def test_answers_to_a_question_about_modifiers_go_to_the_staged_line(
    said: str, groups: tuple[str, ...], choices: list[str]
) -> None:
    change = only_change(said, Expecting.MODIFIER, *groups)
    assert change.target == Target()
    assert chosen(change.choices) == choices


@pytest.mark.parametrize("said", ["none", "no thanks", "no", "nothing", "plain please"])
def test_no_toppings_is_an_answer_too(said: str) -> None:
    meaning = heard_at("tea", said, Expecting.MODIFIER, ("topping",), CART)
    assert meaning.acts == (Deny(),)


@pytest.mark.parametrize(
    ("said", "acts"),
    [
        ("no, black not taro", (Deny(), Change(TARO, item="black-milk-tea"))),
        ("no, I said black", (Deny(), Change(Target(), item="black-milk-tea"))),
        ("no, two", (Deny(), Change(Target(), quantity=2))),
        ("yep but no ice", (Affirm(), Change(Target(), (Choice("ice", "no-ice"),)))),
        ("yes and a taro", (Affirm(), Add((Line("taro-milk-tea"),)))),
        ("yes that's right, thank you", (Affirm(), Thanks())),
        ("no thanks, that's all", (Deny(), Done())),
    ],
)
def test_yes_and_no_may_bring_more(said: str, acts: tuple[Act, ...]) -> None:
    assert heard_at("tea", said, Expecting.YES_NO, (), CART).acts == acts


def test_the_whole_order_is_dropped_or_begun_again() -> None:
    assert heard_at("tea", "cancel my order", lines=CART).acts == (CancelOrder(),)
    assert heard_at("tea", "let's start over", lines=CART).acts == (StartOver(),)


def test_amounts_of_a_change_are_kept() -> None:
    change = only_change("extra boba on the first one")
    assert change.choices == (Choice("topping", "boba", Amount.EXTRA),)
    assert change.target == Target(index=1)


@pytest.mark.parametrize("said", ["same thing again please", "another one of those"])
def test_the_same_again_is_one_more_of_the_last_line(said: str) -> None:
    meaning = heard_at("tea", said, lines=CART)
    assert meaning.lines == (Line("black-milk-tea", 1),)
