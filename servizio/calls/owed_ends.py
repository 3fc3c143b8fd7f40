"""Ends of calls that are known and not written yet: a text may be waiting for each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from servizio.errors import StoreError
from servizio.store.interface import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Owed:
    outcome: str
    latency_ms: Mapping[str, object] | None
    catch_up: Callable[[], Awaitable[None]] | None


class OwedEnds:
    """All of them. Lives on the event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owed: dict[str, _Owed] = {}
        self._paying = asyncio.Lock()

    def owe(
        self,
        call_sid: str,
        outcome: str,
        latency_ms: Mapping[str, object] | None = None,
        catch_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """This call is over and it is to be written with the next payment.

        `catch_up` writes what was said in it and is not written either.

        What was told first stands: a status that comes after it says less.
        """
        self._owed.setdefault(call_sid, _Owed(outcome, latency_ms, catch_up))

    async def pay(self) -> None:
        """Write as many as the store takes, each once whoever pays at the same moment."""
        async with self._paying:
            for sid, owed in list(self._owed.items()):
                latency = owed.latency_ms
                if owed.catch_up is not None:
                    await owed.catch_up()
                try:
                    await self._store.end_call(sid, outcome=owed.outcome, latency_ms=latency)
                except StoreError as error:
                    log.warning("end_still_owed call=%s: %s", sid, error.message)
                    return
                self._owed.pop(sid, None)
