"""Whole orders by a browser: recorded customers, the local agent, and the row in the database."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.resample import resample_pcm16
from tests.browser.conftest import MICROPHONE, OpenPage, open_page
from tests.end_to_end.browser_customer import order_by_browser
from tests.end_to_end.customers import steps
from tests.end_to_end.shop_process import ShopProcess

pytestmark = [pytest.mark.voice, pytest.mark.slow]
__all__ = ["open_page"]

ANN = steps("ann-1", "ann-2", "ann-3", "ann-4", "ann-5", "ann-6")
SPEAKS_AT = (8.0, 17.0, 24.0, 31.5, 45.0, 61.0)
"""Seconds after the microphone was opened. A recording does not listen: there are pauses enough
for the agent's answers on a machine that is busy."""
BROWSERS_HZ = 48_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    with ShopProcess(tmp_path_factory.mktemp("shop")) as process:
        process.wait_for_agent()
        yield process


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """What the microphone hears."""
    mulaw = bytearray()
    for second, step in zip(SPEAKS_AT, ANN, strict=True):
        mulaw += b"\xff" * (int(second * SAMPLE_RATE) - len(mulaw)) + step.mulaw
    mulaw += b"\xff" * SAMPLE_RATE * 60
    file = tmp_path / "microphone.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(BROWSERS_HZ)
        pcm = mulaw_to_pcm16(bytes(mulaw))
        sound.writeframes(resample_pcm16(pcm, SAMPLE_RATE, BROWSERS_HZ))
    return file


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
    shop: ShopProcess, recording: Path, open_page: OpenPage
) -> None:
    switch = f"--use-file-for-fake-audio-capture={recording}%noloop"
    page = await open_page(f"{shop.url}/talk", *MICROPHONE, switch)
    heard: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framesent", lambda frame: heard.append(str(frame)) if "played" in str(frame) else None
        ),
    )
    await page.click("#start")
    try:
        await expect(page.locator("#status")).to_contain_text("has the number", timeout=120_000)
    except AssertionError as error:
        raise AssertionError(f"no order:\n{conversation(shop)}") from error
    number = await page.inner_text("#number")
    [order] = [each for each in shop.orders() if each.number == number]
    assert order.items == ((1, "taro-milk-tea", frozenset({"boba"})),), conversation(shop)
    assert order.phone == "+15551234567"
    assert len(heard) > 100
    await expect(page.locator("#cart")).to_contain_text("taro milk tea")
    await expect(page.locator("#log")).to_contain_text("We: ")
