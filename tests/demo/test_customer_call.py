"""Being the customer from a terminal, at the wire of a shop that is not ours."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from servizio.demo.call_customers import (
    Customer,
    Manners,
    recorded_customer,
    speaking_customer,
    spoken,
    typed_customer,
)
from servizio.demo.call_screen import CallScreen
from servizio.demo.customer_call import ShopAccess, hold_call, ring
from servizio.demo.microphone import STORE_FRAMES, Handset
from servizio.demo.typed_lines import TypedLines
from servizio.errors import ApiError, DemoError, SpeechError
from tests.demo.bridge import Bridge, Script, Wire, serving, tone

QUICK = Manners(polite=0.1, answer=2.0, keys=0.3)
TOKEN = "staff-token"


class StaffedBridge(Bridge):
    """A shop whose staff can be asked what is said."""

    def __init__(self, script: Script, order_number: str = "4782") -> None:
        super().__init__(script)
        self.news: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()
        self.order_number = order_number

    @property
    def call_sid(self) -> str:
        return self.fields("/voice")["CallSid"]

    def tell(self, role: str, text: str, *, call_sid: str = "", final: bool = True) -> None:
        turn = {"call_sid": call_sid or self.call_sid, "role": role, "text": text, "final": final}
        self.news.put_nowait(("transcript", turn))

    def over(self) -> None:
        self.news.put_nowait(("call_ended", {"call": {"call_sid": self.call_sid}}))

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        if request.path.startswith(("/api", "/calls")):
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return web.Response(status=401)
            if request.path == "/api/events":
                return await self._events(request)
            return web.json_response({"order_number": self.order_number or None})
        return await super().webhook(request)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while (news := await self.news.get()) is not None:
            await response.write(f"event: {news[0]}\ndata: {json.dumps(news[1])}\n\n".encode())
        return response


async def answer_everything(wire: Wire) -> None:
    """Greet; then answer whatever is said or pressed, until the customer leaves."""
    await wire.play(tone(0.1))
    while not wire.is_over:
        await _answer_one(wire, loud_bytes(wire) + pressed(wire))


async def _answer_one(wire: Wire, known: int) -> None:
    await wire.until(lambda: loud_bytes(wire) + pressed(wire) > known)
    await wire.until(lambda: wire.sound.endswith(b"\xff" * 160))
    if not wire.is_over:
        await wire.play(tone(0.1))


def loud_bytes(wire: Wire) -> int:
    return len(wire.sound) - wire.sound.count(b"\xff")


def pressed(wire: Wire) -> int:
    return len(wire.events("dtmf"))


async def say_a_tone(words: str) -> bytes:
    del words
    return tone(0.06)


@asynccontextmanager
async def typing(text: str) -> AsyncIterator[TypedLines]:
    """A pipe into which this has been written, and closed."""
    out, into = os.pipe()
    os.write(into, text.encode())
    os.close(into)
    try:
        yield TypedLines(out)
    finally:
        os.close(out)


async def hold(bridge: Bridge, customer: Customer, *, token: str = TOKEN) -> list[str]:
    """Make a call; the lines it printed."""
    out = io.StringIO()
    screen = CallScreen(out, asks=False)
    access = ShopAccess(token=token)
    await hold_call(bridge.url, customer, screen, access=access, manners=QUICK)
    return out.getvalue().splitlines()


async def test_typed_lines_are_spoken_in_turn_and_both_sides_are_printed() -> None:
    async def shop(wire: Wire) -> None:
        bridge.tell("agent", "Hello.", call_sid="CAsomebodyelse")
        bridge.tell("agent", "What would you like?")
        await wire.play(tone(0.1))
        await wire.until(lambda: loud_bytes(wire) > 0)
        bridge.tell("customer", "A TARO, milk tea!")
        bridge.tell("agent", "Is that", final=False)
        await wire.until(lambda: wire.sound.endswith(b"\xff" * 160))
        bridge.tell("agent", "Is that all?")
        await wire.play(tone(0.1))
        await wire.until(lambda: False)
        bridge.over()

    bridge = StaffedBridge(shop)
    async with serving(bridge), typing("a taro milk tea\n") as lines:
        printed = await hold(bridge, typed_customer(lines, say_a_tone))
    assert printed[:-1] == [
        "agent: What would you like?",
        "customer: a taro milk tea",
        "agent: Is that all?",
        "order number: 4782",
    ]
    assert printed[-1].startswith("(you hung up after")
    assert bridge.wires[0].events("stop")


@pytest.mark.parametrize("typed", [True, False])
async def test_a_typed_call_tells_the_shop_that_somebody_types(*, typed: bool) -> None:
    async def shop(wire: Wire) -> None:
        await wire.play(tone(0.1))
        await wire.until(lambda: False)

    async with serving(Bridge(shop)) as bridge, typing("/quit") as lines:
        await hold_call(
            bridge.url,
            typed_customer(lines, say_a_tone),
            CallScreen(io.StringIO(), asks=False),
            access=ShopAccess(),
            manners=QUICK,
            typed=typed,
        )
    assert ("typed" in bridge.asked[0][2].query) is typed


async def test_what_was_heard_is_printed_where_it_is_not_what_was_typed() -> None:
    async def shop(wire: Wire) -> None:
        await wire.play(tone(0.1))
        await wire.until(lambda: loud_bytes(wire) > 0)
        bridge.tell("customer", "a tarot milk tea\x1b[2J")
        await wire.until(lambda: wire.sound.endswith(b"\xff" * 160))
        await wire.play(tone(0.1))
        await wire.until(lambda: False)
        bridge.over()

    bridge = StaffedBridge(shop, order_number="")
    async with serving(bridge), typing("a taro milk tea") as lines:
        printed = await hold(bridge, typed_customer(lines, say_a_tone))
    assert "(heard: a tarot milk tea [2J)" in printed
    assert "no order was placed" in printed


async def test_keys_are_pressed_and_quit_hangs_up() -> None:
    bridge = Bridge(answer_everything)
    async with serving(bridge), typing("/press 41 5#\n/press it\n/quit\nlater\n") as lines:
        printed = await hold(bridge, typed_customer(lines, say_a_tone))
        wire = bridge.wires[0]
        digits = "".join(message["dtmf"]["digit"] for message in wire.events("dtmf"))
    assert digits == "415#"
    assert any(line.startswith("(/press and digits") for line in printed)
    assert loud_bytes(wire) == 0
    assert not any("later" in line for line in printed)


@pytest.mark.parametrize("token", ["", "another"])
async def test_without_the_staff_token_the_sound_is_described(token: str) -> None:
    bridge = StaffedBridge(answer_everything)
    async with serving(bridge):
        customer = recorded_customer([("order.wav", tone(0.2))])
        printed = await hold(bridge, customer, token=token)
    assert any(line.startswith("(agent speaks, 0.") for line in printed)
    assert "(order.wav, 0.2 s)" in printed
    assert not any(line.startswith(("agent:", "order number")) for line in printed)


async def test_recordings_are_said_one_after_the_other_as_they_are() -> None:
    bridge = Bridge(answer_everything)
    async with serving(bridge):
        await hold(bridge, recorded_customer([("one", tone(0.06)), ("two", tone(0.1))]))
        heard = bridge.wires[0].sound
    assert tone(0.06) in heard
    assert tone(0.1) in heard
    assert loud_bytes(bridge.wires[0]) == 8000 * 0.16


async def test_the_call_is_over_when_the_shop_hangs_up_though_there_is_more_to_say() -> None:
    async def shop(wire: Wire) -> None:
        await wire.play(tone(0.1))
        await wire.until(lambda: loud_bytes(wire) > 0)

    bridge = Bridge(shop)
    async with serving(bridge), typing("one\ntwo\nthree\n") as lines:
        printed = await hold(bridge, typed_customer(lines, say_a_tone), token="")
    assert printed[-1].startswith("(the shop hung up after")
    assert "customer: three" not in printed


async def test_an_agent_that_says_nothing_is_a_failure() -> None:
    bridge = Bridge()
    async with serving(bridge), typing("hello\n") as lines:
        with pytest.raises(DemoError, match="fell silent"):
            await hold(bridge, typed_customer(lines, say_a_tone), token="")


async def test_a_shop_that_takes_no_call_is_a_failure_that_tells_what_it_said() -> None:
    bridge = Bridge()
    async with serving(bridge):
        bridge.answer("/voice", "<Response><Say>We are closed.</Say><Hangup/></Response>")
        with pytest.raises(ApiError, match=r"It said: We are closed\."):
            await hold(bridge, recorded_customer([]), token="")


async def test_a_shop_that_wants_signatures_is_a_failure_that_says_so() -> None:
    bridge = Bridge()
    async with serving(bridge):
        bridge.answer("/voice", "no", status=403)
        with pytest.raises(ApiError, match="answered 403"):
            await hold(bridge, recorded_customer([]), token="")


async def test_interrupting_hangs_up_in_good_order() -> None:
    async def shop(wire: Wire) -> None:
        await wire.play(tone(0.1))
        await wire.until(lambda: len(wire.sound) > 1600)
        signal.raise_signal(signal.SIGINT)
        await wire.until(lambda: False)

    async def silent(_scene: object) -> None:
        await asyncio.Event().wait()

    bridge = Bridge(shop)
    async with serving(bridge):
        printed = await hold(bridge, silent, token="")
    assert printed[-1].startswith("(you hung up after")
    assert bridge.wires[0].events("stop")


def test_a_recording_that_is_none_is_refused_before_it_rings(tmp_path: Path) -> None:
    file = tmp_path / "song.mp3"
    file.write_bytes(b"ID3")
    with pytest.raises(SpeechError, match=r"song\.mp3 is not a WAV file"):
        ring("http://127.0.0.1:9", text=False, recordings=[file])


def test_a_recording_is_said_as_the_telephone_carries_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "order.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\x00\x40" * 2 * 16_000)
    with pytest.raises(ApiError, match="did not put the call through"):
        ring("http://127.0.0.1:9", text=False, recordings=[file])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("415-555-0177", "four one five, five five five, zero one seven seven"),
        ("two at 50% please", "two at fifty percent please"),
        ("no", "no"),
    ],
)
def test_figures_are_spoken_as_a_person_says_them(typed: str, said: str) -> None:
    assert spoken(typed) == said


def test_a_line_that_is_being_typed_stays_last_on_the_screen() -> None:
    out = io.StringIO()
    screen = CallScreen(out, asks=True)
    screen.ask()
    screen.tell("agent: Are you there?")
    screen.answered()
    screen.say("yes")
    screen.tell("agent: Good.")
    screen.ask()
    screen.leave()
    assert out.getvalue() == (
        "customer: \nagent: Are you there?\ncustomer: agent: Good.\ncustomer: \n"
    )


async def test_typed_lines_may_come_in_pieces_and_without_a_last_line_end() -> None:
    out, into = os.pipe()
    lines = TypedLines(out)
    os.write(into, "caf\u00e9".encode()[:-1])
    os.write(into, "\u00e9".encode()[1:] + b" latte\r\n\n  \nand")
    assert await lines.next() == "caf\u00e9 latte"
    os.close(into)
    assert await lines.next() == "and"
    assert await lines.next() is None
    assert await lines.next() is None
    os.close(out)


class PretendedDevice:
    """A microphone or a speaker that does nothing by itself."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.call: Callable[..., None] = settings["callback"]
        self.is_on = False

    def start(self) -> None:
        self.is_on = True

    def close(self) -> None:
        self.is_on = False


