"""What docs/menus.md says about menus is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from servizio.shop.line import Line
from servizio.shop.line_rules import groups_to_ask
from servizio.shop.menu_file import check_menu

DOC = (Path(__file__).parents[2] / "docs" / "menus.md").read_text(encoding="utf-8")
EXAMPLE, *_ = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
MISTAKES = re.findall(r"```toml\n((?:(?!```).)*)```\n```text\n(.*?)```", DOC, re.DOTALL)


def test_the_example_is_a_menu_and_asks_what_the_page_says() -> None:
    report = check_menu(EXAMPLE)
    assert (report.faults, report.warnings) == ((), ())
    assert report.menu is not None
    asked = groups_to_ask(report.menu, Line("jasmine-milk-tea"))
    assert [group.prompt for group in asked] == ["Regular or large?", "Any toppings?"]


@pytest.mark.parametrize(("menu", "messages"), MISTAKES, ids=range(len(MISTAKES)))
def test_every_mistake_gets_the_message_on_the_page(menu: str, messages: str) -> None:
    found = [str(fault) for fault in check_menu(menu).faults]
    for message in messages.splitlines():
        assert message in found
    if len(messages.splitlines()) == 1:
        assert len(found) == 1, "one mistake is told once"


@pytest.mark.parametrize(
    "table", ["items", "modifier_groups", "modifier_groups.modifiers", "rules"]
)
def test_every_key_is_on_the_page(table: str) -> None:
    opening = f"[[modifier_groups]]\n[[{table}]]\nunheard_of = 1"
    problems = [fault.problem for fault in check_menu(opening).faults]
    known = next(each for each in problems if "unheard_of" in each).partition("Known here: ")[2]
    keys = known.rstrip(".").split(", ")
    assert len(keys) > 1
    for key in keys:
        assert f"| `{key}` |" in DOC
