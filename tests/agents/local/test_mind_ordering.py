"""Saying an order, hearing it back, putting it right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Deny,
    Done,
    Expecting,
    NotOnMenu,
    Remove,
    StartOver,
    Target,
    Unclear,
)
from servizio.shop.line import Amount, Choice
from tests.agents.local.conversation import Conversation, line

Call = Callable[..., Conversation]

TARO = line("taro-milk-tea")
TARO_BOBA = line("taro-milk-tea", "boba")
TARO_PUDDING = line("taro-milk-tea", "egg-pudding")
BLACK = line("black-milk-tea")
BLACK_BOBA = line("black-milk-tea", "boba")
BOBA = Choice("topping", "boba")
NO_ICE = Choice("ice", "no-ice")


async def finish(talk: Conversation) -> list[tuple[int, str, tuple[str, ...]]]:
    """Close the order the shortest way; what the store has then."""
    await talk.say("yes that's all", "555 123 4567", "yes", "thank you bye")
    assert talk.ended
    return await talk.lines()


async def test_nothing_is_in_the_cart_before_a_yes(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    assert talk.agreed() == []
    await talk.mean(Affirm())
    assert talk.agreed() == [TARO_BOBA]
    assert "else" in talk.answer


async def test_toppings_are_asked_for_once_when_none_was_named(call: Call) -> None:
    talk = call()
    await talk.say("can i get a taro milk tea")
    assert "any toppings" in talk.answer
    assert talk.reply.expecting is Expecting.MODIFIER
    assert talk.reply.groups == ("topping",)
    await talk.say("no thanks")
    assert "one taro milk tea." in talk.answer
    assert "topping" not in talk.answer
    assert await finish(talk) == [(1, "taro-milk-tea", ())]


async def test_toppings_are_not_asked_for_when_one_was_named(call: Call) -> None:
    talk = call()
    assert "topping" not in await talk.say("a taro milk tea with boba")


async def test_no_toppings_said_with_the_drink_is_not_asked_about(call: Call) -> None:
    talk = call()
    await talk.say("can i get a black milk tea with no toppings half sugar and less ice")
    assert "topping" not in talk.answer
    assert talk.reply.expecting is Expecting.YES_NO


async def test_a_topping_on_one_of_two_makes_two_lines(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea", quantity=2),)))
    await talk.mean(
        Change(Target(), (BOBA,)), Change(Target(), quantity=1), text="boba on one of them"
    )
    assert await finish(talk) == [(1, "taro-milk-tea", ()), (1, "taro-milk-tea", ("boba",))]


async def test_another_one_with_something_else_is_another_line(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_PUDDING,)))
    await talk.mean(Change(Target(), (BOBA,)), text="and another one with boba")
    assert await finish(talk) == [
        (1, "taro-milk-tea", ("egg-pudding",)),
        (1, "taro-milk-tea", ("boba",)),
    ]


async def test_a_change_that_says_nothing_is_asked_about(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    await talk.mean(Change(Target(item="taro-milk-tea")))
    assert "change" in talk.answer


async def test_one_question_covers_several_lines(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO, BLACK)))
    assert talk.answer.count("topping") == 1
    await talk.say("boba on the taro")
    assert "one taro milk tea with boba, and one black milk tea" in talk.answer
    assert await finish(talk) == [(1, "taro-milk-tea", ("boba",)), (1, "black-milk-tea", ())]


async def test_a_topping_without_a_line_named_goes_on_all_lines_asked_about(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO, BLACK)))
    await talk.mean(Change(Target(), (BOBA,)))
    assert await finish(talk) == [
        (1, "taro-milk-tea", ("boba",)),
        (1, "black-milk-tea", ("boba",)),
    ]


async def test_only_the_line_without_toppings_is_asked_about(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA, BLACK)))
    assert "black milk tea, any toppings" in talk.answer
    await talk.mean(Change(Target(), (Choice("topping", "egg-pudding"),)))
    assert await finish(talk) == [
        (1, "taro-milk-tea", ("boba",)),
        (1, "black-milk-tea", ("egg-pudding",)),
    ]


async def test_saying_the_line_again_with_a_topping_answers_the_question(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO,)))
    await talk.mean(Add((TARO_BOBA,)), text="a taro milk tea with boba")
    assert await finish(talk) == [(1, "taro-milk-tea", ("boba",))]


async def test_a_yes_to_any_toppings_is_asked_which(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea", "yes")
    assert "egg pudding" in talk.answer
    await talk.say("egg pudding")
    assert await finish(talk) == [(1, "taro-milk-tea", ("egg-pudding",))]


async def test_what_can_i_have_is_answered_with_the_toppings(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea", "what do you have")
    assert "vanilla cream" in talk.answer
    assert "black milk tea" not in talk.answer


async def test_a_compulsory_choice_is_asked_for_until_it_is_made(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a pepperoni pizza")
    assert "size" in talk.answer
    await talk.say("no")
    assert "size" in talk.answer
    await talk.say("large")
    assert "one large pepperoni pizza" in talk.answer


async def test_a_compulsory_choice_never_made_is_proposed_and_read_back(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a pepperoni pizza")
    for _ in range(8):
        await talk.mean(Deny())
        if talk.reply.expecting is Expecting.YES_NO:
            break
    assert "one small pepperoni pizza" in talk.answer


async def test_a_yes_to_a_question_that_names_one_choice_takes_it(call: Call) -> None:
    talk = call(menu="cafe")
    await talk.say("a butter croissant")
    assert "warmed up" in talk.answer
    await talk.say("yes please")
    assert "warmed" in talk.answer
    assert talk.reply.expecting is Expecting.YES_NO
    assert talk.desk.cart.pending[0].choices[0].modifier == "warmed"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("no, a black milk tea", (1, "black-milk-tea", ("boba",))),
        ("make that two", (2, "taro-milk-tea", ("boba",))),
        ("without ice please", (1, "taro-milk-tea", ("boba", "no-ice"))),
    ],
)
async def test_corrections_at_the_read_back(
    call: Call, reply: str, expected: tuple[int, str, tuple[str, ...]]
) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", reply)
    assert talk.agreed() == []
    assert talk.reply.expecting is Expecting.YES_NO
    assert await finish(talk) == [expected]


async def test_a_topping_is_put_in_the_place_of_another_at_the_read_back(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    instead = (Choice("topping", "egg-pudding"), Choice("topping", "boba", Amount.NONE))
    await talk.mean(Deny(), Change(Target(), instead))
    assert await finish(talk) == [(1, "taro-milk-tea", ("egg-pudding",))]


async def test_yes_and_another_drink_keeps_the_first_and_reads_back_the_second(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "yes and a black milk tea with egg pudding")
    assert talk.agreed() == [TARO_BOBA]
    assert "one black milk tea with egg pudding" in talk.answer
    assert "taro" not in talk.answer
    assert await finish(talk) == [
        (1, "taro-milk-tea", ("boba",)),
        (1, "black-milk-tea", ("egg-pudding",)),
    ]


async def test_another_drink_without_a_yes_is_read_back_with_the_first(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Add((BLACK_BOBA,)), text="and a black milk tea with boba")
    assert "one taro milk tea with boba, and one black milk tea with boba" in talk.answer


async def test_yes_but_with_a_change_is_read_back_again(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm(), Change(Target(), (NO_ICE,)))
    assert talk.agreed() == []
    assert "one taro milk tea with boba, no ice" in talk.answer


async def test_the_order_said_again_at_the_read_back_is_a_yes(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Add((TARO_BOBA,)), text="a taro milk tea with boba")
    assert talk.agreed() == [TARO_BOBA]


async def test_another_one_of_the_same_is_no_mere_repetition(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Add((TARO_BOBA,)), text="and another taro milk tea with boba")
    await talk.mean(Affirm(), Done())
    assert sum(one.quantity for one in talk.desk.cart.lines) == 2


async def test_a_bare_no_asks_what_to_change_and_a_new_line_replaces_the_old(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "no")
    assert "what should" in talk.answer
    await talk.say("two black milk teas with egg pudding")
    assert "taro" not in talk.answer
    assert await finish(talk) == [(2, "black-milk-tea", ("egg-pudding",))]


async def test_nothing_to_change_after_a_no_reads_the_order_back_once_more(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Deny())
    await talk.mean(Deny())
    assert "one taro milk tea with boba" in talk.answer
    assert await finish(talk) == [(1, "taro-milk-tea", ("boba",))]


async def test_three_noes_begin_the_order_afresh(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    for _ in range(5):
        await talk.mean(Deny())
    assert talk.desk.cart.pending == ()
    assert talk.reply.expecting is Expecting.ORDER


async def test_of_two_lines_the_one_said_anew_is_replaced(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA, BLACK_BOBA)))
    await talk.mean(Deny(), Add((TARO_PUDDING,)), text="no a taro milk tea with egg pudding")
    assert set(talk.desk.cart.pending) == {TARO_PUDDING, BLACK_BOBA}


async def test_a_staged_line_can_be_taken_off(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA, BLACK_BOBA)))
    await talk.mean(Remove(Target(item="black-milk-tea")))
    assert talk.desk.cart.pending == (TARO_BOBA,)
    assert "one taro milk tea with boba" in talk.answer


async def test_a_confirmed_line_is_changed_at_once_and_said(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA, BLACK_BOBA)))
    await talk.mean(Affirm())
    await talk.mean(Change(Target(index=2), (NO_ICE,)))
    assert "one black milk tea with boba, no ice" in talk.answer
    assert "else" in talk.answer
    assert await finish(talk) == [
        (1, "taro-milk-tea", ("boba",)),
        (1, "black-milk-tea", ("boba", "no-ice")),
    ]


async def test_a_topping_is_taken_back_from_a_confirmed_line(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba and egg pudding", "yes", "take off the egg pudding")
    assert await finish(talk) == [(1, "taro-milk-tea", ("boba",))]


async def test_a_confirmed_line_is_removed(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba and a black milk tea with boba", "yes")
    await talk.say("take off the black milk tea")
    assert "black milk tea" in talk.answer
    assert await finish(talk) == [(1, "taro-milk-tea", ("boba",))]


async def test_some_of_a_line_can_be_removed(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea", "boba", quantity=3),)))
    await talk.mean(Affirm())
    await talk.mean(Remove(Target(item="taro-milk-tea"), quantity=1))
    assert "two taro milk teas with boba" in talk.answer
    assert await finish(talk) == [(2, "taro-milk-tea", ("boba",))]


async def test_which_of_two_alike_is_asked_and_can_be_told_by_what_is_on_it(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA, TARO_PUDDING)))
    await talk.mean(Affirm())
    await talk.mean(Change(Target(item="taro-milk-tea"), (NO_ICE,)))
    assert "one taro milk tea with boba or one taro milk tea with egg pudding" in talk.answer
    await talk.mean(Add((TARO_PUDDING,)))
    assert await finish(talk) == [
        (1, "taro-milk-tea", ("boba",)),
        (1, "taro-milk-tea", ("egg-pudding", "no-ice")),
    ]


@pytest.mark.parametrize("index", [2, -1])
async def test_which_of_two_alike_can_be_told_by_its_place(call: Call, index: int) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA, TARO_PUDDING)))
    await talk.mean(Affirm())
    await talk.mean(Remove(Target(item="taro-milk-tea")))
    await talk.mean(Change(Target(index=index)))
    assert talk.agreed() == [TARO_BOBA]


async def test_a_line_that_was_not_ordered_cannot_be_changed(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    await talk.mean(Remove(Target(item="black-milk-tea")))
    assert "your order" in talk.answer
    assert talk.agreed() == [TARO_BOBA]


async def test_unclear_words_are_asked_about_not_guessed(call: Call) -> None:
    talk = call()
    await talk.mean(Unclear("milk tea", ("taro-milk-tea", "black-milk-tea"), TARO_BOBA))
    assert "a taro milk tea or a black milk tea" in talk.answer
    assert talk.desk.cart.pending == ()
    await talk.say("the black one")
    assert await finish(talk) == [(1, "black-milk-tea", ("boba",))]


async def test_a_yes_to_two_things_is_narrowed_to_one(call: Call) -> None:
    talk = call()
    await talk.mean(Unclear("milk tea", ("taro-milk-tea", "black-milk-tea"), TARO_BOBA))
    await talk.mean(Affirm())
    assert "black" not in talk.answer
    assert "a taro milk tea" in talk.answer
    await talk.mean(Affirm())
    assert await finish(talk) == [(1, "taro-milk-tea", ("boba",))]


async def test_an_unclear_topping_takes_the_place_of_the_guess(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), Unclear("bubbles", ("boba", "crystal-agar-boba")))
    assert "boba or crystal agar boba" in talk.answer
    await talk.mean(Change(Target(), (Choice("topping", "crystal-agar-boba"),)))
    assert await finish(talk) == [(1, "taro-milk-tea", ("crystal-agar-boba",))]


async def test_a_doubt_that_nobody_clears_up_is_let_go(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), Unclear("milk tea", ("taro-milk-tea", "black-milk-tea")))
    for _ in range(4):
        await talk.mean()
    assert "one taro milk tea with boba" in talk.answer


async def test_what_is_not_on_the_menu_is_said_with_the_nearest(call: Call) -> None:
    talk = call()
    await talk.mean(NotOnMenu("tarot latte", "taro-milk-tea"))
    assert "don't have that" in talk.answer or "not on our menu" in talk.answer
    assert "taro milk tea" in talk.answer
    assert "latte" not in talk.answer
    await talk.mean(Affirm())
    await talk.mean(Deny())
    assert await finish(talk) == [(1, "taro-milk-tea", ())]


async def test_what_nothing_is_near_to_gets_the_menu_once(call: Call) -> None:
    talk = call()
    await talk.mean(NotOnMenu("cheeseburger"))
    assert "taro milk tea and black milk tea" in talk.answer
    await talk.mean(NotOnMenu("hot dog"))
    assert "taro milk tea and black milk tea" not in talk.answer


async def test_a_topping_the_menu_lacks_offers_the_nearest_for_the_line(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), NotOnMenu("egg custard", "egg-pudding"))
    assert "egg pudding" in talk.answer
    await talk.mean(Affirm())
    assert await finish(talk) == [(1, "taro-milk-tea", ("boba", "egg-pudding"))]


async def test_sold_out_offers_another_with_the_same_toppings(call: Call) -> None:
    talk = call(sold_out=["taro-milk-tea"])
    await talk.say("two taro milk teas with boba and no ice")
    assert "taro milk tea" in talk.answer
    assert "two black milk teas with boba, no ice" in talk.answer
    await talk.say("yes please")
    assert await finish(talk) == [(2, "black-milk-tea", ("boba", "no-ice"))]


async def test_a_sold_out_topping_keeps_the_drink_and_offers_another(call: Call) -> None:
    talk = call(sold_out=["boba"])
    await talk.say("taro milk tea with boba")
    assert "crystal agar boba" in talk.answer
    await talk.say("no")
    await talk.say("no")
    assert await finish(talk) == [(1, "taro-milk-tea", ())]


async def test_with_everything_sold_out_the_customer_is_told(call: Call) -> None:
    talk = call(sold_out=["taro-milk-tea", "black-milk-tea"])
    await talk.say("taro milk tea with boba")
    assert "sold out" in talk.answer or "out of" in talk.answer
    await talk.say("what do you have")
    assert "everything is sold out" in talk.answer


@pytest.mark.parametrize(
    ("reply", "toppings"),
    [("yes", ("vanilla-cream", "matcha-stencil")), ("no", ())],
)
async def test_the_matcha_stencil_needs_vanilla_cream(
    call: Call, reply: str, toppings: tuple[str, ...]
) -> None:
    talk = call()
    await talk.say("taro milk tea with a matcha stencil")
    assert "vanilla cream" in talk.answer
    await talk.say(reply)
    if reply == "no":
        await talk.say("no")
    assert await finish(talk) == [(1, "taro-milk-tea", toppings)]


async def test_the_stencil_is_asked_about_when_its_cream_is_taken_off(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea", "vanilla-cream", "matcha-stencil"),)))
    await talk.mean(Affirm())
    off = Choice("topping", "vanilla-cream", Amount.NONE)
    await talk.mean(Change(Target(), (off,)))
    assert "only goes with vanilla cream" in talk.answer or "you need vanilla" in talk.answer
    await talk.mean(Deny())
    assert await finish(talk) == [(1, "taro-milk-tea", ())]


async def test_more_than_ten_are_offered_as_ten(call: Call) -> None:
    talk = call()
    await talk.say("twelve taro milk teas with boba")
    assert "ten" in talk.answer
    assert talk.desk.cart.pending == ()
    await talk.say("yes")
    assert await finish(talk) == [(10, "taro-milk-tea", ("boba",))]


async def test_with_ten_in_the_order_there_is_no_room_for_another(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea", "boba", quantity=10),)))
    await talk.mean(Affirm())
    await talk.mean(Add((BLACK_BOBA,)))
    assert "more than i can take" in talk.answer or "as large as" in talk.answer
    assert await finish(talk) == [(10, "taro-milk-tea", ("boba",))]


async def test_start_over_empties_the_cart_after_a_yes(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    await talk.mean(StartOver())
    assert talk.agreed() == [TARO_BOBA]
    await talk.mean(Affirm())
    assert talk.agreed() == []
    await talk.mean(Add((BLACK_BOBA,)))
    assert await finish(talk) == [(1, "black-milk-tea", ("boba",))]


async def test_start_over_drops_what_is_only_staged_at_once(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(StartOver())
    assert not talk.desk.cart.pending
    assert talk.reply.expecting is Expecting.ORDER


async def test_a_line_heard_with_little_confidence_is_read_back_as_a_guess(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), confidence=0.3)
    assert "i think" in talk.answer or "let me check" in talk.answer


async def test_more_portions_than_the_menu_allows_do_not_lose_the_line(call: Call) -> None:
    talk = call()
    every = line("taro-milk-tea", "boba", "egg-pudding", "crystal-agar-boba", "vanilla-cream")
    double_ice = Choice("ice", "extra-ice", count=3)
    await talk.mean(Add((line("black-milk-tea"),)))
    await talk.mean(Change(Target(), (*every.choices, double_ice)))
    assert len(talk.desk.cart.pending) == 1


async def test_what_has_nothing_to_do_with_it_is_not_offered(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), NotOnMenu("rashes and fill it", "regular-ice"))
    assert "regular ice" not in talk.answer


async def test_a_line_said_anew_is_the_whole_line_and_no_other(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and a black milk tea with boba")
    await talk.say("no i said a taro milk tea with egg pudding")
    assert "one taro milk tea with egg pudding, and one black milk tea with boba" in talk.answer


async def test_a_line_said_anew_as_it_was_heard_is_read_back_whole(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "no i said a taro milk tea with boba")
    assert "one taro milk tea with boba" in talk.answer
    assert talk.agreed() == []


async def test_what_is_agreed_to_already_is_not_ordered_again_by_saying_it_anew(
    call: Call,
) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    await talk.mean(Add((BLACK_BOBA,)))
    talk.reply = await talk.mind.answer(["no i said one taro milk tea"])
    assert talk.agreed() == [TARO_BOBA]
    assert talk.desk.cart.pending == ()


@pytest.mark.parametrize("words", ["the first one", "First.", "I mean the first"])
async def test_the_first_one_is_an_answer_to_which_one(call: Call, words: str) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and a taro milk tea with egg pudding")
    await talk.say("make the taro no ice")
    await talk.say(words)
    first, second = talk.desk.cart.pending
    assert NO_ICE in first.choices
    assert NO_ICE not in second.choices


async def test_an_order_of_several_steps_is_said_all_together_once(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes", "a black milk tea with boba", "yes")
    await talk.say("that's all")
    assert "one taro milk tea with boba, and one black milk tea with boba" in talk.answer
    await talk.say("555 123 4567")
    assert "all together" not in talk.answer


async def test_a_no_with_an_item_taken_off_agrees_to_nothing(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Deny(), Remove(Target(item="taro-milk-tea")))
    assert talk.agreed() == []
    await talk.say("what do i have so far")
    assert "taro" not in talk.answer


@pytest.mark.parametrize(
    "answer",
    ["okay then just a black milk tea with boba", "no just a black milk tea with boba",
     "nah a black one with boba"],
)  # fmt: skip
async def test_another_thing_than_the_one_offered_is_had_instead(call: Call, answer: str) -> None:
    talk = call()
    assert "taro milk tea. would you like that" in await talk.say("do you have oat milk?")
    assert "one black milk tea with boba" in await talk.say(answer)
    await talk.say("yes")
    assert [(line.item, line.quantity) for line in talk.agreed()] == [("black-milk-tea", 1)]
