"""Screens follow what happens: in order, nothing lost, nothing twice, nothing private in public."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from servizio.server import event_stream
from servizio.store.records import Event, EventKind, Role
from tests.server.conftest import STAFF, Shop

CALL = "CA" + "1" * 32


@dataclass(frozen=True, slots=True)
class Told:
    name: str
    id: str
    data: Any


class Screen:
    """Reads one stream."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def block(self) -> list[str]:
        """The lines up to the next blank one."""
        lines = []
        async with asyncio.timeout(8):
            while line := (await self._answer.content.readline()).decode().rstrip("\n"):
                lines.append(line)
        return lines

    async def event(self) -> Told:
        """The next event; beats are passed over."""
        while True:
            fields = dict(
                line.split(": ", 1) for line in await self.block() if not line.startswith(":")
            )
            if "event" in fields:
                return Told(fields["event"], fields.get("id", ""), json.loads(fields["data"]))

    async def events(self, count: int) -> list[Told]:
        return [await self.event() for _ in range(count)]


@asynccontextmanager
async def screen(
    shop: Shop, path: str = "/api/events", *, last_id: str = ""
) -> AsyncIterator[Screen]:
    headers = STAFF if path == "/api/events" else {}
    if last_id:
        headers = headers | {"Last-Event-ID": last_id}
    async with shop.http.get(shop.url + path, headers=headers) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        reader = Screen(answer)
        assert ": beat" in await reader.block()
        yield reader


async def test_staff_hear_of_orders_whole(shop: Shop) -> None:
    async with screen(shop) as staff:
        number = await shop.take()
        await shop.post(f"/api/orders/{number}/done")
        created, ready = await staff.events(2)
    assert (created.name, ready.name) == ("order_created", "order_status_changed")
    assert created.data["order"]["order_number"] == number
    assert created.data["order"]["items"][0]["item"] == "taro-milk-tea"
    assert ready.data["order"]["status"] == "ready"
    assert int(ready.id) > int(created.id)


def test_an_event_is_put_into_words_once_for_all_screens() -> None:
    made: list[int] = []

    def data(event: Event) -> str:
        made.append(event.id)
        return event.data

    tell = event_stream.Telling(data)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    events = [Event(number, EventKind.MENU_CHANGED, at, '{"sold_out":[]}') for number in (1, 2)]
    for event in events:
        assert len({tell(event) for _screen in range(300)}) == 1
    assert made == [1, 2]
    assert tell(events[0]).startswith(b"id: 1\nevent: menu_changed\ndata: {"), "a slow one's turn"


async def test_the_public_stream_tells_number_status_and_times_only(shop: Shop) -> None:
    body = {"items": [{"item": "taro-milk-tea"}], "name": "Ada", "phone": "+15551234567"}
    async with screen(shop, "/orders/events") as board:
        await shop.store.start_call(CALL)
        await shop.store.add_turn(CALL, Role.CUSTOMER, "my secret")
        shop.switchboard.spoken.put_nowait({"call_sid": CALL, "text": "secret", "final": False})
        await shop.post("/api/orders", body)
        told = await board.event()
    assert told.name == "order_created"
    assert set(told.data) == {"order_number", "status", "created_at", "updated_at"}


async def test_a_screen_that_comes_back_misses_nothing_and_gets_nothing_twice(shop: Shop) -> None:
    async with screen(shop) as staff:
        first = await shop.take()
        seen = await staff.event()
    missed = [await shop.take() for _ in range(5)]
    async with screen(shop, last_id=seen.id) as staff:
        last = await shop.take()
        told = await staff.events(6)
    assert seen.data["order"]["order_number"] == first
    assert [each.data["order"]["order_number"] for each in told] == [*missed, last]
    ids = [int(each.id) for each in told]
    assert ids == sorted(set(ids))


async def test_a_new_screen_begins_with_what_happens_now(shop: Shop) -> None:
    await shop.take()
    async with screen(shop) as staff:
        number = await shop.take()
        assert (await staff.event()).data["order"]["order_number"] == number


@pytest.mark.parametrize("nonsense", ["abc", "-1", "9" * 30, "1; DROP TABLE journal"])
async def test_a_last_event_id_that_makes_no_sense_is_as_good_as_none(
    shop: Shop, nonsense: str
) -> None:
    await shop.take()
    async with screen(shop, last_id=nonsense) as staff:
        number = await shop.take()
        assert (await staff.event()).data["order"]["order_number"] == number


async def test_a_slow_screen_holds_nobody_up_and_gets_everything_in_the_end(shop: Shop) -> None:
    payload = {"health": {"status": "ok", "noise": "x" * 20_000}}
    async with screen(shop) as slow, screen(shop) as quick:
        for _ in range(300):
            await shop.store.append_event(EventKind.HEALTH_CHANGED, payload)
        quick_ids = [each.id for each in await quick.events(300)]
        slow_ids = [each.id for each in await slow.events(300)]
    assert slow_ids == quick_ids
    assert len(set(slow_ids)) == 300


async def test_words_still_being_spoken_come_without_an_id(shop: Shop) -> None:
    partial = {"call_sid": CALL, "role": "customer", "text": "a taro", "final": False}
    async with screen(shop) as staff:
        shop.switchboard.spoken.put_nowait(partial)
        told = await staff.event()
    assert (told.name, told.id, told.data) == ("transcript", "", partial)


async def test_calls_transcripts_carts_and_the_menu_are_told_too(shop: Shop) -> None:
    async with screen(shop) as staff:
        await shop.store.start_call(CALL, phone="+14155550100")
        await shop.store.add_turn(CALL, Role.AGENT, "Hello!")
        await shop.store.set_cart(CALL, {"items": []})
        await shop.store.set_sold_out("boba", True, actor="staff")
        await shop.store.end_call(CALL, outcome="completed")
        told = await staff.events(5)
    assert [each.name for each in told] == [
        "call_started",
        "transcript",
        "cart_changed",
        "menu_changed",
        "call_ended",
    ]
    assert told[0].data["call"]["from"] == "+14155550100"
    assert told[1].data["text"] == "Hello!"
    assert told[1].data["final"] is True
    assert told[2].data == {"call_sid": CALL, "cart": {"items": []}}
    assert told[3].data == {"sold_out": ["boba"]}


async def test_a_quiet_stream_says_that_it_is_alive(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "BEAT_SECONDS", 0.05)
    async with screen(shop) as staff:
        assert await staff.block() == [": beat"]
        assert await staff.block() == [": beat"]


async def test_streams_end_with_the_server(shop: Shop) -> None:
    async with screen(shop) as staff:
        await shop.app.shutdown()
        assert await staff.block() == []
