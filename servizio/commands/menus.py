"""`servizio menu`: check, print, list, 86 and un-86."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

from servizio.commands.shop_access import ask_or_read
from servizio.commands.shop_client import ShopClient
from servizio.errors import MenuError, OrderError
from servizio.server.menu_api import menu_json
from servizio.server.opening import menu_source, shop_menu
from servizio.settings import load_settings, locate
from servizio.shop.availability import find_ids
from servizio.shop.menu import Menu
from servizio.shop.menu_file import built_in_menus, check_menu, load_menu, menu_text
from servizio.shop.menu_table import counted
from servizio.shop.money import money_text
from servizio.store.interface import Store


def check(file: Path, *, as_json: bool) -> None:
    """Print every fault and doubt of a menu file, with its place. Raises `MenuError`."""
    report = check_menu(menu_text(file))
    if as_json:
        found = {
            "ok": report.menu is not None,
            "faults": [{"place": f.place, "problem": f.problem} for f in report.faults],
            "warnings": [{"place": f.place, "problem": f.problem} for f in report.warnings],
        }
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for fault in report.faults:
            print(f"{file}: {fault}")
        for warning in report.warnings:
            print(f"{file}: warning: {warning}")
    if report.menu is None:
        count = len(report.faults)
        raise MenuError(
            f"{file} has {counted(count, 'fault')}.",
            hint="Correct each at the place that is named, then check again.",
        )
    if not as_json:
        menu = report.menu
        print(f"{file}: {menu.name}, {counted(len(menu.items), 'item')}, no faults.")


def list_built_in(*, as_json: bool) -> None:
    """Print the built-in menus."""
    menus = {name: load_menu(name) for name in built_in_menus()}
    if as_json:
        rows = [{"menu": name, "name": m.name, "items": len(m.items)} for name, m in menus.items()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for name, menu in menus.items():
        print(f"{name:<10}  {menu.name}, {len(menu.items)} items")


def show(source: str, *, as_json: bool) -> None:
    """Print a menu; of the shop's own also what is sold out."""
    if source:
        menu, sold_out = load_menu(source), frozenset[str]()
    else:
        menu, sold_out = shop_menu(load_settings(), locate()), _sold_out()
    if as_json:
        whole = menu_json(menu) | {"sold_out": sorted(sold_out)}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_as_lines(menu, sold_out)))


def show_file(source: str) -> None:
    """Print a menu's file as it is."""
    print(menu_text(source or menu_source(load_settings(), locate())), end="")


def set_sold_out(thing: str, *, sold_out: bool) -> None:
    """86 or un-86 an item or modifier, named by its id or name."""
    menu_id = _one_id(shop_menu(load_settings(), locate()), thing)

    def ask(server: ShopClient) -> frozenset[str]:
        answer = server.patch("/api/menu", {"sold_out": {menu_id: sold_out}})
        return frozenset(cast("dict[str, list[str]]", answer)["sold_out"])

    async def write(store: Store) -> frozenset[str]:
        return await store.set_sold_out(menu_id, sold_out, actor="staff")

    now = ask_or_read(ask, write)
    print(f"{menu_id} is {'sold out' if sold_out else 'back'}.")
    print(f"Sold out now: {', '.join(sorted(now)) or 'nothing'}.", file=sys.stderr)


def _one_id(menu: Menu, thing: str) -> str:
    found = find_ids(menu, thing)
    if len(found) > 1:
        raise OrderError(f"{thing!r} can be several things.", f"Use one of: {', '.join(found)}.")
    return found[0]


def _sold_out() -> frozenset[str]:
    def ask(server: ShopClient) -> frozenset[str]:
        return frozenset(cast("dict[str, list[str]]", server.get("/api/menu"))["sold_out"])

    async def read(store: Store) -> frozenset[str]:
        return await store.sold_out()

    return ask_or_read(ask, read)


def _as_lines(menu: Menu, sold_out: frozenset[str]) -> list[str]:
    def gone(thing_id: str) -> str:
        return "  SOLD OUT" if thing_id in sold_out else ""

    lines = [menu.name]
    category = None
    for item in menu.items:
        if item.category != category:
            category = item.category
            lines += ["", category or "items"]
        price = money_text(item.price, menu.currency)
        lines.append(f"  {item.name:<36} {price:>9}{gone(item.id)}")
    for group in menu.modifier_groups:
        limit = f", at most {group.max}" if group.max else ""
        needed = f", at least {group.min}" if group.min else ""
        lines += ["", f"{group.name}{needed}{limit}"]
        for modifier in group.modifiers:
            price = f"+{money_text(modifier.price, menu.currency)}" if modifier.price else ""
            default = "  (default)" if modifier.id == group.default else ""
            lines.append(f"  {modifier.name:<36} {price:>9}{default}{gone(modifier.id)}".rstrip())
    return lines
