"""Staff pause the phone, quote a longer wait and change today's hours; every screen knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Shop, running_shop
from tests.server.test_events import screen

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""A Friday, noon in New York."""
SETTINGS = {
    "shop": {
        "name": "Boba Bar",
        "timezone": "America/New_York",
        "hours": {"daily": "10:00-21:00"},
        "staff_phone": "+14155550123",
    },
    "server": {"public_url": "https://shop.example"},
}


class Watch:
    """A clock that the story sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def changed(shop: Shop, **changes: object) -> dict[str, Any]:
    status, answer = await shop.patch("/api/shop", changes)
    assert status == 200, answer
    assert isinstance(answer, dict)
    return answer


async def shown(shop: Shop) -> dict[str, Any]:
    status, answer = await shop.get("/api/shop")
    assert status == 200, answer
    assert isinstance(answer, dict)
    return answer


async def test_the_shop_shows_itself(tmp_path: Path) -> None:
    async with running_shop(tmp_path, environment=SETTINGS, now=Watch()) as shop:
        assert await shown(shop) == {
            "name": "Boba Bar",
            "menu_name": "Servizio Boba",
            "timezone": "America/New_York",
            "currency": "USD",
            "open_now": True,
            "orders_when_closed": False,
            "hours_known": True,
            "hours_today": {
                "opens": "10:00",
                "closes": "21:00",
                "ranges": [{"opens": "10:00", "closes": "21:00"}],
            },
            "hours_override": None,
            "paused": None,
            "busy_minutes": 0,
            "quoted_wait_minutes": 5,
            "public_url": "https://shop.example",
            "phone_number": "",
            "staff_phone": "+14155550123",
            "can_text": False,
            "can_ring": False,
            "staff_page": "https://shop.example/barista",
        }


async def test_a_pause_is_told_to_every_screen_and_ends_by_itself(tmp_path: Path) -> None:
    watch = Watch()
    async with (
        running_shop(tmp_path, environment=SETTINGS, now=watch) as shop,
        screen(shop) as first,
        screen(shop) as second,
    ):
        answer = await changed(shop, pause={"minutes": 10})
        assert answer["paused"]["until"] == "2026-11-20T17:10:00.000000Z"
        assert "after 12:10 PM" in answer["paused"]["message"]
        told = [await each.event() for each in (first, second)]
        assert [each.name for each in told] == ["shop_changed"] * 2
        assert [each.data for each in told] == [answer] * 2
        watch.now += timedelta(minutes=10)
        assert (await shown(shop))["paused"] is None
        assert (await first.event()).data["paused"] is None


async def test_staff_word_the_pause_themselves_and_end_it(shop: Shop) -> None:
    answer = await changed(shop, pause={"minutes": None, "message": "The ice\nmachine broke."})
    assert answer["paused"]["until"] is None
    assert answer["paused"]["message"] == "The ice machine broke."
    assert (await changed(shop, pause=None))["paused"] is None
    assert (await shown(shop))["paused"] is None


async def test_a_pause_outlives_a_restart(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop:
        paused = (await changed(shop, pause={"minutes": 20}))["paused"]
    async with running_shop(tmp_path) as shop:
        assert (await shown(shop))["paused"] == paused


async def test_busy_minutes_are_added_to_the_quoted_wait(shop: Shop) -> None:
    await shop.take("taro-milk-tea", "black-milk-tea")
    before = (await shown(shop))["quoted_wait_minutes"]
    answer = await changed(shop, busy_minutes=15)
    assert (answer["busy_minutes"], answer["quoted_wait_minutes"]) == (15, before + 15)


async def test_a_shop_that_closes_early_says_so(tmp_path: Path) -> None:
    watch = Watch()
    async with (
        running_shop(tmp_path, environment=SETTINGS, now=watch) as shop,
        screen(shop) as staff,
    ):
        answer = await changed(shop, hours_today={"opens": "10:00", "closes": "13:00"})
        assert answer["hours_today"]["closes"] == "13:00"
        assert answer["hours_override"]["day"] == "2026-11-20"
        assert answer["open_now"] is True
        await staff.event()
        watch.now += timedelta(hours=1)
        closed = await staff.event()
        assert (closed.name, closed.data["open_now"]) == ("shop_changed", False)


async def test_the_usual_hours_are_back_the_next_day(tmp_path: Path) -> None:
    watch = Watch()
    async with running_shop(tmp_path, environment=SETTINGS, now=watch) as shop:
        answer = await changed(shop, hours_today={"closed": True})
        assert (answer["open_now"], answer["hours_today"]) == (False, {"closed": True})
        assert answer["hours_override"] == {"day": "2026-11-20", "closed": True}
        watch.now += timedelta(days=1)
        later = await shown(shop)
        assert (later["open_now"], later["hours_override"]) == (True, None)


async def test_a_day_that_is_closed_as_usual_is_told_as_closed_and_not_as_unknown(
    tmp_path: Path,
) -> None:
    watch = Watch()
    closed_on_fridays = {
        "shop": {"timezone": "America/New_York", "hours": {"mon": "10:00-21:00", "fri": "closed"}}
    }
    async with running_shop(tmp_path, environment=closed_on_fridays, now=watch) as shop:
        answer = await shown(shop)
        assert (answer["open_now"], answer["hours_known"]) == (False, True)
        assert answer["hours_today"] == {"closed": True}


async def test_staff_take_the_usual_hours_back(tmp_path: Path) -> None:
    async with running_shop(tmp_path, environment=SETTINGS, now=Watch()) as shop:
        await changed(shop, hours_today={"closed": True})
        assert (await changed(shop, hours_today=None))["open_now"] is True


async def test_several_changes_are_one(shop: Shop) -> None:
    async with screen(shop) as staff:
        answer = await changed(shop, pause={}, busy_minutes=5, hours_today={"closed": True})
        await changed(shop, busy_minutes=5)
        await changed(shop, busy_minutes=10)
        first, second = await staff.events(2)
    assert first.data == answer
    assert second.data["busy_minutes"] == 10


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"paused": True},
        {"pause": 10},
        {"pause": {"minutes": 0}},
        {"pause": {"minutes": True}},
        {"pause": {"minutes": 1441}},
        {"pause": {"message": "x" * 301}},
        {"busy_minutes": 121},
        {"busy_minutes": -5},
        {"busy_minutes": "10"},
        {"pause": {"minutes": 20, "message": {}}},
        {"pause": {"minutes": 20, "message": False}},
        {"hours_today": {}},
        {"hours_today": {"opens": "10:00"}},
        {"hours_today": {"opens": "10:00", "closes": "soon"}},
        {"hours_today": {"opens": "10:00", "closes": "09:00"}},
        {"busy_minutes": 5, "pause": 10},
    ],
)
async def test_what_makes_no_sense_changes_nothing(shop: Shop, body: object) -> None:
    before = await shown(shop)
    assert (await shop.patch("/api/shop", body))[0] == 400
    assert await shown(shop) == before
