"""`servizio orders`: the queue from scripts.

A running server is asked; where none is up, the database is read and written directly.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import cast
from urllib.parse import quote

from servizio.commands.shop_access import ask_or_read
from servizio.commands.shop_client import ShopClient
from servizio.errors import ServizioError
from servizio.paths import Folders
from servizio.server.opening import open_store, shop_menu
from servizio.settings import Settings, load_settings, locate
from servizio.shop.order import OrderStatus
from servizio.shop.order_json import OrderJson, order_json
from servizio.shop.spreadsheet import harmless
from servizio.store.interface import Store

OVER = frozenset({OrderStatus.PICKED_UP, OrderStatus.CANCELLED})
COLUMNS = (
    "order_number", "created_at", "status", "source", "phone", "name", "fulfilment", "address",
    "item", "quantity", "modifiers", "price", "subtotal", "tax", "total",
)  # fmt: skip
"""Columns of the CSV: one row for each line of an order."""


def list_orders(*, all_orders: bool, limit: int, search: str, as_json: bool) -> None:
    """Print orders, newest first: those in progress, or all; those that `search` fits."""

    def ask(server: ShopClient) -> list[OrderJson]:
        answer = cast("Mapping[str, list[OrderJson]]", server.get("/orders.json?limit=1000"))
        return answer["orders"]

    async def read(store: Store) -> list[OrderJson]:
        return [order_json(order) for order in await store.orders(1000)]

    orders = ask_or_read(ask, read)
    known = [order for order in orders if all_orders or order["status"] not in OVER]
    shown = [order for order in known if _fits(order, search)][:limit]
    if as_json:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    if not shown:
        print("No orders.", file=sys.stderr)
    for order in shown:
        things = ", ".join(f"{line['quantity']} {line['name']}" for line in order["items"])
        print(f"{order['order_number']}  {order['status']:<9}  {order['total']:>8}  {things}")


def _fits(order: OrderJson, search: str) -> bool:
    """Whether this is its number, in its name or an item's, or the end of its phone number."""
    wanted = search.strip().casefold()
    if not wanted:
        return True
    names = [order["name"] or "", *(line["name"] for line in order["items"])]
    digits = "".join(sign for sign in wanted if sign.isdigit())
    return (
        wanted == order["order_number"]
        or any(wanted in name.casefold() for name in names)
        or bool(digits and (order["phone"] or "").endswith(digits))
    )


def show_order(number: str, *, as_json: bool) -> None:
    """Print one order."""

    def ask(server: ShopClient) -> OrderJson:
        return cast("OrderJson", server.get(f"/api/orders/{quote(number, safe='')}"))

    async def read(store: Store) -> OrderJson:
        return order_json(await store.order(number))

    order = ask_or_read(ask, read)
    print(json.dumps(order, ensure_ascii=False, indent=2) if as_json else _as_text(order))


def set_status(number: str, status: str) -> None:
    """Move an order on."""

    def ask(server: ShopClient) -> OrderJson:
        path = f"/api/orders/{quote(number, safe='')}/status"
        return cast("OrderJson", server.post(path, {"status": status}))

    async def write(store: Store) -> OrderJson:
        return order_json(await store.set_status(number, OrderStatus(status), actor="staff"))

    order = ask_or_read(ask, write)
    print(f"Order {order['order_number']} is {order['status'].replace('_', ' ')}.")


def export(*, as_json: bool, since: str | None, until: str | None) -> None:
    """Write orders to stdout, oldest first. Days are the shop's."""
    settings, folders = load_settings(), locate()
    zone = settings.shop.zone()
    begin = _moment(since, zone, "--since") if since else datetime.min.replace(tzinfo=zone)
    end = _moment(until, zone, "--until", end_of_day=True) if until else None
    asyncio.run(_export(settings, folders, begin, end, as_json=as_json))


async def _export(
    settings: Settings, folders: Folders, since: datetime, until: datetime | None, *, as_json: bool
) -> None:
    menu = shop_menu(settings, folders)
    table = csv.writer(sys.stdout)
    if not as_json:
        table.writerow(COLUMNS)
    count = 0
    async with open_store(settings, folders, menu) as store:
        async for order in store.export_orders(since, until):
            whole = order_json(order)
            if as_json:
                print(("[\n" if count == 0 else ",\n") + json.dumps(whole), end="")
            else:
                table.writerows(_rows(whole))
            count += 1
    if as_json:
        print("\n]" if count else "[]")


def _rows(order: OrderJson) -> list[list[object]]:
    head = [order["order_number"], order["created_at"], order["status"], order["source"]]
    customer = [order["phone"], order["name"], order["fulfilment"], order["address"]]
    tail = [order["subtotal"], order["tax"], order["total"]]
    return [
        [
            harmless(value)
            for value in [
                *head,
                *customer,
                line["name"],
                line["quantity"],
                "; ".join(_modifier(each) for each in line["modifiers"]),
                line["price"],
                *tail,
            ]
        ]
        for line in order["items"]
    ]


def _modifier(modifier: Mapping[str, object]) -> str:
    amount = "" if modifier["amount"] == "regular" else f"{modifier['amount']} "
    count = "" if modifier["count"] == 1 else f"{modifier['count']} x "
    return f"{count}{amount}{modifier['name']}".replace("none ", "no ")


def _as_text(order: OrderJson) -> str:
    lines = [
        f"Order {order['order_number']}: {order['status'].replace('_', ' ')}",
        *(
            f"  {line['quantity']} x {line['name']}  {line['price']}"
            + "".join(f"\n      {_modifier(each)}" for each in line["modifiers"])
            for line in order["items"]
        ),
        f"  subtotal {order['subtotal']}, tax {order['tax']}, total {order['total']}",
        f"  {order['fulfilment']}" + (f" to {order['address']}" if order["address"] else ""),
        f"  for {order['name'] or 'no name'}, phone {order['phone'] or 'none'}",
        f"  taken {order['created_at']} ({order['source']}), changed {order['updated_at']}",
    ]
    return "\n".join(lines)


def _moment(text: str, zone: tzinfo, option: str, *, end_of_day: bool = False) -> datetime:
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text) + timedelta(days=1 if end_of_day else 0)
            return datetime.combine(day, time(), zone)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise ServizioError(
            f"{option} {text!r} is no day and no time.", "Write 2026-01-31 or 2026-01-31T09:30."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
