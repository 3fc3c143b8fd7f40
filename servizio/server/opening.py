"""A shop's menu and store as its settings want them: for the server and for commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import unquote, urlsplit

from servizio.errors import MenuError, SettingsError
from servizio.paths import Folders
from servizio.settings import Settings
from servizio.shop.business import whole_sentence
from servizio.shop.hours_text import parse_hours
from servizio.shop.menu import Menu
from servizio.shop.menu_file import load_menu
from servizio.shop.menu_table import on_one_line
from servizio.shop.order_number import choose_order_number
from servizio.shop.order_texts import ready_text
from servizio.shop.phone_number import region_of_zone
from servizio.shop.profile import ShopProfile
from servizio.store.interface import Store
from servizio.store.sqlite import SqliteStore


def clock() -> datetime:
    """The time of day, UTC."""
    return datetime.now(UTC)


def menu_source(settings: Settings, folders: Folders) -> str:
    """The name or path of the menu of the settings.

    A path that is not absolute is looked for here first, then beside the settings file.
    Raises `MenuError` that names both folders where it is in neither.
    """
    source = settings.shop.menu
    beside = folders.config / source
    if not _is_path(source) or Path(source).expanduser().is_absolute():
        return source
    if beside.is_file():
        return str(beside)
    raise MenuError(
        f"There is no menu {on_one_line(source)} in {folders.config} or in {Path.cwd()}.",
        hint="Put the file beside servizio.toml, or write its whole path in shop.menu.",
    )


def shop_menu(settings: Settings, folders: Folders) -> Menu:
    """The menu of the settings, with their tax rate. Raises `MenuError`."""
    menu = load_menu(menu_source(settings, folders))
    if settings.shop.tax_rate is None:
        return menu
    return replace(menu, tax_rate=settings.shop.tax_rate)


def shop_profile(settings: Settings, menu: Menu) -> ShopProfile:
    """The shop of these settings. Raises `SettingsError` for hours that make no sense."""
    shop = settings.shop
    return ShopProfile(
        name=shop.name or menu.name,
        menu=menu,
        hours=parse_hours(shop.hours, shop.zone()),
        address=shop.address,
        parking=whole_sentence(shop.parking),
        allergens=whole_sentence(shop.allergens),
        staff_phone=shop.staff_phone,
        region=region_of_zone(shop.timezone),
        max_items=shop.max_items_per_order,
        offer_usual=settings.agent.offer_usual,
        takes_orders_when_closed=shop.orders_when_closed,
    )


def _is_path(source: str) -> bool:
    return source.endswith(".toml") and not Path(source).expanduser().is_file()


def store_path(settings: Settings, folders: Folders) -> Path:
    """The file of the database. Raises `SettingsError` for a kind that is not known."""
    url = settings.store.url
    if not url:
        return folders.database
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # As elsewhere: three slashes and a path from here, four and one from the root.
        return Path(unquote(parts.path).removeprefix("/")).expanduser().absolute()
    if not parts.scheme or len(parts.scheme) == 1:
        return Path(url).expanduser().absolute()
    raise SettingsError(
        f"store.url = {parts.scheme}://... is not a database that Servizio can use.",
        "Use sqlite:///path, or leave it out: a file in the data folder.",
    )


@asynccontextmanager
async def open_store(settings: Settings, folders: Folders, menu: Menu) -> AsyncIterator[Store]:
    """The shop's store, open. Raises `StoreError`."""
    async with SqliteStore(
        store_path(settings, folders),
        clock=clock,
        pick_number=partial(choose_order_number, random=Random()),
        ready_text=partial(ready_text, settings.shop.name or menu.name),
        webhook_urls=settings.webhooks.urls,
    ) as store:
        yield store
