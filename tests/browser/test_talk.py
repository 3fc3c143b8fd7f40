"""Ordering by voice as a customer in front of the page meets it."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from servizio.calls.admission import Admission, Answer
from servizio.store.records import Role
from tests.browser.conftest import MICROPHONE, OpenPage
from tests.server.conftest import NotedCall, Shop

GRANTED = "--use-fake-ui-for-media-stream"


async def talk(page: Page, shop: Shop) -> NotedCall:
    await page.click("#start")
    await asyncio.wait_for(shop.switchboard.connected.wait(), 10)
    [call] = shop.switchboard.live_calls()
    await shop.store.start_call(call.call_sid)
    return call


def loud(sound: bytes) -> int:
    """Mu-law samples that are far from silence."""
    return sum((sample & 0x7F) < 0x50 for sample in sound)


async def until_loud(call: NotedCall) -> None:
    async with asyncio.timeout(10):
        while loud(call.sound) < 200:
            call.changed.clear()
            await call.changed.wait()


async def test_the_microphone_reaches_the_shop(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/talk", *MICROPHONE)
    call = await talk(page, shop)
    await expect(page.locator("#status")).to_contain_text("listening")
    await until_loud(call)
    await page.click("#stop")
    await asyncio.wait_for(call.ended.wait(), 5)
    await expect(page.locator("#start")).to_have_text("Talk again")


async def test_the_speaker_plays_what_came_and_says_so(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/talk", *MICROPHONE)
    told = asyncio.Event()

    def look_at(frame: str | bytes) -> None:
        if '"played","chunk_num":4' in str(frame):
            told.set()

    page.on("websocket", lambda socket: socket.on("framesent", look_at))
    call = await talk(page, shop)
    for _ in range(4):
        call.line.play(b"\x20" * 640)
    call.line.mark("heard")
    await call.until("marks", 1)
    await asyncio.wait_for(told.wait(), 10)


async def test_with_a_held_button_nothing_is_heard_before_it_is_held(
    shop: Shop, open_page: OpenPage
) -> None:
    page = await open_page(f"{shop.url}/talk", *MICROPHONE)
    await page.get_by_label("Hold a button while I talk").check()
    call = await talk(page, shop)
    await call.until("sound", 16_000)
    assert loud(call.sound) == 0
    await page.locator("#hold").focus()
    await page.keyboard.down(" ")
    await until_loud(call)
    await page.keyboard.up(" ")
    await expect(page.locator("#hold")).to_have_attribute("aria-pressed", "false")


async def test_words_cart_and_number_are_shown(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/talk", *MICROPHONE)
    call = await talk(page, shop)
    sid = call.call_sid
    partial = {"call_sid": sid, "role": "customer", "text": "one <i>taro", "final": False}
    shop.switchboard.spoken.put_nowait(partial)
    await expect(page.locator("#now")).to_have_text("You: one <i>taro")
    await shop.store.add_turn(sid, Role.CUSTOMER, "one <i>taro, please")
    await shop.store.add_turn(sid, Role.AGENT, "Anything else?")
    await expect(page.locator("#log p")).to_have_text(
        ["You: one <i>taro, please", "We: Anything else?"]
    )
    boba = {"name": "boba", "amount": "extra", "count": 1}
    item = {"name": "taro milk tea", "quantity": 1, "price": "6.25", "modifiers": [boba]}
    await shop.store.set_cart(sid, {"items": [item], "pending": [], "tax": "0.50", "total": "6.75"})
    await expect(page.locator("#cart li")).to_have_text(["1 × taro milk tea$6.25extra boba"])
    await expect(page.locator("#tax")).to_have_text("Tax $0.50")
    await expect(page.locator("#total")).to_have_text("Total $6.75")
    await shop.store.end_call(sid, outcome="silent")
    await call.line.close()
    await expect(page.locator("#status")).to_contain_text("Nobody spoke for a while")


async def test_a_microphone_that_is_refused_is_told_in_clear_words(
    shop: Shop, open_page: OpenPage
) -> None:
    page = await open_page(
        f"{shop.url}/talk", "--use-fake-device-for-media-stream", "--deny-permission-prompts"
    )
    await page.click("#start")
    await expect(page.get_by_role("alert")).to_contain_text("The microphone is not allowed")
    await expect(page.locator("#start")).to_be_visible()
    assert shop.switchboard.rung == []


async def test_a_machine_without_a_microphone_is_told_so(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/talk", GRANTED)
    await page.click("#start")
    await expect(page.get_by_role("alert")).to_contain_text("There is no microphone")


@pytest.mark.parametrize("sentence", ["We are <closed> right now."])
async def test_a_call_that_is_not_taken_is_told_as_the_shop_says_it(
    shop: Shop, open_page: OpenPage, sentence: str
) -> None:
    shop.switchboard.admission = Admission(Answer.CLOSED, "", sentence)
    page = await open_page(f"{shop.url}/talk", *MICROPHONE)
    await page.click("#start")
    await expect(page.get_by_role("alert")).to_have_text(sentence)
    await expect(page.locator("#start")).to_have_text("Talk again")


async def test_a_lost_line_has_a_clear_end(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/talk", *MICROPHONE)
    await talk(page, shop)
    await shop.app.shutdown()
    await expect(page.locator("#status")).to_contain_text("The connection is lost. No order")


async def test_without_a_script_the_page_says_what_to_do(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/talk", script=False)
    await expect(page.get_by_text("This page needs JavaScript")).to_be_visible()
    await expect(page.get_by_role("link", name="415-555-0123")).to_be_visible()
    await expect(page.locator("#start")).to_be_disabled()
