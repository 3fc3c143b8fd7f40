"""Small talk around an order adds nothing to it: a street is no ice, a treat is no taro."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from servizio.language.meaning import Act, Add, Change, Expecting, NotOnMenu, Remove, Unclear
from servizio.language.understand import Understander
from servizio.shop.line import Choice, Line
from servizio.shop.menu_file import load_menu

_SENTENCES = tomllib.loads(Path(__file__).with_name("small_talk.toml").read_text(encoding="utf-8"))[
    "talk"
]
_ORDER = "could I get a taro milk tea with egg pudding and a black milk tea with boba please"
_CART = (
    Line("taro-milk-tea", 1, (Choice("topping", "boba"),)),
    Line("black-milk-tea", 1),
)


@cache
def _shop() -> Understander:
    return Understander(load_menu("boba"))


def _done(said: str, expecting: Expecting, lines: tuple[Line, ...] = ()) -> list[Act]:
    """What is done to the order."""
    acts = _shop().understand(said, expecting=expecting, lines=lines).acts
    return [act for act in acts if isinstance(act, Add | Change | Remove | Unclear | NotOnMenu)]


@pytest.mark.parametrize("said", _SENTENCES)
def test_small_talk_orders_and_changes_nothing(said: str) -> None:
    for expecting in (Expecting.ORDER, Expecting.YES_NO):
        assert _done(said, expecting) == []
        assert _done(said, expecting, _CART) == []


@pytest.mark.parametrize("said", _SENTENCES)
def test_an_order_stays_what_it_is_with_small_talk_around_it(said: str) -> None:
    alone = _done(_ORDER, Expecting.ORDER)
    assert _done(f"{said} {_ORDER}", Expecting.ORDER) == alone
    assert _done(f"{said.rstrip('.!?')} {_ORDER}", Expecting.ORDER) == alone
    assert _done(f"{_ORDER}. {said}", Expecting.ORDER) == alone
