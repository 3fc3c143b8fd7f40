"""What a shop says of itself: hours by day and holiday, place, parking, prices, allergens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from servizio.shop.availability import Availability
from servizio.shop.business import STAFF_CAN_TELL, ShopFacts, shop_fact, whole_sentence
from servizio.shop.hours import OpeningHours
from servizio.shop.hours_answers import hours_answer
from servizio.shop.hours_text import parse_hours
from servizio.shop.menu_file import load_menu
from servizio.shop.profile import ShopProfile
from servizio.shop.text_replies import TextWish, asked_of, fact_reply, wish_of

FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOURS = parse_hours({"mon-fri": "09:00-18:00", "sat": "10:00-16:00", "2026-12-25": "closed"}, UTC)
SHOP = ShopProfile(
    name="Corner Tea",
    menu=load_menu("boba"),
    address="12 Oak Street",
    parking="You can park behind the shop.",
    allergens="Our kitchen works with nuts and milk.",
)
AS_USUAL = "We have no other hours than usual for that day."
FACTS = ShopFacts(shop=SHOP, hours=HOURS, now=FRIDAY_NOON, wait_minutes=10)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("now", "We're open now. Today: from 9 AM to 6 PM."),
        ("today", "Today we're open from 9 AM to 6 PM."),
        ("tomorrow", "Tomorrow we're open from 10 AM to 4 PM."),
        ("sunday", "On Sunday we're closed."),
        ("Saturday ", "On Saturday we're open from 10 AM to 4 PM."),
        ("weekend", "On Saturday we're open from 10 AM to 4 PM. On Sunday we're closed."),
        ("2026-12-25", "On Friday, December 25 we're closed."),
        ("christmas", "On Friday, December 25 we're closed."),
        ("holiday", "On Friday, December 25 we're closed."),
        (
            "thanksgiving",
            f"{AS_USUAL} On Thursday, November 26 we're open from 9 AM to 6 PM.",
        ),
        (
            "easter",
            f"{AS_USUAL} On Sunday, March 28 we're closed.",
        ),
    ],
)
def test_hours_of_a_day(day: str, sentence: str) -> None:
    assert shop_fact(FACTS, "hours", day) == sentence


def test_hours_of_no_day_or_an_unknown_one_are_those_of_the_week() -> None:
    week = "Monday to Friday from 9 AM to 6 PM, Saturday from 10 AM to 4 PM, Sunday closed."
    for day in ("", "someday", "2026-13-45"):
        assert shop_fact(FACTS, "hours", day).endswith(week)


def test_a_shut_shop_says_so() -> None:
    late = replace(FACTS, now=FRIDAY_NOON + timedelta(hours=9))
    assert shop_fact(late, "hours", "now").startswith("We're closed right now.")


def test_holidays_without_other_hours_are_not_made_up() -> None:
    usual = parse_hours({"mon-sun": "09:00-18:00"}, UTC)
    said = hours_answer(usual, FRIDAY_NOON, "holiday")
    assert said == "We know of no days with other hours. Every day from 9 AM to 6 PM."
    assert hours_answer(OpeningHours(is_known=False), FRIDAY_NOON, "holiday") is None


@pytest.mark.parametrize("day", ["", "now", "monday", "weekend", "christmas", "2026-12-25"])
def test_hours_that_are_not_known_are_not_guessed(day: str) -> None:
    unknown = replace(FACTS, hours=OpeningHours(is_known=False))
    assert (
        shop_fact(unknown, "hours", day) == f"I'm sorry, I don't know our hours. {STAFF_CAN_TELL}"
    )


@pytest.mark.parametrize("year", range(2024, 2031))
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    hours = parse_hours({"mon-sun": "09:00-18:00"}, UTC)
    said = hours_answer(hours, datetime(year, 1, 1, tzinfo=UTC), "easter") or ""
    assert " On Sunday, March " in said or " On Sunday, April " in said


def test_easter_is_when_it_is() -> None:
    hours = parse_hours({"mon-sun": "09:00-18:00"}, UTC)
    for day in (date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28)):
        said = hours_answer(hours, datetime(day.year, 1, 1, tzinfo=UTC), "easter") or ""
        assert f"{day:%B} {day.day} " in said


def test_the_owners_own_words_are_told() -> None:
    assert shop_fact(FACTS, "location") == "We are at 12 Oak Street."
    assert shop_fact(FACTS, "parking") == "You can park behind the shop."
    said = shop_fact(FACTS, "allergens")
    assert said.startswith("Our kitchen works with nuts and milk. I can't promise")


def test_what_the_owner_never_said_is_for_staff() -> None:
    silent = replace(FACTS, shop=ShopProfile(name="Corner Tea", menu=SHOP.menu))
    for topic in ("location", "parking", "allergens"):
        assert shop_fact(silent, topic).endswith(STAFF_CAN_TELL)


def test_prices_are_named_or_from_low_to_high() -> None:
    assert shop_fact(FACTS, "prices") == "Taro milk tea is $5.50 and black milk tea is $5.50."
    gone = replace(FACTS, availability=Availability(frozenset({"black-milk-tea"})))
    assert shop_fact(gone, "prices") == "Taro milk tea is $5.50."
    many = replace(FACTS, shop=replace(SHOP, menu=load_menu("teahouse")))
    assert shop_fact(many, "prices").startswith("Prices are from $")


def test_words_of_an_owner_become_a_sentence() -> None:
    assert whole_sentence("  behind the\n shop") == "Behind the shop."
    assert whole_sentence("Ask us!") == "Ask us!"
    assert whole_sentence(" ") == ""


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("Are you open?", ("hours", "now")),
        ("what are your hours on Sunday", ("hours", "sunday")),
        ("open christmas eve?", ("hours", "christmas eve")),
        ("Where are you located?", ("location", "now")),
        ("is there parking", ("parking", "now")),
        ("any nuts in the taro?", ("allergens", "now")),
        ("do you deliver", ("delivery", "now")),
        ("how much is a taro", ("prices", "now")),
        ("do you take cash", ("payment", "now")),
        ("send me the menu", ("menu", "now")),
        ("is my order ready, when do you close?", None),
        ("where is it", None),
        ("thanks!", None),
        ("", None),
    ],
)
def test_what_a_text_asks_of_the_shop(body: str, asked: tuple[str, str] | None) -> None:
    assert asked_of(body) == asked
    assert (wish_of(body) is TextWish.QUESTION) is (asked is not None)


def test_an_answer_by_text_is_one_text() -> None:
    fact = shop_fact(FACTS, "hours", "now")
    assert fact_reply("Corner Tea", "+14155550100", fact) == (
        "Corner Tea: We're open now. Today: from 9 AM to 6 PM. To order, please call +14155550100."
    )
    assert len(fact_reply("Corner Tea", "+14155550100", "x" * 130)) <= 160
