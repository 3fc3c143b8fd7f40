"""`servizio customers`: what is kept of one customer, handed over or erased."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from servizio.errors import ServizioError, StoreError
from servizio.server.opening import open_store, shop_menu, store_path
from servizio.settings import load_settings, locate
from servizio.shop.phone_number import region_of_zone, written_phone_number
from servizio.store.interface import Store

T = TypeVar("T")


def export(phone: str) -> None:
    """Print everything of this number."""
    kept = _with_store(phone, lambda store, number: store.customer(number))
    print(json.dumps(kept, ensure_ascii=False, indent=2))


def forget(phone: str, *, yes: bool) -> None:
    """Erase everything of this number, after asking."""
    if not yes:
        if not sys.stdin.isatty():
            raise ServizioError("Nobody is here to be asked.", "Say --yes.")
        print(f"Erase who {phone} is and all that was said? It cannot be undone. [y/N] ", end="")
        if input().strip().casefold() not in {"y", "yes"}:
            print("Nothing was erased.")
            return
    gone = _with_store(phone, lambda store, number: store.forget_customer(number))
    print(
        f"Forgotten: {gone.orders} orders, {gone.calls} calls and {gone.messages} messages "
        "have lost what was personal in them."
    )
    if gone.still_open:
        print(f"Left alone, as they are still open: {', '.join(gone.still_open)}.")
    print("Backups made earlier still hold it.")


def _with_store(phone: str, work: Callable[[Store, str], Awaitable[T]]) -> T:
    settings, folders = load_settings(), locate()
    number = written_phone_number(phone, region_of_zone(settings.shop.timezone))
    database = store_path(settings, folders)
    if not database.is_file():
        raise StoreError(f"There is no database yet: {database}.", "Run the shop first.")

    async def do() -> T:
        async with open_store(settings, folders, shop_menu(settings, folders)) as store:
            return await work(store, number)

    return asyncio.run(do())
