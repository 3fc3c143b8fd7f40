"""Orders, changes and removals as people really say them: pointing, stammering, thinking aloud."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.agents.local.conversation import DEFAULTS, Conversation

Call = Callable[..., Conversation]


def cart(talk: Conversation) -> list[str]:
    """What is in the order, agreed to or not: "2 taro-milk-tea boba no-ice"."""
    return [
        " ".join(
            [
                str(line.quantity),
                line.item.removesuffix("-milk-tea"),
                *(
                    one.modifier if one.amount == "regular" else f"{one.amount}:{one.modifier}"
                    for one in line.choices
                    if one.modifier not in DEFAULTS
                ),
            ]
        )
        for line in (*talk.desk.cart.lines, *talk.desk.cart.pending)
    ]


@pytest.mark.parametrize(
    ("asked", "words", "line"),
    [
        (
            "what does a taro with boba run me",
            "okay give me one of those full sugar light ice",
            "1 taro boba 100% less-ice",
        ),
        (
            "how much is a taro milk tea with the white pearls",
            "okay that's alright could i get um two of those unsweetened",
            "2 taro crystal-agar-boba 0%",
        ),
        (
            "how much is the black milk tea with boba",
            "i'd like that one no ice please",
            "1 black boba no-ice",
        ),
        (
            "how much for a black milk tea with crystal boba",
            "that one then extra ice and seventy five percent sugar",
            "1 black crystal-agar-boba 75% extra-ice",
        ),
        (
            "how much is a taro with boba",
            "alright i'll take that with egg pudding and no ice",
            "1 taro egg-pudding no-ice",
        ),
    ],
)
async def test_one_of_those_takes_levels(call: Call, asked: str, words: str, line: str) -> None:
    talk = call()
    await talk.say(asked, words)
    assert cart(talk) == [line]


@pytest.mark.parametrize(
    ("order", "words", "left"),
    [
        (
            "a taro with boba one taro with egg pudding and a black milk tea with boba",
            "actually scratch the taro with the egg pudding",
            ["1 taro boba", "1 black boba"],
        ),
        (
            "one taro with boba and one taro with egg pudding",
            "take off the one with pudding",
            ["1 taro boba"],
        ),
        (
            "a taro with boba and quarter sugar and a taro with boba and full sugar",
            "drop the full sugar one",
            ["1 taro boba 25%"],
        ),
        (
            "one taro with boba no ice and one taro with boba",
            "actually cancel the taro with no ice",
            ["1 taro boba"],
        ),
        (
            "a taro with pudding and a taro with boba",
            "i don't want the one with boba anymore",
            ["1 taro egg-pudding"],
        ),
        (
            "a taro with boba and a taro with crystal boba",
            "make the taro with crystal boba no ice",
            ["1 taro boba", "1 taro crystal-agar-boba no-ice"],
        ),
        (
            "one taro with boba and one taro with egg pudding",
            "change the one with pudding to a black milk tea",
            ["1 taro boba", "1 black egg-pudding"],
        ),
        (
            "a taro with pudding and a taro with boba",
            "put less ice in the pudding one",
            ["1 taro egg-pudding less-ice", "1 taro boba"],
        ),
        (
            "two taros with boba and a taro with pudding",
            "the pudding one should have no ice",
            ["2 taro boba", "1 taro egg-pudding no-ice"],
        ),
    ],
)
async def test_what_is_on_a_line_tells_which_it_is(
    call: Call, order: str, words: str, left: list[str]
) -> None:
    talk = call()
    await talk.say(order, words)
    assert cart(talk) == left


@pytest.mark.parametrize(
    ("order", "lines"),
    [
        (
            (
                "one black milk tea with tapioca no sugar extra ice"
                " and then the exact same thing again but taro"
            ),
            ["1 black boba 0% extra-ice", "1 taro boba 0% extra-ice"],
        ),
        (
            "a taro with boba and no ice and the same in black",
            ["1 taro boba no-ice", "1 black boba no-ice"],
        ),
        (
            "a black milk tea with pearls no sugar and the same for my friend but with lots of ice",
            ["1 black boba 0%", "1 black boba 0% extra-ice"],
        ),
        (
            "black milk tea with crystal boba quarter sugar same for my sister but taro and no ice",
            ["1 black crystal-agar-boba 25%", "1 taro crystal-agar-boba 25% no-ice"],
        ),
        (
            "two taros with boba and the identical thing but with pudding instead of boba",
            ["2 taro boba", "1 taro egg-pudding"],
        ),
    ],
)
async def test_the_same_again_keeps_all_that_is_not_named(
    call: Call, order: str, lines: list[str]
) -> None:
    talk = call()
    await talk.say(order)
    assert cart(talk) == lines


async def test_another_one_exactly_like_it_has_all_that_it_has_and_more(call: Call) -> None:
    talk = call()
    await talk.say("a taro milk tea with vanilla foam and matcha stencil")
    await talk.say("that's right and could i add another one exactly like it only with boba in it")
    assert [set(one.split()) for one in cart(talk)] == [
        {"1", "taro", "vanilla-cream", "matcha-stencil"},
        {"1", "taro", "vanilla-cream", "matcha-stencil", "boba"},
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            "oh yes and one plain black milk tea nothing in it and no ice that's for my husband",
            "1 black no-ice",
        ),
        ("yes and one black milk tea nothing in it", "1 black"),
        ("yeah and a plain black milk tea no toppings", "1 black"),
        ("right plus a plain black one no ice that's for my mom", "1 black no-ice"),
        (
            "yes one more thing a black milk tea with no ice no toppings in that one",
            "1 black no-ice",
        ),
    ],
)
async def test_yes_and_a_plain_one_is_one_more_without_toppings(
    call: Call, words: str, line: str
) -> None:
    talk = call()
    await talk.say("two taros with white pearls", words)
    assert cart(talk) == ["2 taro crystal-agar-boba", line]
    assert "topping" not in talk.answer


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            (
                "a black milk tea with uh egg pudding no hmm crystal boba"
                " yeah crystal boba instead of the pudding please"
            ),
            "1 black crystal-agar-boba",
        ),
        (
            "a black milk tea with crystal boba instead of the regular boba",
            "1 black crystal-agar-boba",
        ),
        ("a taro with egg pudding wait no not pudding boba", "1 taro boba"),
        ("one black with boba or no skip the boba egg pudding", "1 black egg-pudding"),
        ("a taro milk tea with boba no pudding", "1 taro boba none:egg-pudding"),
    ],
)
async def test_what_is_taken_back_leaves_nothing_behind(call: Call, words: str, line: str) -> None:
    talk = call()
    await talk.say(words)
    assert cart(talk) == [line]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("could i do three taro milk teas no sorry two two taros with boba", ["2 taro boba"]),
        ("three black milk teas no two with boba", ["2 black boba"]),
        ("two taros two taros with boba", ["2 taro boba"]),
        ("a taro um a taro with boba", ["1 taro boba"]),
        ("i'd like a a taro no wait a black milk tea yeah the black one", ["1 black"]),
        (
            "three black milk teas with boba and two taros no three taros with pudding",
            ["3 black boba", "3 taro egg-pudding"],
        ),
        ("a taro and a taro with boba", ["1 taro", "1 taro boba"]),
        ("one taro one taro with boba", ["1 taro", "1 taro boba"]),
    ],
)
async def test_the_last_number_counts(call: Call, words: str, lines: list[str]) -> None:
    talk = call()
    await talk.say(words)
    assert cart(talk) == lines


@pytest.mark.parametrize(
    ("order", "words", "line"),
    [
        (
            "one taro milk tea with egg pudding and full sugar",
            (
                "wait actually can we switch the taro to a black milk tea"
                " keep the pudding and the full sugar"
            ),
            "1 black egg-pudding 100%",
        ),
        (
            "a taro with pudding and quarter sugar",
            "could you make it full sugar but keep the pudding",
            "1 taro egg-pudding 100%",
        ),
        (
            "a taro with boba and pudding",
            "take out the boba but leave the pudding in",
            "1 taro egg-pudding",
        ),
        ("a taro with boba and pudding", "keep the pudding off", "1 taro boba"),
    ],
)
async def test_what_is_to_be_kept_is_there_afterwards(
    call: Call, order: str, words: str, line: str
) -> None:
    talk = call()
    await talk.say(order, words)
    assert cart(talk) == [line]
    assert "topping" not in talk.answer


@pytest.mark.parametrize(
    ("order", "words", "lines"),
    [
        (
            "a taro milk tea",
            "okay no jelly then do boba and egg pudding both of them in the taro",
            ["1 taro boba egg-pudding"],
        ),
        (
            "a taro with boba and pudding and a black milk tea with boba no ice",
            "actually take the boba out of the black one just plain the taro's fine and that's all",
            ["1 taro boba egg-pudding", "1 black no-ice"],
        ),
        (
            "a taro with boba and a black milk tea with boba",
            "leave the taro as it is but take the boba out of the black milk tea",
            ["1 taro boba", "1 black"],
        ),
        (
            "a taro with boba",
            "yes and a black milk tea with boba too no ice in that one",
            ["1 taro boba", "1 black boba no-ice"],
        ),
    ],
)
async def test_what_is_fine_as_it_is_is_not_ordered_again(
    call: Call, order: str, words: str, lines: list[str]
) -> None:
    talk = call()
    await talk.say(order, words)
    assert cart(talk) == lines


@pytest.mark.parametrize("words", ["yes you nailed it", "louis said yes", "yes you aced it"])
async def test_a_yes_that_sounds_like_a_level_is_a_yes(call: Call, words: str) -> None:
    talk = call()
    await talk.say("a black milk tea with boba", words)
    assert talk.agreed()
    assert cart(talk) == ["1 black boba"]


@pytest.mark.parametrize(
    "words", ["that's hers yes", "have a blessed day", "i literally just finished my last final"]
)
async def test_everyday_talk_changes_nothing(call: Call, words: str) -> None:
    talk = call()
    await talk.say("a black milk tea with boba", "yes", "that's all", words)
    assert cart(talk) == ["1 black boba"]


async def test_a_question_with_got_orders_nothing(call: Call) -> None:
    talk = call()
    assert "milk" in await talk.say("has that taro one got milk in it")
    assert cart(talk) == []


async def test_the_same_with_a_level_named_after_it_keeps_the_level(call: Call) -> None:
    talk = call()
    await talk.say("a black milk tea with boba and full sugar")
    await talk.say(
        "yes and the same for my roommate with no ice and only quarter sugar she's picky"
    )
    assert cart(talk) == ["1 black boba 100%", "1 black boba 25% no-ice"]


async def test_what_is_left_out_is_left_out_of_the_line_that_has_it(call: Call) -> None:
    talk = call()
    await talk.say(
        "a taro milk tea with vanilla cream and the matcha stencil and a black milk tea with boba"
    )
    await talk.say("hmm, skip the stencil, actually, but leave the cream on.")
    await talk.say("all good except sorry light ice in the taro", "yes")
    assert [[one.modifier for one in line.choices] for line in talk.agreed()] == [
        ["vanilla-cream", "less-ice"],
        ["boba"],
    ]


@pytest.mark.parametrize(
    ("first", "then", "ordered"),
    [
        (
            "two taros with egg pudding and one black with crystal boba",
            "almost. three taros, not two. all the same.",
            ["3 taro egg-pudding", "1 black crystal-agar-boba"],
        ),
        (
            "two taro milk teas one with vanilla cream and one with boba",
            "yes but is it possible to get more ice in the first one",
            ["1 taro vanilla-cream extra-ice", "1 taro boba"],
        ),
        (
            "two taros with boba no ice and a black milk tea with vanilla cream and boba",
            "take the boba out of the black one too, so it's only got the cream.",
            ["2 taro boba no-ice", "1 black vanilla-cream"],
        ),
    ],
)
async def test_a_read_back_is_put_right_in_other_words(
    call: Call, first: str, then: str, ordered: list[str]
) -> None:
    talk = call()
    await talk.say(first, then)
    assert cart(talk) == ordered
