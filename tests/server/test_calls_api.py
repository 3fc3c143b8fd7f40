"""Calls over HTTP: what is stored, what the live call knows better, and the staff's hands."""

from __future__ import annotations

import pytest

from servizio.store.records import Role
from tests.server.conftest import NotedCall, Shop

CALL = "CA" + "1" * 32


class Line:
    """Notes that it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def play(self, mulaw: bytes, mark: str = "") -> None: ...
    def mark(self, name: str) -> None: ...
    def clear(self) -> None: ...
    async def close(self) -> None:
        self.closed = True


async def live(shop: Shop) -> NotedCall:
    await shop.store.start_call(CALL, phone="+14155550100")
    call = shop.switchboard.calls[CALL] = NotedCall(CALL, Line())
    return call


async def test_a_call_is_shown_with_its_transcript(shop: Shop) -> None:
    await shop.store.start_call(CALL, phone="+14155550100")
    await shop.store.add_turn(CALL, Role.CUSTOMER, "A taro please")
    await shop.store.end_call(CALL, outcome="completed", latency_ms={"median": 700})
    status, call = await shop.get(f"/calls/{CALL}")
    assert status == 200
    assert isinstance(call, dict)
    assert call["from"] == "+14155550100"
    assert call["latency_ms"] == {"median": 700}
    assert call["transcript"][0]["text"] == "A taro please"
    status, listed = await shop.get("/calls")
    assert isinstance(listed, dict)
    assert "transcript" not in listed["calls"][0]


async def test_a_live_call_knows_best_how_it_stands(shop: Shop) -> None:
    await live(shop)
    status, call = await shop.get(f"/calls/{CALL}/status")
    assert status == 200
    assert isinstance(call, dict)
    assert (call["status"], call["agent"]) == ("in-progress", "local")


async def test_staff_can_speak_take_over_and_hang_up(shop: Shop) -> None:
    call = await live(shop)
    assert (await shop.post(f"/api/calls/{CALL}/say", {"text": " We close  soon. "}))[0] == 200
    assert (await shop.post(f"/api/calls/{CALL}/transfer"))[0] == 200
    assert (await shop.post(f"/api/calls/{CALL}/hang_up"))[0] == 200
    assert call.said == ["We close soon.", "transfer: staff took over"]
    assert isinstance(call.line, Line)
    assert call.line.closed


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 7}, {"text": "x" * 501}])
async def test_a_sentence_that_cannot_be_said_is_refused(shop: Shop, body: object) -> None:
    call = await live(shop)
    assert (await shop.post(f"/api/calls/{CALL}/say", body))[0] == 400
    assert not call.said


@pytest.mark.parametrize("path", ["hang_up", "say", "transfer"])
async def test_a_call_that_is_over_cannot_be_touched(shop: Shop, path: str) -> None:
    assert (await shop.post(f"/api/calls/{CALL}/{path}", {"text": "hi"}))[0] == 404
    assert (await shop.get(f"/calls/{CALL}"))[0] == 404
