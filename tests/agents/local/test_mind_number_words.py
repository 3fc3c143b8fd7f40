"""The number is talked about: its end agreed to, put right amid it, or not the one in the hand."""

from __future__ import annotations

import pytest

from servizio.agents.local.dialogue import Ask
from tests.agents.local.conversation import CALLING, Conversation, PaperOrders

HEARD = "eight oh five five five five oh one nine three"


def asked(talk: Conversation) -> Ask:
    return talk.mind._talk.state.ask


def checked(talk: Conversation) -> str:
    """The number that is read back."""
    return talk.mind._talk.state.number


@pytest.fixture
async def talk() -> Conversation:
    call = Conversation(PaperOrders(), calling=CALLING)
    await call.say("a taro milk tea with boba", "yes", "that's all")
    return call


@pytest.mark.parametrize(
    "said",
    [
        "yes with the three at the end",
        "yes ending in three",
        "yep ends with a three",
        "yes the last two are nine three",
        "that's the one ending in ninety three",
        "right nine three not nine two",
        "yes eight oh five that's right",
        "that's our office line",
    ],
)
async def test_a_yes_may_tell_digits_of_the_number(talk: Conversation, said: str) -> None:
    await talk.say(HEARD, said)
    assert talk.desk.cart.phone == "+18055550193"


@pytest.mark.parametrize("said", ["yes double eight", "that's right two eights at the end"])
async def test_a_yes_may_count_the_same_digits(talk: Conversation, said: str) -> None:
    await talk.say("five one zero five five five zero one double eight", said)
    assert talk.desk.cart.phone == "+15105550188"


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("yes but with a two at the end", "0192"),
        ("no the last digit is four", "0194"),
        ("it's a five at the end", "0195"),
        ("that's the one ending in ninety four", "0194"),
        ("no double nine", "0199"),
        ("not nine three three nine", "0139"),
    ],
)
async def test_digits_that_are_not_there_put_it_right(
    talk: Conversation, said: str, end: str
) -> None:
    await talk.say(HEARD, said)
    assert asked(talk) is Ask.PHONE_CHECK
    assert checked(talk) == f"805555{end}"


@pytest.mark.parametrize(
    "between",
    [
        "hang on i always mix that up",
        "scratch that",
        "sorry",
        "hold on that's wrong",
        "that's my old one",
        "let me think",
        "strike that it's",
    ],
)
async def test_a_number_is_put_right_as_it_is_said(talk: Conversation, between: str) -> None:
    await talk.say(f"four one five five five five oh one two nine {between} oh one nine two")
    assert checked(talk) == "4155550192"


async def test_a_number_is_put_right_amid_its_second_half(talk: Conversation) -> None:
    await talk.say("four one five five five five", "oh one two nine hang on oh one nine two")
    assert checked(talk) == "4155550192"


async def test_an_area_code_is_put_right_and_the_rest_said_again(talk: Conversation) -> None:
    await talk.say("four one five five five five", "no four one six")
    await talk.say("five five five oh one nine two")
    assert checked(talk) == "4165550192"


async def test_starting_the_number_again_begins_no_other_order(talk: Conversation) -> None:
    await talk.say(
        "four one five five five five oh one two nine let me start again"
        " four one five five five five oh one nine two"
    )
    assert checked(talk) == "4155550192"


@pytest.mark.parametrize(
    "said",
    [
        "yes and nothing else",
        "yes that's everything",
        "yep that'll do it",
        "yes just the taro",
        "yes one taro with boba that's all",
        "yes i'm done",
        "perfect that's the whole order",
        "no that's it",
        "yes that's what i want",
    ],
)
async def test_an_answer_to_the_question_before_is_no_number(talk: Conversation, said: str) -> None:
    await talk.say(said)
    assert asked(talk) is Ask.PHONE
    assert talk.desk.cart.phone is None


@pytest.mark.parametrize("said", ["yes", "yes please", "yes use this one", "yes this is my cell"])
async def test_a_yes_to_the_number_of_the_call_is_one(talk: Conversation, said: str) -> None:
    await talk.say(said)
    assert talk.desk.cart.phone == CALLING


@pytest.mark.parametrize(
    "said",
    [
        "no not this phone it's my neighbor's please use {}",
        "don't use this number use {}",
        "not the one i'm calling from {}",
    ],
)
async def test_another_number_than_that_of_the_call_is_taken(talk: Conversation, said: str) -> None:
    await talk.say(said.format(HEARD))
    assert checked(talk) == "8055550193"
    assert "calling from" not in talk.answer


@pytest.mark.parametrize(
    "said",
    [
        "no not this phone",
        "not this one it's a landline",
        "this is a landline can i give you another one",
    ],
)
async def test_not_this_phone_asks_for_the_other_number(talk: Conversation, said: str) -> None:
    await talk.say(said)
    assert asked(talk) is Ask.PHONE
    assert talk.desk.cart.phone is None
    assert len(talk.agreed()) == 1


async def test_a_sigh_is_no_digit_and_the_change_that_follows_is_made(talk: Conversation) -> None:
    await talk.say("eight one eight five five five zero one six zero")
    await talk.say("yes oh and can you make the taro no ice")
    assert [one.modifier for one in talk.agreed()[0].choices] == ["boba", "no-ice"]


async def test_a_change_before_the_number_is_given_is_made(talk: Conversation) -> None:
    await talk.say("oh before i give you the number can you change the boba to pudding")
    assert [one.modifier for one in talk.agreed()[0].choices] == ["egg-pudding"]
    assert asked(talk) is Ask.PHONE
