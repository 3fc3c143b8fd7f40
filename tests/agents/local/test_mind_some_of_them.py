"""One of the four, half of them: some get a line of their own, the rest stays as it is."""

from __future__ import annotations

import pytest

from tests.agents.local.conversation import CALLING, Conversation, PaperOrders

BOBA, NO_ICE, PUDDING = "boba", "no-ice", "egg-pudding"


def lines(talk: Conversation) -> list[tuple[int, str, tuple[str, ...]]]:
    held = (*talk.desk.cart.lines, *talk.desk.cart.pending)
    return sorted(
        (one.quantity, one.item.split("-")[0], tuple(sorted(c.modifier for c in one.choices)))
        for one in held
    )


@pytest.fixture
def talk() -> Conversation:
    return Conversation(PaperOrders(), calling=CALLING)


@pytest.mark.parametrize(
    "said",
    [
        "Oh, hang on, make one of the four no ice. The other three stay like they are.",
        "no, make one of them no ice",
        "just one of those without ice, the rest as they are",
        "can one of them have no ice",
    ],
)
async def test_one_of_four(talk: Conversation, said: str) -> None:
    await talk.say("four black milk teas with boba", said)
    assert lines(talk) == [(1, "black", (BOBA, NO_ICE)), (3, "black", (BOBA,))]


async def test_some_of_what_was_agreed_to(talk: Conversation) -> None:
    await talk.say("four black milk teas with boba", "yes", "make two of them no ice")
    assert talk.agreed()[0].quantity == 2
    assert "two black milk teas with boba, no ice" in talk.answer


@pytest.mark.parametrize(
    "said", ["make one of the taros no ice", "one of the taro ones should have no ice"]
)
async def test_one_of_a_kind(talk: Conversation, said: str) -> None:
    await talk.say("two taros with boba and two black milk teas with boba", said)
    assert lines(talk) == [
        (1, "taro", (BOBA,)), (1, "taro", (BOBA, NO_ICE)), (2, "black", (BOBA,)),
    ]  # fmt: skip


async def test_one_of_several_is_told_by_what_is_in_it(talk: Conversation) -> None:
    await talk.say("three taros with boba and two taros with pudding")
    await talk.say("one of the boba ones should be without ice")
    assert lines(talk) == [
        (1, "taro", (BOBA, NO_ICE)), (2, "taro", (BOBA,)), (2, "taro", (PUDDING,)),
    ]  # fmt: skip


async def test_something_for_one_of_a_kind(talk: Conversation) -> None:
    await talk.say("one taro with pudding and two black milk teas with no ice", "no toppings")
    await talk.say("throw some boba in one of those black ones")
    assert lines(talk) == [
        (1, "black", (BOBA, NO_ICE)), (1, "black", (NO_ICE,)), (1, "taro", (PUDDING,)),
    ]  # fmt: skip


async def test_two_so_and_two_so(talk: Conversation) -> None:
    await talk.say("four black milk teas with no ice", "no toppings")
    await talk.say("two with boba and two with pudding")
    assert lines(talk) == [(2, "black", (BOBA, NO_ICE)), (2, "black", (PUDDING, NO_ICE))]


async def test_one_becomes_another_drink(talk: Conversation) -> None:
    await talk.say("three black milk teas with boba", "make one a taro")
    assert lines(talk) == [(1, "taro", (BOBA,)), (2, "black", (BOBA,))]


async def test_one_of_all_of_a_line_is_the_line(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba", "make one of them no ice")
    assert lines(talk) == [(1, "taro", (BOBA, NO_ICE))]


async def test_scratch_that_and_something_else_takes_no_line_off(talk: Conversation) -> None:
    await talk.say("two taros with boba and two black milk teas with boba")
    await talk.say("Scratch that, one of the taros gets no pearls.")
    assert lines(talk) == [(1, "taro", ()), (1, "taro", (BOBA,)), (2, "black", (BOBA,))]
