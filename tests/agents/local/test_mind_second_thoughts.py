"""What is said of an order that was agreed to: some of it stays, some goes, none is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.language.meaning import Add, Change, Done, Remove, Target
from servizio.shop.line import Amount, Choice
from tests.agents.local.conversation import CALLING, Conversation, line

Call = Callable[..., Conversation]

BOBA = Choice("topping", "boba")
NO_BOBA = Choice("topping", "boba", Amount.NONE)
NO_PUDDING = Choice("topping", "egg-pudding", Amount.NONE)


def cart(talk: Conversation) -> list[tuple[int, str, list[str]]]:
    lines = [*talk.desk.cart.lines, *talk.desk.cart.pending]
    return [(one.quantity, one.item, [c.modifier for c in one.choices]) for one in lines]


async def taro_and_black(talk: Conversation) -> None:
    await talk.mean(Add((line("taro-milk-tea", "boba"), line("black-milk-tea", "egg-pudding"))))
    await talk.say("yes")
    assert len(talk.agreed()) == 2


async def test_just_the_other_one_stays(call: Call) -> None:
    talk = call()
    await taro_and_black(talk)
    taro, black = (Target(item=one) for one in ("taro-milk-tea", "black-milk-tea"))
    await talk.mean(
        Remove(taro), Remove(black), text="actually scratch the taro just the black milk tea"
    )
    assert cart(talk) == [(1, "black-milk-tea", ["egg-pudding"])]


async def test_both_of_them_can_be_taken_off(call: Call) -> None:
    talk = call()
    await taro_and_black(talk)
    taro, black = (Target(item=one) for one in ("taro-milk-tea", "black-milk-tea"))
    await talk.mean(Remove(taro), Remove(black), text="take off the taro and the black milk tea")
    assert cart(talk) == []


async def test_what_was_agreed_to_and_is_said_again_is_no_second_one(call: Call) -> None:
    talk = call()
    await talk.say("a black milk tea with vanilla cream and no ice", "yes")
    await talk.say("no, just a black milk tea with vanilla cream and no ice")
    assert len(cart(talk)) == 1
    assert "number" in talk.answer


async def test_just_the_one_is_all(call: Call) -> None:
    talk = call()
    await talk.say("a taro with boba", "yes", "no just the one")
    assert "number" in talk.answer


@pytest.mark.parametrize("words", ["regular's fine that's all", "regular ice is fine that's it"])
async def test_regular_is_fine_changes_nothing(call: Call, words: str) -> None:
    talk = call()
    await talk.say("a taro with boba and no ice", "yes", words)
    assert cart(talk) == [(1, "taro-milk-tea", ["boba", "no-ice"])]
    assert "number" in talk.answer


async def test_just_the_boba_leaves_no_boba_out_and_three_are_three(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("black-milk-tea", "boba", "egg-pudding", quantity=2),)))
    await talk.say("yes")
    await talk.mean(
        Change(Target(), (NO_PUDDING, NO_BOBA)),
        text="make it three of them and leave the egg pudding off just the boba",
    )
    assert cart(talk) == [(3, "black-milk-tea", ["boba"])]


async def test_less_ice_and_not_extra_is_less_ice(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea", "boba", "extra-ice"),)))
    await talk.say("yes")
    await talk.mean(
        Change(Target(), (Choice("ice", "less-ice", Amount.NONE),)),
        text="do less ice on the taro not extra",
    )
    assert cart(talk) == [(1, "taro-milk-tea", ["boba", "less-ice"])]


async def test_not_extra_takes_no_other_level_away(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea", "boba", "less-ice"),)))
    await talk.say("yes")
    await talk.mean(Change(Target(), (Choice("ice", "extra-ice", Amount.NONE),)))
    assert cart(talk) == [(1, "taro-milk-tea", ["boba", "less-ice"])]
    assert "less ice" in talk.answer


async def test_going_back_to_another_drink_changes_the_one_there_is(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("black-milk-tea", "boba"),)))
    await talk.say("yes")
    await talk.mean(
        Add((line("taro-milk-tea", "egg-pudding"),)), text="sorry go back to the taro with pudding"
    )
    assert [item for _, item, _ in cart(talk)] == ["taro-milk-tea"]


async def test_the_taro_is_without_topping_tells_of_the_taro_there_is(call: Call) -> None:
    talk = call()
    await taro_and_black(talk)
    await talk.mean(Add((line("taro-milk-tea"),)), text="the taro is without topping")
    assert cart(talk) == [(1, "taro-milk-tea", []), (1, "black-milk-tea", ["egg-pudding"])]
    assert "one taro milk tea now" in talk.answer or "one taro milk tea." in talk.answer


async def test_hold_on_in_the_first_sentence_is_patience(call: Call) -> None:
    talk = call()
    await talk.say("hi can i get a... hold on, bus")
    assert "no rush" in talk.answer or "take your time" in talk.answer
    assert cart(talk) == []


async def test_digits_agreed_to_are_no_quantities(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with boba", "yes", "that's all")
    await talk.say("eight four five five five five oh one two six", "two six yes that's it")
    assert await talk.lines() == [(1, "taro-milk-tea", ("boba",))]
    order = await talk.order()
    assert order is not None and order.draft.phone == "+18455550126"


async def test_a_number_put_right_in_the_same_breath(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with boba", "yes", "that's all")
    answer = await talk.say(
        "eight four five five five five oh one six two no sorry oh one two six two six at the end"
    )
    assert "zero one two six" in answer


async def test_what_a_topping_is_has_a_price_and_no_word_of_allergens(call: Call) -> None:
    talk = call()
    answer = await talk.say("what is the matcha stencil")
    assert "fifty cents" in answer and "allergens" not in answer


async def test_a_change_that_is_so_already_is_told_so(call: Call) -> None:
    talk = call()
    await talk.say("a taro with boba", "yes")
    answer = await talk.mean(Change(Target(), (BOBA,)), text="with boba in it please")
    assert "taro milk tea with boba" in answer
    await talk.mean(Done())
    assert len(cart(talk)) == 1


async def test_the_other_way_round_calls_it_wrong_and_the_rest_stands_in_for_it(
    call: Call,
) -> None:
    talk = call()
    await talk.say("two taro with boba and one black with pudding", "no the other way round")
    assert "what should" in talk.answer
    await talk.say("two black with boba and one taro with pudding", "yes")
    assert cart(talk) == [
        (2, "black-milk-tea", ["boba"]),
        (1, "taro-milk-tea", ["egg-pudding"]),
    ]


async def test_the_same_drinks_ordered_otherwise_at_the_reading_stand_in_for_it(
    call: Call,
) -> None:
    talk = call()
    await talk.say("a taro with boba and a black with pudding")
    await talk.say("a taro with pudding and a black with boba", "yes")
    assert cart(talk) == [
        (1, "taro-milk-tea", ["egg-pudding"]),
        (1, "black-milk-tea", ["boba"]),
    ]


async def test_an_item_called_by_its_flavour_is_no_topping_of_nothing(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("great can i get a large pepperoni with extra cheese")
    assert [item for _, item, _ in cart(talk)] == ["pepperoni-pizza"]
    assert "extra cheese" in talk.answer and "large" in talk.answer


async def test_a_complaint_is_apologised_for_and_a_person_offered(call: Call) -> None:
    talk = call(staff_phone="+14155550100")
    answer = await talk.say("i have a complaint my order yesterday was wrong")
    assert "sorry" in answer or "apologise" in answer
    await talk.say("yes please")
    assert talk.reply.ends == "transfer"


async def test_a_wrong_number_is_let_go(call: Call) -> None:
    talk = call()
    await talk.say("oh sorry wrong number")
    assert talk.reply.ends == "goodbye"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("no it's two forty four", "244 Oak Street Apartment 3 B"),
        ("no apartment four b", "24 Oak Street Apartment 4 B"),
    ],
)
async def test_a_number_in_an_address_is_put_right(call: Call, said: str, address: str) -> None:
    talk = call(menu="pizza", calling=CALLING)
    await talk.say("a medium margherita pizza", "yes", "that's all", "delivery")
    await talk.say("twenty four oak street apartment three b")
    assert "oak street" in await talk.say(said)
    await talk.say("yes")
    assert talk.desk.cart.address == address
    assert len(cart(talk)) == 1


async def test_a_telephone_number_is_no_address(call: Call) -> None:
    talk = call(menu="pizza", calling=CALLING)
    await talk.say("a medium margherita pizza", "yes", "that's all", "delivery")
    await talk.say("four one five five five five oh one one one")
    assert "address" in talk.answer or "bring" in talk.answer
    await talk.say("twenty four oak street", "yes")
    assert "four one five" in talk.answer


async def test_what_was_said_anew_without_a_topping_may_have_none(call: Call) -> None:
    talk = call()
    await talk.say("one taro milk tea with boba")
    await talk.say("no, I said one taro milk tea")
    assert "make that one taro milk tea?" in talk.answer or "to one taro milk tea?" in talk.answer
    await talk.say("yes")
    assert cart(talk) == [(1, "taro-milk-tea", [])]
