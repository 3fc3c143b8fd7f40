"""When something is not understood, or understood wrong again and again, the call goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.language.meaning import Affirm, Change, Deny, Meaning, Target
from servizio.shop.line import Choice
from tests.agents.local.conversation import CALLING, Conversation

Call = Callable[..., Conversation]

LESS_ICE = Choice("ice", "less-ice")


async def test_a_yes_with_more_that_was_lost_does_not_close_the_order(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with vanilla cream", "yes", "nothing else")
    await talk.say("three four seven five five five oh one six two")
    meaning = Meaning(
        "yes oh and put the mattress tensil on top of that please",
        (Affirm(),),
        0.82,
        ("mattress tensil",),
    )
    talk.reply = await talk.mind.respond(meaning)
    assert await talk.order() is None
    assert "the rest" in talk.answer or "last part" in talk.answer
    await talk.say("the matcha stencil on top please", "that's all")
    order = await talk.order()
    assert order is not None and order.draft.phone == "+13475550162"
    assert ("vanilla-cream", "matcha-stencil") in [one for _, _, one in await talk.lines()]


async def test_what_is_put_right_and_heard_the_same_is_asked_for_by_name(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and less ice")
    wrong = Change(Target(), (LESS_ICE,))
    await talk.mean(Deny(), wrong, text="no i said extra lice")
    assert "extra ice" in talk.answer and "regular ice" in talk.answer
    assert "less ice" not in talk.answer
    assert "extra ice" in await talk.say("extra ice")
    await talk.say("yes")
    assert [one.modifier for one in talk.agreed()[0].choices] == ["boba", "extra-ice"]


async def test_an_order_not_understood_at_the_reading_is_read_anew_the_third_time(
    call: Call,
) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba")
    await talk.say("grmbl frrp", "frrp grmbl")
    assert "taro milk tea" not in talk.answer
    assert "taro milk tea with boba" in await talk.say("grmbl frrp")


@pytest.mark.parametrize("calling", [CALLING, None])
async def test_a_number_that_is_never_understood_does_not_hold_the_order_up_for_ever(
    call: Call, calling: str | None
) -> None:
    talk = call(calling=calling)
    await talk.say("a taro milk tea with boba", "yes", "that's all")
    for _ in range(8):
        await talk.say("grmbl frrp")
    order = await talk.order()
    assert order is not None and order.draft.phone == calling


async def test_a_number_denied_twice_may_be_typed(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro milk tea with boba", "yes", "that's all")
    number = "four one five five five five oh one four two"
    await talk.say(number, "no that's wrong", number, "no that's wrong")
    assert "keys" in talk.answer or "press the numbers" in talk.answer


async def test_a_change_that_was_told_to_nobody_is_told_before_the_order_is_closed(
    call: Call,
) -> None:
    talk = call(calling=CALLING)
    for words in ("two taro milk teas with less ice and boba", "yes"):
        await talk.say(words)
        talk.mind.spoken("", whole=True)
    await talk.mean(Change(Target(), (Choice("ice", "extra-ice"),)), text="that's a lot of it")
    talk.mind.spoken("ok", whole=False)
    await talk.say("how long will it be")
    talk.mind.spoken("", whole=True)
    assert "extra ice" in await talk.say("that's all")


async def test_a_change_that_was_heard_is_not_told_again(call: Call) -> None:
    talk = call(calling=CALLING)
    for words in ("a taro milk tea with boba", "yes", "actually make it less ice", "that's all"):
        await talk.say(words)
        talk.mind.spoken("", whole=True)
    assert "less ice" not in talk.answer


async def test_one_word_tells_the_choices_apart_that_were_named(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and less ice")
    await talk.mean(Deny(), Change(Target(), (LESS_ICE,)), text="no i said extra lice")
    assert "extra ice" in await talk.say("extra and ice")


async def test_a_change_of_an_agreed_line_is_not_asked_about_when_it_was_made(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and less ice", "yes", "a black milk tea", "no")
    answer = await talk.mean(
        Change(Target(item="taro-milk-tea"), (Choice("ice", "extra-ice"),)),
        text="sorry extra ice on the taro please",
    )
    assert "extra ice" in answer and "no ice" not in answer


async def test_a_change_of_nothing_is_not_understood_and_gets_help_the_second_time(
    call: Call,
) -> None:
    talk = call(staff_phone="+14155550100")
    words = "the first one is terrible cakey with boba and less ice"
    for _ in range(2):
        await talk.mean(Change(Target(), (LESS_ICE,)), text=words)
    assert "for example" in talk.answer or "something like" in talk.answer
    await talk.mean(Change(Target(), (LESS_ICE,)), text=words)
    assert "put you through" in talk.answer or "person" in talk.answer
