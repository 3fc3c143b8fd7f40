"""A line of the order that is said once more: to agree to it or to put it right, not as another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.language.meaning import Expecting
from tests.agents.local.conversation import Conversation, line

Call = Callable[..., Conversation]

CREAM = line("black-milk-tea", "vanilla-cream", "no-ice")


async def agreed_to(call: Call, *said: str) -> Conversation:
    talk = call()
    await talk.say("a black milk tea with vanilla cream and no ice", "yes", *said)
    return talk


@pytest.mark.parametrize(
    "words",
    [
        "no just a black milk tea with vanilla cream and no ice",
        "just the black milk tea with vanilla cream no ice",
        "only one black milk tea that's all",
        "nah just one black milk tea with vanilla cream and no ice",
        "no it's only the black milk tea",
    ],
)
async def test_the_same_line_after_anything_else_ends_the_order(call: Call, words: str) -> None:
    talk = await agreed_to(call, words)
    assert talk.desk.cart.pending == ()
    assert talk.agreed() == [CREAM]
    assert talk.expects(Expecting.PHONE_NUMBER)


@pytest.mark.parametrize(
    "words",
    [
        "just a black milk tea with vanilla cream and no ice",
        "so that's a black milk tea vanilla cream no ice right",
        "no i said a black milk tea with vanilla cream and no ice",
        "i only ordered a black milk tea with vanilla cream",
    ],
)
async def test_at_the_number_it_is_said_to_be_so(call: Call, words: str) -> None:
    talk = await agreed_to(call, "that's all", words)
    assert (talk.agreed(), talk.desk.cart.pending) == ([CREAM], ())
    assert "i have" in talk.answer
    assert talk.expects(Expecting.PHONE_NUMBER)


async def test_a_yes_with_the_line_said_again_keeps_the_number(call: Call) -> None:
    talk = await agreed_to(call, "that's it", "six three oh five five five oh one three nine")
    await talk.say("yes just the one black milk tea with vanilla cream no ice")
    assert await talk.lines() == [(1, "black-milk-tea", ("vanilla-cream", "no-ice"))]


@pytest.mark.parametrize(
    ("words", "now"),
    [
        (
            "no just a black milk tea with vanilla cream and less ice",
            line("black-milk-tea", "vanilla-cream", "less-ice"),
        ),
        (
            "no i wanted a black milk tea with egg pudding and no ice",
            line("black-milk-tea", "no-ice", "egg-pudding"),
        ),
        ("i said a taro milk tea with egg pudding", line("taro-milk-tea", "no-ice", "egg-pudding")),
        ("it was a black milk tea with boba", line("black-milk-tea", "no-ice", "boba")),
    ],
)
async def test_what_is_otherwise_is_put_right_and_told(call: Call, words: str, now: object) -> None:
    talk = await agreed_to(call, words)
    (held,) = talk.desk.cart.lines
    assert (held.item, set(held.choices)) == (now.item, set(now.choices))
    assert talk.desk.cart.pending == ()
    assert "changed to" in talk.answer or "now" in talk.answer


async def test_another_item_after_no_just_is_asked_about(call: Call) -> None:
    talk = await agreed_to(call, "no just a taro milk tea")
    assert talk.agreed() == [CREAM]
    assert "taro milk tea" in talk.answer
    assert talk.expects(Expecting.YES_NO)


@pytest.mark.parametrize(
    "words",
    [
        "and a black milk tea with vanilla cream and no ice for my friend",
        "another black milk tea with vanilla cream and no ice",
        "one more black milk tea with vanilla cream and no ice",
        "i'd like a black milk tea with vanilla cream and no ice too",
    ],
)
async def test_one_more_is_one_more(call: Call, words: str) -> None:
    talk = await agreed_to(call, words)
    assert talk.desk.cart.pending == (CREAM,)


@pytest.mark.parametrize(
    "words", ["just a black milk tea with egg pudding", "yes just a taro milk tea"]
)
async def test_just_alone_orders_what_is_not_in_the_order(call: Call, words: str) -> None:
    talk = await agreed_to(call, words)
    assert talk.agreed() == [CREAM]
    assert len(talk.desk.cart.pending) == 1


@pytest.mark.parametrize(
    "words",
    [
        "no just one taro milk tea with less ice and one black milk tea with boba",
        "so it's a taro with less ice and a black milk tea with boba that's it",
    ],
)
async def test_a_whole_order_said_again_is_no_second_one(call: Call, words: str) -> None:
    talk = call()
    await talk.say("a taro milk tea less ice", "yes", "a black milk tea with boba", "yes", words)
    assert talk.agreed() == [line("taro-milk-tea", "less-ice"), line("black-milk-tea", "boba")]
    assert talk.desk.cart.pending == ()


async def test_of_agreed_lines_said_anew_the_wrong_one_is_put_right(call: Call) -> None:
    talk = call()
    await talk.say("a black milk tea with boba", "yes", "a taro milk tea with pudding", "yes")
    await talk.say("no i ordered a taro with boba and a taro with pudding")
    await talk.say("yes")
    assert talk.agreed() == [line("taro-milk-tea", "boba"), line("taro-milk-tea", "egg-pudding")]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("no i said a taro milk tea with boba", 0),
        ("no a taro milk tea with boba", 0),
        ("that's wrong i wanted a taro with egg pudding", 1),
        ("no it was a taro with egg pudding", 1),
        ("no the first one is a taro", 0),
        ("no the second one should be a taro", 1),
    ],
)
async def test_of_lines_read_out_the_likest_is_put_right(
    call: Call, words: str, place: int
) -> None:
    talk = call()
    await talk.say("one black milk tea with boba and one black milk tea with egg pudding", words)
    items = ["black-milk-tea", "black-milk-tea"]
    items[place] = "taro-milk-tea"
    toppings = ("boba", "egg-pudding")
    assert talk.desk.cart.pending == tuple(map(line, items, toppings))


async def test_which_line_is_asked_where_none_is_likest(call: Call) -> None:
    talk = call()
    await talk.say("one black milk tea with boba and one black milk tea with egg pudding")
    await talk.say("no i said a taro milk tea")
    assert "which" in talk.answer or "do you mean" in talk.answer
    await talk.say("the one with boba")
    assert talk.desk.cart.pending == (
        line("taro-milk-tea", "boba"),
        line("black-milk-tea", "egg-pudding"),
    )


async def test_the_rest_of_a_correction_goes_to_the_line_that_was_corrected(call: Call) -> None:
    talk = call()
    await talk.say("one black milk tea with boba and one black milk tea with egg pudding")
    await talk.say("no i said a taro milk tea with boba", "and extra ice")
    assert talk.desk.cart.pending == (
        line("taro-milk-tea", "boba", "extra-ice"),
        line("black-milk-tea", "egg-pudding"),
    )
