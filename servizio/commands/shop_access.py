"""The shop as a command finds it: a running server, or only its database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from servizio.commands.shop_client import ShopClient, here
from servizio.server.opening import open_store, shop_menu
from servizio.settings import load_settings, locate
from servizio.store.interface import Store

T = TypeVar("T")


def ask_or_read(ask: Callable[[ShopClient], T], read: Callable[[Store], Awaitable[T]]) -> T:
    """What the running server answers; where none is up, what the database says.

    `read` may write, too: a server that starts later finds it.
    """
    settings, folders = load_settings(), locate()
    server = here(settings, folders)
    if server is not None:
        return ask(server)

    async def directly() -> T:
        folders.make()
        async with open_store(settings, folders, shop_menu(settings, folders)) as store:
            return await read(store)

    return asyncio.run(directly())
