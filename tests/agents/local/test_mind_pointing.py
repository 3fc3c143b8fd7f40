"""Answers that name nothing: "I'll take one", "with the same", "do that one", "forget it"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.shop.order import OrderStatus
from tests.agents.local.conversation import CALLING, Conversation

Call = Callable[..., Conversation]


def cart(talk: Conversation) -> list[tuple[int, str, list[str]]]:
    lines = [*talk.desk.cart.lines, *talk.desk.cart.pending]
    return [(one.quantity, one.item, [c.modifier for c in one.choices]) for one in lines]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("alright i'll take one", (1, "taro-milk-tea", ["egg-pudding"])),
        ("two of those please", (2, "taro-milk-tea", ["egg-pudding"])),
        ("okay i'll have that", (1, "taro-milk-tea", ["egg-pudding"])),
    ],
)
async def test_what_was_asked_about_can_be_ordered_without_its_name(
    call: Call, words: str, line: tuple[int, str, list[str]]
) -> None:
    talk = call()
    await talk.say("how much is a taro with egg pudding")
    await talk.say(words)
    assert cart(talk) == [line]
    assert "taro milk tea" in talk.answer


async def test_a_price_can_be_asked_on(call: Call) -> None:
    talk = call()
    await talk.say("how much is a black milk tea with boba")
    assert "egg pudding" in await talk.say("and with pudding")
    assert cart(talk) == []
    await talk.say("okay one with both")
    assert cart(talk) == [(1, "black-milk-tea", ["boba", "egg-pudding"])]


@pytest.mark.parametrize("words", ["no i don't want that", "do you have that with oat milk"])
async def test_what_was_asked_about_is_not_ordered_unasked(call: Call, words: str) -> None:
    talk = call()
    await talk.say("how much is a taro", words)
    assert cart(talk) == []


async def test_another_with_the_same_has_the_same_toppings(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with crystal boba quarter sweet", "yes")
    await talk.say("can i add another taro with the same")
    assert cart(talk)[-1] == (1, "taro-milk-tea", ["crystal-agar-boba", "25%"])


async def test_what_was_offered_is_taken_once_with_all_that_was_said(call: Call) -> None:
    talk = call(sold_out=["taro-milk-tea"])
    await talk.say("a taro milk tea", "sure a black one with boba")
    assert cart(talk) == [(1, "black-milk-tea", ["boba"])]


async def test_a_topping_offered_instead_goes_where_the_other_was(call: Call) -> None:
    talk = call(sold_out=["boba"])
    await talk.say("two taro milk teas with boba and one black with pudding")
    await talk.say("okay do the crystal agar one")
    assert cart(talk) == [
        (2, "taro-milk-tea", ["crystal-agar-boba"]),
        (1, "black-milk-tea", ["egg-pudding"]),
    ]


async def test_one_yes_is_enough_for_a_topping_that_several_lines_lack(call: Call) -> None:
    talk = call(sold_out=["boba"])
    await talk.say("a taro milk tea with boba and a black milk tea with boba")
    await talk.say("yes")
    assert [modifiers for _, _, modifiers in cart(talk)] == [["crystal-agar-boba"]] * 2
    assert "instead" not in talk.answer


async def test_forget_it_takes_no_line_off_that_was_agreed_to(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and a black milk tea", "yes")
    await talk.say("no forget it that's everything")
    assert len(cart(talk)) == 2
    assert "black milk tea" in talk.answer


@pytest.mark.parametrize("words", ["yes cancel it", "cancel it", "yes please"])
async def test_cancelling_is_agreed_to_once(call: Call, words: str) -> None:
    talk = call(calling=CALLING)
    await talk.say("one taro with boba", "yes", "that's it", "use this number")
    await talk.say("actually can you cancel that")
    answer = await talk.say(words)
    order = await talk.order()
    assert order is not None and order.status is OrderStatus.CANCELLED
    assert "nothing to cancel" not in answer and "anything else" in answer


async def test_a_name_can_be_spelled_at_any_moment(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with boba", "yes", "no", "s i o b h a n", "use this number")
    order = await talk.order()
    assert order is not None and order.draft.name == "Siobhan"


async def test_a_separate_order_goes_on_the_same_one_and_is_told_so(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with boba", "yes", "no", "use this number")
    assert "same order" in await talk.say("my friend wants to make a separate order")
    await talk.say("a black milk tea with boba", "yes")
    assert [item for _, item, _ in await talk.lines()] == ["taro-milk-tea", "black-milk-tea"]


async def test_whoever_asks_where_an_order_is_is_not_pressed_to_order(call: Call) -> None:
    talk = call(calling=CALLING)
    answer = await talk.say("where is my order")
    assert "order number" in answer
    answer = await talk.say("it's nine nine nine nine")
    assert "nine, nine, nine, nine" in answer and "anything else" in answer


async def test_of_nuts_it_never_sounds_sure(call: Call) -> None:
    talk = call()
    assert "milk" in await talk.say("does the taro have nuts in it")
    assert "i know" in talk.answer or "more than that" in talk.answer
    answer = await talk.say("is there dairy in it")
    assert "contains milk" in answer and "more than that" not in answer


async def test_the_order_is_not_summed_up_twice_in_a_row(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with boba", "yes", "a black milk tea with pudding", "yes")
    assert "taro milk tea" in await talk.say("what did i order so far")
    assert "taro milk tea" not in await talk.say("that's it")


@pytest.mark.parametrize(
    ("said", "ordered"),
    [
        ("okay i'll take the first one with boba", (1, "taro-milk-tea", ("boba",))),
        ("the second one please with pudding", (1, "black-milk-tea", ("egg-pudding",))),
        ("two of the first one with boba", (2, "taro-milk-tea", ("boba",))),
        ("the latter with boba", (1, "black-milk-tea", ("boba",))),
    ],
)
async def test_what_was_told_can_be_pointed_at(
    call: Call, said: str, ordered: tuple[int, str, tuple[str, ...]]
) -> None:
    talk = call(calling=CALLING)
    await talk.say("what kinds of milk tea do you have", said, "yes")
    await talk.say("that's all", "use this number")
    assert await talk.lines() == [ordered]


async def test_what_is_in_the_order_is_pointed_at_though_the_menu_was_told(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with boba and a black with pudding", "yes", "what else do you have")
    await talk.say("make the second one no ice", "that's all", "use this number")
    assert await talk.lines() == [
        (1, "taro-milk-tea", ("boba",)),
        (1, "black-milk-tea", ("egg-pudding", "no-ice")),
    ]