class PretendedSound:
    """A sound system with one microphone and one speaker, at rates of its own."""

    def __init__(self, *rates_hz: int) -> None:
        self.rates_hz = rates_hz
        self.devices: list[PretendedDevice] = []

    def check_input_settings(self, **settings: Any) -> None:
        if settings["samplerate"] not in self.rates_hz:
            raise ValueError("Invalid sample rate")

    check_output_settings = check_input_settings

    def RawInputStream(self, **settings: Any) -> PretendedDevice:  # noqa: N802 - its name there
        self.devices.append(PretendedDevice(settings))
        return self.devices[-1]

    RawOutputStream = RawInputStream

    def play_20_ms(self) -> bytes:
        out = bytearray(self.devices[1].settings["samplerate"] // 50 * 2)
        self.devices[1].call(memoryview(out), 0, None, None)
        return bytes(out)


@pytest.mark.parametrize("rate_hz", [8000, 48_000])
async def test_the_microphone_is_heard_by_the_shop_in_time(rate_hz: int) -> None:
    sound = PretendedSound(rate_hz)
    handset = Handset(sound)

    async def shop(wire: Wire) -> None:
        await wire.play(tone(0.2))
        await wire.until(lambda: len(wire.sound) > 800)
        pcm = (b"\x00\x40" * 8 + b"\x00\xc0" * 8) * (rate_hz // 50 // 16)
        for _ in range(9):
            sound.devices[0].call(pcm, len(pcm) // 2, None, None)
        await wire.until(lambda: loud_bytes(wire) > 600)
        heard.append(loud_bytes(wire))

    heard: list[int] = []
    out = io.StringIO()
    async with serving(Bridge(shop)) as bridge:
        await hold_call(
            bridge.url,
            speaking_customer(handset),
            CallScreen(out, asks=False),
            access=ShopAccess(),
            manners=QUICK,
            handset=handset,
        )
    assert heard[0] > 600
    assert sound.devices[0].settings["samplerate"] == rate_hz
    assert not any(device.is_on for device in sound.devices)


async def test_the_speaker_begins_with_a_little_in_store_and_is_silent_when_it_runs_dry() -> None:
    sound = PretendedSound(8000)
    handset = Handset(sound)
    with handset:
        handset.play(tone(0.02))
        assert not any(sound.play_20_ms())
        handset.play(tone(0.02))
        handset.play(tone(0.02))
        assert all(any(sound.play_20_ms()) for _ in range(3))
        assert not any(sound.play_20_ms())
        handset.play(tone(0.02))
        assert not any(sound.play_20_ms())


async def test_a_speaker_that_lags_skips_sound_instead_of_falling_behind() -> None:
    sound = PretendedSound(8000)
    with Handset(sound) as handset:
        for _ in range(5 * STORE_FRAMES):
            handset.play(tone(0.02))
        played = 0
        while any(sound.play_20_ms()):
            played += 1
    assert played == STORE_FRAMES


async def test_a_machine_without_microphone_is_told_to_type() -> None:
    with pytest.raises(SpeechError, match="no microphone") as caught:
        Handset(PretendedSound())
    assert "--text" in caught.value.hint
