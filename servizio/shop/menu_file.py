"""Menu files: from TOML to a `Menu` that needs no more checks.

All faults of a file are reported together, each with its line and its path.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from servizio.errors import MenuError, MenuFault
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup, Rule
from servizio.shop.menu_checks import check_menu_values
from servizio.shop.menu_table import (
    MAX_SENTENCE,
    Faults,
    Table,
    id_from_name,
    on_one_line,
    printable,
)
from servizio.shop.order import Fulfilment
from servizio.shop.toml_lines import has_curly_quotes, line_numbers

MAX_BYTES = 1_000_000
"""A menu file is never larger; something else was named by mistake."""
BUILT_IN = ("boba", "teahouse", "pizza", "cafe")

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class MenuReport:
    """What came of reading a menu file."""

    menu: Menu | None
    """`None` where there are faults."""
    faults: tuple[MenuFault, ...]
    """What makes the file unusable, in file order."""
    warnings: tuple[MenuFault, ...]
    """What an owner may want to change: names that two things share and the like."""


def built_in_menus() -> tuple[str, ...]:
    """Names of the menus that come with Servizio, the default first."""
    return BUILT_IN


def load_menu(source: str | Path) -> Menu:
    """The menu with this built-in name, or in the file at this path.

    Raises `MenuError` with every fault of the file, or without any where there is no file.
    """
    return read_menu(menu_text(source), name=str(source))


def read_menu(text: str, *, name: str) -> Menu:
    """The menu in a TOML document; `name` is what its errors call it."""
    report = check_menu(text)
    if report.menu is None:
        count = len(report.faults)
        things = "1 fault" if count == 1 else f"{count} faults"
        raise MenuError(
            f"The menu {printable(name)} has {things}: {report.faults[0]}"
            + (" (and more)" if count > 1 else ""),
            report.faults,
            "`servizio menu check FILE` lists every fault with its place.",
        )
    return report.menu


def menu_text(source: str | Path) -> str:
    """The TOML of a built-in menu or of a file. Raises `MenuError` where it cannot be read."""
    if isinstance(source, str) and source in BUILT_IN:
        file = resources.files("servizio.shop") / "menus" / f"{source}.toml"
        return file.read_text(encoding="utf-8")
    path = Path(source).expanduser()
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise MenuError(_unreadable(source, error), hint=_which(str(source))) from error
    if len(data) > MAX_BYTES:
        raise MenuError(f"{path} is too large for a menu.", hint="Is it the right file?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = MenuFault(f"line {line}", "is not UTF-8 text.")
        raise MenuError(
            f"The menu {path} is not UTF-8 text: line {line}.", (fault,), "Save it as UTF-8."
        ) from error


def check_menu(text: str) -> MenuReport:
    """Everything that is wrong or doubtful in a menu's TOML, and the menu if it is usable."""
    try:
        values = tomllib.loads(text)
        faults = Faults(line_numbers(text))
    except RecursionError:
        fault = MenuFault("line 1", "values are nested too deeply for a menu.")
        return MenuReport(None, (fault,), ())
    except ValueError as error:
        return MenuReport(None, (_syntax_fault(error, text),), ())
    menu = _menu(Table(values, (), faults))
    found = faults.in_order()
    return MenuReport(None if found else menu, found, faults.warnings_in_order())


def _menu(top: Table) -> Menu:
    top.only(
        "name", "currency", "tax_rate", "fulfilments", "modifier_groups", "items", "rules",
    )  # fmt: skip
    name = top.text("name", required=True)
    currency = _currency(top)
    groups = [(table, _group(table, currency)) for table in top.tables("modifier_groups")]
    items = [(table, _item(table, currency)) for table in top.tables("items")]
    rules = [(table, _rule(table)) for table in top.tables("rules")]
    return check_menu_values(
        Menu(
            name=name,
            items=tuple(item for _, item in items),
            modifier_groups=tuple(group for _, group in groups),
            rules=tuple(rule for _, rule in rules),
            currency=currency,
            tax_rate=_tax_rate(top),
            fulfilments=_fulfilments(top),
        ),
        top.faults,
    )


def _currency(top: Table) -> str:
    currency = top.text("currency") or "USD"
    if not re.fullmatch("[A-Z]{3}", currency):
        top.faults.add(
            top.at("currency"),
            f'"{printable(currency)}" should be a currency\'s three capital letters such as "USD".',
        )
        return "USD"
    return currency


