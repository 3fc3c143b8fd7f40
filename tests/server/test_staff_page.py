"""The page of the staff: what stands on it, and that all of it works by forms alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import aiohttp

from servizio.store.records import MessageKind, MessageState
from tests.server.conftest import TOKEN, Shop, running_shop
from tests.server.seen_page import NOON, Seen, look


async def log_in(shop: Shop) -> aiohttp.ClientSession:
    """A browser of the staff's."""
    browser = aiohttp.ClientSession(
        shop.url, headers={"Origin": shop.url}, cookie_jar=aiohttp.CookieJar(unsafe=True)
    )
    async with browser.post("/login", data={"token": TOKEN}, allow_redirects=False) as answer:
        assert answer.status == 303
    return browser


async def test_nobody_sees_the_staff_page_without_logging_in(shop: Shop) -> None:
    headers = {"Accept": "text/html"}
    for path in ("/barista", "/barista/part/tickets"):
        async with shop.http.get(shop.url + path, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Location"].startswith("/login?next=%2Fbarista")
    async with shop.http.post(f"{shop.url}/barista", data={"item": "boba"}) as answer:
        assert answer.status == 401


async def test_an_order_goes_its_way_by_forms_alone(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea")
    browser = await log_in(shop)
    async with browser:
        for to, status in (
            ("making", "making"),
            ("ready", "ready"),
            ("undo", "making"),
            ("ready", "ready"),
            ("picked_up", "picked_up"),
            ("undo", "ready"),
        ):
            async with browser.post("/barista", data={"order": number, "to": to}) as answer:
                assert answer.status == 200
                assert number in await answer.text()
            assert (await shop.store.order(number)).status.value == status, to


async def test_a_step_that_cannot_be_done_is_told_and_changes_nothing(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea")
    browser = await log_in(shop)
    async with browser:
        for fields, status in (
            ({"order": number, "to": "picked_up"}, 409),
            ({"order": number, "to": "undo"}, 409),
            ({"order": number, "to": "<b>"}, 400),
            ({"order": "0000", "to": "ready"}, 404),
            ({"item": "caviar", "gone": "yes"}, 404),
            ({}, 400),
        ):
            async with browser.post("/barista", data=fields) as answer:
                assert answer.status == status, fields
                assert 'role="alert">' in await answer.text()
            accept = {"Accept": "application/json"}
            async with browser.post("/barista", data=fields, headers=accept) as answer:
                assert (answer.status, answer.content_type) == (status, "application/json")
    assert (await shop.store.order(number)).status.value == "received"


async def test_what_is_sold_out_is_switched_on_the_staff_page(shop: Shop) -> None:
    browser = await log_in(shop)
    async with browser:
        async with browser.post("/barista", data={"item": "boba", "gone": "yes"}) as answer:
            assert "boba sold out" in Seen(await answer.text()).text
        assert await shop.store.sold_out() == {"boba"}
        accept = {"Accept": "application/json"}
        fields = {"item": "boba", "gone": "no"}
        async with browser.post("/barista", data=fields, headers=accept) as answer:
            assert answer.status == 204
        assert await shop.store.sold_out() == frozenset()


async def test_another_site_cannot_press_the_staffs_buttons(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea")
    browser = await log_in(shop)
    async with browser:
        headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        fields = {"order": number, "to": "ready"}
        async with browser.post("/barista", data=fields, headers=headers) as answer:
            assert answer.status == 403
    assert (await shop.store.order(number)).status.value == "received"


async def test_a_phone_number_is_shown_to_whoever_asks_for_it(shop: Shop) -> None:
    body = {"items": [{"item": "taro-milk-tea"}], "phone": "+14155550177"}
    _, order = await shop.post("/api/orders", body)
    assert isinstance(order, dict)
    hidden = await look(shop, "/barista", staff=True)
    assert "415-555-0177" not in hidden.text
    assert "Show the number …0177" in hidden.text
    asked = f"/barista/part/tickets?phone={order['order_number']}"
    assert "415-555-0177" in (await look(shop, asked, staff=True)).text


async def test_a_ticket_tells_what_to_make(shop: Shop) -> None:
    body = {
        "items": [
            {
                "item": "taro-milk-tea",
                "quantity": 2,
                "modifiers": [
                    {"group": "topping", "modifier": "boba", "amount": "extra"},
                    {"group": "ice", "modifier": "no-ice"},
                ],
            }
        ],
        "name": "Ann",
    }
    await shop.post("/api/orders", body)
    text = (await look(shop, "/barista", staff=True)).text
    assert "2 × taro milk tea EXTRA boba, no ice" in text
    assert "counter · Ann" in text


async def test_orders_that_wait_too_long_are_marked(tmp_path: Path) -> None:
    times = [NOON]
    async with running_shop(tmp_path, now=lambda: times[-1]) as shop:
        await shop.take("taro-milk-tea")
        times.append(NOON + timedelta(minutes=12))
        assert "12 min late" in (await look(shop, "/barista", staff=True)).text


async def test_the_staff_page_and_the_console_call_the_same_orders_late(tmp_path: Path) -> None:
    times = [NOON]
    environment = {"console": {"warn_minutes": 10, "late_minutes": 15}}
    async with running_shop(tmp_path, environment=environment, now=lambda: times[-1]) as shop:
        await shop.take("taro-milk-tea")
        times.append(NOON + timedelta(minutes=9))
        text = (await look(shop, "/barista", staff=True)).text
        assert "9 min waiting" not in text
        assert "9 min late" not in text
        times.append(NOON + timedelta(minutes=12))
        assert "12 min waiting" in (await look(shop, "/barista", staff=True)).text
        times.append(NOON + timedelta(minutes=15))
        assert "15 min late" in (await look(shop, "/barista", staff=True)).text


async def test_what_must_be_left_out_is_told_in_capitals(shop: Shop) -> None:
    choice = {"group": "ice", "modifier": "regular-ice", "amount": "none"}
    line = {"item": "taro-milk-tea", "modifiers": [choice, {"modifier": "boba", "amount": "extra"}]}
    status, answer = await shop.post("/api/orders", {"items": [line]})
    assert status == 201, answer
    text = (await look(shop, "/barista", staff=True)).text
    assert "NO regular ice" in text
    assert "EXTRA boba" in text


async def test_lines_are_ticked_off_by_forms_alone_and_on_every_screen(shop: Shop) -> None:
    number = await shop.take("taro-milk-tea", "black-milk-tea")
    order = await shop.store.order(number)
    fields = {"order": number, "tick": "1 on", "revision": str(order.revision)}
    browser = await log_in(shop)
    async with browser:
        async with browser.post("/barista", data=fields) as answer:
            assert answer.status == 200
            page = await answer.text()
        assert f'id="l{number}-1" name="tick" value="1 off"' in page
        _, listed = await shop.get("/orders.json")
        assert isinstance(listed, dict)
        assert listed["orders"][0]["ticked"] == [1]
        async with browser.post("/barista", data=fields | {"tick": "1 off"}) as answer:
            assert f'id="l{number}-1" name="tick" value="1 on"' in await answer.text()
        for wrong, status in (
            ({"tick": "9 on"}, 409),
            ({"tick": "1 on", "revision": "7"}, 409),
            ({"tick": "on"}, 400),
            ({"tick": "1 maybe"}, 400),
            ({"tick": "1 on", "revision": "x"}, 400),
            ({"tick": "1 on", "order": "0000"}, 404),
        ):
            async with browser.post("/barista", data=fields | wrong) as answer:
                assert answer.status == status, wrong


async def test_staff_see_what_customers_wrote_as_text(shop: Shop) -> None:
    form = {"MessageSid": "SM1", "From": "+14155550177", "Body": "<b>two more, please"}
    async with shop.http.post(f"{shop.url}/sms", data=form) as answer:
        assert answer.status == 200
    seen = await look(shop, "/barista", staff=True)
    assert "…0177" in seen.text
    assert "<b>two more, please" in seen.text
    assert "+14155550177" not in seen.text


async def test_a_text_that_did_not_arrive_is_tried_again_or_put_aside(shop: Shop) -> None:
    await shop.store.queue_message(
        MessageKind.SMS, "one", to="+14155550177", body="Ready.", order_number="4782"
    )
    [message] = await shop.store.claim_messages(
        {MessageKind.SMS}, limit=1, lease=timedelta(minutes=1)
    )
    await shop.store.finish_message(
        message, MessageState.FAILED, error_code="30005", error_text="Unknown number."
    )
    said = (await look(shop, "/barista", staff=True)).text
    assert "The text about order 4782 to …0177 did not arrive. Unknown number." in said
    browser = await log_in(shop)
    async with browser:
        fields = {"message": str(message.id), "do": "dismiss"}
        for wrong, status in (
            ({"do": "burn"}, 400),
            ({"message": "x"}, 400),
            ({"message": "999"}, 404),
        ):
            async with browser.post("/barista", data=fields | wrong) as answer:
                assert answer.status == status, wrong
        async with browser.post("/barista", data=fields) as answer:
            assert "did not arrive" not in await answer.text()
