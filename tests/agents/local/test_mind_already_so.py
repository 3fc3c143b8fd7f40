"""What is so already and is said once more agrees, and orders and changes nothing."""

from __future__ import annotations

import pytest

from servizio.agents.local.dialogue import Ask
from tests.agents.local.conversation import CALLING, Conversation, PaperOrders


def lines(talk: Conversation) -> list[tuple[int, str, tuple[str, ...]]]:
    held = (*talk.desk.cart.lines, *talk.desk.cart.pending)
    return [
        (one.quantity, one.item.split("-")[0], tuple(c.modifier for c in one.choices))
        for one in held
    ]


def asked(talk: Conversation) -> Ask:
    return talk.mind._talk.state.ask


@pytest.fixture
def talk() -> Conversation:
    return Conversation(PaperOrders(), calling=CALLING)


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("yes just the three taros", Ask.PHONE),
        ("yeah only the three taros that's right", Ask.PHONE),
        ("yes the taros that's right", Ask.MORE),
        ("okay yeah three taros", Ask.MORE),
        ("mm-hmm three taro milk teas with tapioca that's it", Ask.PHONE),
    ],
)
async def test_a_yes_that_says_the_order_again_is_a_yes(
    talk: Conversation, said: str, then: Ask
) -> None:
    await talk.say(
        "three taro milk teas with boba and one black milk tea plain", "drop the black one", said
    )
    assert lines(talk) == [(3, "taro", ("boba",))]
    assert asked(talk) is then


@pytest.mark.parametrize(
    "said",
    [
        "yes the taro that's right",
        "yes one taro",
        "yeah a taro milk tea",
        "yes the pudding one",
        "correct the taro milk tea",
        "yes it's the taro",
        "yes my taro",
    ],
)
async def test_a_yes_may_name_only_part_of_it(talk: Conversation, said: str) -> None:
    await talk.say("a taro milk tea with egg pudding", said)
    assert lines(talk) == [(1, "taro", ("egg-pudding",))]
    assert asked(talk) is Ask.MORE


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("yes and a taro", (1, "taro", ())),
        ("yes and one taro with boba", (1, "taro", ("boba",))),
        ("yes plus a taro with egg pudding", (1, "taro", ("egg-pudding",))),
        ("yes a taro with pudding and a black milk tea with boba", (1, "black", ("boba",))),
    ],
)
async def test_what_comes_on_top_is_ordered(
    talk: Conversation, said: str, more: tuple[int, str, tuple[str, ...]]
) -> None:
    await talk.say("a taro milk tea with egg pudding", said)
    assert lines(talk) == [(1, "taro", ("egg-pudding",)), more]


@pytest.mark.parametrize(
    "said",
    [
        "yes two taros and a black one",
        "that's right the two taros and the black",
        "right the black one with no ice",
        "yes and the taros with boba",
        "yes and no ice in the black one",
    ],
)
async def test_of_several_lines_any_can_be_said_again(talk: Conversation, said: str) -> None:
    await talk.say("two taro milk teas with boba and a black milk tea no ice no toppings", said)
    assert lines(talk) == [(2, "taro", ("boba",)), (1, "black", ("no-ice",))]
    assert asked(talk) is Ask.MORE


@pytest.mark.parametrize(
    "said",
    ["no just the two taros", "nope only the two taros with boba", "no the two taros is all"],
)
async def test_nothing_else_may_name_what_there_is(talk: Conversation, said: str) -> None:
    await talk.say("two taro milk teas with boba", "yes", said)
    assert lines(talk) == [(2, "taro", ("boba",))]
    assert asked(talk) is Ask.PHONE


@pytest.mark.parametrize(
    "said", ["yes the taro that's right", "yes a taro milk tea", "just the one taro", "taro yes"]
)
async def test_at_the_toppings_the_drink_said_again_is_no_second_one(
    talk: Conversation, said: str
) -> None:
    await talk.say("a taro milk tea", said)
    assert lines(talk) == [(1, "taro", ())]


async def test_what_a_line_is_called_is_no_topping_of_it() -> None:
    talk = Conversation(PaperOrders(), menu="pizza", calling=CALLING)
    await talk.say("a large cheese pizza with mushrooms and a small pepperoni pizza")
    before = talk.desk.cart.pending
    await talk.say("yes just the cheese and the pepperoni")
    assert talk.agreed() == list(before)


async def test_at_the_toppings_the_same_drink_and_another_are_told_apart(
    talk: Conversation,
) -> None:
    await talk.say("a taro milk tea", "the taro with pudding and a black one with boba")
    assert lines(talk) == [(1, "taro", ("egg-pudding",)), (1, "black", ("boba",))]


@pytest.mark.parametrize(
    "said",
    [
        "oh that all sounds lovely",
        "they all sound great",
        "all of those sound good",
        "both sound good",
        "i love all of them",
        "oh that sounds perfect thank you",
    ],
)
async def test_praise_of_the_toppings_chooses_none_of_them(talk: Conversation, said: str) -> None:
    await talk.say("a taro milk tea", said)
    assert lines(talk) == [(1, "taro", ())]
    assert asked(talk) is Ask.GROUP


@pytest.mark.parametrize("said", ["all of them please", "i'll take all of them", "put them all in"])
async def test_all_toppings_are_taken_where_somebody_takes_them(
    talk: Conversation, said: str
) -> None:
    await talk.say("a taro milk tea", said)
    ((_, _, toppings),) = lines(talk)
    assert len(toppings) == 4
