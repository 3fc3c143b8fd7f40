"""What is said within a conversation: answers, corrections, changes, questions, talk.

The cases are in `conversation_cases.toml`, as a recogniser writes them: no capitals, no
punctuation, here and there a word misheard.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from servizio.language.meaning import (
    Act,
    Add,
    Change,
    Delivery,
    Expecting,
    Name,
    NotOnMenu,
    OrderNumber,
    PhoneNumber,
    Question,
    Remove,
    Target,
    Unclear,
)
from servizio.language.understand import Understander
from servizio.shop.line import Choice, Line
from servizio.shop.menu import Menu
from servizio.shop.menu_file import load_menu
from tests.language.menus import chosen

_CASES = Path(__file__).with_name("conversation_cases.toml")


def _cases() -> Iterator[Any]:
    for section in tomllib.loads(_CASES.read_text(encoding="utf-8"))["section"]:
        for said, *acts in section["cases"]:
            yield pytest.param(section, said, acts, id=f"{section['title']}: {said}")


@pytest.mark.parametrize(("section", "said", "acts"), _cases())
def test_what_is_said_in_a_conversation(
    section: dict[str, Any], said: str, acts: list[str]
) -> None:
    menu, understander = _shop(section["menu"])
    meaning = understander.understand(
        said,
        expecting=Expecting(section["expecting"]),
        groups=section.get("groups", ()),
        lines=[_line(menu, text) for text in section.get("cart", ())],
    )
    assert [_short(act) for act in meaning.acts] == acts


@cache
def _shop(name: str) -> tuple[Menu, Understander]:
    menu = load_menu(name)
    return menu, Understander(menu)


def _line(menu: Menu, text: str) -> Line:
    """ "2 taro-milk-tea: boba, no-ice" as a line."""
    head, _, modifiers = text.partition(": ")
    quantity, item = head.split(" ")
    choices: list[Choice] = []
    for modifier in filter(None, modifiers.split(", ")):
        groups = map(menu.group, menu.item(item).modifier_groups)
        own = next(group for group in groups if any(one.id == modifier for one in group.modifiers))
        choices.append(Choice(own.id, modifier))
    return Line(item, int(quantity), tuple(choices))


def _short(act: Act) -> str:
    """An act as the cases write it."""
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(act).__name__).lower()
    match act:
        case Add(lines):
            name += " " + " + ".join(map(_short_line, lines))
        case Change(target, choices, quantity, item, some):
            to = [f"to {item}"] if item else []
            count = [f"x{quantity}"] if quantity is not None else []
            name += f" {some} of" if some is not None else ""
            name += f" {_pointed(target)}: " + ", ".join([*to, *count, *chosen(choices)])
        case Remove(target, quantity):
            name += f" {_pointed(target)}" + (f" x{quantity}" if quantity else "")
        case Question(topic, item, modifier, detail):
            about = ", ".join(filter(None, (item, modifier, detail)))
            name = f"ask {topic}" + (f": {about}" if about else "")
        case PhoneNumber(digits, complete):
            name = f"phone {digits}" + ("" if complete else " ...")
        case OrderNumber(digits):
            name = f"order {digits}"
        case Name(said):
            name += f" {said}"
        case Delivery(address):
            name += f" {address}" if address else ""
        case NotOnMenu(words):
            name = f"stranger {words}"
        case Unclear(_, candidates):
            name += " " + " | ".join(candidates)
        case _:
            pass
    return name


def _short_line(line: Line) -> str:
    choices = ", ".join(chosen(line.choices))
    return f"{line.quantity} {line.item}" + (f": {choices}" if choices else "")


def _pointed(target: Target) -> str:
    if target.all:
        return "all"
    if target.index is not None:
        return f"#{target.index}"
    return f"the {target.item}" if target.item else "it"
