"""A whole order said once more is the order, and nothing of what was heard before."""

from __future__ import annotations

import pytest

from servizio.agents.local.dialogue import Ask
from tests.agents.local.conversation import CALLING, Conversation, PaperOrders, line

BLACK, TARO = line("black-milk-tea", "boba"), line("taro-milk-tea", "boba", "no-ice")
SAID = "no, I said one black milk tea with boba and a taro milk tea with boba and no ice"


@pytest.mark.parametrize(
    "before",
    [
        ("a taro milk tea with boba and no ice, and a black milk tea",),
        ("two taros with boba and no ice",),
        ("one black milk tea with boba no ice", "yes"),
        ("one black milk tea with boba no ice", "yes", "a taro", "no toppings", "yes"),
        ("a taro with pudding", "yes", "three black milk teas"),
    ],
)
async def test_it_takes_the_place_of_everything(before: tuple[str, ...]) -> None:
    talk = Conversation(PaperOrders(), calling=CALLING)
    await talk.say(*before, SAID)
    assert (*talk.agreed(), *talk.desk.cart.pending) == (BLACK, TARO)
    assert talk.mind._talk.state.ask is Ask.READ_BACK
    assert "one black milk tea with boba, and one taro milk tea with boba, no ice" in talk.answer


async def test_what_is_wanted_beside_the_order_leaves_it_alone() -> None:
    talk = Conversation(PaperOrders(), calling=CALLING)
    await talk.say("a taro milk tea with boba", "yes")
    await talk.say("I wanted to add a black milk tea with boba and a taro with pudding")
    assert len((*talk.agreed(), *talk.desk.cart.pending)) == 3


async def test_what_is_placed_already_is_not_ordered_twice_by_being_said_again() -> None:
    talk = Conversation(PaperOrders(), calling=CALLING)
    await talk.say("one taro milk tea with boba", "yes", "that's it", "use this number")
    await talk.say("add a black milk tea with pudding")
    await talk.say("no, I said a taro milk tea with boba and a black milk tea with no ice", "yes")
    assert talk.agreed() == [line("taro-milk-tea", "boba"), line("black-milk-tea", "no-ice")]
