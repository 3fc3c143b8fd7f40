"""The pages in a browser: what stands on them, and that nothing on them can be made markup."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.conftest import Shop, running_shop
from tests.server.seen_page import NOON, look

EVIL = "<script>alert(1)</script>\"'&"


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
