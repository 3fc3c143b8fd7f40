"""Phone numbers as they are typed, spoken and read back."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.errors import OrderError
from servizio.shop.phone_number import (
    digit_groups,
    last_digits,
    mask,
    parse_phone_number,
    region_of_zone,
    spoken_digits,
    spoken_number,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("555-123-4567", "+15551234567"),
        ("(555) 123 4567", "+15551234567"),
        ("1 555 123 4567", "+15551234567"),
        ("+1 555.123.4567", "+15551234567"),
        ("it's five five five, one two three, four five six seven", "+15551234567"),
        ("two one two five five five oh one eight six", "+12125550186"),
        ("area code seven one eight double five five ninety nine eighty eight", "+17185559988"),
        ("eight hundred five five five twelve thirty four", "+18005551234"),
        ("two one two triple five one thousand", "+12125551000"),
        ("twenty one twenty five fifty five oh one eight six", "+12125550186"),
        ("212 555 0186 extension 3", "+12125550186"),
        ("plus four four two oh seven nine four six oh nine five eight", "+442079460958"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_many_ways_to_give_a_number(text: str, number: str) -> None:
    assert parse_phone_number(text) == number


def test_a_national_number_is_read_in_its_country() -> None:
    assert parse_phone_number("030 901820", "DE") == "+4930901820"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "I didn't get a phone number."),
        ("my number", "I didn't get a phone number."),
        ("911", "I got 3 digits, which is not a whole phone number."),
        ("555 1234", "I got 7 digits"),
        ("five", "I got 1 digit, which"),
        ("1" * 40, "which is not a whole phone number"),
    ],
)
def test_what_is_no_number_is_refused_with_a_question(text: str, sentence: str) -> None:
    with pytest.raises(OrderError) as refused:
        parse_phone_number(text)
    assert sentence in refused.value.message
    assert refused.value.message.endswith("?")


def test_a_number_is_read_back_in_groups() -> None:
    assert digit_groups("+15551234567") == ("555", "123", "4567")
    assert spoken_number("+15551234567") == "5 5 5, 1 2 3, 4 5 6 7"
    assert "".join(digit_groups("+442079460958")) == "442079460958"


def test_a_masked_number_shows_only_its_end() -> None:
    assert mask("+15551234567") == "+*******4567"
    assert last_digits("+15551234567") == "4567"
    assert mask("12") == "12"


def test_the_time_zone_tells_the_country() -> None:
    assert region_of_zone("Europe/Berlin") == "DE"
    assert region_of_zone("America/New_York") == "US"
    assert region_of_zone("Mars/Olympus") == "US"


WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=15))
def test_digits_said_one_by_one_come_out_as_they_were(digits: list[int]) -> None:
    assert spoken_digits(" ".join(WORDS[digit] for digit in digits)) == "".join(map(str, digits))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40))
def test_any_text_is_a_number_or_an_order_error(text: str) -> None:
    try:
        number = parse_phone_number(text)
    except OrderError:
        return
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()


def test_the_slow_library_is_not_loaded_with_the_module() -> None:
    code = "import servizio.shop.cart, sys; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
