"""Amounts that nobody asked about, and names of which only a part was heard: asked, not guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.language.meaning import Expecting
from tests.agents.local.conversation import Conversation, line

Call = Callable[..., Conversation]

TWO = line("taro-milk-tea", "crystal-agar-boba", "25%", quantity=2)
ORDERED = ("two taros with crystal agar boba and twenty five percent sugar", "yes")


@pytest.mark.parametrize(
    "words",
    [
        "one hundred percent nothing else",
        "one hundred percent that works",
        "a hundred percent",
        "one hundred percent how long is it gonna take",
    ],
)
async def test_a_percentage_out_of_the_blue_is_asked_about(call: Call, words: str) -> None:
    talk = call()
    await talk.say(*ORDERED, words)
    assert talk.agreed() == [TWO]
    assert "one hundred percent sweetness?" in talk.answer
    await talk.say("no")
    assert talk.agreed() == [TWO]


async def test_a_yes_to_it_makes_the_change(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes", "one hundred percent", "yes")
    assert talk.agreed() == [line("taro-milk-tea", "boba", "100%")]


@pytest.mark.parametrize("words", ["one hundred percent yes", "one hundred percent yeah"])
async def test_with_a_yes_it_is_a_yes(call: Call, words: str) -> None:
    talk = call()
    await talk.say(ORDERED[0], words)
    assert talk.agreed() == [TWO]


async def test_before_a_telephone_number_it_is_nothing(call: Call) -> None:
    talk = call()
    await talk.say(*ORDERED, "that's all", "one hundred percent two two four 5550110")
    assert talk.agreed() == [TWO]
    assert "two two four, five five five, zero one one zero" in talk.answer


@pytest.mark.parametrize(
    "words",
    ["make that one hundred percent", "full sugar hundred percent", "no one hundred percent sugar"],
)
async def test_a_percentage_said_plainly_is_taken(call: Call, words: str) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes", words)
    assert talk.agreed() == [line("taro-milk-tea", "boba", "100%")]


@pytest.mark.parametrize(
    "words",
    [
        "no twenty five percent sugar",
        "i said twenty five percent sugar",
        "wait it should be twenty five percent sweet",
        "no no the sugar is twenty five percent",
    ],
)
async def test_an_amount_is_put_right_at_the_number(call: Call, words: str) -> None:
    talk = call()
    await talk.say("two taros with crystal agar boba and one hundred percent sugar", "yes")
    await talk.say("that's all", words)
    assert talk.agreed() == [TWO]
    assert talk.expects(Expecting.PHONE_NUMBER)


async def test_of_several_lines_it_is_asked_which(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba and a black milk tea with pudding", "yes")
    await talk.say("that's all", "no twenty five percent sugar")
    assert "which" in talk.answer or "do you mean" in talk.answer
    await talk.say("the black one")
    assert talk.agreed() == [
        line("taro-milk-tea", "boba"),
        line("black-milk-tea", "egg-pudding", "25%"),
    ]


async def test_the_line_that_has_another_amount_is_the_one_meant(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba 25% and a black milk tea with pudding", "yes")
    await talk.say("that's it", "no seventy five percent sweetness")
    assert talk.agreed() == [
        line("taro-milk-tea", "boba", "75%"),
        line("black-milk-tea", "egg-pudding"),
    ]


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("one pearls milk tea with boba", line("taro-milk-tea", "boba")),
        ("two pearls milk teas with boba", line("taro-milk-tea", "boba", quantity=2)),
        ("a tower with egg pudding and no ice", line("taro-milk-tea", "egg-pudding", "no-ice")),
        (
            "two perils with crystal agar boba",
            line("taro-milk-tea", "crystal-agar-boba", quantity=2),
        ),
        ("one parallel tea with boba", line("taro-milk-tea", "boba")),
    ],
)
async def test_which_item_is_asked_and_what_goes_with_it_is_kept(
    call: Call, heard: str, meant: object
) -> None:
    talk = call()
    await talk.say(heard)
    assert talk.desk.cart.pending == ()
    assert "taro milk tea" in talk.answer
    assert "black milk tea" in talk.answer
    await talk.say("taro")
    assert talk.desk.cart.pending == (meant,)


async def test_what_goes_with_a_name_not_heard_goes_to_no_other_line(call: Call) -> None:
    talk = call()
    await talk.say(
        "one parallel tea with boba and extra ice and one black milk tea with egg pudding"
    )
    assert talk.desk.cart.pending == (line("black-milk-tea", "egg-pudding"),)
    await talk.say("the taro")
    assert line("taro-milk-tea", "boba", "extra-ice") in talk.desk.cart.pending


async def test_a_name_not_heard_in_a_correction_leaves_the_item_as_it_was(call: Call) -> None:
    talk = call()
    await talk.say("three taro milk teas with boba and less ice", "no just one pearls milk tea")
    assert talk.desk.cart.pending == (line("taro-milk-tea", "boba", "less-ice"),)


@pytest.mark.parametrize(
    "words",
    [
        "hello i have three drinks the first one is taro milk tea with boba",
        "i'd like two drinks the first is a taro milk tea with boba",
        "four teas please and the first one is a taro milk tea with boba",
    ],
)
async def test_of_the_first_of_several_drinks_there_is_one(call: Call, words: str) -> None:
    talk = call()
    await talk.say(words)
    assert talk.desk.cart.pending == (line("taro-milk-tea", "boba"),)


async def test_an_order_without_a_name_changes_no_agreed_line(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with boba", "yes", "a tower with egg pudding")
    assert talk.agreed() == [line("taro-milk-tea", "boba")]


async def test_a_pearl_milk_tea_is_what_it_is_called(call: Call) -> None:
    talk = call()
    await talk.say("a pearl milk tea")
    assert talk.desk.cart.pending == (line("black-milk-tea", "boba"),)


NUMBER = "eight four seven five five five oh one double seven"


@pytest.mark.parametrize(
    "words",
    [
        ("yeah wait my roommate wants one too add a black milk tea no ice",),
        ("yeah", "wait my roommate wants one too add a black milk tea no ice"),
        ("yep", "hold on", "also a black milk tea no ice"),
        ("yes hold on also a black milk tea with no ice",),
        ("correct", "oh and one more a black milk tea no ice"),
        ("yes", "my husband wants one too", "no he wants a black milk tea with no ice"),
    ],
)
async def test_a_yes_that_goes_on_orders_more(call: Call, words: tuple[str, ...]) -> None:
    talk = call()
    await talk.say("one taro milk tea with boba", "yes", "that's it", NUMBER, *words)
    assert talk.agreed() == [line("taro-milk-tea", "boba")]
    assert talk.desk.cart.pending == (line("black-milk-tea", "no-ice"),)
    await talk.say("no toppings", "yes")
    assert [item for _, item, _ in await talk.lines()] == ["taro-milk-tea", "black-milk-tea"]
    assert talk.desk.cart.phone == "+18475550177"


@pytest.mark.parametrize(
    "words", ["wait my friend wants one too", "my husband will have the same", "one for my mother"]
)
async def test_one_for_somebody_else_is_asked_about(call: Call, words: str) -> None:
    talk = call()
    await talk.say("one taro milk tea with boba", "yes", "that's it", NUMBER, "yes", words)
    assert "one taro milk tea with boba" in talk.answer
    await talk.say("yes please", "yes")
    assert sum(count for count, _, _ in await talk.lines()) == 2


async def test_so_many_of_those_after_a_yes(call: Call) -> None:
    talk = call()
    await talk.say("one taro milk tea with boba", "yeah oh actually two of those")
    assert talk.desk.cart.pending == (line("taro-milk-tea", "boba", quantity=2),)
