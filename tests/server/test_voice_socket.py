"""Ordering by a browser's microphone: what goes over the socket, and what must not break it."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import struct
import weakref
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from servizio.audio.g711 import mulaw_to_pcm16
from servizio.calls.admission import Admission, Answer
from servizio.errors import StoreError
from servizio.server import browser_beat
from servizio.shop.order import Source
from servizio.store.records import Role
from tests.server.browser_customer import audio, browser, live_call, next_message, tone, until
from tests.server.conftest import Shop, running_shop


async def test_a_conversation_is_a_call_that_came_by_browser(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        [incoming] = shop.switchboard.rung
        assert (incoming.source, incoming.from_number) == (Source.BROWSER, None)
        assert incoming.call_sid == call.call_sid
        await socket.send_str('{"event":"stop"}')
        await asyncio.wait_for(call.ended.wait(), 5)
    assert call.ends == ["stop"]


async def test_what_the_customer_says_reaches_the_call_as_telephone_sound(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        await socket.send_str(audio(tone(0.5)))
        while len(call.sound) < 3500:
            call.changed.clear()
            await asyncio.wait_for(call.changed.wait(), 5)
        pcm = mulaw_to_pcm16(bytes(call.sound[1000:3000]))
    values = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    crossings = sum(a < 0 <= b for a, b in pairwise(values))
    assert crossings == pytest.approx(440 * 2000 / 8000, abs=3)


async def test_a_browser_that_sends_nothing_is_silent_not_gone(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        await call.until("sound", 1600)
    assert set(call.sound) == {0xFF}


async def test_a_browser_that_answers_when_it_is_asked_is_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_beat, "BEAT_SECONDS", 0.1)
    headers = {"Origin": shop.url}
    async with shop.http.ws_connect(
        f"{shop.url}/ws/voice", headers=headers, autoping=False
    ) as socket:
        call = await live_call(shop, socket)
        for _ in range(4):
            asked = await socket.receive(timeout=5)
            assert asked.type is aiohttp.WSMsgType.PING
            await socket.pong(asked.data)
        await socket.ping(b"are you there?")
        while (frame := await socket.receive(timeout=5)).type is aiohttp.WSMsgType.PING:
            await socket.pong(frame.data)
        assert (frame.type, frame.data) == (aiohttp.WSMsgType.PONG, b"are you there?")
        assert not call.ended.is_set()


async def test_a_browser_that_does_not_answer_any_more_is_gone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_beat, "BEAT_SECONDS", 0.1)
    headers = {"Origin": shop.url}
    async with shop.http.ws_connect(
        f"{shop.url}/ws/voice", headers=headers, autoping=False
    ) as socket:
        call = await live_call(shop, socket)
        await asyncio.wait_for(call.ended.wait(), 5)


def open_sockets() -> weakref.WeakSet[web.WebSocketResponse]:
    return weakref.WeakSet(
        each for each in gc.get_objects() if isinstance(each, web.WebSocketResponse)
    )


async def test_a_socket_that_is_closed_amid_a_flood_is_let_go_of_at_once(shop: Shop) -> None:
    before = open_sockets()
    shop.switchboard.admission = Admission(Answer.BUSY, "", "Sorry.")
    async with browser(shop) as socket:
        with suppress(ConnectionError):
            for _ in range(300):
                await socket.send_str("nonsense " * 100)
                await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while open_sockets() - before:
            await asyncio.sleep(0.05)
            gc.collect()


async def test_a_flood_of_sound_is_passed_on_no_faster_than_anybody_speaks(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        long = audio(bytes(4 * 32_000))
        for _ in range(8):
            await socket.send_str(long)
        assert "More sound" in (await until(socket, "error"))["message"]
        assert len(call.sound) < 3 * 8000


async def test_speech_goes_out_at_24_kilohertz_in_numbered_chunks(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        for _ in range(3):
            call.line.play(b"\x10" * 640)
        chunks = [await until(socket, "audio") for _ in range(3)]
    assert [each["chunk_num"] for each in chunks] == [1, 2, 3]
    assert {(each["format"], each["sample_rate"]) for each in chunks} == {("pcm16", 24_000)}
    size = sum(len(base64.b64decode(each["audio"])) for each in chunks)
    assert size == 3 * 640 * 6


async def test_marks_come_back_when_their_sound_must_have_been_heard(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        clock = asyncio.get_running_loop().time
        began = clock()
        call.line.play(b"\xff" * 1600)
        call.line.mark("one")
        await call.until("marks", 1)
        assert clock() - began >= 0.2


async def test_a_browser_that_tells_what_it_played_is_believed(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        call.line.play(b"\xff" * 640)
        call.line.mark("one")
        call.line.play(b"\xff" * 640)
        call.line.mark("two")
        await socket.send_str('{"event":"played","chunk_num":1}')
        await call.until("marks", 1)
        assert call.marks == ["one"]
        await socket.send_str('{"event":"played","chunk_num":99999}')
        await call.until("marks", 2)
        assert call.marks == ["one", "two"]


async def test_barge_in_clears_what_was_sent_and_its_marks_come_back(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        call.line.play(b"\xff" * 8000)
        call.line.mark("never heard")
        call.line.clear()
        await until(socket, "clear")
        await call.until("marks", 1)


async def test_the_end_of_a_speech_is_told_once_it_is_written(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        await shop.store.start_call(call.call_sid)
        call.line.play(b"\xff" * 640)
        call.line.mark("one")
        await call.until("marks", 1)
        await shop.store.add_turn(call.call_sid, Role.AGENT, "Hello.")
        assert (await until(socket, "assistant_transcript"))["text"] == "Hello."
        await until(socket, "audio_complete")


async def test_words_cart_order_and_end_are_told_to_this_customer_alone(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        for sid in ("CAother", call.call_sid):
            await shop.store.start_call(sid)
            shop.switchboard.spoken.put_nowait(
                {"call_sid": sid, "role": "customer", "text": f"ta {sid}", "final": False}
            )
            await shop.store.add_turn(sid, Role.TOOL, "add_to_cart")
            await shop.store.add_turn(sid, Role.CUSTOMER, f"taro {sid}")
            await shop.store.set_cart(sid, {"items": [], "total": sid})
        told = [await next_message(socket) for _ in range(3)]
        await shop.store.end_call(call.call_sid, outcome="completed")
        await call.line.close()
        told += [await next_message(socket)]
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    sid = call.call_sid
    assert sorted(each["event"] for each in told[:3]) == ["caption", "cart", "user_transcript"]
    assert "CAother" not in json.dumps(told)
    assert told[3] == {"event": "ended", "outcome": "completed", "order_number": None}
    assert {"event": "cart", "cart": {"items": [], "total": sid}} in told


async def test_another_site_cannot_use_a_visitors_microphone_here(shop: Shop) -> None:
    for origin in ("https://evil.example", "null", f"{shop.url}.evil.example"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with browser(shop, Origin=origin):
                pass
        assert refused.value.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await shop.http.ws_connect(f"{shop.url}/ws/voice")
    assert shop.switchboard.rung == []


async def test_without_an_upgrade_it_says_what_it_is(shop: Shop) -> None:
    status, _ = await shop.get("/ws/voice", staff=False)
    assert status == 426


async def test_a_call_that_is_not_taken_is_told_in_words(shop: Shop) -> None:
    shop.switchboard.admission = Admission(Answer.PAUSED, "", "We are making tea for a wedding.")
    async with browser(shop) as socket:
        message = await next_message(socket)
        assert message == {"event": "error", "message": "We are making tea for a wedding."}
        assert (await socket.receive(timeout=5)).data == aiohttp.WSCloseCode.TRY_AGAIN_LATER


async def test_a_broken_store_is_told_in_words(shop: Shop) -> None:
    shop.switchboard.crash = StoreError("disk full")
    async with browser(shop) as socket:
        assert "right now" in (await next_message(socket))["message"]


async def test_one_address_holds_three_conversations_at_most(shop: Shop) -> None:
    async with browser(shop) as one, browser(shop) as two, browser(shop) as three:
        for socket in (one, two, three):
            await until(socket, "ready")
        async with browser(shop) as fourth:
            assert (await next_message(fourth))["event"] == "error"
        await one.send_str('{"event":"stop"}')
        while not one.closed:
            await one.receive(timeout=5)
        async with browser(shop) as again:
            await until(again, "ready")


async def test_half_of_the_lines_are_kept_for_the_telephone(tmp_path: Path) -> None:
    environment = {"agent": {"max_calls": 2}}
    async with running_shop(tmp_path, environment=environment) as shop, browser(shop) as one:
        await until(one, "ready")
        async with browser(shop) as two:
            assert (await next_message(two))["event"] == "error"


async def test_whoever_rings_all_the_time_has_to_wait(shop: Shop) -> None:
    events = []
    for _ in range(12):
        async with browser(shop) as socket:
            events.append((await next_message(socket))["event"])
    assert events[0] == "ready"
    assert events[-1] == "error"


async def test_a_browser_that_is_closed_ends_its_call(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
    await asyncio.wait_for(call.ended.wait(), 5)
    assert call.ends == ["closed"]
