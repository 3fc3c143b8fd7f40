"""The pages in a browser: what stands on them, and that nothing on them can be made markup."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import pytest

from servizio.store.records import MessageKind, MessageState
from tests.server.conftest import STAFF, TOKEN, Shop, running_shop

EVIL = "<script>alert(1)</script>\"'&"
NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""A Saturday; noon in New York."""


class Seen(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"

    @property
    def text(self) -> str:
        return " ".join(self.words.split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


async def look(shop: Shop, path: str, *, staff: bool = False) -> Seen:
    headers = STAFF if staff else {}
    async with shop.http.get(shop.url + path, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "text/html"
        return Seen(await answer.text())


@pytest.fixture
async def new_york(tmp_path: Path) -> AsyncIterator[Shop]:
    environment = {
        "shop": {
            "name": f"Tea {EVIL}",
            "address": "12 Mott Street",
            "timezone": "America/New_York",
            "hours": {"sat": "10:00-22:00", "mon": ["09:00-12:00", "13:00-20:00"]},
        },
        "twilio": {"phone_number": "+14155550123"},
    }
    async with running_shop(tmp_path, environment=environment, now=lambda: NOON) as running:
        yield running


async def test_the_window_tells_the_number_as_link_and_as_code(new_york: Shop) -> None:
    seen = await look(new_york, "/")
    assert [each["href"] for each in seen.all("a") if each["href"].startswith("tel:")] == [
        "tel:+14155550123"
    ]
    assert "415-555-0123" in seen.text
    assert {"role": "img", "aria-label": "Code to scan: rings 415-555-0123"}.items() <= (
        seen.all("figure")[0].items()
    )


async def test_the_window_tells_what_there_is_and_what_it_costs(new_york: Shop) -> None:
    await new_york.patch("/api/menu", {"sold_out": ["black-milk-tea", "egg-pudding"]})
    text = (await look(new_york, "/")).text
    assert "taro milk tea $5.50" in text
    assert "black milk tea sold out $5.50" in text
    assert "boba +$0.75" in text
    assert "egg pudding sold out +$0.75" in text
    assert "50% as usual" in text
    assert "matcha stencil on top +$0.50" in text


async def test_the_window_tells_the_hours_of_the_week_and_whether_it_is_open(
    new_york: Shop,
) -> None:
    text = (await look(new_york, "/")).text
    assert "Open now, until 10 PM" in text
    assert "Saturday today 10 AM – 10 PM" in text
    assert "Sunday closed" in text
    assert "Monday 9 AM – noon 1 PM – 8 PM" in text


async def test_hours_that_staff_have_set_for_today_count(new_york: Shop) -> None:
    await new_york.patch("/api/shop", {"hours_today": {"closed": True}})
    text = (await look(new_york, "/")).text
    assert "Closed, opens Monday at 9 AM" in text
    assert "Saturday today closed" in text
    assert "nobody takes orders until we open" in text


async def test_a_closed_shop_offers_no_order_that_nobody_would_take(new_york: Shop) -> None:
    assert "Order by voice" in (await look(new_york, "/")).text
    assert "closed now" not in (await look(new_york, "/talk")).text
    await new_york.patch("/api/shop", {"hours_today": {"closed": True}})
    window = await look(new_york, "/")
    for words in ("order by voice", "ay what you would like", "Ready in"):
        assert words.casefold() not in window.text.casefold()
    talk = await look(new_york, "/talk")
    assert "We are closed now, so nobody takes orders until we open." in talk.text
    assert "Press the button" not in talk.text
    assert [each for each in talk.all("p") if each.get("class") == "buttons" and "hidden" in each]


async def test_a_pause_is_told(new_york: Shop) -> None:
    await new_york.patch("/api/shop", {"pause": {"minutes": 30}})
    assert "We take no orders by phone or voice until 12:30 PM." in (await look(new_york, "/")).text


async def test_a_shop_without_number_and_hours_tells_neither(shop: Shop) -> None:
    seen = await look(shop, "/")
    assert not [each for each in seen.all("a") if each["href"].startswith("tel:")]
    assert "Hours" not in seen.text
    assert "Open now" not in seen.text


@pytest.mark.parametrize("path", ["/", "/orders", "/talk", "/barista"])
async def test_what_comes_from_outside_is_never_markup(new_york: Shop, path: str) -> None:
    body = {"items": [{"item": "taro-milk-tea"}], "name": EVIL, "phone": "+14155550177"}
    await new_york.post("/api/orders", body)
    seen = await look(new_york, path, staff=True)
    assert EVIL in f"{seen.words}"
    assert all(attributes.get("src") for attributes in seen.all("script"))


@pytest.mark.parametrize("path", ["/", "/orders", "/talk", "/login", "/barista"])
async def test_pages_load_nothing_from_elsewhere_and_hold_no_script_or_style(
    shop: Shop, path: str
) -> None:
    seen = await look(shop, path, staff=True)
    loaded = [
        value
        for tag, attributes in seen.tags
        for name, value in attributes.items()
        if name == "src" or (name == "href" and tag == "link")
    ]
    assert loaded
    assert [each for each in loaded if not (each or "").startswith("/assets/")] == []
    assert not seen.all("style")
    assert not [attributes for _, attributes in seen.tags if "style" in attributes]
    assert not [name for _, attributes in seen.tags for name in attributes if name[:2] == "on"]


@pytest.mark.parametrize("path", ["/", "/orders", "/talk", "/login", "/barista"])
async def test_pages_can_be_found_through_by_ear(shop: Shop, path: str) -> None:
    seen = await look(shop, path, staff=True)
    assert seen.all("html")[0]["lang"] == "en"
    assert len(seen.all("h1")) == 1
    assert len(seen.all("main")) == 1
    named = {attributes.get("id") for _, attributes in seen.tags}
    wanted = [each["aria-labelledby"] for each in seen.all("section")]
    assert [each for each in wanted if each not in named] == []
    labelled = {each["for"] for each in seen.all("label") if "for" in each}
    fields = [each for each in seen.all("input") if each.get("type") not in {"hidden", "radio"}]
    assert [each for each in fields if each["id"] not in labelled] == []


async def test_assets_are_kept_by_their_version_and_asked_for_without_it(shop: Shop) -> None:
    seen = await look(shop, "/")
    path = next(str(each["href"]) for each in seen.all("link") if each["rel"] == "stylesheet")
    async with shop.http.get(shop.url + path) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content_type == "text/css"
        tag = answer.headers["ETag"]
    bare = shop.url + path.partition("?")[0]
    async with shop.http.get(bare, headers={"If-None-Match": tag}) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (304, "public, no-cache")
    for name in ("nothing.js", "..%2fapp.py", "%2e%2e%2fpages.py"):
        async with shop.http.get(f"{shop.url}/assets/{name}") as answer:
            assert answer.status == 404


async def test_the_board_shows_numbers_alone(shop: Shop) -> None:
    made, ready = await shop.take("taro-milk-tea"), await shop.take("black-milk-tea")
    await shop.post(f"/api/orders/{ready}/done")
    text = (await look(shop, "/orders")).text
    assert re.search(rf"Preparing {made} .*Ready {ready}", text)
    assert "tea" not in text.replace("Servizio Boba", "")


async def test_without_a_script_the_board_loads_itself_again(shop: Shop) -> None:
    assert {"http-equiv": "refresh", "content": "10"} in (await look(shop, "/orders")).all("meta")


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
    assert "2 × taro milk tea extra boba, no ice" in text
    assert "counter · Ann" in text


async def test_orders_that_wait_too_long_are_marked(tmp_path: Path) -> None:
    times = [NOON]
    async with running_shop(tmp_path, now=lambda: times[-1]) as shop:
        await shop.take("taro-milk-tea")
        times.append(NOON + timedelta(minutes=12))
        assert "12 min late" in (await look(shop, "/barista", staff=True)).text


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
