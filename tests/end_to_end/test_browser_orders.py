"""Whole orders by a browser: recorded customers, the local agent, and the row in the database."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import wave
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.async_api import WebSocket, expect

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.resample import Resampler
from tests.browser.conftest import MICROPHONE, OpenPage, open_page
from tests.end_to_end.browser_customer import order_by_browser
from tests.end_to_end.customers import steps
from tests.end_to_end.shop_process import ShopProcess

pytestmark = [pytest.mark.voice, pytest.mark.slow]
__all__ = ["open_page"]

ANN = steps("ann-1", "ann-2", "ann-3", "ann-4", "ann-5", "ann-6")
BROWSERS_HZ = 48_000
POLITE = 1.1
"""Seconds of silence after which the agent has finished."""
ANSWER = 60.0
"""Seconds until it answers at the latest, on a busy machine."""
CUSTOMER = """
(() => {
  const context = new AudioContext({ sampleRate: 48000 });
  const voice = context.createMediaStreamDestination();
  navigator.mediaDevices.getUserMedia = async () => {
    await context.resume();
    return voice.stream;
  };
  window.speak = async (sound) => {
    const bytes = Uint8Array.from(atob(sound), (sign) => sign.charCodeAt(0));
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(bytes.buffer);
    source.connect(voice);
    const over = new Promise((done) => { source.onended = done; });
    source.start();
    await over;
  };
})();
"""
"""What the microphone hears: recordings, each when it is its turn. A recording of a whole call
would not listen, and say its yes into the agent's question on a machine that is busy."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    with ShopProcess(tmp_path_factory.mktemp("shop")) as process:
        process.wait_for_agent()
        yield process


def wav(mulaw: bytes) -> str:
    """A recording as a page can decode it."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(BROWSERS_HZ)
            resampler = Resampler(SAMPLE_RATE, BROWSERS_HZ)
            sound.writeframes(resampler.feed(mulaw_to_pcm16(mulaw)) + resampler.flush())
        return base64.b64encode(file.getvalue()).decode()


class AgentsVoice:
    """Notes from the page's socket when the agent speaks."""

    def __init__(self) -> None:
        self.played = 0
        """Chunks that the page says it has played."""
        self._speaks = asyncio.Event()

    def follow(self, socket: WebSocket) -> None:
        """Listen to both ways of a socket."""
        socket.on("framereceived", self._came)
        socket.on("framesent", self._left)

    def _came(self, frame: str | bytes) -> None:
        if json.loads(frame)["event"] == "audio":
            self._speaks.set()

    def _left(self, frame: str | bytes) -> None:
        self.played += json.loads(frame)["event"] == "played"

    async def answered(self) -> None:
        """Wait until the agent has spoken, and has then been silent."""
        async with asyncio.timeout(ANSWER):
            await self._speaks.wait()
            while self._speaks.is_set():
                self._speaks.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._speaks.wait(), POLITE)


async def test_an_order_over_the_socket_is_in_the_database(shop: ShopProcess) -> None:
    told = await order_by_browser(shop.url, [step.mulaw for step in ANN])
    sid = told.named("ready")[0]["conversation_id"]
    [order] = shop.orders(sid)
    assert order.number == told.order_number
    assert order.items == ((1, "taro-milk-tea", frozenset({"boba"})),)
    assert (order.phone, order.total) == ("+15551234567", "6.25")
    assert told.messages[-1]["event"] == "ended"
    assert "taro milk tea with boba" in told.words("assistant_transcript")
    assert {each["item"] for each in told.named("cart")[-1]["cart"]["items"]} == {"taro-milk-tea"}


def conversation(shop: ShopProcess) -> str:
    """What was said in the call that was begun last."""
    [[sid]] = shop.select("SELECT call_sid FROM calls ORDER BY started_at DESC LIMIT 1")
    return "\n".join(f"{turn.role}: {turn.text}" for turn in shop.turns(sid))


async def test_a_recorded_voice_orders_in_a_real_browser(
    shop: ShopProcess, open_page: OpenPage
) -> None:
    page = await open_page(f"{shop.url}/talk", *MICROPHONE)
    await page.add_init_script(CUSTOMER)
    await page.reload()
    agent = AgentsVoice()
    page.on("websocket", agent.follow)
    await page.click("#start")
    for step in ANN:
        await agent.answered()
        await page.evaluate("(sound) => speak(sound)", wav(step.mulaw))
    try:
        await expect(page.locator("#status")).to_contain_text("has the number", timeout=60_000)
    except AssertionError as error:
        raise AssertionError(f"no order:\n{conversation(shop)}") from error
    number = await page.inner_text("#number")
    [order] = [each for each in shop.orders() if each.number == number]
    assert order.items == ((1, "taro-milk-tea", frozenset({"boba"})),), conversation(shop)
    assert order.phone == "+15551234567"
    assert agent.played > 100
    await expect(page.locator("#cart")).to_contain_text("taro milk tea")
    await expect(page.locator("#log")).to_contain_text("We: ")
