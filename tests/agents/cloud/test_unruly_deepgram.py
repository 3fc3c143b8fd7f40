"""What no script of a provider's foresees: the call goes on, or the next agent has it in time."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from struct import unpack

import pytest

from servizio.audio.g711 import mulaw_to_pcm16
from servizio.demo.phone import PlacedCall
from servizio.demo.phone_line import LineError
from tests.agents.cloud.shop_on_the_line import (
    ShopOnTheLine,
    shop_on_the_line,
    silence_after,
    talk,
    until,
)
from tests.standins.deepgram_session import speech
from tests.standins.unruly_deepgram import Script, Unruly, unruly_deepgram

LONGEST_SILENCE = 3.4
"""Seconds: 3, and what two busy cores may add."""
AT_ONCE = 5
"""Calls at the same time."""
TARO = {"item": "taro-milk-tea", "modifiers": [{"modifier": "boba"}]}
NEXT_AGENT = 1
"""What the next agent says: this byte over and over."""


async def wrong_in(folder: Path, script: Script, *, goes_on: bool) -> list[str]:
    """What should not be; empty where all is well."""
    async with (
        unruly_deepgram(script) as (url, _sessions),
        shop_on_the_line(folder, url) as shop,
        shop.phone().call() as line,
    ):
        talking = asyncio.create_task(_talk(line))
        heard = _done_was_heard if goes_on else _next_was_heard
        with suppress(TimeoutError):
            await until(lambda: heard(line) or (goes_on and bool(shop.next_agents)), 25.0)
        talking.cancel()
        found = [] if heard(line) else ["it was not heard"]
        handovers = [] if goes_on else [("deepgram", "local")]
        found += [] if shop.handovers == handovers else [f"handovers {shop.handovers}"]
        found += await _wrong_in_order(shop)
        await line.hang_up()
        return found


def _done_was_heard(line: PlacedCall) -> bool:
    """Most of it: a busy machine tears holes into what the simulated telephone plays."""
    done = speech("All is done.")
    pieces = [done[at : at + 80] for at in range(0, len(done) - 80, 80)]
    return sum(piece in line.heard for piece in pieces) > len(pieces) / 2


def _next_was_heard(line: PlacedCall) -> bool:
    return line.heard.count(NEXT_AGENT) > 8000


async def _talk(line: PlacedCall) -> None:
    with suppress(LineError, TimeoutError):
        await talk(line, 2)


async def _wrong_in_order(shop: ShopOnTheLine) -> list[str]:
    with suppress(TimeoutError):
        for _ in range(100):
            if await shop.orders():
                break
            await asyncio.sleep(0.05)
    orders = [
        (line.item, line.quantity, {one.modifier for one in line.modifiers} & {"boba"})
        for order in await shop.orders()
        for line in order.draft.lines
    ]
    found = [] if orders == [("taro-milk-tea", 1, {"boba"})] else [f"orders {orders}"]
    texts = await shop.texts()
    return found + ([] if texts == 1 else [f"{texts} texts"])


async def all_at_once(
    folder: Path, *scripts: Script, goes_on: bool, caplog: pytest.LogCaptureFixture
) -> dict[str, list[str]]:
    """What went wrong in which story."""
    room = asyncio.Semaphore(AT_ONCE)

    async def wrong(script: Script) -> list[str]:
        async with room:
            return await wrong_in(folder / script.__name__, script, goes_on=goes_on)

    with caplog.at_level(logging.ERROR):
        found = await asyncio.gather(*(wrong(each) for each in scripts))
    crashes = [record.getMessage() for record in caplog.records if "crash" in record.getMessage()]
    faults = {each.__name__: this for each, this in zip(scripts, found, strict=True) if this}
    return faults | ({"crashes": crashes} if crashes else {})


# It goes on


async def two_functions_at_once(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.ask(far.call("add_to_cart", TARO), far.call("confirm_pending_to_cart"))
    await far.ask(far.call("checkout_order", {"name": "Ann", "phone": "+14155550123"}))
    await far.say("All is done.")


async def the_same_id_twice(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    add = far.call("add_to_cart", TARO)
    await far.tell("FunctionCallRequest", functions=[add, add])
    await far.ask(add)
    await far.tell("FunctionCallRequest", functions=[add])
    await far.finish()
    assert len(far.answers[str(add["id"])]) == 1


async def odd_arguments(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    odd: list[object] = [
        None, [], ["taro-milk-tea"], 7, True, "null", "[]", "7", '"{"', "{" * 3000,
        '{"item": null}', '{"item": ["taro"]}', '{"item": {"id": 1}}',
        {"item": "taro-milk-tea", "quantity": "NaN"},
        '{"item": "taro-milk-tea", "quantity": NaN}',
        '{"item": "taro-milk-tea", "quantity": 1e999}',
        '{"item": "taro-milk-tea", "quantity": -1}', {"item": "x" * 100_000},
    ]  # fmt: skip
    for arguments in odd:
        (answer,) = await far.ask(far.call("add_to_cart", arguments))
        assert answer["ok"] is False, arguments
        await far.tell("ConversationText", role="user", content="Go on.")
    await far.ask(far.call("add_to_cart", json.dumps(json.dumps(TARO))))
    await far.finish()


async def sound_before_the_session(far: Unruly) -> None:
    await far.raw(b"\x22" * 8000)
    await far.tell("Welcome", request_id="r")
    await far.until(lambda: bool(far.settings))
    await far.raw(b"\x22" * 8000)
    await far.tell("SettingsApplied")
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.order_taro()


async def welcome_twice(far: Unruly) -> None:
    await far.tell("Welcome", request_id="r")
    await far.tell("Welcome", request_id="r")
    await far.until(lambda: bool(far.settings))
    await far.tell("SettingsApplied")
    await far.tell("Welcome")
    await far.tell("SettingsApplied")
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.order_taro()
    assert len(far.settings) == 1


async def frames_that_mean_nothing(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    texts = ["", " ", "null", "[]", "7", '"x"', "{}", '{"type": null}', '{"type": []}', "\0"]
    for text in (*texts, '{"type": "__proto__"}', "[" * 100_000, '{"type":' * 50_000, "\ufeff{}"):
        await far.raw(text)
    for kind in ("ThinkUpdated", "PromptUpdated", "LatencyReport", "FrustrationDetected", "X" * 99):
        await far.tell(kind, count=float("inf"), total_latency=["x"], content={"deep": [1]})
    await far.order_taro()


async def fields_of_other_kinds(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    odds: list[object] = [None, 7, [], {}, [None], [[]], [{}], [{"id": None}], [{"name": []}]]
    for odd in odds:
        await far.tell("FunctionCallRequest", functions=odd)
        await far.tell("FunctionCallCancelled", functions=odd)
        await far.tell("History", function_calls=odd)
        await far.tell("History", role=odd, content=odd)
        await far.tell("ConversationText", role=odd, content=odd)
        await far.tell("Warning", code=odd, description=odd)
        await far.tell("InjectionRefused", message=odd)
        await far.tell("LatencyReport", stt_latency=odd)
    await far.tell("FunctionCallCancelled", functions=[{"id": "nobody knows", "name": "x"}])
    await far.order_taro()


async def odd_sizes_of_sound(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.raw(b"")
    await far.tell("ConversationText", role="assistant", content="No.")
    for size in (1, 159, 161, 0, 3, 641, 1):
        await far.raw(b"\x33" * size)
    await far.tell("AgentAudioDone")
    await far.raw(b"")
    await far.order_taro()


async def starts_and_ends_without_number(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("Hello.")
    for _ in range(50):
        await far.tell("AgentAudioDone")
        await far.tell("UserStartedSpeaking")
        await far.tell("EndOfTurn")
    await far.tell("ConversationText", role="user", content="A taro milk tea with boba.")
    for _ in range(50):
        await far.tell("AgentThinking")
        await far.tell("AgentStartedSpeaking", total_latency="x")
    await far.order_taro()


async def a_megabyte_of_sound_that_is_spoken_into(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.tell("ConversationText", role="assistant", content="A very long story.")
    await far.raw(b"\x33" * 1_000_000)
    await asyncio.sleep(1.0)
    await far.tell("UserStartedSpeaking")
    await far.tell("ConversationText", role="user", content="A taro milk tea with boba.")
    await far.order_taro()


@pytest.mark.slow
async def test_oddities_that_a_call_survives_with_its_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = await all_at_once(
        tmp_path,
        two_functions_at_once,
        the_same_id_twice,
        odd_arguments,
        sound_before_the_session,
        welcome_twice,
        frames_that_mean_nothing,
        fields_of_other_kinds,
        odd_sizes_of_sound,
        starts_and_ends_without_number,
        a_megabyte_of_sound_that_is_spoken_into,
        goes_on=True,
        caplog=caplog,
    )
    assert wrong == {}


# The next agent takes over


def once(script: Script) -> Script:
    """The provider does this, and then takes nobody back."""
    sessions: list[Unruly] = []

    async def first_only(far: Unruly) -> None:
        sessions.append(far)
        if len(sessions) == 1:
            await script(far)
        else:
            await far.connection.close(1013)

    first_only.__name__ = script.__name__
    return first_only


def closes_with(code: int) -> Script:
    async def script(far: Unruly) -> None:
        await far.settled()
        await far.greet()
        await far.hear("A taro milk tea with boba.")
        await far.ask(far.call("add_to_cart", TARO))
        if code == 1006:
            far.connection.transport.abort()
        elif code == 1005:
            # A close without a status (RFC 6455, section 7.1.5).
            far.connection.transport.write(b"\x88\x00")
        else:
            await far.connection.close(code, "x" * 100)

    script.__name__ = f"closes_with_{code}"
    return script


async def talks_on_after_an_error(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.ask(far.call("add_to_cart", TARO))
    await far.tell("Error", code="INTERNAL_SERVER_ERROR", description="x\ny\x1b[31m" * 100)
    for _ in range(20):
        await far.say("Nobody may hear this.")
        await far.tell("Error", code=None, description=[])
        await far.tell("FunctionCallRequest", functions=[far.call("add_to_cart", TARO)])


async def answers_no_ping(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.ask(far.call("add_to_cart", TARO))
    far.connection.transport.pause_reading()


async def asks_for_the_same_for_ever(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.ask(far.call("add_to_cart", TARO))
    for _ in range(40):
        await far.ask(far.call("get_cart"))


async def speaks_without_end(far: Unruly) -> None:
    await far.settled()
    await far.greet()
    await far.hear("A taro milk tea with boba.")
    await far.ask(far.call("add_to_cart", TARO))
    await far.tell("ConversationText", role="assistant", content="Well, " * 400)
    await far.raw(b"\x33" * 4000)


async def its_settings_are_refused_with_nonsense(far: Unruly) -> None:
    await far.tell("Welcome")
    await far.until(lambda: bool(far.settings))
    await far.tell("Error", code=["INVALID_SETTINGS"], description={"path": "agent"})
    await far.connection.close(4000)


@pytest.mark.slow
async def test_oddities_after_which_the_next_agent_has_the_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = await all_at_once(
        tmp_path,
        *(once(closes_with(code)) for code in (1000, 1001, 1005, 1006, 1011, 4001)),
        once(talks_on_after_an_error),
        answers_no_ping,
        asks_for_the_same_for_ever,
        speaks_without_end,
        its_settings_are_refused_with_nonsense,
        goes_on=False,
        caplog=caplog,
    )
    assert wrong == {}


async def test_a_function_that_is_wanted_after_the_hang_up_orders_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = asyncio.Event()

    async def script(far: Unruly) -> None:
        await far.settled()
        await far.greet()
        await gone.wait()
        call = far.call("add_to_cart", TARO)
        await far.tell("FunctionCallRequest", functions=[call, far.call("checkout_order")])
        await far.raw(b"\x33" * 8000)

    async with (
        unruly_deepgram(script) as (url, sessions),
        shop_on_the_line(tmp_path, url) as shop,
    ):
        async with shop.phone().call() as line:
            await line.hear_reply(0.4, 10.0)
            await line.hang_up()
            gone.set()
        await until(lambda: not shop.switchboard.live_calls())
        assert await shop.orders() == []
        assert sessions[0].answers == {}
        assert not [each for each in caplog.records if "crash" in each.getMessage()]


async def test_sound_cut_amid_its_samples_is_whole_again(tmp_path: Path) -> None:
    tone = (b"\x00\x10" * 12 + b"\x00\xf0" * 12) * 1000

    async def script(far: Unruly) -> None:
        await far.settled()
        await far.tell("ConversationText", role="assistant", content="A tone.")
        for at in range(0, len(tone), 333):
            await far.raw(tone[at : at + 333])
        await far.tell("AgentAudioDone")

    async with (
        unruly_deepgram(script) as (url, _sessions),
        shop_on_the_line(tmp_path, url, encoding="linear16") as shop,
        shop.phone().call() as line,
    ):
        await line.hear_reply(0.5, 10.0)
        heard = mulaw_to_pcm16(bytes(line.heard))
        # A thousand changes a second, and none of the noise that half a sample makes.
        assert max(abs(each) for each in unpack(f"<{len(heard) // 2}h", heard)) < 6000
        assert shop.handovers == []


# Before the session


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def bare_server(answer: Answer) -> AsyncIterator[str]:
    """Something that listens where Deepgram should."""
    writers: list[asyncio.StreamWriter] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            await answer(reader, writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"{host}:{port}/v1/agent/converse"
    finally:
        for writer in writers:
            writer.close()
        server.close()


def says(text: str, pace: float = 0.0) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in text.encode() if pace else ():
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(pace)
        if not pace:
            writer.write(text.encode())
        await reader.read()

    return answer


UPGRADED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
BEFORE: dict[str, tuple[str, Answer]] = {
    "one byte at a time": ("ws", says(UPGRADED * 9, pace=0.2)),
    "a redirect to itself": ("ws", says("HTTP/1.1 302 Found\r\nLocation: /v1/agent/converse\r\n"
                                        "Content-Length: 0\r\n\r\n")),
    "a redirect to nowhere": ("ws", says("HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\n"
                                         "Content-Length: 0\r\n\r\n")),
    "busy": ("ws", says("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 90\r\n"
                        "Content-Length: 0\r\n\r\n")),
    "no HTTP": ("ws", says("SSH-2.0-OpenSSH_9.6\r\n\r\n")),
    "a page": ("ws", says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nHi!\n")),
    "a wrong key": ("ws", says(UPGRADED + "Sec-WebSocket-Accept: x\r\n\r\n")),
    "headers without end": ("ws", says(UPGRADED + "X-Y: " + "z" * 1_000_000)),
    "no TLS": ("wss", says("HTTP/1.1 400 Bad Request\r\n\r\n")),
}  # fmt: skip


async def _greeted_all_the_same(folder: Path, scheme: str, answer: Answer) -> str:
    async with (
        bare_server(answer) as place,
        shop_on_the_line(folder, f"{scheme}://{place}") as shop,
        shop.phone().call() as line,
    ):
        with suppress(TimeoutError):
            await until(lambda: line.heard.count(NEXT_AGENT) > 800, 8.0)
        began = line.stream.started_at if line.stream is not None else 0.0
        silence = silence_after(line, began)
        handed = shop.handovers == [("deepgram", "local")]
        return "" if handed and silence < LONGEST_SILENCE else f"{silence} {shop.handovers}"


async def test_whatever_answers_in_its_place_the_customer_is_greeted(tmp_path: Path) -> None:
    found = await asyncio.gather(
        *(
            _greeted_all_the_same(tmp_path / str(number), *case)
            for number, case in enumerate(BEFORE.values())
        )
    )
    assert {name: wrong for name, wrong in zip(BEFORE, found, strict=True) if wrong} == {}
