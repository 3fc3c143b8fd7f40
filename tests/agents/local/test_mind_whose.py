"""Lines are told by whom they are for, and "the other one" is the one not spoken of last."""

from __future__ import annotations

import pytest

from servizio.agents.local.dialogue import Ask
from servizio.language.people import load_people
from servizio.language.words import split
from tests.agents.local.conversation import CALLING, Conversation, PaperOrders

COUPLE = "my husband would like a black milk tea with boba and i'll have a taro with egg pudding"
FRIENDS = "my friend wants a taro milk tea with pudding and i want a taro milk tea with boba"
NAMED = "a black milk tea with boba for tom and a taro with pudding for anna"
BLACK, TARO = ("black", ("boba",)), ("taro", ("egg-pudding",))


def lines(talk: Conversation) -> list[tuple[str, tuple[str, ...]]]:
    held = (*talk.desk.cart.lines, *talk.desk.cart.pending)
    return [(one.item.split("-")[0], tuple(c.modifier for c in one.choices)) for one in held]


def asked(talk: Conversation) -> Ask:
    return talk.mind._talk.state.ask


@pytest.fixture
def talk() -> Conversation:
    return Conversation(PaperOrders(), calling=CALLING)


@pytest.mark.parametrize(
    "said",
    [
        "no ice in his",
        "oh no ice in his",
        "he says no ice",
        "my husband wants no ice in his",
        "my husband's should have no ice",
        "make his without ice",
        "the one for my husband without ice",
        "his black milk tea with no ice",
        "mine is fine but for him no ice",
        "sounds great except now he says no ice in his after all mine stays as it is",
    ],
)
async def test_his_is_the_line_that_was_ordered_for_him(talk: Conversation, said: str) -> None:
    await talk.say(COUPLE, said)
    assert lines(talk) == [("black", ("boba", "no-ice")), TARO]


@pytest.mark.parametrize(
    "said",
    ["no ice in mine", "mine without ice please", "his is right but no ice for me", "mine no ice"],
)
async def test_mine_is_the_line_of_whoever_calls(talk: Conversation, said: str) -> None:
    await talk.say(COUPLE, said)
    assert lines(talk) == [BLACK, ("taro", ("egg-pudding", "no-ice"))]


@pytest.mark.parametrize(
    ("said", "friend", "mine"),
    [
        ("no pudding in my friend's", (), ("boba",)),
        ("my friend changed his mind no pudding", (), ("boba",)),
        ("my friend doesn't want pudding", (), ("boba",)),
        ("she wants boba instead of pudding", ("boba",), ("boba",)),
        ("she'd like boba instead of pudding", ("boba",), ("boba",)),
        ("i'd like less ice in mine", ("egg-pudding",), ("boba", "less-ice")),
        ("hers with no ice mine with less ice", ("egg-pudding", "no-ice"), ("boba", "less-ice")),
    ],
)
async def test_drinks_of_the_same_kind_are_told_apart_by_their_people(
    talk: Conversation, said: str, friend: tuple[str, ...], mine: tuple[str, ...]
) -> None:
    await talk.say(FRIENDS, said)
    assert lines(talk) == [("taro", friend), ("taro", mine)]


@pytest.mark.parametrize("said", ["no ice in tom's", "tom says no ice", "no ice for tom"])
async def test_people_may_be_called_by_their_names(talk: Conversation, said: str) -> None:
    await talk.say(NAMED, said)
    assert lines(talk) == [("black", ("boba", "no-ice")), TARO]


async def test_whose_it_is_is_known_long_after(talk: Conversation) -> None:
    await talk.say("a black milk tea with boba for my husband", "yes")
    await talk.say("and for me a taro with pudding", "yes", "no ice in his")
    assert lines(talk) == [("black", ("boba", "no-ice")), TARO]


async def test_what_is_taken_off_takes_its_owner_along(talk: Conversation) -> None:
    await talk.say(COUPLE, "take off the black milk tea", "no ice in mine")
    assert lines(talk) == [("taro", ("egg-pudding", "no-ice"))]


async def test_a_whole_drink_can_be_exchanged_or_taken_off_by_its_owner(
    talk: Conversation,
) -> None:
    await talk.say(COUPLE, "make his a taro")
    assert lines(talk) == [("taro", ("boba",)), TARO]
    await talk.say("cancel mine")
    assert lines(talk) == [("taro", ("boba",))]


@pytest.mark.parametrize(
    "said",
    [
        "yes and a taro for my son",
        "yes and my son wants a taro",
        "yes my son wants a taro",
        "and one taro for him too",
    ],
)
async def test_what_is_for_somebody_else_is_ordered(talk: Conversation, said: str) -> None:
    await talk.say(COUPLE, said)
    assert lines(talk) == [BLACK, TARO, ("taro", ())]


@pytest.mark.parametrize("said", ["yes mine's right and his is right", "yes his stays as it is"])
async def test_what_stays_as_it_is_changes_nothing(talk: Conversation, said: str) -> None:
    await talk.say(COUPLE, said)
    assert lines(talk) == [BLACK, TARO]
    assert asked(talk) is Ask.MORE


@pytest.mark.parametrize(
    "said",
    [
        "yeah that's right and the other one's just normal ice",
        "yes the other one has normal ice",
        "yes and normal ice in the other one",
        "correct the other one stays with boba",
        "yes and leave the other one as it is",
    ],
)
async def test_what_the_other_one_has_already_is_a_yes(talk: Conversation, said: str) -> None:
    await talk.say("two taro teas with boba in both", "can one of them be less ice", said)
    assert lines(talk) == [("taro", ("boba",)), ("taro", ("boba", "less-ice"))]
    assert asked(talk) is Ask.MORE


@pytest.mark.parametrize(
    "said", ["yes but the other one with no ice", "and make the other one no ice"]
)
async def test_the_other_one_is_not_the_one_just_changed(talk: Conversation, said: str) -> None:
    await talk.say("two taro teas with boba in both", "can one of them be less ice", said)
    assert lines(talk) == [("taro", ("boba", "no-ice")), ("taro", ("boba", "less-ice"))]


@pytest.mark.parametrize(
    ("said", "count", "whose"),
    [
        ("my wife wants a latte and i'll have a mocha", 2, ("wife", "me")),
        ("i'd like a latte for my son and a mocha for me", 2, ("son", "me")),
        ("a latte and a mocha for my little sister", 2, ("", "sister")),
        ("my daughter loves your mocha so one mocha for her", 1, ("daughter",)),
        ("a latte for pickup", 1, ()),
        ("two lattes and a mocha", 2, ()),
    ],
)
def test_people_are_found_in_an_order(said: str, count: int, whose: tuple[str, ...]) -> None:
    assert load_people().owners(split(said), count) == whose
