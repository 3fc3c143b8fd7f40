"""A store in memory for stories about calls, in virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from servizio.errors import StoreError
from servizio.shop.today import Today, today_json
from servizio.store.records import CallRecord, Direction, Event, EventKind, Role
from tests.agents.local.conversation import PaperOrders


class PaperStore(PaperOrders):
    """A store in memory: a thread of the real one would not wait for virtual time."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[str] = []
        self.turns: list[tuple[Role, str, bool]] = []
        """Role, words, whether all of it was heard."""
        self.carts: list[Mapping[str, Any]] = []
        self.took_over: list[str] = []
        self.ends: list[tuple[str, str]] = []
        """Call and outcome of every end that was written."""
        self.gone: frozenset[str] = frozenset()
        self.as_set = Today()
        """What staff have set for now."""
        self.fault: StoreError | None = None
        """What every writing raises, where there is one."""
        self.slowness = 0.0
        """Seconds that the end of a call takes to write."""
        self.recovered = 0
        self._changes: asyncio.Queue[Event] = asyncio.Queue()

    async def start_call(self, call_sid: str, **_given: object) -> CallRecord:
        self._check()
        self.started.append(call_sid)
        began = datetime(2026, 11, 20, 12, tzinfo=UTC)
        return CallRecord(call_sid, Direction.INBOUND, "ringing", began)

    async def update_call(self, _sid: str, *, agent: str | None = None, **_given: object) -> None:
        self._check()
        if agent is not None:
            self.took_over.append(agent)

    async def set_cart(self, _sid: str, cart: Mapping[str, Any]) -> None:
        self._check()
        self.carts.append(cart)

    async def add_turn(
        self, _sid: str, role: Role, text: str, *, at: datetime, heard: bool = True
    ) -> None:
        del at
        self._check()
        self.turns.append((role, text, heard))

    async def end_call(self, call_sid: str, *, outcome: str, **_given: object) -> None:
        await asyncio.sleep(self.slowness)
        self._check()
        self.ends.append((call_sid, outcome))

    async def recover_calls(self) -> Sequence[object]:
        self.recovered += 1
        return ()

    async def sold_out(self) -> frozenset[str]:
        return self.gone

    def sell_out(self, *ids: str) -> None:
        """Staff mark these as sold out, and nothing else."""
        data = '{"sold_out": [' + ", ".join(f'"{each}"' for each in ids) + "]}"
        at = datetime(2026, 9, 7, tzinfo=UTC)
        self._changes.put_nowait(Event(1, EventKind.MENU_CHANGED, at, data))

    async def today(self) -> Today:
        return self.as_set

    def set_today(self, today: Today) -> None:
        """Staff set something for now."""
        at = datetime(2026, 9, 7, tzinfo=UTC)
        event = Event(1, EventKind.SHOP_CHANGED, at, json.dumps(today_json(today)))
        self._changes.put_nowait(event)

    async def listen(self, **_given: object) -> AsyncIterator[Event]:
        while True:
            yield await self._changes.get()

    def _check(self) -> None:
        if self.fault is not None:
            raise self.fault
