"""There is no more to come: counted up, said in other words, or not understood at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.agents.local.dialogue import Ask
from tests.agents.local.conversation import CALLING, Conversation, PaperOrders

Call = Callable[..., Conversation]


def lines(talk: Conversation) -> list[tuple[int, str]]:
    held = (*talk.desk.cart.lines, *talk.desk.cart.pending)
    return [(one.quantity, one.item.split("-")[0]) for one in held]


def asked(talk: Conversation) -> Ask:
    return talk.mind._talk.state.ask


@pytest.fixture
def talk() -> Conversation:
    return Conversation(PaperOrders(), calling=CALLING)


@pytest.mark.parametrize(
    "said",
    [
        "yep, just those two",
        "just these two",
        "yeah only those two please",
        "yes just the two",
        "that's right, just the two drinks",
        "just two",
    ],
)
async def test_counting_up_what_was_read_is_a_yes_and_the_end(
    talk: Conversation, said: str
) -> None:
    await talk.say("a taro milk tea with boba and a black milk tea with pudding", said)
    assert lines(talk) == [(1, "taro"), (1, "black")]
    assert asked(talk) is Ask.PHONE


@pytest.mark.parametrize(
    "said", ["yep, the two of them", "those two are right", "two drinks total"]
)
async def test_counting_up_changes_no_count(talk: Conversation, said: str) -> None:
    await talk.say("a taro milk tea with boba and a black milk tea with pudding", said)
    assert lines(talk) == [(1, "taro"), (1, "black")]
    assert asked(talk) is Ask.MORE


@pytest.mark.parametrize(
    "said", ["just the two", "no just these two", "nope just the two", "only those two today"]
)
async def test_just_those_wants_nothing_else(talk: Conversation, said: str) -> None:
    await talk.say("a taro milk tea with boba and a black milk tea with pudding", "yes", said)
    assert lines(talk) == [(1, "taro"), (1, "black")]
    assert asked(talk) is Ask.PHONE


async def test_fewer_than_there_are_doubles_nothing(talk: Conversation) -> None:
    await talk.say(
        "a taro with boba, a taro with pudding and a black milk tea with boba", "yep just those two"
    )
    assert lines(talk) == [(1, "taro"), (1, "taro"), (1, "black")]
    assert asked(talk) is Ask.MORE


async def test_just_one_still_takes_one_away(talk: Conversation) -> None:
    await talk.say("two taro milk teas with boba", "no just one")
    assert lines(talk) == [(1, "taro")]
    assert asked(talk) is Ask.READ_BACK


@pytest.mark.parametrize(
    "said",
    [
        "I think that's plenty for the two of us.",
        "that should do it for us",
        "I think we're good",
        "that covers it",
        "nothing more from me",
        "that wraps it up",
        "that will do us nicely",
        "we don't need anything else",
        "can't think of anything else",
        "not right now",
        "i'll leave it at that",
        "let's call it there",
        "we're happy with that",
        "go ahead and place it",
        "just the drinks thanks",
        "that's enough sugar for one day",
        "and that concludes my order",
    ],
)
async def test_the_end_of_an_order_in_other_words(talk: Conversation, said: str) -> None:
    await talk.say("a taro milk tea with boba", "yes", said)
    assert lines(talk) == [(1, "taro")]
    assert asked(talk) is Ask.PHONE


@pytest.mark.parametrize(
    "said", ["that's not enough ice", "is that everything you have?", "that's wrong", "how is that"]
)
async def test_what_only_sounds_like_an_end_is_none(talk: Conversation, said: str) -> None:
    await talk.say("a taro milk tea with boba", "yes", said)
    assert asked(talk) is not Ask.PHONE


async def test_twice_not_understood_asks_for_a_yes(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba", "yes", "purple monkey concrete", "purple concrete")
    assert "as it is" in talk.answer
    await talk.say("yes")
    assert asked(talk) is Ask.PHONE


async def test_a_no_to_that_asks_what_else(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba", "yes", "purple monkey concrete", "purple concrete")
    await talk.say("no", "a black milk tea with boba")
    assert lines(talk) == [(1, "taro"), (1, "black")]


async def test_a_person_is_offered_where_that_is_not_understood_either() -> None:
    talk = Conversation(PaperOrders(), staff_phone="+14155550199")
    await talk.say("a taro milk tea with boba", "yes", *["purple monkey concrete"] * 3)
    assert "put you through" in talk.answer or "person" in talk.answer


@pytest.mark.parametrize("before", [[], ["a taro with boba"], ["a taro with boba", "yes"]])
async def test_a_call_that_leads_nowhere_ends(talk: Conversation, before: list[str]) -> None:
    await talk.say(*before)
    for _ in range(10):
        if not talk.ended:
            await talk.say("purple monkey concrete")
    assert talk.ended
    assert ("isn't placed" in talk.answer) is bool(before)


async def test_yes_to_anything_else_over_and_over_is_asked_for_a_yes(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba", "yes", "yes", "yes", "yes", "yes")
    assert "as it is" in talk.answer or asked(talk) is Ask.PHONE


async def test_many_changes_end_no_call(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba", "yes")
    for _ in range(9):
        await talk.say("make the taro extra ice", "make the taro less ice")
    assert not talk.ended
    assert "as it is" not in talk.answer
