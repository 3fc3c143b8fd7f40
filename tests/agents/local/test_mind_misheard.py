"""What the recogniser writes where something else was said, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.agents.local.number_mending import without_more
from tests.agents.local.conversation import CALLING, Conversation

Call = Callable[..., Conversation]


async def to_the_number(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba", "yes", "that's all")


async def phone(talk: Conversation) -> str | None:
    order = await talk.order()
    assert order is not None, "\n".join(talk.transcript)
    return order.draft.phone


@pytest.mark.parametrize(
    ("heard", "number"),
    [
        ("05105550198", "5105550198"),
        ("5305550170170", "5305550170"),
        ("8055550192030193", "8055550193"),
        ("20155501350155501350155501", "2015550135"),
        ("357075550135", "7075550135"),
    ],
)
def test_more_digits_than_a_number_has_are_the_number_where_that_is_clear(
    heard: str, number: str
) -> None:
    assert without_more(heard) == number


@pytest.mark.parametrize("heard", ["51055501981", "510555019", "62855550133000"])
def test_more_digits_than_a_number_has_are_no_number_where_that_is_not_clear(heard: str) -> None:
    assert without_more(heard) is None


async def test_an_um_that_was_heard_as_an_oh_begins_no_number(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("its oh five one zero five five five", "zero one nine eight")
    assert "five one zero, five five five, zero one nine eight" in talk.answer
    await talk.say("yes")
    assert await phone(talk) == "+15105550198"


@pytest.mark.parametrize("said", ["it is", "its", "okay so my number is", "well that would be"])
async def test_it_is_before_a_number_is_no_yes_to_the_number_of_the_call(
    call: Call, said: str
) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(said)
    assert await talk.order() is None
    await talk.say("four one five five five five oh one two six", "yes")
    assert await phone(talk) == "+14155550126"


@pytest.mark.parametrize(
    "said", ["ok thank you boba", "thanks taro", "seven five at the n", "okay thanks two"]
)
async def test_what_sounds_like_a_change_after_the_order_number_changes_nothing(
    call: Call, said: str
) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("four one five five five five oh one seven five", "yes", said)
    order = await talk.order()
    assert order is not None
    assert [(line.quantity, len(line.modifiers)) for line in order.draft.lines] == [(1, 1)]


@pytest.mark.parametrize("said", ["oh and pudding, thank you", "egg pudding please, thanks"])
async def test_thanks_beside_a_change_after_the_order_number_take_nothing_from_it(
    call: Call, said: str
) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("four one five five five five oh one seven five", "yes", said)
    order = await talk.order()
    assert order is not None
    assert [len(line.modifiers) for line in order.draft.lines] == [2]


@pytest.mark.parametrize("said", ["not this number", "don't use this number"])
async def test_a_sure_after_a_refused_number_is_not_the_number_of_the_call(
    call: Call, said: str
) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(said, "sure")
    assert await talk.order() is None


async def test_a_change_beside_the_whole_number_is_made(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("six one seven five five five oh one eight eight and make the taro no ice")
    await talk.say("yes", "yes", "yes")
    order = await talk.order()
    assert order is not None
    [line] = order.draft.lines
    assert "no-ice" in [one.modifier for one in line.modifiers]


@pytest.mark.parametrize("said", ["make it twelve", "give me eleven of those"])
async def test_more_than_ten_are_counted_too(call: Call, said: str) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro milk tea with boba", said)
    assert talk.answer


async def test_a_change_that_is_asked_for_after_the_order_number_is_made(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("four one five five five five oh one seven five", "yes", "make it two please")
    order = await talk.order()
    assert order is not None
    assert [line.quantity for line in order.draft.lines] == [2]


@pytest.mark.parametrize(
    "said",
    [
        "four one five five five five or one two six",
        "four one five five five five a one two six",
        "four one five five five five of one two six",
    ],
)
async def test_an_oh_amid_digits_is_a_zero_however_it_was_written(call: Call, said: str) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(said)
    assert "four one five, five five five, zero one two six" in talk.answer


@pytest.mark.parametrize("said", ["amen no thank you", "um en no thanks", "mm no thank you"])
async def test_a_hum_before_no_thank_you_is_nothing_that_is_not_sold(call: Call, said: str) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro milk tea with boba", "yes", said)
    assert "what number can we text" in talk.answer
    assert "not on our menu" not in talk.answer
    assert "don't have" not in talk.answer


async def test_whoever_goes_on_talking_after_an_order_hears_what_was_understood_of_it(
    call: Call,
) -> None:
    talk = call()
    await talk.say("hi")
    talk.mind.spoken("", whole=True)
    await talk.say("a black milk tea with vanilla cream", "it looked so pretty in the pictures")
    assert "one black milk tea with vanilla cream" in talk.answer
    assert "sorry" not in talk.answer
    assert "pardon" not in talk.answer


async def test_a_percentage_at_the_number_question_is_no_digits(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("oh and the same again for my neighbor but with fifty percent sugar on hers")
    assert "one taro milk tea with boba" in talk.answer
    assert "and the rest" not in talk.answer


async def test_a_hum_heard_as_a_number_orders_none_of_what_was_asked_about(call: Call) -> None:
    talk = call()
    await talk.say(
        "does the black milk tea have caffeine in it",
        "eight hundred id like a taro milk tea please with crystal boba",
    )
    assert "one taro milk tea with crystal agar boba" in talk.answer
    assert "black" not in talk.answer
