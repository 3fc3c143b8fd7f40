"""What customers ask about the shop in mid-call, answered in the owner's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from servizio.shop.hours_text import parse_hours
from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import Conversation


def conversation(store: SqliteStore) -> Conversation:
    it = Conversation(store)
    it.desk.shop = replace(
        it.desk.shop,
        address="12 Oak Street",
        parking="You can park behind the shop.",
        allergens="Our kitchen works with nuts and milk.",
        hours=parse_hours({"mon-fri": "09:00-18:00", "2026-12-25": "closed"}, UTC),
    )
    return it


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("where can i park", "you can park behind the shop."),
        ("where are you located", "we are at twelve oak street."),
        ("are you open on christmas", "on friday, december twenty-five we're closed."),
        ("are you open on sunday", "on sunday we're closed."),
        ("how much is a taro milk tea", "five fifty"),
    ],
)
async def test_questions_about_the_shop(store: SqliteStore, question: str, words: str) -> None:
    assert words in await conversation(store).say(question)


async def test_a_time_that_an_order_is_wanted_at_is_answered_honestly(store: SqliteStore) -> None:
    said = await conversation(store).say("a taro milk tea with boba for five thirty")
    assert "can't set a time" in said
    assert "minutes" in said
    assert "one taro milk tea with boba" in said


async def test_a_goodbye_until_a_time_is_no_wish(store: SqliteStore) -> None:
    it = conversation(store)
    for words in ("a taro milk tea with boba", "yes that's all", "415 555 1234", "yes"):
        await it.say(words)
    assert "can't set a time" not in await it.say("great see you in twenty minutes")


async def test_the_kitchen_is_told_of_where_an_item_tells_nothing(store: SqliteStore) -> None:
    said = await conversation(store).say("any allergens")
    assert "our kitchen works with nuts and milk." in said
    assert "i can't promise" in said


async def test_a_question_does_not_lose_the_order(store: SqliteStore) -> None:
    it = conversation(store)
    await it.say("a taro milk tea with boba please")
    said = await it.say("where can i park")
    assert "you can park behind the shop." in said
    assert [line.item for line in it.desk.cart.pending] == ["taro-milk-tea"]
