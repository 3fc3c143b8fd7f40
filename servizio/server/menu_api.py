"""The menu over HTTP, and what is sold out on it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from servizio.server.answers import RequestError, answer, read_object
from servizio.server.keys import MENU, STORE
from servizio.server.orders_api import STAFF
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup


def menu_json(menu: Menu) -> dict[str, object]:
    """The menu in the words of a menu file; prices as text."""
    return {
        "name": menu.name,
        "currency": menu.currency,
        "tax_rate": str(menu.tax_rate),
        "fulfilments": list(menu.fulfilments),
        "items": [_item(item) for item in menu.items],
        "modifier_groups": [_group(group) for group in menu.modifier_groups],
        "rules": [{"modifier": rule.modifier, "requires": rule.requires} for rule in menu.rules],
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "name": item.name,
        "aliases": list(item.aliases),
        "category": item.category,
        "price": str(item.price),
        "modifier_groups": list(item.modifier_groups),
        "description": item.description,
    }


def _group(group: ModifierGroup) -> dict[str, object]:
    return {
        "id": group.id,
        "name": group.name,
        "prompt": group.prompt,
        "min": group.min,
        "max": group.max,
        "amounts": group.amounts,
        "default": group.default,
        "modifiers": [_modifier(modifier) for modifier in group.modifiers],
    }


def _modifier(modifier: Modifier) -> dict[str, object]:
    return {
        "id": modifier.id,
        "name": modifier.name,
        "aliases": list(modifier.aliases),
        "price": str(modifier.price),
    }


async def show_menu(request: web.Request) -> web.Response:
    """`GET /api/menu`: the menu, and the ids of what is sold out."""
    sold_out = await request.app[STORE].sold_out()
    return answer(menu_json(request.app[MENU]) | {"sold_out": sorted(sold_out)})


async def change_menu(request: web.Request) -> web.Response:
    """`PATCH /api/menu`: mark as sold out, or as back.

    `{"sold_out": {"taro-milk-tea": true, "boba": false}}`, or as lists
    `{"sold_out": ["taro-milk-tea"], "back": ["boba"]}`. All of it or, where an id is not on
    the menu, nothing.
    """
    changes = _changes(await read_object(request))
    unknown = sorted(set(changes) - known_ids(request.app[MENU]))
    if unknown:
        raise RequestError(404, f"Not on the menu: {', '.join(each[:60] for each in unknown)}.")
    for menu_id, gone in changes.items():
        await request.app[STORE].set_sold_out(menu_id, gone, actor=STAFF)
    return await show_menu(request)


def known_ids(menu: Menu) -> set[str]:
    """Ids of all items and modifiers."""
    modifiers = (each.id for group in menu.modifier_groups for each in group.modifiers)
    return {item.id for item in menu.items} | set(modifiers)


def _changes(body: Mapping[str, object]) -> dict[str, bool]:
    sold_out, back = body.get("sold_out", {}), body.get("back", [])
    changes: dict[str, bool] = {}
    if isinstance(sold_out, list):
        changes.update(dict.fromkeys(map(str, sold_out), True))
    elif isinstance(sold_out, dict) and all(isinstance(gone, bool) for gone in sold_out.values()):
        changes.update(sold_out)
    else:
        raise RequestError(400, "sold_out should be a list of ids, or an object of true and false.")
    if not isinstance(back, list):
        raise RequestError(400, "back should be a list of ids.")
    changes.update(dict.fromkeys(map(str, back), False))
    if not changes:
        raise RequestError(400, "Nothing to change: give sold_out or back.")
    return changes
