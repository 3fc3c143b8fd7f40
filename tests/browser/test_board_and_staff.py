"""The order board and the staff page as somebody in front of them sees them."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.async_api import expect

from servizio.shop.order import OrderStatus
from servizio.store.records import VoiceMessage
from tests.browser.conftest import OpenPage, log_in
from tests.server.conftest import Shop


async def test_the_board_follows_the_orders(shop: Shop, open_page: OpenPage) -> None:
    first = await shop.take()
    page = await open_page(f"{shop.url}/orders")
    await expect(page.locator("#preparing li")).to_have_text([first])
    second = await shop.take()
    await expect(page.locator("#preparing li")).to_have_text([first, second])
    await shop.post(f"/api/orders/{first}/done")
    await expect(page.locator("#ready li")).to_have_text([first])
    await expect(page.locator("#preparing li")).to_have_text([second])
    await shop.post(f"/api/orders/{first}/status", {"status": "picked_up"})
    await expect(page.locator("#ready li")).to_have_count(0)


async def test_the_board_says_when_it_is_cut_off_and_comes_back(
    shop: Shop, open_page: OpenPage
) -> None:
    first = await shop.take()
    page = await open_page(f"{shop.url}/orders")
    await expect(page.locator("#preparing li")).to_have_text([first])
    await page.context.set_offline(True)
    await page.evaluate("load()")
    await expect(page.locator("#state")).to_contain_text("No connection. This is how it was at")
    await expect(page.locator("#preparing li")).to_have_text([first])
    second = await shop.take()
    await page.context.set_offline(False)
    await page.evaluate("load()")
    await expect(page.locator("#state")).to_be_empty()
    await expect(page.locator("#preparing li")).to_have_text([first, second])


async def test_staff_log_in_and_move_an_order_to_its_end(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    number = await shop.take()
    ticket = page.locator(f"#t{number}")
    await expect(ticket).to_contain_text("1 × taro milk tea")
    await expect(page.locator("#state")).to_have_text(f"New order {number}")
    for button, status in (
        ("Making", OrderStatus.MAKING),
        ("Done", OrderStatus.READY),
        ("Undo", OrderStatus.MAKING),
        ("Done", OrderStatus.READY),
        ("Picked up", OrderStatus.PICKED_UP),
    ):
        await ticket.get_by_role("button", name=button).click()
        await expect(page.locator("#state")).to_have_text(f"Order {number}: {button}")
        await expect(ticket.locator("h3 small")).to_have_text(status.value.replace("_", " "))
        assert (await shop.store.order(number)).status is status


async def test_the_key_that_was_pressed_keeps_the_focus(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    number = await shop.take()
    await page.locator(f"#b{number}-ready").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#b{number}-picked_up")).to_be_focused()


async def test_staff_see_words_as_they_are_spoken(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    await shop.store.start_call("CA7", phone="+14155550177")
    shop.switchboard.tokens["CA7"] = "token"
    await shop.switchboard.connect("CA7", "token", None)  # type: ignore[arg-type]
    await shop.store.update_call("CA7", agent="local")
    call = page.locator('[data-call="CA7"]')
    await expect(call).to_contain_text("…0177")
    partial = {"call_sid": "CA7", "role": "customer", "text": "<b>one taro", "final": False}
    shop.switchboard.spoken.put_nowait(partial)
    await expect(call.locator(".now")).to_have_text("Customer: <b>one taro")


async def test_staff_mark_what_is_sold_out_and_see_a_phone_number(
    shop: Shop, open_page: OpenPage
) -> None:
    body = {"items": [{"item": "taro-milk-tea"}], "phone": "+14155550177"}
    await shop.post("/api/orders", body)
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    await page.get_by_role("button", name="egg pudding").click()
    await expect(page.get_by_role("button", name="egg pudding sold out")).to_be_visible()
    assert await shop.store.sold_out() == {"egg-pudding"}
    await page.get_by_text("Show the number …0177").click()
    await expect(page.get_by_role("link", name="415-555-0177")).to_be_visible()


async def test_whose_session_has_ended_is_asked_to_log_in(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    number = await shop.take()
    await expect(page.locator(f"#t{number}")).to_be_visible()
    await page.context.clear_cookies()
    await page.evaluate("void setTimeout(() => want('tickets'))")
    await page.wait_for_url("**/login?next=/barista")


async def test_without_a_script_everything_still_works(shop: Shop, open_page: OpenPage) -> None:
    number = await shop.take()
    page = await open_page(f"{shop.url}/barista", script=False)
    await log_in(page, script=False)
    await page.locator(f"#b{number}-ready").click()
    await expect(page.locator(f"#b{number}-picked_up")).to_be_visible()
    await page.goto(f"{shop.url}/orders")
    await expect(page.locator("#ready li")).to_have_text([number])


async def test_lines_are_ticked_off_with_a_press_on_every_screen(
    shop: Shop, open_page: OpenPage
) -> None:
    number = await shop.take("taro-milk-tea", "black-milk-tea")
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    line = page.locator(f"#l{number}-1")
    await line.click()
    await expect(line).to_have_attribute("aria-pressed", "true")
    await expect(line).to_be_focused()
    await expect(page.locator(f"#l{number}-0")).to_have_attribute("aria-pressed", "false")
    # A colleague's screen takes it back.
    await shop.post(f"/api/orders/{number}/ticks", {"line": 1, "done": False})
    await expect(line).to_have_attribute("aria-pressed", "false")


async def test_staff_hear_of_a_text_at_once(shop: Shop, open_page: OpenPage) -> None:
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    form = {"MessageSid": "SM1", "From": "+14155550177", "Body": "<i>I am late"}
    async with shop.http.post(f"{shop.url}/sms", data=form) as answer:
        assert answer.status == 200
    await expect(page.locator("#state")).to_have_text("A customer wrote: <i>I am late")
    await expect(page.locator("#texts .wrote")).to_have_text("<i>I am late")


async def test_messages_after_the_tone_wait_on_the_staff_page_until_they_are_done(
    shop: Shop, open_page: OpenPage
) -> None:
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    await expect(page.locator("#to-hear")).to_have_count(0)
    message = VoiceMessage("RE1", "CA1", None, 9, datetime.now(UTC))
    await shop.store.keep_voice_message(message, staff="", body="")
    await expect(page.locator("#to-hear")).to_have_text("1 message to be heard")
    await expect(page.locator("#state")).to_contain_text("left a message of 9 seconds")
    await page.click("#to-hear")
    await expect(page.locator("audio")).to_have_attribute("src", "/api/voice_messages/RE1/sound")
    await page.get_by_role("button", name="Done, erase it").click()
    await expect(page.get_by_text("No messages.")).to_be_visible()


async def test_the_messages_follow_what_happens_and_leave_alone_what_is_listened_to(
    shop: Shop, open_page: OpenPage
) -> None:
    await _leave_message(shop, "RE1", 9)
    page = await open_page(f"{shop.url}/barista")
    await log_in(page)
    await page.goto(f"{shop.url}/barista/messages")
    await expect(page.locator("#list article")).to_have_count(1)
    await page.evaluate("document.getElementById('message-RE1').dataset.heard = 'half'")
    await _leave_message(shop, "RE2", 7)
    await expect(page.locator("#list article")).to_have_count(2)
    await expect(page.locator("#count")).to_have_text("2")
    await expect(page.locator("#state")).to_have_text("A new message of 7 seconds")
    await expect(page.locator("#list article").first).to_have_id("message-RE2")
    await expect(page.locator("#message-RE1")).to_have_attribute("data-heard", "half")
    await shop.post("/api/voice_messages/RE2/done")
    await expect(page.locator("#message-RE2")).to_have_count(0)
    await expect(page.locator("#message-RE1")).to_have_attribute("data-heard", "half")
    await shop.post("/api/voice_messages/RE1/done")
    await expect(page.get_by_text("No messages.")).to_be_visible()


async def _leave_message(shop: Shop, sid: str, seconds: int) -> None:
    message = VoiceMessage(sid, f"CA{sid}", None, seconds, datetime.now(UTC))
    await shop.store.keep_voice_message(message, staff="", body="")
