"""Silence, noise, words that mean nothing, interruptions, another agent's breakdown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.agents.protocol import Spoken
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Deny,
    Done,
    Expecting,
    Goodbye,
    Hello,
    PhoneNumber,
    Repeat,
    Target,
    Thanks,
    Wait,
)
from servizio.shop.line import Choice
from tests.agents.local.conversation import Conversation, line

Call = Callable[..., Conversation]

TARO_BOBA = line("taro-milk-tea", "boba")
NUMBER = PhoneNumber("5551234567", complete=True)


async def place_a_taro(talk: Conversation) -> None:
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm(), Done())
    await talk.mean(NUMBER)
    await talk.mean(Affirm())


async def test_the_greeting_is_said_as_it_is(call: Call) -> None:
    talk = call()
    assert talk.reply.sentences == ("Servizio, hi! What can I get you?",)
    assert talk.reply.expecting is Expecting.ORDER


async def test_not_understood_once_twice_and_three_times(call: Call) -> None:
    talk = call(staff_phone="+14155550199")
    first = await talk.mean()
    second = await talk.mean()
    third = await talk.mean()
    assert first != second
    assert "taro milk tea with boba" in second
    assert "person" in third or "put you through" in third
    await talk.mean(Deny())
    assert talk.reply.expecting is Expecting.ORDER


async def test_without_staff_the_third_time_spells_out_the_menu(call: Call) -> None:
    talk = call()
    for _ in range(3):
        await talk.mean()
    assert "taro milk tea and black milk tea" in talk.answer


async def test_words_of_the_customer_that_are_not_understood_are_never_spoken(call: Call) -> None:
    talk = call()
    for text in ("flurble wug zorp", "some damn coffee", "flurble latte with zorp"):
        await talk.say(text)
        assert not {"flurble", "wug", "zorp", "damn", "coffee", "latte"} & set(talk.answer.split())


async def test_being_understood_forgives_earlier_misses(call: Call) -> None:
    talk = call(staff_phone="+14155550199")
    await talk.mean()
    await talk.mean()
    await talk.mean(Hello())
    await talk.mean()
    assert "person" not in talk.answer


async def test_not_understood_at_the_read_back_asks_for_yes_or_no(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean()
    await talk.mean()
    assert "yes or" in talk.answer
    await talk.mean(Affirm())
    assert talk.agreed() == [TARO_BOBA]


async def test_not_understood_at_the_number_points_to_the_keys(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm(), Done())
    await talk.mean()
    await talk.mean()
    assert "keys" in talk.answer or "press" in talk.answer


async def test_chatter_after_the_order_causes_no_storm_of_replies(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    answers = [await talk.mean() for _ in range(6)]
    assert sum(bool(answer) for answer in answers) <= 1
    await talk.mean(Goodbye())
    assert talk.ended


async def test_silence_asks_twice_and_then_ends_the_call(call: Call) -> None:
    talk = call()
    first = await talk.be_silent(1)
    second = await talk.be_silent(2)
    assert first
    assert second
    assert first != second
    await talk.be_silent(3)
    assert talk.reply.ends == "goodbye"
    assert talk.control.closed is not None


async def test_hold_on_gets_patience(call: Call) -> None:
    talk = call()
    await talk.say("hold on a second")
    assert "time" in talk.answer or "rush" in talk.answer
    assert await talk.be_silent(1) == ""
    assert await talk.be_silent(2) != ""
    assert not talk.ended
    await talk.be_silent(3)
    await talk.be_silent(4)
    assert talk.ended


async def test_silence_after_the_number_was_read_back_places_the_order(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm(), Done())
    await talk.mean(NUMBER)
    for times in (1, 2, 3):
        await talk.be_silent(times)
    assert talk.ended
    assert "four, seven, eight, two" in talk.answer
    assert await talk.order() is not None


async def test_silence_never_orders_what_was_not_agreed_to(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)), NUMBER, Done())
    for times in (1, 2, 3):
        await talk.be_silent(times)
    assert talk.ended
    assert await talk.order() is None
    assert "isn't placed" in talk.answer


async def test_hello_are_you_there(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "hello are you there")
    assert "i'm here" in talk.answer
    assert talk.reply.expecting is Expecting.YES_NO


async def test_hi_at_the_beginning_is_greeted_back(call: Call) -> None:
    talk = call()
    await talk.say("hi")
    assert "i'm here" not in talk.answer
    assert talk.answer.startswith(("hi", "hello"))


async def test_what_was_said_is_repeated(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    before = talk.reply.sentences
    await talk.mean(Repeat())
    assert talk.reply.sentences == before


async def test_the_order_number_is_repeated(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.say("sorry what")
    assert "four, seven, eight, two" in talk.answer


async def test_thanks_alone_are_answered_and_the_question_stays(call: Call) -> None:
    talk = call()
    await talk.mean(Thanks())
    assert "welcome" in talk.answer or "sure" in talk.answer or "no problem" in talk.answer
    assert talk.answer.endswith("?")


async def test_a_yes_to_a_read_back_that_was_cut_off_does_not_count(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    talk.mind.spoken("I have one taro", whole=False)
    await talk.mean(Affirm())
    assert talk.agreed() == []
    assert "one taro milk tea with boba" in talk.answer
    talk.mind.spoken("", whole=True)
    await talk.mean(Affirm())
    assert talk.agreed() == [TARO_BOBA]


async def test_a_read_back_that_was_never_played_has_to_be_heard_first(call: Call) -> None:
    talk = call()
    talk.mind.spoken("", whole=True)
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Done())
    assert talk.agreed() == []
    assert "one taro milk tea with boba" in talk.answer
    talk.mind.spoken("", whole=True)
    await talk.mean(Affirm())
    assert talk.agreed() == [TARO_BOBA]
    assert talk.reply.expecting is Expecting.PHONE_NUMBER


async def test_when_reports_of_what_was_heard_stop_the_call_still_goes_on(call: Call) -> None:
    talk = call()
    talk.mind.spoken("", whole=True)
    await talk.mean(Add((TARO_BOBA,)))
    for _ in range(3):
        await talk.mean(Affirm())
    assert talk.agreed() == [TARO_BOBA]


async def test_a_yes_to_an_offer_that_was_cut_off_does_not_count(call: Call) -> None:
    talk = call(sold_out=["taro-milk-tea"])
    await talk.mean(Add((TARO_BOBA,)))
    talk.mind.spoken("Sorry", whole=False)
    await talk.mean(Affirm())
    assert talk.desk.cart.pending == ()
    assert "black milk tea" in talk.answer


async def test_hold_on_does_not_make_an_unheard_read_back_heard(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    talk.mind.spoken("I", whole=False)
    await talk.mean(Wait())
    talk.mind.spoken("", whole=True)
    await talk.mean(Affirm())
    assert talk.agreed() == []


async def test_a_yes_after_the_order_was_heard_counts_though_the_question_was_not(
    call: Call,
) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    talk.mind.spoken(talk.reply.sentences[0] + " Is", whole=False)
    await talk.mean(Affirm())
    assert talk.agreed() == [TARO_BOBA]


async def test_a_correction_counts_however_little_was_heard(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    talk.mind.spoken("I", whole=False)
    await talk.mean(Deny(), Change(Target(), item="black-milk-tea"))
    assert talk.desk.cart.pending == (line("black-milk-tea", "boba"),)


async def test_a_number_whose_read_back_was_cut_off_is_read_again(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm(), Done())
    await talk.mean(NUMBER)
    talk.mind.spoken("That's five five", whole=False)
    await talk.mean(Affirm())
    assert await talk.order() is None
    assert "five five five, one two three, four five six seven" in talk.answer


async def test_an_order_number_that_was_cut_off_is_said_before_the_goodbye(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    talk.mind.spoken("Your order", whole=False)
    await talk.mean(Thanks())
    assert talk.ended
    assert "four, seven, eight, two" in talk.answer


async def test_a_question_about_toppings_that_was_cut_off_is_asked_again(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea"),)))
    talk.mind.spoken("One", whole=False)
    await talk.mean(Add((line("black-milk-tea"),)), text="and a black milk tea")
    assert "for all of those" in talk.answer or "for those" in talk.answer


async def test_understanding_changes_nothing(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea"),)))
    meaning = talk.mind.understand(["boba please"])
    assert meaning.acts == (Change(Target(), (Choice("topping", "boba"),)),)
    assert talk.desk.cart.pending == (line("taro-milk-tea"),)


async def test_the_phrases_are_those_of_the_question(call: Call) -> None:
    talk = call()
    await talk.mean(Add((line("taro-milk-tea"),)))
    assert "egg pudding" in talk.mind.phrases
    await talk.mean(Deny())
    assert "egg pudding" not in talk.mind.phrases


async def test_taking_over_with_a_staged_line_reads_it_back(call: Call) -> None:
    talk = call()
    talk.desk.cart.stage(TARO_BOBA)
    reply = talk.mind.take_over("Sorry, I had trouble.", (Spoken("customer", "taro with boba"),))
    assert reply.sentences[0] == "Sorry, I had trouble."
    assert "one taro milk tea with boba" in " ".join(reply.sentences).lower()
    await talk.mean(Affirm(), Done())
    await talk.mean(NUMBER)
    await talk.mean(Affirm())
    assert await talk.lines() == [(1, "taro-milk-tea", ("boba",))]


async def test_taking_over_with_a_known_number_never_asks_for_it(call: Call) -> None:
    talk = call()
    talk.desk.cart.stage(TARO_BOBA)
    talk.desk.cart.confirm()
    talk.desk.save_phone("5551234567")
    reply = talk.mind.take_over("Sorry about that.", ())
    assert reply.expecting is Expecting.ORDER
    await talk.mean(Done())
    assert "four, seven, eight, two" in talk.answer


@pytest.mark.parametrize(
    "heard", ["Thanks! I sent", "That is $47.82.", "One taro. Your number is four, seven"]
)
async def test_an_order_number_that_was_not_heard_is_told_by_whoever_takes_over(
    call: Call, heard: str
) -> None:
    talk = call()
    await place_a_taro(talk)
    reply = talk.mind.take_over("Sorry about that.", (Spoken("agent", heard),))
    assert reply.sentences[0] == "Sorry about that."
    assert "four, seven, eight, two" in " ".join(reply.sentences)


@pytest.mark.parametrize(
    "heard", ["Your number is 4782.", "Order 4 7 8 2, thanks.", "Four, seven, eight, two. Bye!"]
)
async def test_an_order_number_that_was_heard_is_not_told_again(call: Call, heard: str) -> None:
    talk = call()
    await place_a_taro(talk)
    reply = talk.mind.take_over("Sorry about that.", (Spoken("agent", heard),))
    assert "seven" not in " ".join(reply.sentences)


async def test_taking_over_after_the_order_was_placed_places_nothing_twice(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    talk.mind.take_over("Sorry about that.", ())
    await talk.mean(Thanks())
    assert talk.ended
    order = await talk.order()
    assert order is not None
    assert order.revision == 1


async def test_wait_does_not_swallow_an_order(call: Call) -> None:
    talk = call()
    await talk.mean(Wait(), Add((TARO_BOBA,)))
    assert "one taro milk tea with boba" in talk.answer
