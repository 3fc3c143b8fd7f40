"""`servizio backup`, `restore` and `purge`: looking after the database."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from servizio.errors import StoreError
from servizio.server.opening import clock, open_store, shop_menu, store_path
from servizio.server.presence import ServerRunsError, only_server
from servizio.settings import Settings, load_settings, locate
from servizio.store.restoring import restore


def back_up(file: Path) -> Path:
    """Write a consistent copy, also while the server runs. The path of the copy."""
    settings, folders = load_settings(), locate()
    target = file.expanduser().absolute()
    database = store_path(settings, folders)
    if not database.is_file():
        raise StoreError(f"There is no database yet: {database}.", "Run the shop first.")

    async def copy() -> None:
        async with open_store(settings, folders, shop_menu(settings, folders)) as store:
            await store.backup(target)

    asyncio.run(copy())
    return target


def put_back(file: Path) -> str:
    """Put a backup in the place of the database while no server runs. What was done."""
    settings, folders = load_settings(), locate()
    folders.make()
    try:
        with only_server(folders):
            done = restore(file.expanduser().absolute(), store_path(settings, folders), clock())
    except ServerRunsError as error:
        raise StoreError(error.message, "Stop it first: nobody may work on the database.") from None
    newest = f", the newest of {_here(done.newest, settings)}" if done.newest else ""
    kept = f"\nWhat was there before is kept: {done.kept}" if done.kept else ""
    return f"In place: {done.orders} orders{newest}.{kept}"


def _here(at: str, settings: Settings) -> str:
    """`2026-11-22 18:05` by the shop's clock."""
    return f"{datetime.fromisoformat(at).astimezone(settings.shop.zone()):%Y-%m-%d %H:%M}"


def purge_old() -> str:
    """Forget the customers of orders and calls older than the retention. What was done."""
    settings, folders = load_settings(), locate()
    days = settings.store.retention_days
    if not store_path(settings, folders).is_file():
        return "There is no database yet: nothing to purge."

    async def forget() -> str:
        async with open_store(settings, folders, shop_menu(settings, folders)) as store:
            gone = await store.purge(clock() - timedelta(days=days))
            return (
                f"Older than {days} days: {gone.orders} orders, {gone.calls} calls and "
                f"{gone.messages} messages have lost what was personal in them."
            )

    return asyncio.run(forget())
