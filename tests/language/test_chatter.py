"""Talk that is not for the shop orders nothing, whatever the shop sells."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from servizio.language.understand import Understander
from servizio.shop.menu_file import load_menu

_CHATTER = Path(__file__).with_name("chatter.toml")


def _sentences() -> list[str]:
    tables = tomllib.loads(_CHATTER.read_text(encoding="utf-8"))
    return [sentence for sentences in tables.values() for sentence in sentences]


@cache
def _shop(menu: str) -> Understander:
    return Understander(load_menu(menu))


@pytest.mark.parametrize("menu", ["boba", "teahouse", "pizza", "cafe"])
def test_chatter_never_becomes_an_order_line(menu: str) -> None:
    invented = {
        sentence: lines
        for sentence in _sentences()
        if (lines := _shop(menu).understand(sentence).lines)
    }
    assert invented == {}
