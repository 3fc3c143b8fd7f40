"""From "that's all" to the order number, and what may come between."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from servizio.language.meaning import (
    Add,
    Affirm,
    CancelOrder,
    Change,
    Delivery,
    Deny,
    Done,
    Expecting,
    Goodbye,
    Name,
    PhoneNumber,
    Pickup,
    Remove,
    Target,
    Thanks,
    UseCallingNumber,
)
from servizio.shop.line import Choice
from tests.agents.local.conversation import CALLING, Conversation, line

Call = Callable[..., Conversation]

TARO_BOBA = line("taro-milk-tea", "boba")
BLACK_BOBA = line("black-milk-tea", "boba")
NUMBER = PhoneNumber("5551234567", complete=True)
OTHER = PhoneNumber("5559876543", complete=True)
WANTED = [(1, "taro-milk-tea", ("boba",))]


async def order_a_taro(talk: Conversation) -> None:
    """One confirmed line, and the question for the number."""
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    await talk.mean(Done())
    assert talk.expects(Expecting.PHONE_NUMBER)


async def place_a_taro(talk: Conversation) -> None:
    await order_a_taro(talk)
    await talk.mean(NUMBER)
    await talk.mean(Affirm())
    assert talk.desk.order_number == "4782"


async def phone_of(talk: Conversation) -> str | None:
    order = await talk.order()
    assert order is not None, "\n".join(talk.transcript)
    return order.draft.phone


BY_ROTE = {
    "as expected": ["yes", "that's all", "555 123 4567", "yes", "thank you bye"],
    "no yes to the read-back": ["that's all", "555 123 4567", "yes", "thank you bye"],
    "number at the read-back": ["555 123 4567", "yes", "thank you bye"],
    "number right after the yes": ["yes", "555 123 4567", "yes", "thank you bye"],
    "one yes too many": ["yes", "yes", "that's all", "555 123 4567", "yes", "thank you bye"],
    "yes before the number": ["yes", "that's all", "yes", "555 123 4567", "yes", "bye"],
    "yes after the end": ["yes", "that's all", "555 123 4567", "yes", "yes", "thank you bye"],
    "thank you for a yes": ["yes", "that's all", "555 123 4567", "thank you", "thank you bye"],
    "goodbye for a yes": ["yes", "that's all", "555 123 4567", "thank you bye"],
    "no that's all": ["yes", "no that's all", "555 123 4567", "yes", "thank you bye"],
    "no that's all at the read-back": ["no that's all", "555 123 4567", "yes", "bye"],
    "that's everything": ["yes", "that's everything", "555 123 4567", "yes", "thank you bye"],
    "nothing else": ["yes", "nothing else thanks", "555 123 4567", "yes", "thanks"],
    "yes that's all": ["yes that's all", "555 123 4567", "yes", "thank you bye"],
    "number with that's all": ["yes", "that's all my number is 555 123 4567", "yes", "bye"],
    "number with the yes": ["yes that's all it's 555 123 4567", "yes", "bye"],
    "number in words": [
        "yes", "that's all", "five five five one two three four five six seven", "yes", "bye",
    ],
    "number in parts": ["yes", "that's all", "five five five", "one two three", "4567", "yes"],
    "okay thanks": ["yes", "that's all", "555 123 4567", "okay thanks", "bye"],
}  # fmt: skip


@pytest.mark.parametrize("calling", [None, CALLING])
@pytest.mark.parametrize("utterances", BY_ROTE.values(), ids=BY_ROTE.keys())
async def test_a_customer_who_speaks_by_rote_gets_the_right_order(
    call: Call, utterances: Sequence[str], calling: str | None
) -> None:
    talk = call(calling=calling)
    for text in ("can i get a taro milk tea with boba", *utterances):
        assert not talk.ended
        await talk.say(text)
    assert await talk.lines() == WANTED
    assert await phone_of(talk) == "+15551234567"


async def test_a_customer_by_rote_who_named_no_topping_gets_none(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea", "yes", "that's all", "555 123 4567", "yes", "thank you bye")
    assert talk.ended
    assert await talk.lines() == [(1, "taro-milk-tea", ())]


async def test_a_number_said_digit_by_digit_changes_no_quantity(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "yes that's all")
    for digit in ("five", "five five", "one", "two three four", "five six", "seven"):
        await talk.say(digit)
    await talk.say("yes")
    assert await talk.lines() == WANTED
    assert await phone_of(talk) == "+15551234567"


async def test_part_of_a_number_at_the_read_back_changes_no_quantity(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "five five five", "one two three", "4567", "yes")
    assert await talk.lines() == WANTED


async def test_a_correction_of_the_number_never_changes_the_order(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(NUMBER)
    await talk.mean(Change(Target(), (Choice("ice", "no-ice"),)), OTHER, text="no it's 555...")
    await talk.mean(Affirm())
    assert await talk.lines() == WANTED
    assert await phone_of(talk) == "+15559876543"


async def test_a_telephone_number_is_no_address(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a large pepperoni pizza with thin crust", "yes that's all")
    await talk.mean(Delivery())
    await talk.say("5551234567")
    assert "five five five, one two three" in talk.answer or "address" in talk.answer
    assert "street" not in talk.answer


async def test_not_having_one_is_no_quantity(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.say("i don't have one", "i don't have one")
    assert await talk.lines() == WANTED


async def test_a_customer_by_rote_with_two_drinks(call: Call) -> None:
    talk = call()
    await talk.say("one taro milk tea with boba and two black milk teas with egg pudding no ice")
    await talk.say("yes", "that's all", "555 123 4567", "yes", "thank you bye")
    assert await talk.lines() == [
        (1, "taro-milk-tea", ("boba",)),
        (2, "black-milk-tea", ("egg-pudding", "no-ice")),
    ]


async def test_the_order_is_in_the_store_before_its_number_is_said(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(NUMBER)
    assert await talk.order() is None
    await talk.mean(Affirm())
    assert "four, seven, eight, two" in talk.answer
    order = await talk.order()
    assert order is not None
    assert order.number == "4782"


async def test_total_and_wait_are_said_with_the_number(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    assert "six dollars and twenty-five cents" in talk.answer
    assert "about five minutes" in talk.answer
    assert not any(sign.isdigit() for sign in talk.answer)


async def test_the_calling_number_is_offered_and_taken_with_a_yes(call: Call) -> None:
    talk = call(calling=CALLING)
    await order_a_taro(talk)
    assert "calling from" in talk.answer
    await talk.mean(Affirm())
    assert await phone_of(talk) == CALLING


async def test_the_one_i_am_calling_from(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("taro milk tea with boba", "yes that's all", "the one i'm calling from", "bye")
    assert await phone_of(talk) == CALLING
    assert talk.ended


async def test_a_hidden_calling_number_is_asked_for(call: Call) -> None:
    talk = call(calling=None)
    await order_a_taro(talk)
    await talk.mean(UseCallingNumber())
    assert "see your number" in talk.answer or "show" in talk.answer
    assert talk.expects(Expecting.PHONE_NUMBER)


async def test_no_to_the_calling_number_asks_for_another(call: Call) -> None:
    talk = call(calling=CALLING)
    await order_a_taro(talk)
    await talk.mean(Deny())
    await talk.mean(NUMBER)
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15551234567"


async def test_a_customer_without_a_number_to_give_gets_the_order_all_the_same(
    call: Call,
) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(Deny())
    await talk.mean(Deny())
    assert "four, seven, eight, two" in talk.answer
    assert "text" not in talk.answer
    assert await phone_of(talk) is None


async def test_the_number_can_be_typed_on_the_keys(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.press("5551234567")
    assert "five five five, one two three, four five six seven" in talk.answer
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15551234567"


async def test_keys_pressed_in_two_goes_are_one_number(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.press("555123")
    await talk.press("4567")
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15551234567"


@pytest.mark.parametrize(
    ("correction", "phone"),
    [
        ("no it's 555 123 4568", "+15551234568"),
        ("no 4568 at the end", "+15551234568"),
        ("no 556", "+15561234567"),
        ("no 124", "+15551244567"),
        ("5551234568", "+15551234568"),
    ],
)
async def test_a_number_heard_wrong_is_put_right(call: Call, correction: str, phone: str) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "yes that's all", "555 123 4567", correction)
    assert await talk.order() is None
    await talk.say("yes")
    assert await phone_of(talk) == phone


async def test_a_bare_no_to_the_number_asks_for_it_again(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(NUMBER)
    await talk.mean(Deny())
    assert talk.expects(Expecting.PHONE_NUMBER)
    assert talk.desk.phone is None
    await talk.mean(OTHER)
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15559876543"


async def test_too_many_digits_begin_the_number_again(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    for digits in ("555123", "555123", "4567"):
        await talk.mean(PhoneNumber(digits, complete=False))
    assert await talk.order() is None
    await talk.mean(NUMBER)
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15551234567"


async def test_a_number_that_cannot_be_one_is_asked_for_again(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(PhoneNumber("123456789012345", complete=True))
    await talk.mean(Affirm())
    assert talk.expects(Expecting.PHONE_NUMBER)
    await talk.mean(NUMBER)
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15551234567"


async def test_a_number_given_with_the_order_is_not_asked_for_later(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), NUMBER)
    assert "one taro milk tea with boba" in talk.answer
    await talk.mean(Affirm())
    await talk.mean(Done())
    assert "five five five" in talk.answer
    await talk.mean(Affirm())
    assert await talk.lines() == WANTED


async def test_that_is_all_said_with_the_order_is_not_asked_again(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and that's all")
    await talk.say("yes")
    assert talk.expects(Expecting.PHONE_NUMBER)


async def test_a_drink_remembered_at_the_number_is_read_back_first(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(Add((BLACK_BOBA,)))
    assert "one black milk tea with boba" in talk.answer
    await talk.mean(Affirm())
    assert talk.expects(Expecting.PHONE_NUMBER)


async def test_another_topic_at_the_number_read_back_accepts_it(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(NUMBER)
    await talk.mean(Add((BLACK_BOBA,)))
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15551234567"
    assert len(await talk.lines()) == 2


async def test_a_change_after_the_order_keeps_its_number(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(Add((BLACK_BOBA,)))
    order = await talk.order()
    assert order is not None
    assert order.revision == 1
    await talk.mean(Affirm())
    assert "four, seven, eight, two" in talk.answer
    order = await talk.order()
    assert order is not None
    assert (order.number, order.revision, len(order.draft.lines)) == ("4782", 2, 2)


async def test_a_modifier_changed_after_the_order_reaches_the_store(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(Change(Target(), (Choice("ice", "no-ice"),)))
    assert await talk.lines() == [(1, "taro-milk-tea", ("boba", "no-ice"))]


async def test_another_number_after_the_order_reaches_the_store(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(OTHER)
    await talk.mean(Affirm())
    assert await phone_of(talk) == "+15559876543"


async def test_taking_off_the_only_line_of_a_placed_order_is_cancelling_it(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(Remove(Target()))
    assert "cancel the whole order" in talk.answer
    await talk.mean(Deny())
    assert await talk.lines() == WANTED
    await talk.mean(Remove(Target()))
    await talk.mean(Affirm())
    order = await talk.order()
    assert order is not None
    assert order.status == "cancelled"


async def test_cancelling_asks_first(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(CancelOrder())
    order = await talk.order()
    assert order is not None
    assert order.status == "received"
    await talk.mean(Affirm())
    order = await talk.order()
    assert order is not None
    assert order.status == "cancelled"
    await talk.mean(Deny())
    assert talk.ended


async def test_cancelling_before_the_order_is_placed_empties_the_cart(call: Call) -> None:
    talk = call()
    await order_a_taro(talk)
    await talk.mean(CancelOrder())
    await talk.mean(Affirm())
    assert talk.desk.cart.lines == ()
    await talk.mean(Goodbye())
    assert talk.ended
    assert await talk.order() is None


async def test_with_nothing_ordered_there_is_nothing_to_cancel(call: Call) -> None:
    talk = call(staff_phone="+14155550199")
    await talk.say("i want to cancel my order")
    assert "this call" in talk.answer
    await talk.say("yes")
    assert talk.reply.ends == "transfer"


async def test_thanks_after_the_number_end_the_call(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(Thanks())
    assert talk.reply.ends == "goodbye"
    assert talk.control.closed is not None


async def test_silence_after_the_number_ends_the_call(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.be_silent(1)
    assert talk.reply.ends == "goodbye"


async def test_goodbye_with_an_open_cart_asks_for_the_number_once(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "yes", "thanks bye")
    assert not talk.ended
    assert "before you go" in talk.answer
    await talk.say("555 123 4567", "bye")
    assert talk.ended
    assert "four, seven, eight, two" in talk.answer
    assert await talk.lines() == WANTED


@pytest.mark.parametrize("calling", [None, CALLING])
async def test_a_second_goodbye_places_what_was_agreed_to(call: Call, calling: str | None) -> None:
    talk = call(calling=calling)
    await talk.say("taro milk tea with boba", "yes", "bye", "bye")
    assert talk.ended
    assert "four, seven, eight, two" in talk.answer
    assert await phone_of(talk) == calling


async def test_a_goodbye_before_the_yes_reads_back_and_then_orders(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea"),)))
    await talk.mean(Goodbye())
    assert "before you go" in talk.answer
    for _ in range(3):
        if not talk.ended:
            await talk.mean(Goodbye())
    assert talk.ended


async def test_no_goodbye_ever_orders_what_was_refused(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Deny(), Goodbye())
    assert talk.ended
    assert await talk.order() is None


async def test_goodbye_before_anything_ends_the_call(call: Call) -> None:
    talk = call()
    await talk.say("sorry wrong number bye")
    assert talk.ended


async def test_wanting_nothing_twice_ends_the_call(call: Call) -> None:
    talk = call()
    await talk.mean(Deny())
    assert not talk.ended
    await talk.mean(Deny())
    assert talk.ended


async def test_the_name_goes_with_the_order_and_is_not_spoken(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), Name("Zaphod"))
    await talk.mean(Affirm(), Done())
    await talk.mean(NUMBER)
    await talk.mean(Affirm())
    order = await talk.order()
    assert order is not None
    assert order.draft.name == "Zaphod"
    assert "zaphod" not in "\n".join(talk.transcript[2:]).replace("name='zaphod'", "").lower()


async def test_delivery_needs_an_address_that_is_read_back(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a large pepperoni pizza with thin crust")
    await talk.say("yes that's all")
    assert talk.expects(Expecting.FULFILMENT)
    await talk.mean(Delivery())
    assert talk.expects(Expecting.ADDRESS)
    await talk.say("42 main street apartment 5")
    assert "forty-two main street apartment five" in talk.answer
    await talk.say("yes", "555 123 4567", "yes")
    order = await talk.order()
    assert order is not None
    assert order.draft.fulfilment == "delivery"
    assert order.draft.address is not None
    assert order.draft.address.lower() == "42 main street apartment 5"


async def test_an_address_heard_wrong_is_asked_for_again(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a large pepperoni pizza with thin crust", "yes that's all")
    await talk.mean(Delivery("42 Main Street"))
    await talk.mean(Deny())
    assert talk.expects(Expecting.ADDRESS)
    await talk.mean(Delivery("24 Main Street"))
    assert "twenty-four main street" in talk.answer


async def test_words_of_an_address_that_are_not_ordinary_are_not_spoken(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a large pepperoni pizza with thin crust", "yes that's all")
    await talk.mean(Delivery("12 Bloody Hell Road"))
    assert "twelve road" in talk.answer


async def test_pickup_said_with_the_order_is_not_asked_again(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a large pepperoni pizza with thin crust")
    await talk.mean(Affirm(), Done(), Pickup())
    assert talk.expects(Expecting.PHONE_NUMBER)


async def test_delivery_is_refused_where_there_is_none(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), Delivery())
    assert "only do pickup" in talk.answer
    assert "one taro milk tea with boba" in talk.answer


async def test_a_question_about_pickup_never_answered_becomes_a_pickup(call: Call) -> None:
    talk = call(menu="pizza")
    await talk.say("a large pepperoni pizza with thin crust", "yes that's all")
    for _ in range(5):
        await talk.mean(Affirm())
    assert talk.expects(Expecting.PHONE_NUMBER)


async def test_a_digit_put_right_at_the_end_is_no_quantity(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes", "that's all", "five five five one two three")
    await talk.say("four five six eight", "no seven at the end")
    assert "four five six seven" in talk.answer
    await talk.say("yes")
    assert await talk.lines() == [(1, "taro-milk-tea", ("boba",))]
    await talk.say("four five six seven")
    assert await talk.lines() == [(1, "taro-milk-tea", ("boba",))]
