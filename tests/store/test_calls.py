"""Calls are begun once, ended once, and what was said in them is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servizio.errors import StoreError
from servizio.store.call_json import call_json
from servizio.store.records import Direction, EventKind, MessageState, Role
from servizio.store.sqlite import SqliteStore
from tests.store.scene import PHONE, StandingClock, draft, received_text, states

MakeStore = Callable[..., SqliteStore]


async def test_a_call_is_told_whole_with_its_transcript(
    store: SqliteStore, clock: StandingClock
) -> None:
    await store.start_call("CA1", phone=PHONE)
    await store.update_call("CA1", status="in_progress", agent="local")
    await store.add_turn("CA1", Role.AGENT, "What can I get you?")
    clock.pass_(seconds=2)
    await store.add_turn("CA1", Role.CUSTOMER, "one <taro> milk tea", heard=True)
    await store.add_turn("CA1", Role.AGENT, "Any", heard=False)
    await store.set_cart("CA1", {"items": [], "total": "0.00"})
    order = await store.place_order(draft(), actor="agent")
    await store.end_call("CA1", outcome="ordered", latency_ms={"p50": 320})
    call = await store.call("CA1")
    assert call is not None
    told = call_json(call)
    assert [(turn["role"], turn["heard"]) for turn in told["transcript"]] == [  # type: ignore[attr-defined]
        ("agent", True),
        ("customer", True),
        ("agent", False),
    ]
    assert told["from"] == PHONE
    assert told["order_number"] == order.number
    assert (told["status"], told["outcome"]) == ("completed", "ordered")
    assert (told["agent"], told["latency_ms"]) == ("local", {"p50": 320})
    assert told["cart"] == {"items": [], "total": "0.00"}
    assert told["started_at"] == "2026-09-07T18:02:11.123456Z"
    assert told["ended_at"] == "2026-09-07T18:02:13.123456Z"


async def test_a_call_that_rings_twice_is_one_call(store: SqliteStore) -> None:
    first = await store.start_call("CA1", direction=Direction.OUTBOUND, phone=PHONE)
    assert await store.start_call("CA1") == first
    assert len(await store.calls()) == 1
    assert len(await store.events_after(0)) == 1


async def test_the_first_end_of_a_call_counts(store: SqliteStore, clock: StandingClock) -> None:
    await store.start_call("CA1")
    first = await store.end_call("CA1", outcome="ordered")
    clock.pass_(seconds=9)
    assert await store.end_call("CA1", outcome="dropped", status="failed") == first
    kinds = [event.kind for event in await store.events_after(0)]
    assert kinds == [EventKind.CALL_STARTED, EventKind.CALL_ENDED]


async def test_a_late_status_does_not_reopen_a_call(store: SqliteStore) -> None:
    await store.start_call("CA1")
    await store.end_call("CA1", outcome="ordered")
    assert (await store.update_call("CA1", status="in_progress")).status == "completed"


async def test_what_changes_nothing_tells_nothing(store: SqliteStore) -> None:
    await store.start_call("CA1", status="ringing")
    await store.set_cart("CA1", {"items": []})
    before = await store.last_event_id()
    await store.update_call("CA1", status="ringing")
    await store.set_cart("CA1", {"items": []})
    assert await store.last_event_id() == before


async def test_a_call_that_was_never_begun_has_no_transcript(store: SqliteStore) -> None:
    with pytest.raises(StoreError, match="never begun"):
        await store.add_turn("CA9", Role.CUSTOMER, "hello?")
    with pytest.raises(StoreError, match="never begun"):
        await store.update_call("CA9", status="in_progress")
    assert await store.call("CA9") is None
    assert await store.end_call("CA9", outcome="dropped") is None


async def test_newest_calls_come_first(store: SqliteStore, clock: StandingClock) -> None:
    for sid in ("CA1", "CA2", "CA3"):
        await store.start_call(sid)
        clock.pass_(seconds=1)
    assert [call.call_sid for call in await store.calls(limit=2)] == ["CA3", "CA2"]


async def test_calls_of_a_dead_process_are_ended_and_their_texts_go(
    make_store: MakeStore,
) -> None:
    async with make_store() as store:
        await store.start_call("CA1", phone=PHONE)
        await store.place_order(draft("CA1"), actor="agent", text=received_text)
        await store.start_call("CA2")
        await store.end_call("CA2", outcome="ordered")
    async with make_store() as store:
        (dropped,) = await store.recover_calls()
        assert (dropped.call_sid, dropped.outcome) == ("CA1", "dropped")
        assert dropped.ended_at is not None
        assert await states(store) == {"received": MessageState.PENDING}
        assert await store.recover_calls() == []
        last = (await store.events_after(0))[-1]
        assert (last.kind, last.call_sid) == (EventKind.CALL_ENDED, "CA1")
