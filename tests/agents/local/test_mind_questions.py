"""Questions in between: answered, and then the open question again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.language.meaning import (
    Add,
    Affirm,
    AskPerson,
    Done,
    Expecting,
    Frustration,
    OrderNumber,
    PhoneNumber,
    Question,
    Topic,
)
from servizio.shop.order import OrderStatus
from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import CALLING, Conversation, line

Call = Callable[..., Conversation]

TARO_BOBA = line("taro-milk-tea", "boba")
STAFF = "+14155550199"


async def place_a_taro(talk: Conversation) -> None:
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm(), Done())
    await talk.mean(PhoneNumber("5551234567", complete=True))
    await talk.mean(Affirm())
    assert talk.desk.order_number == "4782"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("what do you have", "taro milk tea and black milk tea"),
        ("what toppings do you have", "boba, egg pudding, crystal agar boba and vanilla cream"),
        ("how much is a taro milk tea", "five fifty"),
        ("how much is boba", "seventy-five cents"),
        ("do you have black milk tea", "yes, we"),
        ("do you have egg pudding", "yes, we"),
        ("how long will it take", "about five minutes"),
        ("do you deliver", "only do pickup"),
        ("how can i pay", "you pay when you pick it up"),
        ("what's in the taro milk tea", "milk"),
        ("what do you recommend", "taro milk tea"),
    ],
)
async def test_a_question_is_answered(call: Call, asked: str, told: str) -> None:
    talk = call()
    assert told in await talk.say(asked)
    assert talk.answer.endswith("?")


@pytest.mark.parametrize("topic", list(Topic))
async def test_every_topic_has_an_answer_at_every_question(call: Call, topic: Topic) -> None:
    talk = call(calling=CALLING)
    steps = [
        (),
        (Add((line("taro-milk-tea"),)),),
        (Affirm(), Done()),
        (Affirm(),),
        (PhoneNumber("5551234567", complete=True),),
    ]
    for acts in steps:
        if acts:
            await talk.mean(*acts)
        await talk.mean(Question(topic))
        assert talk.answer
        assert not talk.ended


async def test_the_open_question_is_asked_again_after_an_answer(call: Call) -> None:
    talk = call()
    await talk.say("taro milk tea with boba", "how much is that")
    assert "six dollars" in talk.answer or "total" in talk.answer or "five fifty" in talk.answer
    assert talk.expects(Expecting.YES_NO)
    await talk.say("yes")
    assert talk.desk.cart.lines == (TARO_BOBA,)


async def test_the_order_so_far_is_read(call: Call) -> None:
    talk = call()
    await talk.mean(Question(Topic.CART))
    assert "nothing in your order" in talk.answer
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    await talk.mean(Question(Topic.CART))
    assert "one taro milk tea with boba" in talk.answer


async def test_the_total_is_said_in_words(call: Call) -> None:
    talk = call()
    await talk.mean(Add((TARO_BOBA,)))
    await talk.mean(Affirm())
    await talk.mean(Question(Topic.TOTAL))
    assert "six dollars and twenty-five cents" in talk.answer


async def test_one_suggestion_at_most_in_a_call(call: Call) -> None:
    talk = call()
    await talk.mean(Question(Topic.RECOMMENDATION))
    assert talk.expects(Expecting.YES_NO)
    await talk.say("no thanks")
    await talk.mean(Question(Topic.RECOMMENDATION))
    assert talk.expects(Expecting.ORDER)


async def test_a_yes_to_a_suggestion_orders_it(call: Call) -> None:
    talk = call()
    await talk.mean(Question(Topic.RECOMMENDATION))
    await talk.mean(Affirm())
    assert talk.desk.cart.pending == (line("taro-milk-tea"),)


async def test_a_yes_to_would_you_like_one_orders_it(call: Call) -> None:
    talk = call()
    await talk.say("do you have black milk tea", "yes")
    assert talk.desk.cart.pending == (line("black-milk-tea"),)


async def test_a_sold_out_drink_is_not_offered_when_asked_about(call: Call) -> None:
    talk = call(sold_out=["black-milk-tea"])
    await talk.say("do you have black milk tea")
    assert "sold out" in talk.answer or "out of" in talk.answer
    await talk.say("what do you have")
    assert "black" not in talk.answer


async def test_a_long_menu_is_told_by_its_kinds(call: Call) -> None:
    talk = call(menu="teahouse")
    await talk.mean(Question(Topic.MENU))
    assert "milk teas" in talk.answer
    assert len(talk.answer) < 200
    await talk.mean(Question(Topic.MENU, detail="fruit teas"))
    assert "which of those" not in talk.answer


async def test_the_order_number_is_said_again(call: Call) -> None:
    talk = call()
    await talk.mean(Question(Topic.ORDER_NUMBER))
    assert "no order number yet" in talk.answer
    await place_a_taro(talk)
    await talk.mean(Question(Topic.ORDER_NUMBER))
    assert "four, seven, eight, two" in talk.answer


async def test_the_own_order_number_repeated_by_the_customer_is_no_question(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(OrderNumber("4782"))
    assert "find" not in talk.answer
    assert not talk.ended


async def test_the_status_of_an_order_by_its_number(call: Call) -> None:
    earlier = call()
    await place_a_taro(earlier)
    assert isinstance(earlier.store, SqliteStore)
    await earlier.store.set_status("4782", OrderStatus.MAKING, actor="staff")
    talk = call()
    await talk.mean(Question(Topic.ORDER_STATUS))
    assert talk.expects(Expecting.ORDER_NUMBER)
    await talk.say("four seven eight two")
    assert "four, seven, eight, two" in talk.answer
    assert "made" in talk.answer or "making" in talk.answer


async def test_the_status_of_an_order_by_the_calling_number(call: Call) -> None:
    earlier = call(calling="+15551234567")
    await place_a_taro(earlier)
    talk = call(calling="+15551234567")
    await talk.mean(Question(Topic.ORDER_STATUS))
    assert "four, seven, eight, two" in talk.answer


async def test_the_status_of_an_unknown_order(call: Call) -> None:
    talk = call()
    await talk.mean(Question(Topic.ORDER_STATUS))
    await talk.mean(OrderNumber("9999"))
    assert "nine, nine, nine, nine" in talk.answer
    assert talk.expects(Expecting.ORDER)


async def test_no_order_number_at_hand_goes_on_with_the_order(call: Call) -> None:
    talk = call()
    await talk.mean(Question(Topic.ORDER_STATUS))
    await talk.mean(Add((TARO_BOBA,)))
    assert "one taro milk tea with boba" in talk.answer


async def test_the_status_of_the_order_just_placed(call: Call) -> None:
    talk = call()
    await place_a_taro(talk)
    await talk.mean(Question(Topic.ORDER_STATUS))
    assert "four, seven, eight, two" in talk.answer


async def test_a_person_is_called(call: Call) -> None:
    talk = call(staff_phone=STAFF)
    await talk.say("can i talk to a real person please")
    assert talk.reply.ends == "transfer"
    assert talk.control.handed_over is not None


async def test_without_staff_the_call_goes_on(call: Call) -> None:
    talk = call()
    await talk.say("can i talk to a real person please")
    assert not talk.ended
    assert talk.answer.endswith("?")


async def test_zero_on_the_keys_is_a_person(call: Call) -> None:
    talk = call(staff_phone=STAFF)
    await talk.press("0")
    assert talk.reply.ends == "transfer"


async def test_an_angry_customer_is_offered_a_person_once(call: Call) -> None:
    talk = call(staff_phone=STAFF)
    await talk.mean(Frustration())
    assert "sorry" in talk.answer or "apolog" in talk.answer
    assert talk.expects(Expecting.YES_NO)
    await talk.say("no")
    await talk.mean(Frustration())
    assert talk.expects(Expecting.ORDER)


async def test_a_yes_to_a_person_puts_the_customer_through(call: Call) -> None:
    talk = call(staff_phone=STAFF)
    await talk.mean(Frustration())
    await talk.mean(Affirm())
    assert talk.reply.ends == "transfer"


async def test_asking_for_a_person_amid_an_order_works_at_any_question(call: Call) -> None:
    talk = call(staff_phone=STAFF)
    await talk.mean(Add((line("taro-milk-tea"),)))
    await talk.mean(AskPerson())
    assert talk.reply.ends == "transfer"


async def test_what_nobody_told_the_agent_a_person_may_know(call: Call) -> None:
    talk = call(staff_phone=STAFF)
    await talk.mean(Question(Topic.PARKING))
    assert "don't know" in talk.answer
    assert "person" in talk.answer or "put you through" in talk.answer
    await talk.say("how much is a taro milk tea")
    assert "person" not in talk.answer


async def test_it_is_the_item_that_was_just_asked_about(call: Call) -> None:
    talk = call()
    await talk.say("is there dairy in the taro")
    await talk.say("how much is it")
    assert "a taro milk tea" in talk.answer


async def test_a_kind_named_after_the_kinds_were_told_is_no_order(call: Call) -> None:
    talk = call(menu="cafe")
    await talk.say("what do you have", "coffee")
    assert "cold brew" in talk.answer
    assert talk.agreed() == []
    await talk.say("okay a coffee")
    assert [one.item for one in talk.desk.cart.pending] == ["drip-coffee"]


async def test_the_total_holds_what_was_not_agreed_to_yet(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "what's my total")
    assert "zero" not in talk.answer
    assert "dollars" in talk.answer
