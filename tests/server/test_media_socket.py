"""A media stream becomes a call, whatever else comes down the wire."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from servizio.server import media_socket
from tests.server.conftest import NotedCall, Shop

CALL = "CA" + "1" * 32
STREAM = "MZ" + "2" * 32
ACCOUNT = "AC" + "0" * 32


class Phone:
    """The other end of a stream, in control of every byte."""

    def __init__(self, shop: Shop, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.shop = shop
        self.socket = socket

    async def send(self, message: object) -> None:
        await self.socket.send_str(json.dumps(message))

    async def connected(self) -> None:
        await self.send({"event": "connected", "protocol": "Call", "version": "1.0.0"})

    async def start(self, token: str, **changes: Any) -> None:
        start = {
            "accountSid": ACCOUNT,
            "streamSid": STREAM,
            "callSid": CALL,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": token},
        }
        await self.send(
            {
                "event": "start",
                "sequenceNumber": "1",
                "start": start | changes,
                "streamSid": STREAM,
            }
        )

    async def media(self, sound: bytes = b"\xff" * 160, stream: str = STREAM) -> None:
        media = {
            "track": "inbound",
            "chunk": "1",
            "timestamp": "20",
            "payload": base64.b64encode(sound).decode(),
        }
        await self.send(
            {"event": "media", "sequenceNumber": "2", "media": media, "streamSid": stream}
        )

    async def stop(self) -> None:
        stop = {"accountSid": ACCOUNT, "callSid": CALL}
        await self.send({"event": "stop", "sequenceNumber": "9", "stop": stop, "streamSid": STREAM})

    async def close_code(self) -> int | None:
        async with asyncio.timeout(5):
            while not self.socket.closed:
                await self.socket.receive()
        return self.socket.close_code


def of_stream(**fields: object) -> str:
    return json.dumps({"streamSid": STREAM} | fields)


@asynccontextmanager
async def stream(shop: Shop) -> AsyncIterator[Phone]:
    async with shop.http.ws_connect(shop.url + "/twilio") as socket:
        yield Phone(shop, socket)


async def ring(shop: Shop) -> str:
    """Ring the shop; the token for the stream."""
    form = {"CallSid": CALL, "From": "+14155550100", "To": "+14155550199"}
    async with shop.http.post(shop.url + "/voice", data=form) as answer:
        assert answer.status == 200
    return shop.switchboard.tokens[CALL]


@asynccontextmanager
async def call(shop: Shop) -> AsyncIterator[tuple[Phone, NotedCall]]:
    token = await ring(shop)
    async with stream(shop) as phone:
        await phone.connected()
        await phone.start(token)
        async with asyncio.timeout(5):
            await shop.switchboard.connected.wait()
        yield phone, shop.switchboard.calls[CALL]


async def until_ended(noted: NotedCall) -> list[str]:
    async with asyncio.timeout(5):
        await noted.ended.wait()
    return noted.ends


async def test_a_call_hears_keys_and_marks_and_ends_with_stop(shop: Shop) -> None:
    async with call(shop) as (phone, noted):
        await phone.media(b"\x01" * 160)
        await phone.media(b"\x02" * 80)
        dtmf = {"track": "inbound_track", "digit": "5"}
        await phone.send({"event": "dtmf", "streamSid": STREAM, "dtmf": dtmf})
        await phone.send({"event": "mark", "streamSid": STREAM, "mark": {"name": "s1:9"}})
        await noted.until("marks", 1)
        assert bytes(noted.sound) == b"\x01" * 160 + b"\x02" * 80
        assert noted.digits == ["5"]
        assert noted.marks == ["s1:9"]
        await phone.stop()
        assert await until_ended(noted) == ["stop"]
        assert await phone.close_code() == 1000


async def test_the_line_speaks_as_the_protocol_has_it(shop: Shop) -> None:
    async with call(shop) as (phone, noted):
        noted.line.play(b"\x7f" * 160)
        noted.line.mark("s1:160")
        noted.line.clear()
        received = [json.loads(await phone.socket.receive_str(timeout=5)) for _ in range(3)]
    payload = base64.b64encode(b"\x7f" * 160).decode()
    assert received == [
        {"event": "media", "streamSid": STREAM, "media": {"payload": payload}},
        {"event": "mark", "streamSid": STREAM, "mark": {"name": "s1:160"}},
        {"event": "clear", "streamSid": STREAM},
    ]


async def test_a_call_that_hangs_up_closes_the_socket_and_ends_once(shop: Shop) -> None:
    async with call(shop) as (phone, noted):
        await noted.line.close()
        await noted.line.close()
        assert await phone.close_code() == 1000
        assert await until_ended(noted) == ["closed"]


async def test_a_stream_that_breaks_off_without_stop_ends_the_call_too(shop: Shop) -> None:
    async with call(shop) as (phone, noted):
        transport = phone.socket._response.connection
        assert transport is not None
        assert transport.transport is not None
        transport.transport.abort()
        assert await until_ended(noted) in (["closed"], ["error"])


@pytest.mark.parametrize(
    "nonsense",
    [
        "{not json",
        "[]",
        "null",
        '{"event": 7}',
        '{"no": "event"}',
        of_stream(event="media", media={"payload": "***", "timestamp": "1"}),
        of_stream(event="media"),
        of_stream(event="mark", mark={}),
        of_stream(event="dtmf", dtmf={"digit": "55"}),
        of_stream(event="future"),
        '{"event": "connected"}',
        "x" * 100_000,
        "[" * 50_000,
    ],
)
async def test_a_call_lives_on_through_nonsense(shop: Shop, nonsense: str) -> None:
    async with call(shop) as (phone, noted):
        await phone.socket.send_str(nonsense)
        await phone.media(b"\x05" * 160)
        await noted.until("sound", 160)
        assert not noted.ends


async def test_a_binary_frame_is_noted_and_skipped(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    async with call(shop) as (phone, noted):
        await phone.socket.send_bytes(b"\x00\x01")
        await phone.media()
        await noted.until("sound", 160)
        assert "binary frame" in caplog.text
        assert not noted.ends


async def test_a_second_start_changes_nothing(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    async with call(shop) as (phone, noted):
        await phone.start("another-token", streamSid=STREAM)
        await phone.media()
        await noted.until("sound", 160)
        assert list(shop.switchboard.calls) == [CALL]
        assert "second start" in caplog.text


async def test_sound_of_another_stream_is_not_heard(shop: Shop) -> None:
    async with call(shop) as (phone, noted):
        await phone.media(b"\x09" * 160, stream="MZ" + "9" * 32)
        await phone.media(b"\x05" * 160)
        await noted.until("sound", 160)
        assert bytes(noted.sound) == b"\x05" * 160


async def test_a_frame_beyond_all_measure_closes_the_socket_and_ends_the_call(shop: Shop) -> None:
    async with call(shop) as (phone, noted):
        await phone.socket.send_str("x" * (media_socket.LARGEST_FRAME + 1))
        assert await phone.close_code() == 1009
        assert await until_ended(noted) == ["error"]


async def test_what_comes_before_start_is_dropped(shop: Shop) -> None:
    token = await ring(shop)
    async with stream(shop) as phone:
        await phone.media(b"\x09" * 160)
        await phone.start(token)
        await phone.media(b"\x05" * 160)
        async with asyncio.timeout(5):
            await shop.switchboard.connected.wait()
        noted = shop.switchboard.calls[CALL]
        await noted.until("sound", 160)
        assert bytes(noted.sound) == b"\x05" * 160


async def test_a_stop_before_start_is_no_call(shop: Shop) -> None:
    async with stream(shop) as phone:
        await phone.connected()
        await phone.stop()
        assert await phone.close_code() == 1000
    assert not shop.switchboard.calls


@pytest.mark.parametrize("token", ["", "guessed"])
async def test_a_stream_without_the_right_token_is_refused(shop: Shop, token: str) -> None:
    await ring(shop)
    async with stream(shop) as phone:
        await phone.start(token)
        assert await phone.close_code() == 1008
    assert not shop.switchboard.calls


async def test_a_token_is_good_once(shop: Shop) -> None:
    async with call(shop):
        token = "token-1"
        async with stream(shop) as second:
            await second.start(token)
            assert await second.close_code() == 1008


async def test_sound_in_another_format_is_refused(shop: Shop) -> None:
    token = await ring(shop)
    async with stream(shop) as phone:
        wide = {"encoding": "audio/x-l16", "sampleRate": 16000, "channels": 1}
        await phone.start(token, mediaFormat=wide)
        assert await phone.close_code() == 1003


async def test_a_stream_that_never_starts_is_closed_even_if_it_talks(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_socket, "START_SECONDS", 0.2)
    async with stream(shop) as phone:
        await phone.connected()
        await phone.media()
        assert await phone.close_code() == 1008


async def test_a_mad_stream_cannot_flood_the_log(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with call(shop) as (phone, noted):
            for _ in range(200):
                await phone.socket.send_str("{")
            await phone.stop()
            await until_ended(noted)
            await phone.close_code()
    faults = [each for each in caplog.records if "stream_fault " in each.getMessage()]
    assert len(faults) == media_socket.FAULTS_LOGGED
    assert "count=200" in caplog.text


async def test_a_plain_get_is_told_to_upgrade(shop: Shop) -> None:
    status, answer = await shop.get("/twilio")
    assert status == 426
    assert answer == {
        "error": {"code": "upgrade_required", "message": "Upgrade Required"},
    }
