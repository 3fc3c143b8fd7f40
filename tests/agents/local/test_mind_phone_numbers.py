"""A telephone number put right the way people do it, refused, given in parts, or taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.agents.local.number_mending import mended
from tests.agents.local.conversation import CALLING, Conversation

Call = Callable[..., Conversation]
KNOWN = "9175550138"
SAID = "nine one seven five five five zero one three eight"


async def to_the_number(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba", "yes", "that's all")


async def phone(talk: Conversation) -> str | None:
    order = await talk.order()
    assert order is not None, "\n".join(talk.transcript)
    return order.draft.phone


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("no the last two digits are four nine", "9175550149"),
        ("no the last four are one two three four", "9175551234"),
        ("no the area code is nine one four", "9145550138"),
        ("it starts with nine one four", "9145550138"),
        ("no the middle part is five five six", "9175560138"),
        ("no it's oh one eight three", "9175550183"),
        ("no nine not eight", "9175550139"),
        ("no it's nine at the end not eight", "9175550139"),
        ("the eight should be a nine", "9175550139"),
        ("nine one four not nine one seven", "9145550138"),
        ("the third digit is a five", "9155550138"),
        ("second to last is a nine", "9175550198"),
        ("no it ends with double seven", "9175550177"),
        ("no forty nine", "9175550149"),
        ("no it's nine one four five five five", "9145550138"),
        ("yes but the last digit is seven", "9175550137"),
    ],
)
def test_a_number_is_put_right_where_it_is_said_to_be_wrong(said: str, number: str) -> None:
    assert mended(KNOWN, said) == number


@pytest.mark.parametrize("said", ["you missed a five", "the nine is wrong", "no", "not five, six"])
def test_what_does_not_tell_where_is_not_guessed(said: str) -> None:
    assert mended(KNOWN, said) is None


async def test_two_corrections_in_a_row_are_each_read_back(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(SAID)
    assert "zero one four nine" in await talk.say("no the last two digits are four nine")
    assert "nine one four" in await talk.say("no the area code is nine one four")
    await talk.say("yes")
    assert await phone(talk) == "+19145550149"


async def test_a_yes_with_a_but_does_not_keep_the_number(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(SAID)
    assert "zero one three seven" in await talk.say("yes but the last digit is seven")
    await talk.say("yes")
    assert await phone(talk) == "+19175550137"


async def test_after_a_no_only_the_end_may_be_said(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(SAID)
    assert "again" in await talk.say("no") or "number" in talk.answer
    assert "zero one eight three" in await talk.say("zero one eight three")
    await talk.say("yes")
    assert await phone(talk) == "+19175550183"


async def test_a_yes_amid_the_digits_does_not_take_the_calling_number(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("seven one eight")
    assert "seven one eight" in await talk.say("yes")
    await talk.say("five five five", "twelve thirty four", "yes")
    assert await phone(talk) == "+17185551234"


async def test_asked_to_repeat_amid_the_digits_it_says_what_it_has(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("seven one eight")
    assert "seven one eight" in await talk.say("what")


async def test_whoever_asks_to_give_another_number_has_not_given_this_one(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("is it okay if i give you my roommate's number")
    assert await talk.order() is None
    await talk.say("six five oh five five five oh one nine nine", "yes")
    assert await phone(talk) == "+16505550199"


@pytest.mark.parametrize("words", ["this one", "it's the same one", "use my number", "that one"])
async def test_this_one_is_the_number_of_the_call(call: Call, words: str) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(words)
    assert await phone(talk) == CALLING


@pytest.mark.parametrize(
    "words",
    ["i'm not giving you my number", "i don't have a phone", "i'd rather not", "can i skip that"],
)
async def test_a_plain_refusal_is_taken_at_once(call: Call, words: str) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(words)
    assert await phone(talk) is None
    assert "order number" in talk.answer


async def test_why_the_number_is_wanted_is_told(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    answer = await talk.say("why do you need my number")
    assert "text you" in answer and answer.endswith(("?", "from."))
    assert await talk.order() is None


async def test_the_number_can_be_put_right_after_the_order_was_placed(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(SAID, "yes")
    assert await phone(talk) == "+19175550138"
    assert "zero one three seven" in await talk.say("sorry the last digit of my number is seven")
    await talk.say("yes")
    assert await phone(talk) == "+19175550137"


async def test_another_number_can_be_given_after_the_order_was_placed(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("use this number")
    assert await phone(talk) == CALLING
    await talk.say("actually can i give you a different number")
    assert "number" in talk.answer
    await talk.say(SAID, "yes")
    assert await phone(talk) == "+19175550138"


async def test_no_change_to_the_number_keeps_it(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("use this number", "that's the wrong number", "no never mind")
    assert await phone(talk) == CALLING
    assert talk.expects(talk.mind.expecting)


async def test_a_drink_is_no_digit_once_the_number_is_known(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro with boba and a black milk tea", "yes", "that's all", "use this number")
    await talk.say("actually make the last one no ice")
    assert await phone(talk) == CALLING
    assert ("no-ice",) in [modifiers for _, _, modifiers in await talk.lines()]


async def test_a_goodbye_amid_the_digits_asks_for_the_whole_number(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("oh five five five")
    assert "number" in await talk.say("okay bye")


async def test_a_number_in_two_pieces_can_begin_while_the_order_is_read(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro milk tea with boba")
    await talk.say("sorry it's a new phone it's um five one oh five five five")
    read = await talk.say("oh one four six no wait oh one three six yeah three six at the end")
    assert "five one zero, five five five, zero one three six" in read
    await talk.say("yes")
    assert await phone(talk) == "+15105550136"


async def test_digits_repeated_with_a_yes_count_no_drinks(call: Call) -> None:
    talk = call(calling=CALLING)
    await talk.say("a taro milk tea with boba", "nine seven one five five five oh one double two")
    await talk.say("yes uh double two right")
    assert await phone(talk) == "+19715550122"
    assert await talk.lines() == [(1, "taro-milk-tea", ("boba",))]


async def test_yes_that_one_is_the_number_just_read_back(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(SAID, "no use my other number eight one eight five five five oh one two oh")
    await talk.say("yes that one")
    assert await phone(talk) == "+18185550120"


async def test_a_change_called_right_says_nothing_of_the_number(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    assert "phone number" in await talk.say("oh hold on can you make the taro no ice")
    assert "phone number" in await talk.say("yes exactly")
    await talk.say(SAID, "yes")
    assert await phone(talk) == f"+1{KNOWN}"


@pytest.mark.parametrize(
    "said",
    [
        "area code four one five then five five five and the last four are oh one two three",
        "four one five five five five oh one two four no sorry two three at the end",
        "four one five five five five oh one two four make that oh one two three",
        "four one five sorry four one five five five five oh one two three",
        "four fifteen triple five oh one twenty three",
        "four one five five five five now wait till i see oh one two three",
        "four one five five five five one second oh one two three",
        "let me see four one five hold on five five five wait oh one two three",
        "four one five five five six no wait five five five oh one two three",
    ],
)
async def test_a_number_put_right_in_one_breath_is_read_as_meant(call: Call, said: str) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    assert "four one five, five five five, zero one two three" in await talk.say(said)


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        (("area code two two four", "five five five", "oh one one oh"), "+12245550110"),
        (("the area code is two two four and then", "5 5 5", "and oh one one oh"), "+12245550110"),
        (("five five five oh one one oh", "area code two two four"), "+12245550110"),
        (("five five five oh one one oh", "oh the area code is two two four"), "+12245550110"),
        (("area code 224", "no sorry area code 773", "5550110"), "+17735550110"),
        (
            ("two two four", "five five six", "sorry five five five", "oh one one oh"),
            "+12245550110",
        ),
        (("six four six", "no six four seven", "five five five oh one oh seven"), "+16475550107"),
    ],
)
async def test_a_number_comes_together_from_parts(
    call: Call, parts: tuple[str, ...], number: str
) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes", "that's it", *parts)
    assert "right" in talk.answer or "correct" in talk.answer
    await talk.say("yes")
    assert talk.desk.cart.phone == number


async def test_the_end_that_is_told_twice_is_put_right_once(call: Call) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say("two one two five double five oh one four six")
    read = await talk.say("sorry no it ends four seven oh one four seven")
    assert "two one two, five five five, zero one four seven" in read


@pytest.mark.parametrize(
    "yes",
    [
        "that is my number has been for twenty years",
        "right thirty eight at the end",
        "that's hers yes",
        "it's the right one",
        "yep one three eight",
    ],
)
async def test_a_number_is_called_right_in_many_words(call: Call, yes: str) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(SAID, yes)
    assert await phone(talk) == f"+1{KNOWN}"


@pytest.mark.parametrize("no", ["that's not my number", "no that's my sister's number"])
async def test_a_number_that_is_somebody_elses_is_asked_for_again(call: Call, no: str) -> None:
    talk = call(calling=CALLING)
    await to_the_number(talk)
    await talk.say(SAID)
    assert "number" in await talk.say(no)
    assert await talk.order() is None
