"""How an agent ends: its tasks first, then what they used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any


async def end_tasks(
    tasks: Iterable[asyncio.Task[Any]], close: Callable[[], Awaitable[object]]
) -> None:
    """Cancel these tasks, wait until they are over, and close what they used.

    It is closed also where the waiting is cut short, by the end of the call or of its patience:
    a socket that stays open is counted by the provider.
    """
    ending = list(tasks)
    for task in ending:
        task.cancel()
    try:
        await asyncio.gather(*ending, return_exceptions=True)
    finally:
        await close()
