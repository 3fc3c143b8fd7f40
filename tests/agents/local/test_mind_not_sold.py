"""What is asked to be there, or to be in something: no more is said than the menu tells."""

from __future__ import annotations

import pytest

from tests.agents.local.conversation import Conversation, PaperOrders


@pytest.fixture
def talk() -> Conversation:
    return Conversation(PaperOrders())


@pytest.mark.parametrize(
    "asked",
    [
        "Is there any chance you guys do a mango green tea?",
        "do you guys have a mango green tea",
        "you wouldn't happen to have jasmine tea",
        "i don't suppose you have lemonade?",
        "do you by any chance make smoothies",
        "is there any way to get an oolong milk tea?",
    ],
)
async def test_what_is_not_sold_is_told_alone(talk: Conversation, asked: str) -> None:
    await talk.say(asked)
    assert "don't have" in talk.answer or "on our menu" in talk.answer
    assert "creamy" not in talk.answer
    assert "yes" not in talk.answer


@pytest.mark.parametrize(
    "asked",
    [
        "is there any chance i could get a taro milk tea with boba?",
        "any chance you could make me a taro milk tea with boba",
    ],
)
async def test_a_chance_to_get_something_is_an_order(talk: Conversation, asked: str) -> None:
    await talk.say(asked)
    assert "one taro milk tea with boba" in talk.answer


@pytest.mark.parametrize(
    "asked",
    ["is there caffeine in the black milk tea?", "Sorry, is there, um, caffeine in the black tea?"],
)
async def test_what_is_in_it_is_not_whether_it_is_sold(talk: Conversation, asked: str) -> None:
    await talk.say(asked)
    assert "caffeine" in talk.answer
    assert "yes" not in talk.answer


@pytest.mark.parametrize(
    "asked", ["is there caffeine in the taro?", "is there real taro in the taro milk tea"]
)
async def test_what_the_menu_does_not_tell_is_not_known(talk: Conversation, asked: str) -> None:
    await talk.say(asked)
    assert "all i know" in talk.answer or "more than that" in talk.answer


@pytest.mark.parametrize(
    "asked", ["is there gelatin in the pudding", "is there gluten in the boba"]
)
async def test_what_is_in_a_topping_staff_can_tell(talk: Conversation, asked: str) -> None:
    await talk.say(asked)
    assert "staff can tell" in talk.answer
    assert "seventy-five" not in talk.answer


async def items(talk: Conversation) -> list[str]:
    await talk.say("yes", "that's all")
    return [line.item for line in talk.agreed()]


async def test_an_offer_is_turned_down_by_ordering_something_else(talk: Conversation) -> None:
    await talk.say(
        "do you have fruit tea", "fine, one black milk tea with regular boba and crystal boba"
    )
    assert await items(talk) == ["black-milk-tea"]


async def test_an_offer_is_taken_together_with_something_else(talk: Conversation) -> None:
    await talk.say("do you have fruit tea", "sure and a black milk tea with boba", "no toppings")
    assert await items(talk) == ["taro-milk-tea", "black-milk-tea"]


@pytest.mark.parametrize(
    "said",
    [
        "oh okay um so what else is there",
        "okay, anything else?",
        "alright, do you have other drinks",
    ],
)
async def test_whoever_asks_for_others_has_not_taken_what_was_offered(
    talk: Conversation, said: str
) -> None:
    await talk.say("do you have thai tea", said)
    assert "any toppings" not in talk.answer
    await talk.say("a black milk tea with boba")
    assert await items(talk) == ["black-milk-tea"]
