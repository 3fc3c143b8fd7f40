"""Wishes put as questions, talk about a drink, and more of one: one order comes of them."""

from __future__ import annotations

import pytest

from servizio.shop.line import Line
from tests.agents.local.conversation import Conversation, PaperOrders, line

TARO = line("taro-milk-tea", "boba")


async def _told(*said: str) -> tuple[Line, ...]:
    """The order after these words and a last yes."""
    talk = Conversation(PaperOrders(), calling="+16175475499")
    for one in (*said, "yes"):
        await talk.say(one)
    return tuple(talk.agreed())


@pytest.mark.parametrize(
    "wish",
    [
        "oh wait, before I give you that, can the taro be without ice?",
        "could the taro be made with no ice",
        "is it possible to have the taro without ice",
        "could you leave the ice out of the taro",
        "can you do the taro with no ice?",
    ],
)
async def test_a_wish_at_the_number_question_changes_what_is_in_the_order(wish: str) -> None:
    told = await _told("a taro milk tea with boba and a black milk tea", "no", "yes", "no", wish)
    assert told == (line("taro-milk-tea", "boba", "no-ice"), line("black-milk-tea"))


async def test_my_tea_is_the_one_that_was_ordered() -> None:
    wish = "oh wait, before that, can you add boba to my tea?"
    assert await _told("a taro milk tea, no ice", "no", "yes", "no", wish) == (
        line("taro-milk-tea", "boba", "no-ice"),
    )


@pytest.mark.parametrize(
    "wanted",
    ["can I get one of those with egg pudding", "I'll take one with pudding", "one with pudding"],
)
async def test_what_was_praised_is_offered_and_ordered_by_pointing(wanted: str) -> None:
    assert await _told("my daughter loves your taro", wanted) == (
        line("taro-milk-tea", "egg-pudding"),
    )


async def test_what_was_asked_for_is_ordered_by_pointing() -> None:
    assert await _told("do you have taro?", "can I get two of those with boba") == (
        line("taro-milk-tea", "boba", quantity=2),
    )


async def test_a_drink_dreamt_of_is_ordered_once() -> None:
    said = "I've been dreaming about taro all day, so could I grab a taro milk tea with boba"
    assert await _told(said) == (TARO,)


@pytest.mark.parametrize(
    "more",
    [
        "make it two of those, and the second one with lots of ice",
        "double that, but one of them with extra ice",
        "can you make that two, one with extra ice",
    ],
)
async def test_one_more_of_it_is_otherwise(more: str) -> None:
    assert await _told("a taro milk tea with boba", "yes", more) == (
        TARO,
        line("taro-milk-tea", "boba", "extra-ice"),
    )


async def test_what_is_exchanged_in_one_line_leaves_it() -> None:
    told = await _told(
        "a taro with boba and a black milk tea with boba", "swap the boba in the taro for pudding"
    )
    assert told == (line("taro-milk-tea", "egg-pudding"), line("black-milk-tea", "boba"))


async def test_another_item_with_the_rest_the_same_is_one_line() -> None:
    said = "actually no, make it a black milk tea after all, and keep the rest the same"
    assert await _told("a taro with boba and a little ice", said) == (
        line("black-milk-tea", "boba", "less-ice"),
    )


async def test_a_copy_says_nothing_of_what_was_put_into_the_first() -> None:
    said = "same thing but with full sugar and no boba"
    assert await _told("a taro with boba", "yes", said) == (TARO, line("taro-milk-tea", "100%"))
