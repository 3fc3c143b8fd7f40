"""A table is reserved by voice over the whole wire; what counts is the restaurant's own book."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from servizio.commands.shop_client import ShopClient
from servizio.demo.restaurant_process import NUMBERS
from servizio.settings import load_settings, staff_token
from tests.end_to_end.shop_process import ShopProcess

pytestmark = [pytest.mark.voice, pytest.mark.slow]

CALL_SECONDS = 300.0
REQUEST = "Book a table at Casa {mood} for 4 people tomorrow at 7pm under Rossi"


class Owner:
    """Whoever asks for tables, at a shop without a telephone account."""

    def __init__(self, shop: ShopProcess) -> None:
        token = staff_token(load_settings(), shop.folders).get_secret_value()
        self._client = ShopClient(shop.url, token)
        self._book = shop.folders.data / "demo-restaurant.db"

    def asks(self, mood: str) -> dict[str, Any]:
        """The booking, once it is over."""
        body = {"request": REQUEST.format(mood=mood)}
        booking = cast("Any", self._client.post("/api/calls", body))["booking"]
        until = time.monotonic() + CALL_SECONDS
        while booking["step"] != "over":
            assert time.monotonic() < until, booking
            time.sleep(0.3)
            booking = cast("Any", self._client.get(f"/api/bookings/{booking['id']}"))["booking"]
        return dict(booking)

    def call(self, booking: dict[str, Any]) -> dict[str, Any]:
        return dict(cast("Any", self._client.get(f"/calls/{booking['call_sid']}")))

    def reserved(self, number: str) -> list[tuple[str, str, int]]:
        """Day, time and people of a table in the restaurant's own book."""
        with closing(sqlite3.connect(self._book)) as connection:
            return connection.execute(
                "SELECT day, at, party FROM reservations WHERE number = ?", (number,)
            ).fetchall()


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    places = [{"name": f"Casa {mood}", "phone_number": number} for number, mood in NUMBERS.items()]
    folder: Path = tmp_path_factory.mktemp("owner")
    settings = {"SERVIZIO_CONCIERGE__PLACES": json.dumps(places)}
    with ShopProcess(folder, settings) as shop:
        shop.wait_for_agent()
        yield Owner(shop)


def test_a_table_is_in_the_restaurants_own_book_with_the_number_that_is_told(owner: Owner) -> None:
    booking = owner.asks("normal")
    call = owner.call(booking)
    said = "\n".join(f"{turn['role']}: {turn['text']}" for turn in call["transcript"])
    outcome, wanted = booking["outcome"], booking["wanted"]
    assert outcome["result"] == "confirmed", said
    assert outcome["confirmation"], said
    assert owner.reserved(outcome["confirmation"]) == [(wanted["day"], "19:00", 4)], said
    assert outcome["confirmation"] in outcome["sentence"]
    assert (call["direction"], call["outcome"]) == ("outbound", "confirmed")


@pytest.mark.parametrize(
    ("mood", "result"),
    [
        ("full", "full"),
        ("closed", "closed"),
        ("no_answer", "no_answer"),
        ("busy", "no_answer"),
        ("voicemail", "voicemail"),
    ],
)
def test_a_restaurant_that_has_no_table_ends_in_a_plain_sentence(
    owner: Owner, mood: str, result: str
) -> None:
    booking = owner.asks(mood)
    assert booking["outcome"]["result"] == result, owner.call(booking)["transcript"]
    assert f"Casa {mood}" in booking["outcome"]["sentence"]


def test_another_time_is_taken_within_the_room(owner: Owner) -> None:
    booking = owner.asks("offers")
    outcome = booking["outcome"]
    assert (outcome["result"], outcome["at"]) == ("confirmed", "20:00"), owner.call(booking)
    number = outcome["confirmation"]
    assert owner.reserved(number) == [(booking["wanted"]["day"], "20:00", 4)]
