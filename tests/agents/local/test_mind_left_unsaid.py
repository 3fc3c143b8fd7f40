"""What is left to be understood from what was said, and words that only look for a word."""

from __future__ import annotations

import pytest

from tests.agents.local.conversation import CALLING, Conversation, PaperOrders


def lines(talk: Conversation) -> list[tuple[str, tuple[str, ...]]]:
    held = (*talk.desk.cart.lines, *talk.desk.cart.pending)
    return sorted(
        (one.item.split("-")[0], tuple(sorted(c.modifier for c in one.choices))) for one in held
    )


@pytest.fixture
def talk() -> Conversation:
    return Conversation(PaperOrders(), calling=CALLING)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (
            "two taros with boba one with half the ice the other with none",
            [("taro", ("boba", "less-ice")), ("taro", ("boba", "no-ice"))],
        ),
        (
            "two taro milk teas one with boba and one with none",
            [("taro", ()), ("taro", ("boba",))],
        ),
        (
            "a taro with boba no sugar and a black milk tea with boba and the same sugar",
            [("black", ("0%", "boba")), ("taro", ("0%", "boba"))],
        ),
        (
            "black milk tea full sugar no toppings in that taro with pearls light ice",
            [("black", ("100%",)), ("taro", ("boba", "less-ice"))],
        ),
        (
            "maybe a black milk tea with um what's the see-through one called the crystal agar",
            [("black", ("crystal-agar-boba",))],
        ),
        (
            "a taro with those what are they called tapioca pearls",
            [("taro", ("boba",))],
        ),
    ],
)
async def test_an_order_that_leaves_something_unsaid(
    talk: Conversation, said: str, wanted: list[tuple[str, tuple[str, ...]]]
) -> None:
    await talk.say(said)
    assert lines(talk) == wanted


@pytest.mark.parametrize(
    ("said", "black"),
    [
        ("yes and a black milk tea with pudding and the same ice", ("egg-pudding", "no-ice")),
        (
            "and a black milk tea with boba same sugar level same ice level",
            ("25%", "boba", "no-ice"),
        ),
    ],
)
async def test_the_same_level_is_that_of_the_drink_before(
    talk: Conversation, said: str, black: tuple[str, ...]
) -> None:
    await talk.say("a taro with boba twenty five percent sugar no ice", said)
    assert lines(talk)[0] == ("black", black)


@pytest.mark.parametrize(
    "said", ["right the boba one just stays normal", "yes and the boba one stays regular"]
)
async def test_what_stays_normal_is_not_changed(talk: Conversation, said: str) -> None:
    await talk.say("two taros one with vanilla cream and one with boba", said)
    assert lines(talk) == [("taro", ("boba",)), ("taro", ("vanilla-cream",))]
    assert len(talk.agreed()) == 2


@pytest.mark.parametrize(
    "said",
    [
        "oh okay maybe maybe twenty-five percent then",
        "yes but twenty-five percent please",
        "yeah let's say twenty-five percent",
    ],
)
async def test_a_percentage_with_words_that_steer_it_is_meant(
    talk: Conversation, said: str
) -> None:
    await talk.say("a taro with boba", said)
    assert lines(talk) == [("taro", ("25%", "boba"))]


@pytest.mark.parametrize(
    "said",
    [
        "actually no make it a black milk tea after all and keep the rest the same",
        "change it to black the rest the same",
    ],
)
async def test_the_rest_that_is_kept_is_no_further_drink(talk: Conversation, said: str) -> None:
    await talk.say("a taro with boba and a little ice", said)
    assert lines(talk) == [("black", ("boba", "less-ice"))]


async def test_several_drinks_are_changed_by_their_names(talk: Conversation) -> None:
    await talk.say("a taro milk tea with boba and a black milk tea with boba")
    await talk.say("let me change that the taro with no ice and the black one with zero sugar")
    assert lines(talk) == [("black", ("0%", "boba")), ("taro", ("boba", "no-ice"))]
