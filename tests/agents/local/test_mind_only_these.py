"""Naming one of several drinks as the only one takes the others off, and that is read back."""

from __future__ import annotations

import pytest

from tests.agents.local.conversation import CALLING, Conversation, PaperOrders


@pytest.fixture
async def talk() -> Conversation:
    talk = Conversation(PaperOrders(), calling=CALLING)
    await talk.say("one taro milk tea with boba and one black milk tea with egg pudding")
    return talk


def items(talk: Conversation) -> list[str]:
    held = (*talk.desk.cart.lines, *talk.desk.cart.pending)
    return [line.item.split("-")[0] for line in held]


@pytest.mark.parametrize(
    "said",
    [
        "just the black one",
        "actually i only need the black one",
        "no, just the black one",
        "only the black milk tea",
        "just one black milk tea",
        "just keep the black one",
        "you know what dropped the tarot i only need the black one",
        "just the black one for me and that's all",
    ],
)
async def test_the_only_one_that_is_wanted_stays_alone(talk: Conversation, said: str) -> None:
    await talk.say(said)
    assert items(talk) == ["black"]
    assert "one black milk tea with egg pudding" in talk.answer
    assert "number" not in talk.answer


async def test_the_only_one_is_heard_as_it_sounds(talk: Conversation) -> None:
    await talk.say("just the tarot, thanks")
    assert items(talk) == ["taro"]


async def test_the_only_one_stays_alone_at_the_number_too(talk: Conversation) -> None:
    await talk.say("yes", "that's all", "oh wait, I only want the taro")
    assert items(talk) == ["taro"]
    await talk.say("yes", "four one five five five five oh one two six", "yes")
    order = await talk.order()
    assert order is not None
    assert [line.item for line in order.draft.lines] == ["taro-milk-tea"]


@pytest.mark.parametrize(
    "said",
    [
        "yes just those two",
        "just the taro and the black one",
        "only the black one should be without ice",
        "just the taro without ice",
        "just the boba on the taro",
    ],
)
async def test_both_stay_where_both_are_named_or_one_is_only_changed(
    talk: Conversation, said: str
) -> None:
    await talk.say(said)
    assert items(talk) == ["taro", "black"]


@pytest.mark.parametrize(
    "said",
    ["not just the taro", "why is it just the taro", "no only the taro is right", "just the two"],
)
async def test_nothing_goes_where_it_is_not_said_that_only_one_is_wanted(
    talk: Conversation, said: str
) -> None:
    await talk.say(said)
    assert items(talk) == ["taro", "black"]


async def test_just_one_to_anything_else_comes_on_top(talk: Conversation) -> None:
    await talk.say("yes", "just a black milk tea with boba please")
    assert items(talk) == ["taro", "black", "black"]


async def test_anything_else_that_is_not_needed_refuses_no_number(talk: Conversation) -> None:
    await talk.say("yes", "um no", "don't need anything else")
    assert await talk.order() is None