def _tax_rate(top: Table) -> Decimal:
    rate = top.decimal("tax_rate", example="0.0875")
    if rate is None:
        return Decimal(0)
    if rate >= 1:
        top.faults.add(
            top.at("tax_rate"), f'{rate} is a share, not a percentage: 8.75 % is "0.0875".'
        )
    return rate


def _fulfilments(top: Table) -> tuple[str, ...]:
    if not top.has("fulfilments"):
        return (Fulfilment.PICKUP.value,)
    ways = top.texts("fulfilments")
    known = [way.value for way in Fulfilment]
    for place, way in enumerate(ways):
        path = (*top.at("fulfilments"), place)
        if way not in known:
            top.faults.add(path, f'"{printable(way)}" should be one of: {", ".join(known)}.')
        elif way in ways[:place]:
            top.faults.add(path, f'"{way}" is there twice.')
    if not ways:
        top.faults.add(top.at("fulfilments"), 'needs "pickup" or "delivery", or both.')
    return ways


def _group(table: Table, currency: str) -> ModifierGroup:
    table.only("id", "name", "prompt", "min", "max", "amounts", "default", "modifiers")
    name, group_id = _name_and_id(table)
    return ModifierGroup(
        id=group_id,
        name=name,
        modifiers=tuple(_modifier(each, currency) for each in table.tables("modifiers")),
        prompt=table.text("prompt", limit=MAX_SENTENCE) or None,
        min=table.number("min") or 0,
        max=table.number("max"),
        amounts=table.flag("amounts"),
        default=table.text("default") or None,
    )


def _modifier(table: Table, currency: str) -> Modifier:
    table.only("id", "name", "aliases", "price")
    name, modifier_id = _name_and_id(table)
    return Modifier(
        id=modifier_id,
        name=name,
        aliases=table.texts("aliases"),
        price=table.price("price", currency),
    )


def _item(table: Table, currency: str) -> Item:
    table.only("id", "name", "aliases", "category", "price", "modifier_groups", "description")
    name, item_id = _name_and_id(table)
    return Item(
        id=item_id,
        name=name,
        price=table.price("price", currency, required=True),
        aliases=table.texts("aliases"),
        category=table.text("category"),
        modifier_groups=table.texts("modifier_groups"),
        description=table.text("description", limit=MAX_SENTENCE),
    )


def _rule(table: Table) -> Rule:
    table.only("modifier", "requires")
    return Rule(
        modifier=table.text("modifier", required=True),
        requires=table.text("requires", required=True),
    )


def _name_and_id(table: Table) -> tuple[str, str]:
    name = table.text("name", required=True)
    if name and not any(sign.isalnum() for sign in name):
        table.faults.add(table.at("name"), f'"{printable(name)}" cannot be said.')
    given = table.text("id")
    if given and any(sign.isspace() for sign in given):
        table.faults.add(
            table.at("id"), f'"{printable(given)}" contains a space; use "{id_from_name(given)}".'
        )
    return name, given or id_from_name(name)


def _syntax_fault(error: ValueError, text: str) -> MenuFault:
    """The first thing that is no TOML: nothing after it can be told for certain."""
    message = str(error)
    problem = message.partition(" (at ")[0].rstrip(".")
    if not isinstance(error, tomllib.TOMLDecodeError):
        problem = "a number is too long"
    found = _PLACE.search(message)
    place = f"line {found[1]}, column {found[2]}" if found else f"line {text.count(chr(10)) + 1}"
    hint = ""
    if found and has_curly_quotes(text, int(found[1])):
        hint = ' these are curly quotes; TOML takes straight ones, as in name = "tea".'
        return MenuFault(place, f"this is not valid TOML:{hint}")
    if "Invalid value" in message:
        hint = ' Text and prices stand in quotes: name = "taro milk tea", price = "5.50".'
    elif "Cannot declare" in message or "Cannot overwrite" in message:
        hint = " Each item begins with a line [[items]] and has each key once."
    elif "Expected newline" in message:
        hint = " Each key stands on a line of its own."
    return MenuFault(place, f"this is not valid TOML: {on_one_line(problem)}.{hint}")


def _unreadable(source: str | Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There is no menu {on_one_line(str(source))}."
    if isinstance(error, IsADirectoryError):
        return f"{on_one_line(str(source))} is a folder, not a menu file."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a path"
    return f"The menu {on_one_line(str(source))} cannot be read: {reason}."


def _which(source: str) -> str:
    close = get_close_matches(source, BUILT_IN, n=1)
    if close:
        return f'Did you mean the built-in menu "{close[0]}"?'
    return f"Give the path of a menu file or a built-in menu: {', '.join(BUILT_IN)}."
