"""What a browser sends that is no message: it is answered, and holds nothing up."""

from __future__ import annotations

import asyncio
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servizio.errors import StreamError
from servizio.server import browser_messages
from servizio.server.browser_messages import Audio, Played, Stop
from tests.server.browser_customer import audio, browser, live_call, tone, until
from tests.server.conftest import Shop

NONSENSE: tuple[str | bytes, ...] = (
    "",
    "{",
    "null",
    "[]",
    "7",
    '"audio"',
    "[" * 100_000,
    "{}",
    '{"event":null}',
    '{"event":"audio"}',
    '{"event":"audio","audio":7}',
    '{"event":"audio","audio":"not base64 !"}',
    '{"event":"audio","audio":"AA=="}',
    '{"event":"audio","audio":"ä"}',
    '{"event":"played"}',
    '{"event":"played","chunk_num":-1}',
    '{"event":"played","chunk_num":1e400}',
    '{"event":"played","chunk_num":true}',
    '{"event":"start","media":{}}',
    b"\x00\xff\xfe",
    b"",
)


async def test_nonsense_is_answered_and_the_conversation_goes_on(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        for each in NONSENSE:
            await (socket.send_str(each) if isinstance(each, str) else socket.send_bytes(each))
        errors = [await until(socket, "error") for _ in range(5)]
        assert all(error["message"] for error in errors)
        before = len(call.sound)
        await socket.send_str(audio(tone(0.2)))
        await call.until("sound", before + 800)
        assert call.ends == []


async def test_nothing_but_nonsense_ends_it(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        for _ in range(60):
            await socket.send_str("{}")
        await asyncio.wait_for(call.ended.wait(), 5)
    assert call.ends == ["error"]


async def test_a_message_beyond_all_measure_ends_it(shop: Shop) -> None:
    async with browser(shop) as socket:
        call = await live_call(shop, socket)
        await socket.send_str(audio(bytes(300_000)))
        await asyncio.wait_for(call.ended.wait(), 5)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
messages = st.fixed_dictionaries(
    {"event": st.sampled_from(["audio", "played", "stop", "x"]) | json_values},
    optional={"audio": json_values, "chunk_num": json_values},
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text() | messages.map(json.dumps) | json_values.map(json.dumps))
def test_any_text_is_a_message_or_a_fault_in_words(text: str) -> None:
    try:
        message = browser_messages.parse(text)
    except StreamError as error:
        assert error.message
    else:
        assert isinstance(message, Audio | Played | Stop)
