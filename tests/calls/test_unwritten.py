"""What is said while the store writes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from servizio.calls.history import MOST_UNWRITTEN
from servizio.calls.switchboard import OWED_SECONDS
from servizio.errors import StoreError
from servizio.store.records import Role
from tests.calls.paper_store import PaperStore
from tests.calls.scene import SID, ScriptedAgent, connect, member, open_switchboard
from tests.virtual_time import run_virtually


def test_what_is_said_while_the_disk_takes_nothing_is_written_once_it_does() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            await asyncio.sleep(1.0)
            store.turns.clear()
            store.fault = StoreError("The disk is full.")
            for words in ("A taro tea.", "Large."):
                call.history.turn(Role.CUSTOMER, words)
                await asyncio.sleep(1.0)
            assert store.turns == []
            store.fault = None
            call.history.turn(Role.CUSTOMER, "That's all.")
            await asyncio.sleep(1.0)
            said = [text for role, text, _ in store.turns if role is Role.CUSTOMER]
            assert said == ["A taro tea.", "Large.", "That's all."]
            await call.line_closed("stop")

    run_virtually(story())


def test_what_was_said_is_written_after_the_call_where_the_disk_takes_it_only_then() -> None:
    async def story() -> None:
        store = PaperStore()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            await asyncio.sleep(1.0)
            store.turns.clear()
            store.fault = StoreError("The disk is full.")
            for number in range(MOST_UNWRITTEN + 5):
                call.history.turn(Role.CUSTOMER, f"{number} teas.")
            await call.line_closed("stop")
            await asyncio.sleep(OWED_SECONDS + 1.0)
            assert store.turns == []
            store.fault = None
            await asyncio.sleep(OWED_SECONDS + 1.0)
            said = [text for role, text, _ in store.turns if role is Role.CUSTOMER]
            assert said[-1] == f"{MOST_UNWRITTEN + 4} teas."
            assert MOST_UNWRITTEN - 5 < len(said) <= MOST_UNWRITTEN
            assert store.ends == [(SID, "hung_up")]

    run_virtually(story())


def test_words_that_the_store_refuses_for_their_own_sake_hold_up_no_others() -> None:
    class Choosy(PaperStore):
        async def add_turn(self, sid: str, role: Role, text: str, **given: Any) -> None:
            if text == "refused":
                raise StoreError("The database refused.")
            await super().add_turn(sid, role, text, **given)

    async def story() -> None:
        store = Choosy()
        async with open_switchboard(store, member(ScriptedAgent())) as switchboard:
            call, _ = await connect(switchboard)
            for words in ("one", "refused", "two", "three"):
                call.history.turn(Role.CUSTOMER, words)
            await call.line_closed("stop")
            said = [text for role, text, _ in store.turns if role is Role.CUSTOMER]
            assert said == ["one", "two", "three"]
            assert store.ends == [(SID, "hung_up")]

    run_virtually(story())
