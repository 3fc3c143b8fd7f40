"""The simulated restaurant: what it says, and what stands in its book afterwards."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from random import Random

import pytest

from servizio.demo.restaurant import Restaurant
from servizio.demo.restaurant_book import Guest, RestaurantBook
from servizio.demo.restaurant_mood import Mood
from servizio.shop.reservation import BookingResult
from tests.agents.concierge.desk import NOW, TOMORROW, request_for, talk_to_restaurant

SEEDS = range(8)


def book_in(folder: Path) -> RestaurantBook:
    return RestaurantBook(folder / "book.db")


@pytest.mark.parametrize("mood", [Mood.NORMAL, Mood.ODD_ORDER, Mood.HOLD, Mood.WRONG_ONCE])
async def test_a_table_that_was_asked_for_stands_in_the_book_with_the_number_that_was_told(
    mood: Mood, tmp_path: Path
) -> None:
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        book = book_in(folder)
        talk = await talk_to_restaurant(book, mood, seed)
        assert talk.outcome.result is BookingResult.CONFIRMED, talk.lines
        (line,) = book.reservations()
        assert (line.day, line.at, line.party, line.name) == (TOMORROW, time(19), 4, "Rossi")
        assert talk.outcome.confirmation == line.number


async def test_offered_eight_the_table_is_at_eight(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    talk = await talk_to_restaurant(book, Mood.OFFERS, 3)
    assert (talk.outcome.result, talk.outcome.at) == (BookingResult.CONFIRMED, time(20))
    assert [line.at for line in book.reservations()] == [time(20)]


async def test_offered_eight_where_only_seven_will_do_nothing_is_booked(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    sharp = request_for(earliest=time(19), latest=time(19))
    talk = await talk_to_restaurant(book, Mood.OFFERS, 3, sharp)
    assert talk.outcome.result is BookingResult.DECLINED
    assert "8 pm" in talk.outcome.sentence
    assert book.reservations() == ()


@pytest.mark.parametrize(
    ("mood", "result"),
    [
        (Mood.FULL, BookingResult.FULL),
        (Mood.CLOSED, BookingResult.CLOSED),
        (Mood.VOICEMAIL, BookingResult.VOICEMAIL),
    ],
)
async def test_without_a_table_the_call_ends_in_the_right_result(
    mood: Mood, result: BookingResult, tmp_path: Path
) -> None:
    book = book_in(tmp_path)
    for seed in SEEDS:
        talk = await talk_to_restaurant(book, mood, seed)
        assert talk.outcome.result is result, talk.lines
    assert book.reservations() == ()


async def test_a_book_that_is_full_then_offers_the_nearest_free_time(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    for _ in range(6):
        book.reserve(Guest(4, "Others"), TOMORROW, time(20, 30), Random(1))
    talk = await talk_to_restaurant(book, Mood.NORMAL, 2)
    assert talk.outcome.result is BookingResult.CONFIRMED
    assert talk.outcome.at in {time(18, 30), time(19)}


def test_one_table_is_not_given_twice(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    seats = []
    while (seat := book.free_seat(TOMORROW, time(19), 8)) is not None:
        seats.append(seat)
        book.reserve(Guest(8, "Many"), TOMORROW, time(19), Random(len(seats)))
    assert len(seats) == len(set(seats)) == 2
    assert book.free_seat(TOMORROW, time(21), 8) is not None


def test_a_number_read_back_wrong_is_put_right(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    restaurant = Restaurant(book, Mood.NORMAL, NOW, "Demo Restaurant", Random(1))
    restaurant.pick_up()
    restaurant.hear(["a table for four tomorrow at seven p m calling for rossi"])
    restaurant.hear(["yes that's right"])
    restaurant.hear(["could i have a confirmation number please"])
    wrong = restaurant.hear(["that's one one one one is that right"])
    assert "number is" in " ".join(wrong.sentences)
    (line,) = book.reservations()
    right = restaurant.hear([f"so {line.number} is that correct"])
    assert "number is" not in " ".join(right.sentences)


def test_what_it_cannot_make_out_it_asks_about(tmp_path: Path) -> None:
    restaurant = Restaurant(book_in(tmp_path), Mood.NORMAL, NOW, "Demo Restaurant", Random(1))
    restaurant.pick_up()
    assert restaurant.hear(["mumble"]).sentences
    assert restaurant.hear([]).sentences
    assert not restaurant.hear(["grumble"]).hang_up


def test_nobody_on_the_line_is_hung_up_on(tmp_path: Path) -> None:
    restaurant = Restaurant(book_in(tmp_path), Mood.NORMAL, NOW, "Demo Restaurant", Random(1))
    restaurant.pick_up()
    assert [restaurant.silent(times).hang_up for times in (1, 4, 5)] == [False, False, True]
