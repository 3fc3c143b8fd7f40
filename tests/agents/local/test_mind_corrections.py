"""Corrections and faint words: what was agreed to changes only as the customer meant it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.language.meaning import Change, Target
from servizio.shop.line import Choice
from tests.agents.local.conversation import Conversation, line

Call = Callable[..., Conversation]

LESS_ICE = Change(Target(), (Choice("ice", "less-ice"),))


async def test_lines_of_the_same_item_said_anew_keep_nothing_old(call: Call) -> None:
    talk = call()
    await talk.say("a black milk tea with boba and a black milk tea with pudding")
    await talk.say(
        "no, I said one black milk tea with vanilla cream and a black milk tea with boba"
    )
    assert talk.desk.cart.pending == (
        line("black-milk-tea", "vanilla-cream"),
        line("black-milk-tea", "boba"),
    )


async def test_two_lines_said_anew_stand_for_the_only_one_heard(call: Call) -> None:
    talk = call()
    await talk.say("two taro milk teas with vanilla cream")
    await talk.say(
        "no, I said two black milk teas with boba and one taro milk tea with egg pudding"
    )
    assert talk.desk.cart.pending == (
        line("black-milk-tea", "boba", quantity=2),
        line("taro-milk-tea", "egg-pudding"),
    )


async def test_a_line_agreed_to_is_not_ordered_twice_by_being_said_anew(call: Call) -> None:
    talk = call()
    await talk.say("a black milk tea with boba", "yes", "a taro milk tea with boba")
    await talk.say("no, I said a black milk tea with boba and a taro milk tea with egg pudding")
    both = (line("black-milk-tea", "boba"), line("taro-milk-tea", "egg-pudding"))
    assert (*talk.agreed(), *talk.desk.cart.pending) == both
    assert "one black milk tea with boba, and one taro milk tea with egg pudding" in talk.answer


async def test_an_agreed_line_is_exchanged_while_another_one_is_read_back(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say(
        "two small meat lovers pizzas", "yes", "a large pepperoni pizza with ground beef"
    )
    await talk.say("actually make the meat lovers pizzas cheese pizzas instead")
    assert [(one.quantity, one.item) for one in talk.agreed()] == [(2, "cheese-pizza")]
    assert [one.item for one in talk.desk.cart.pending] == ["pepperoni-pizza"]


async def test_one_faint_word_changes_no_agreed_line_unasked(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes")
    await talk.mean(LESS_ICE, text="louis")
    assert talk.agreed() == [line("taro-milk-tea", "boba")]
    assert "one taro milk tea with boba and less ice?" in talk.answer
    await talk.say("no")
    assert talk.agreed() == [line("taro-milk-tea", "boba")]
    assert "else" in talk.answer


async def test_a_yes_makes_the_change_that_was_hardly_heard(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes")
    await talk.mean(LESS_ICE, text="less ice")
    await talk.say("yes")
    assert talk.agreed() == [line("taro-milk-tea", "boba", "less-ice")]


async def test_a_change_said_in_full_is_made_at_once(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes")
    await talk.say("actually make that with less ice")
    assert talk.agreed() == [line("taro-milk-tea", "boba", "less-ice")]


@pytest.mark.parametrize("words", ["without extra ice", "no, without less ice"])
async def test_there_is_no_going_without_a_level(call: Call, words: str) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", words)
    assert talk.desk.cart.pending == (line("taro-milk-tea", "boba"),)
    assert "no less" not in talk.answer
    assert "no extra" not in talk.answer


async def test_lines_that_sound_the_same_are_not_told_apart(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes", "a taro milk tea with boba", "yes")
    await talk.say("make the taro no ice")
    assert "which" not in talk.answer
    assert "do you mean" not in talk.answer
    assert len([one for one in talk.agreed() if Choice("ice", "no-ice") in one.choices]) == 1


async def test_which_line_is_asked_once_and_not_for_ever(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and a taro milk tea with egg pudding")
    await talk.say("make the taro no ice", "make the taro no ice")
    assert "no ice" in talk.answer
    assert "right" in talk.answer or "correct" in talk.answer


async def test_no_wait_puts_another_thing_in_the_place_of_the_first(call: Call) -> None:
    talk = call(menu="teahouse")
    await talk.say("a matcha latte", "no wait a taro slush large")
    assert [one.item for one in talk.desk.cart.pending] == ["taro-slush"]


async def test_of_several_lines_of_an_item_the_likest_one_was_heard_wrong(call: Call) -> None:
    talk = call()
    await talk.say(
        "a taro milk tea with boba and a taro milk tea with vanilla cream and egg pudding"
    )
    await talk.say("no, I said one taro milk tea with egg pudding")
    assert talk.desk.cart.pending == (
        line("taro-milk-tea", "boba"),
        line("taro-milk-tea", "egg-pudding"),
    )


async def test_just_two_takes_off_what_goes_beyond_them(call: Call) -> None:
    talk = call()
    await talk.say("two taro milk teas with boba and a taro milk tea with egg pudding")
    await talk.say("no, just two taro milk teas")
    assert talk.desk.cart.pending == (line("taro-milk-tea", "boba", quantity=2),)


async def test_whoever_takes_the_topping_off_is_not_asked_for_toppings(call: Call) -> None:
    talk = call()
    await talk.say("one taro unsweetened with boba")
    answer = await talk.say("could you leave the boba out? no toppings. sorry. and that's it.")
    assert "toppings" not in answer and "is that" in answer


async def test_more_of_the_same_is_more_of_the_line(call: Call) -> None:
    talk = call()
    await talk.say("two taro milk teas with boba")
    assert "three taro milk teas with boba" in await talk.say("make that three all the same")
