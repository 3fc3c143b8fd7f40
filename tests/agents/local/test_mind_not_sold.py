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
